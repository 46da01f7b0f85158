#include "rules/read/shown.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/unicode.h"
#include "engine/observable/characters.h"

namespace polder {

std::string Shown(std::string_view value, std::size_t limit) {
  std::string shown;
  for (std::size_t i = 0; i < std::min(value.size(), limit);) {
    const bool ascii = !IsNonAscii(value[i]) && !IsControl(value[i]);
    const std::size_t length = ascii ? 1 : LeadingLetterLength(value.substr(i));
    if (length > 0) {
      shown += value.substr(i, length);
      i += length;
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(value[i++]));
    }
  }
  if (value.size() > limit) shown += "...";
  return shown;
}

}  // namespace polder
