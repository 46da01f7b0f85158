#include "engine/observable/email.h"

#include <algorithm>

#include "engine/observable/characters.h"
#include "engine/observable/domain.h"

namespace polder {

bool IsPlainLocalPartChar(char c) { return IsTokenChar(c) || c == '+'; }

bool IsLocalPartChar(char c) {
  constexpr std::string_view kSpecials = "!#$%&'*+/=?^_`{|}~-.";
  return IsAlnum(c) || kSpecials.find(c) != std::string_view::npos;
}

std::optional<std::string> CanonicalEmail(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > kMaxLocalPart) return std::nullopt;
  const std::string_view local = text.substr(0, at);
  const std::string_view name = text.substr(at + 1);
  if (!std::all_of(local.begin(), local.end(), IsLocalPartChar) || name.starts_with('.') || !IsName(name)) {
    return std::nullopt;
  }
  const auto domain = CanonicalDomain(name, /*drop_bad_labels=*/false);
  if (!domain || domain->size() > kMaxDomain) return std::nullopt;
  std::string canonical;
  std::transform(local.begin(), local.end(), std::back_inserter(canonical), ToLowerAscii);
  return canonical + "@" + *domain;
}

}  // namespace polder
