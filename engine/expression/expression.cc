#include "engine/expression/expression.h"

#include <fmt/format.h>

namespace polder {
namespace {

bool IsMeta(char c) { return std::string_view(R"(\^$.[]|()?*+{})").find(c) != std::string_view::npos; }

bool* FlagOf(Expression* expression, char flag) {
  if (flag == 'i') return &expression->caseless;
  if (flag == 'm') return &expression->multiline;
  if (flag == 's') return &expression->dot_all;
  return nullptr;
}

}  // namespace

std::string FormatExpression(const Expression& expression) {
  std::string text;
  text.reserve(expression.regex.size() + 5);
  text += '/';
  text += expression.regex;
  text += '/';
  if (expression.caseless) text += 'i';
  if (expression.multiline) text += 'm';
  if (expression.dot_all) text += 's';
  return text;
}

absl::StatusOr<Expression> ParseExpression(std::string_view text) {
  const std::size_t end = text.rfind('/');
  if (!text.starts_with('/') || end == 0) {
    return absl::InvalidArgumentError("not of the form /regex/flags");
  }
  Expression expression{std::string(text.substr(1, end - 1))};
  for (const char flag : text.substr(end + 1)) {
    bool* const set = FlagOf(&expression, flag);
    if (set == nullptr || *set) {
      return absl::InvalidArgumentError(
          fmt::format("{} flag '{}' behind the last slash; expected i, m and s, each at most once",
                      set == nullptr ? "the unknown" : "a second", flag));
    }
    *set = true;
  }
  return expression;
}

Expression SubstringExpression(std::string_view text, bool caseless) {
  Expression expression;
  expression.caseless = caseless;
  expression.regex.reserve(text.size() + 8);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      expression.regex += fmt::format("\\x{:02x}", byte);
      continue;
    }
    if (IsMeta(c)) expression.regex += '\\';
    expression.regex += c;
  }
  return expression;
}

}  // namespace polder
