#include "engine/observable/text.h"

#include <algorithm>

#include "engine/observable/characters.h"

namespace polder {

bool EndsPath(char c) {
  return IsControl(c) || std::string_view(" \"'`<>|*?:;,").find(c) != std::string_view::npos;
}

std::string LowerText(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLowerAscii);
  return lower;
}

void FileNamesIn(std::string_view text, absl::FunctionRef<void(std::string_view)> sink) {
  const auto tell = [&sink](std::string_view name) {
    if (!name.empty() && name.size() <= kMaxTextValue) sink(name);
  };
  std::size_t last = std::string_view::npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!IsPathSeparator(text[i])) continue;
    last = i;
    std::size_t end = i + 1;
    while (end < text.size() && !EndsPath(text[end]) && !IsPathSeparator(text[end])) ++end;
    // What runs to the end is told below.
    if (end < text.size() && !IsPathSeparator(text[end])) tell(text.substr(i + 1, end - i - 1));
  }
  // npos + 1 is 0: without a separator the whole is one reading.
  tell(text.substr(last + 1));
}

void PortsIn(std::string_view text, absl::FunctionRef<void(std::string_view)> sink) {
  const auto digit_at = [&](std::size_t at) { return at < text.size() && IsDigit(text[at]); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!IsDigit(text[i])) continue;
    const std::size_t start = i;
    while (digit_at(i)) ++i;
    const bool letters = (start > 0 && IsLetter(text[start - 1])) || (i < text.size() && IsLetter(text[i]));
    const bool dotted = (start > 1 && text[start - 1] == '.' && IsDigit(text[start - 2])) ||
                        (i < text.size() && text[i] == '.' && digit_at(i + 1));
    if (!letters && !dotted && i - start <= 5) sink(text.substr(start, i - start));
  }
}

}  // namespace polder
