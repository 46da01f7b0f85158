#include "engine/observable/domain.h"

#include <algorithm>

#include "engine/base/unicode.h"
#include "engine/observable/characters.h"

namespace polder {

std::optional<std::string> CanonicalDomain(std::string_view name, bool drop_bad_labels) {
  while (name.starts_with('.')) name.remove_prefix(1);
  while (name.ends_with('.')) name.remove_suffix(1);
  if (name.find("..") != std::string_view::npos) return std::nullopt;

  std::string canonical;
  canonical.reserve(name.size());
  std::size_t labels = 0;
  for (std::size_t start = 0; start <= name.size();) {
    const std::size_t end = std::min(name.find('.', start), name.size());
    const std::string_view label = name.substr(start, end - start);
    start = end + 1;
    if (std::any_of(label.begin(), label.end(), IsNonAscii)) {
      const auto a_label = ToALabel(label);
      if (!a_label) {
        if (!drop_bad_labels) return std::nullopt;
        canonical.clear();
        labels = 0;
        continue;
      }
      if (labels > 0) canonical += '.';
      canonical += *a_label;
    } else {
      if (labels > 0) canonical += '.';
      std::transform(label.begin(), label.end(), std::back_inserter(canonical), ToLowerAscii);
    }
    ++labels;
  }
  if (labels < 2) return std::nullopt;
  const std::string_view last = std::string_view(canonical).substr(canonical.rfind('.') + 1);
  if (std::all_of(last.begin(), last.end(), IsDigit)) return std::nullopt;
  return canonical;
}

bool IsName(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = IsTokenChar(text[i]) ? 1 : LeadingLetterLength(text.substr(i));
    if (length == 0) return false;
    i += length;
  }
  return true;
}

bool IsSameOrUnder(std::string_view name, std::string_view parent) {
  if (!name.ends_with(parent)) return false;
  return name.size() == parent.size() || name[name.size() - parent.size() - 1] == '.';
}

std::string_view ParentDomain(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view parent = name.substr(dot + 1);
  return parent.find('.') == std::string_view::npos ? std::string_view() : parent;
}

}  // namespace polder
