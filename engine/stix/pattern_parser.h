// The one parser of STIX patterns.
#ifndef POLDER_ENGINE_STIX_PATTERN_PARSER_H_
#define POLDER_ENGINE_STIX_PATTERN_PARSER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "engine/stix/pattern.h"

namespace polder {

// Reads the whole grammar of section 9 of STIX 2.1, and what 2.0 had besides: times of START and STOP in
// plain quotes, `NOT` before `=`, `<` and so on. AND binds before OR, and OR before FOLLOWEDBY; a qualifier
// belongs to the brackets or parentheses right before it. Keywords are in capitals.
//
// An InvalidArgument says "not a STIX pattern: at character N: expected ..., saw ...", counting characters
// from 1; an Unimplemented one that it is nested too deeply. Time and memory are in proportion to the length
// of `text`.
absl::StatusOr<StixPattern> ParseStixPattern(std::string_view text);

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_PATTERN_PARSER_H_
