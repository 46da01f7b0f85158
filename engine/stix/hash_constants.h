// Whether a pattern compares hashes with what can be hashes.
#ifndef POLDER_ENGINE_STIX_HASH_CONSTANTS_H_
#define POLDER_ENGINE_STIX_HASH_CONSTANTS_H_

#include "absl/status/status.h"
#include "engine/stix/pattern.h"

namespace polder {

// Whether every constant that is compared with the hash of an algorithm has the length and the digits of one.
// A pattern where it is not so is well-formed, and matches nothing there. The error is an
// InvalidArgument as of ParseStixPattern.
absl::Status CheckHashConstants(const StixPattern& pattern);

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_HASH_CONSTANTS_H_
