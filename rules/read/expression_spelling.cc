#include "rules/read/expression_spelling.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "engine/expression/check.h"
#include "engine/observable/characters.h"

namespace polder {
namespace {

bool IsOneOf(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// `[a-z]`, `[^...]`, or a class with a quantifier.
bool HasClass(std::string_view text) {
  for (std::size_t open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
    const std::size_t close = text.find(']', open + 1);
    if (close == std::string_view::npos) return false;
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    if (inside.starts_with('^')) return true;
    if (close + 1 < text.size() && IsOneOf(text[close + 1], "+*?{")) return true;
    for (std::size_t i = 1; i + 1 < inside.size(); ++i) {
      if (inside[i] == '-' && IsAlnum(inside[i - 1]) && IsAlnum(inside[i + 1])) return true;
    }
  }
  return false;
}

bool HasEscape(std::string_view text) {
  for (std::size_t at = text.find('\\'); at < text.size(); at = text.find('\\', at + 2)) {
    if (at + 1 == text.size()) break;
    const char next = text[at + 1];
    const bool ends = at + 2 == text.size() || !IsAlnum(text[at + 2]);
    if (IsOneOf(next, ".[](){}*+?|^$/-")) return true;
    if (IsOneOf(next, "dwsDWSb") && ends) return true;
  }
  return false;
}

// One whose backslashes are not doubled, as they are in an expression.
bool IsWindowsPath(std::string_view text) {
  return text.size() > 3 && IsLetter(text[0]) && text.substr(1, 2) == ":\\" && text[3] != '\\';
}

}  // namespace

absl::StatusOr<Expression> ReadExpression(std::string_view text) {
  const std::size_t end = text.rfind('/');
  if (!text.starts_with('/') || end == 0) return ParseExpression(text);
  std::string plain(text.substr(0, end + 1));
  bool extended = false;
  for (const char flag : text.substr(end + 1)) {
    if (flag == 'x') {
      extended = true;
    } else if (flag == 'u' || flag == '8' || flag == 'W') {
      return absl::InvalidArgumentError(fmt::format(
          "the flag '{}': expressions are matched in bytes; write characters outside ASCII as groups, (?:é)+",
          flag));
    } else if (!IsOneOf(flag, "goHP")) {
      plain += flag;
    }
  }
  auto expression = ParseExpression(plain);
  if (expression.ok() && extended) expression->regex.insert(0, "(?x)");
  return expression;
}

bool LooksLikeExpression(std::string_view text) {
  if (HasClass(text) || HasEscape(text)) return true;
  for (const std::string_view mark : {".*", ".+", "(?", ")?", ")+", ")*", "){"}) {
    // `*.*` is everybody's file name.
    const std::size_t at = text.find(mark);
    if (at != std::string_view::npos && (mark != ".*" || at == 0 || text[at - 1] != '*')) return true;
  }
  if (text.starts_with('^') && text.ends_with('$')) return true;
  const std::size_t open = text.find('(');
  const std::size_t bar = text.find('|', open == std::string_view::npos ? text.size() : open);
  return bar != std::string_view::npos && text.find(')', bar) != std::string_view::npos;
}

absl::StatusOr<Expression> ReadClearExpression(std::string_view text) {
  auto expression = ReadExpression(text);
  if (expression.ok() && !LooksLikeExpression(text.substr(1, text.rfind('/') - 1))) {
    return absl::InvalidArgumentError("between its slashes stands no expression");
  }
  return expression;
}

absl::StatusOr<std::vector<TypedValue>> PatternValue(const Expression& expression) {
  if (auto status = CheckExpression(expression); !status.ok()) return status;
  return std::vector<TypedValue>{{Kind::kPattern, FormatExpression(expression), {}}};
}

absl::StatusOr<std::vector<TypedValue>> ReadPatternText(std::string_view text) {
  if (auto expression = ReadExpression(text); expression.ok()) {
    // A path as well, `/tmp/x/i` and `/panel/`, unless it can be none.
    const bool flagged = !text.ends_with('/') && expression->regex.find('/') == std::string::npos;
    if (flagged || LooksLikeExpression(expression->regex)) return PatternValue(*expression);
  }
  if (LooksLikeExpression(text) && !IsWindowsPath(text)) {
    auto values = PatternValue({std::string(text), true});
    if (values.ok() || !absl::IsInvalidArgument(values.status())) return values;
  }
  return PatternValue(SubstringExpression(text, true));
}

absl::StatusOr<std::vector<TypedValue>> ReadFilePattern(std::string_view text) {
  const bool wildcard = text.find_first_of("*?") != std::string_view::npos;
  if (!wildcard || ReadClearExpression(text).ok() || LooksLikeExpression(text)) return ReadPatternText(text);
  Expression expression{"", true};
  if (!text.starts_with('*')) expression.regex = R"((?:^|[\\/]))";
  for (const char c : text) {
    if (c == '*') {
      expression.regex += R"([^\\/]*)";
    } else if (c == '?') {
      expression.regex += R"([^\\/])";
    } else {
      expression.regex += SubstringExpression({&c, 1}, false).regex;
    }
  }
  if (!text.ends_with('*')) expression.regex += '$';
  return PatternValue(expression);
}

}  // namespace polder
