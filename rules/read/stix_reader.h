// STIX 2.1 indicators from JSON.
#ifndef POLDER_RULES_READ_STIX_READER_H_
#define POLDER_RULES_READ_STIX_READER_H_

#include "rules/read/json_document.h"
#include "rules/read/reader.h"

namespace polder {

// A bundle, an array of objects, or a single object. Indicator objects are read: identifier, pattern (the
// part that ReadPatternAtoms takes), validity, revoked, modified, confidence, TLP markings (the stricter of
// several), the name of their creator's identity where the input has it, name, description and the first
// reference with a URL. Every indicator object, and every part of one, that is not taken is refused with its
// identifier and line.
ReadResult ReadStix(const JsonDocument& document, const ReadContext& context);

}  // namespace polder

#endif  // POLDER_RULES_READ_STIX_READER_H_
