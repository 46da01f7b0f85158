// File digests as indicators.
#ifndef POLDER_ENGINE_OBSERVABLE_DIGEST_H_
#define POLDER_ENGINE_OBSERVABLE_DIGEST_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/observable/kind.h"

namespace polder {

struct CanonicalDigest {
  Kind kind;
  std::string hex;  // lower case
};

// The whole of `text` as 32, 40, 64 or 128 hexadecimal digits: an MD5, SHA-1, SHA-256 or SHA-512.
std::optional<CanonicalDigest> CanonicaliseDigest(std::string_view text);

}  // namespace polder

#endif  // POLDER_ENGINE_OBSERVABLE_DIGEST_H_
