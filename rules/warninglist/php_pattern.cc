#include "rules/warninglist/php_pattern.h"

#include <fmt/format.h>

#include "engine/observable/characters.h"

namespace polder {
namespace {

constexpr std::size_t kLongest = 4096;

struct Parts {
  std::string_view expression;
  RegexOptions options = {};
  char unknown = '\0';  // a flag that is not known
};

Parts PartsOf(std::string_view text) {
  if (text.size() < 2 || IsAlnum(text.front()) ||
      std::string_view("\\ ^(.[").find(text.front()) != text.npos) {
    return {text, {.caseless = true}};
  }
  constexpr std::string_view kOpen = "{<";
  constexpr std::string_view kClose = "}>";
  const std::size_t bracket = kOpen.find(text.front());
  const std::size_t end = text.rfind(bracket == std::string_view::npos ? text.front() : kClose[bracket]);
  if (end == 0 || end == std::string_view::npos) return {text, {.caseless = true}};
  Parts parts{text.substr(1, end - 1)};
  for (const char flag : text.substr(end + 1)) {
    if (flag == 'i')
      parts.options.caseless = true;
    else if (flag == 'm')
      parts.options.multiline = true;
    else if (flag == 's')
      parts.options.dot_all = true;
    else if (flag == 'x')
      parts.options.extended = true;
    else if (flag == 'u')
      parts.options.utf = true;
    else if (flag != 'g')
      parts.unknown = flag;
  }
  return parts;
}

}  // namespace

absl::StatusOr<PhpPattern> PhpPattern::Compile(std::string_view text) {
  if (text.size() > kLongest) {
    return absl::InvalidArgumentError(fmt::format("an expression longer than {} bytes", kLongest));
  }
  const Parts parts = PartsOf(text);
  if (parts.unknown != '\0') {
    return absl::InvalidArgumentError(fmt::format("an expression with the unknown flag '{}'", parts.unknown));
  }
  auto regex = Regex::Compile(parts.expression, parts.options);
  if (!regex.ok()) return regex.status();
  return PhpPattern(*std::move(regex));
}

bool PhpPattern::Matches(std::string_view value) const {
  return regex_.Search(value) == Regex::Verdict::kMatch;
}

}  // namespace polder
