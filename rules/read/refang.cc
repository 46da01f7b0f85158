#include "rules/read/refang.h"

#include <algorithm>
#include <array>

#include "engine/observable/characters.h"

namespace polder {
namespace {

struct Bracketed {
  std::string_view inside;
  std::string_view plain;
};
constexpr std::array<Bracketed, 7> kBracketed = {
    {{".", "."}, {"dot", "."}, {":", ":"}, {"://", "://"}, {"/", "/"}, {"@", "@"}, {"at", "@"}}};

constexpr std::array<Bracketed, 4> kSchemes = {
    {{"hxxps", "https"}, {"hxxp", "http"}, {"fxps", "ftps"}, {"fxp", "ftp"}}};

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return ToLowerAscii(a) == b; });
}

// What a bracketed mark at the start of `text` stands for, and how long it is; length 0 if there is none.
std::size_t BracketedAt(std::string_view text, std::string_view* plain) {
  constexpr std::string_view kOpen = "[({";
  constexpr std::string_view kClose = "])}";
  const std::size_t which = kOpen.find(text.front());
  if (which == std::string_view::npos) return 0;
  const std::size_t close = text.find(kClose[which]);
  if (close == std::string_view::npos) return 0;
  const std::string_view inside = text.substr(1, close - 1);
  for (const Bracketed& mark : kBracketed) {
    if (!EqualsIgnoringCase(inside, mark.inside)) continue;
    *plain = mark.plain;
    return close + 1;
  }
  return 0;
}

}  // namespace

std::string Refang(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size();) {
    std::string_view plain;
    const std::size_t length = BracketedAt(value.substr(i), &plain);
    if (length > 0) {
      out += plain;
      i += length;
    } else {
      out += value[i++];
    }
  }
  const std::size_t colon = out.find("://");
  for (const Bracketed& scheme : kSchemes) {
    if (colon != std::string::npos && EqualsIgnoringCase(std::string_view(out).substr(0, colon), scheme.inside)) {
      return std::string(scheme.plain) + out.substr(colon);
    }
  }
  return out;
}

}  // namespace polder
