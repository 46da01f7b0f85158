#include "engine/stix/pattern.h"

#include <algorithm>

#include "engine/observable/characters.h"

namespace polder {

std::string NormalPath(std::string_view text) {
  std::string normal;
  normal.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') {
      const std::size_t end = text.find(']', i);
      if (end != std::string_view::npos) {
        i = end;
        continue;
      }
    }
    normal += ToLowerAscii(text[i]);
  }
  constexpr std::string_view kHashes = "hashes.";
  const std::size_t hashes = normal.rfind(kHashes);
  const bool whole_step =
      hashes != std::string::npos && hashes > 0 && (normal[hashes - 1] == ':' || normal[hashes - 1] == '.');
  if (whole_step) {
    const auto name = normal.begin() + static_cast<std::ptrdiff_t>(hashes + kHashes.size());
    normal.erase(std::remove(name, normal.end(), '-'), normal.end());
  }
  return normal;
}

}  // namespace polder
