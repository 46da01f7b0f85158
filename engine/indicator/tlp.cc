#include "engine/indicator/tlp.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace polder {
namespace {

constexpr std::array<std::pair<std::string_view, Tlp>, 8> kNames = {{{"CLEAR", Tlp::kClear},
                                                                     {"GREEN", Tlp::kGreen},
                                                                     {"AMBER", Tlp::kAmber},
                                                                     {"AMBER+STRICT", Tlp::kAmberStrict},
                                                                     {"RED", Tlp::kRed},
                                                                     {"WHITE", Tlp::kClear},
                                                                     {"AMBER STRICT", Tlp::kAmberStrict},
                                                                     {"AMBER-STRICT", Tlp::kAmberStrict}}};

// TLP 2.0 first: StixMarkingId writes the first entry of a level.
constexpr std::array<std::pair<std::string_view, Tlp>, 9> kMarkings = {
    {{"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::kClear},
     {"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::kGreen},
     {"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::kAmber},
     {"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::kAmberStrict},
     {"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::kRed},
     {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::kClear},
     {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::kGreen},
     {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp::kAmber},
     {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::kRed}}};

}  // namespace

std::string_view TlpName(Tlp tlp) {
  for (const auto& [name, value] : kNames) {
    if (value == tlp) return name;
  }
  return {};
}

std::optional<Tlp> TlpFromName(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  std::string_view bare = upper;
  if (bare.starts_with("TLP:")) bare.remove_prefix(4);
  for (const auto& [known, value] : kNames) {
    if (known == bare) return value;
  }
  return std::nullopt;
}

std::optional<Tlp> TlpFromStixMarking(std::string_view marking_id) {
  for (const auto& [id, value] : kMarkings) {
    if (id == marking_id) return value;
  }
  return std::nullopt;
}

std::string_view StixMarkingId(Tlp tlp) {
  for (const auto& [id, value] : kMarkings) {
    if (value == tlp) return id;
  }
  return {};
}

Tlp Stricter(Tlp a, Tlp b) { return std::max(a, b); }

}  // namespace polder
