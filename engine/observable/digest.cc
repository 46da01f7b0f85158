#include "engine/observable/digest.h"

#include <algorithm>

#include "engine/observable/characters.h"

namespace polder {

std::optional<CanonicalDigest> CanonicaliseDigest(std::string_view text) {
  const auto kind = DigestKind(text.size());
  if (!kind || !std::all_of(text.begin(), text.end(), IsHexDigit)) return std::nullopt;
  CanonicalDigest digest{*kind, {}};
  std::transform(text.begin(), text.end(), std::back_inserter(digest.hex), ToLowerAscii);
  return digest;
}

}  // namespace polder
