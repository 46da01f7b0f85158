#include "engine/indicator/pap.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/observable/characters.h"

namespace polder {
namespace {

constexpr std::array<std::pair<std::string_view, Pap>, 5> kNames = {{{"CLEAR", Pap::kClear},
                                                                     {"GREEN", Pap::kGreen},
                                                                     {"AMBER", Pap::kAmber},
                                                                     {"RED", Pap::kRed},
                                                                     {"WHITE", Pap::kClear}}};

}  // namespace

std::string_view PapName(Pap pap) {
  for (const auto& [name, value] : kNames) {
    if (value == pap) return name;
  }
  return {};
}

std::optional<Pap> PapFromName(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  std::string_view bare = upper;
  if (bare.starts_with("PAP:")) bare.remove_prefix(4);
  for (const auto& [known, value] : kNames) {
    if (known == bare) return value;
  }
  return std::nullopt;
}

Pap Stricter(Pap a, Pap b) { return std::max(a, b); }

}  // namespace polder
