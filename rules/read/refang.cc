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
constexpr std::array<Bracketed, 8> kBracketed = {{{".", "."},
                                                  {"dot", "."},
                                                  {":", ":"},
                                                  {"://", "://"},
                                                  {"//", "//"},
                                                  {"/", "/"},
                                                  {"@", "@"},
                                                  {"at", "@"}}};

constexpr std::array<Bracketed, 10> kSchemes = {{{"hxxps", "https"},
                                                 {"hxxp", "http"},
                                                 {"h**ps", "https"},
                                                 {"h**p", "http"},
                                                 {"hxtps", "https"},
                                                 {"hxtp", "http"},
                                                 {"htxps", "https"},
                                                 {"htxp", "http"},
                                                 {"fxps", "ftps"},
                                                 {"fxp", "ftp"}}};

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(),
                                                   [](char a, char b) { return ToLowerAscii(a) == b; });
}

constexpr std::string_view kOpen = "[({";
constexpr std::string_view kClose = "])}";
// The longest of kBracketed with its brackets.
constexpr std::size_t kLongestMark = 5;

// What a bracketed mark at the start of `text` stands for, and how long it is; length 0 if there is none.
std::size_t BracketedAt(std::string_view text, std::string_view* plain) {
  const std::size_t which = kOpen.find(text.front());
  if (which == std::string_view::npos) return 0;
  const std::size_t close = text.substr(0, kLongestMark).find(kClose[which]);
  if (close == std::string_view::npos) return 0;
  const std::string_view inside = text.substr(1, close - 1);
  for (const Bracketed& mark : kBracketed) {
    if (!EqualsIgnoringCase(inside, mark.inside)) continue;
    *plain = mark.plain;
    return close + 1;
  }
  return 0;
}

// `[.` or `.]` between a letter or digit on either side: half a mark, whose other half was lost.
bool IsHalfMarkAt(std::string_view value, std::size_t i) {
  if (i == 0 || i + 2 >= value.size() || !IsAlnum(value[i - 1]) || !IsAlnum(value[i + 2])) return false;
  const std::string_view mark = value.substr(i, 2);
  return mark == "[." || mark == ".]";
}

// Without the brackets around the whole of `value`; as it is if there are none, or if there are more inside.
std::string_view WithoutOuterBrackets(std::string_view value) {
  if (value.size() < 2) return value;
  const std::size_t which = kOpen.find(value.front());
  if (which == std::string_view::npos || value.back() != kClose[which]) return value;
  const std::string_view inside = value.substr(1, value.size() - 2);
  return inside.find(kOpen[which]) == std::string_view::npos &&
                 inside.find(kClose[which]) == std::string_view::npos
             ? inside
             : value;
}

// `word dot word` and `word [.] word` joined into one name; as it is if white space would be left, for then
// it is prose.
std::string JoinSpacedDots(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size();) {
    if (value[i] != ' ') {
      out += value[i++];
      continue;
    }
    const std::size_t end = value.find(' ', i + 1);
    const std::string_view word = end == std::string_view::npos ? "" : value.substr(i + 1, end - i - 1);
    std::string_view plain;
    const bool dot = EqualsIgnoringCase(word, "dot") ||
                     (!word.empty() && BracketedAt(word, &plain) == word.size() && plain == ".");
    if (!dot || out.empty() || !IsAlnum(out.back()) || end + 1 >= value.size() || !IsAlnum(value[end + 1])) {
      return std::string(value);
    }
    out += '.';
    i = end + 1;
  }
  return out;
}

// `\.` for every dot, between letters or digits, is one more way to defang; beside anything else that
// expressions hold it is part of one.
bool HasEscapedDotsOnly(std::string_view value) {
  if (value.find_first_of("^$*+?|()[]{}") != std::string_view::npos) return false;
  bool any = false;
  for (std::size_t i = value.find('\\'); i != std::string_view::npos; i = value.find('\\', i + 1)) {
    if (i == 0 || i + 2 >= value.size() || value[i + 1] != '.' || !IsAlnum(value[i - 1]) ||
        !IsAlnum(value[i + 2])) {
      return false;
    }
    any = true;
  }
  return any;
}

// Whether Refang may have anything to do: most values have no mark at all.
bool HasMark(std::string_view value) {
  if (value.find_first_of("[({\\* ") != std::string_view::npos) return true;
  if (value.find(".]") != std::string_view::npos) return true;
  const std::size_t colon = value.find("://");
  return colon != std::string_view::npos && !value.starts_with("http");
}

}  // namespace

std::string Refang(std::string_view value) {
  if (!HasMark(value)) return std::string(value);
  const std::string joined = JoinSpacedDots(value);
  value = joined;
  const bool escaped = HasEscapedDotsOnly(value);
  std::string out;
  out.reserve(value.size());
  bool in_query = false;  // where brackets mean something
  for (std::size_t i = 0; i < value.size();) {
    in_query = in_query || value[i] == '?' || value[i] == '#';
    if (!in_query && IsHalfMarkAt(value, i)) {
      out += '.';
      i += 2;
      continue;
    }
    if (escaped && value[i] == '\\') {
      ++i;
      continue;
    }
    std::string_view plain;
    const std::size_t length = BracketedAt(value.substr(i), &plain);
    if (length > 0) {
      out += plain;
      i += length;
    } else {
      out += value[i++];
    }
  }
  out = std::string(WithoutOuterBrackets(out));
  const std::size_t colon = out.find("://");
  for (const Bracketed& scheme : kSchemes) {
    if (colon != std::string::npos &&
        EqualsIgnoringCase(std::string_view(out).substr(0, colon), scheme.inside)) {
      return std::string(scheme.plain) + out.substr(colon);
    }
  }
  return out;
}

}  // namespace polder
