#include "connectors/config/scalars.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace polder {
namespace {

constexpr std::size_t kLongestShown = 60;
constexpr std::string_view kFilePrefix = "file:";

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsNameCharacter(char c) { return IsLetter(c) || (c >= '0' && c <= '9'); }
bool IsVariableName(std::string_view name) {
  return !name.empty() && IsLetter(name.front()) && std::all_of(name.begin(), name.end(), IsNameCharacter);
}

// `text` with every `${NAME}` replaced.
std::optional<std::string> Substitute(const ReadingContext& context, const Value& value) {
  const std::string& text = value.node.Scalar();
  std::string result;
  std::size_t at = 0;
  while (true) {
    const std::size_t dollar = text.find("${", at);
    if (dollar == std::string::npos) return result.append(text, at);
    if (dollar > at && text[dollar - 1] == '$') {
      result.append(text, at, dollar - 1 - at).append("${");
      at = dollar + 2;
      continue;
    }
    result.append(text, at, dollar - at);
    const std::size_t close = std::min(text.find('}', dollar), text.size());
    const std::string name = text.substr(dollar + 2, close - dollar - 2);
    if (close == text.size() || !IsVariableName(name)) {
      context.problems.Add(value.place,
                           fmt::format("'{}' holds '${{' without a variable's name and '}}' behind it; write "
                                       "${{NAME}}, or $${{ for the characters themselves",
                                       value.path));
      return std::nullopt;
    }
    const std::optional<std::string> found = context.secrets.environment(name);
    if (!found.has_value()) {
      context.problems.Add(value.place,
                           fmt::format("'{}' refers to the environment variable {}, which is not "
                                       "set; set it before starting polder",
                                       value.path, name));
      return std::nullopt;
    }
    result += *found;
    at = close + 1;
  }
}

std::optional<std::string> ReadScalar(const ReadingContext& context, const Value& value,
                                      std::string_view expected) {
  if (value.node.IsScalar()) return Substitute(context, value);
  AddUnexpected(context, value, expected);
  return std::nullopt;
}

void StripLineEnd(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

}  // namespace

TextPlace PlaceOf(const YAML::Mark& mark, TextPlace fallback) {
  return mark.is_null() ? fallback : TextPlace{mark.line + 1, mark.column + 1};
}

std::string Describe(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  if (!node.IsScalar()) return "nothing";
  const std::string& text = node.Scalar();
  if (text.find("${") != std::string::npos) return fmt::format("something else in {}", text);
  if (text.size() <= kLongestShown) return fmt::format("'{}'", text);
  return fmt::format("'{}...'", text.substr(0, kLongestShown));
}

void AddUnexpected(const ReadingContext& context, const Value& value, std::string_view expected) {
  context.problems.Add(value.place,
                       fmt::format("'{}' is {}, found {}", value.path, expected, Describe(value.node)));
}

std::optional<std::string> ReadText(const ReadingContext& context, const Value& value,
                                    std::string_view expected) {
  std::optional<std::string> text = ReadScalar(context, value, expected);
  if (!text.has_value()) return std::nullopt;
  if (text->empty()) {
    AddUnexpected(context, value, fmt::format("{} that is not empty", expected));
    return std::nullopt;
  }
  if (value.node.Scalar().starts_with(kFilePrefix)) {
    context.problems.Add(
        value.place, fmt::format("'{}' does not take file: values; only librdkafka properties do (under "
                                 "kafka.properties, kafka.consumer and kafka.producer), and the password, "
                                 "token and api_key of a feed",
                                 value.path));
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> ReadProperty(const ReadingContext& context, const Value& value,
                                        std::string_view expected) {
  std::optional<std::string> text = ReadScalar(context, value, expected);
  // Decided by what is written: a variable's content is not to make Polder read files.
  if (!text.has_value() || !value.node.Scalar().starts_with(kFilePrefix)) return text;
  absl::StatusOr<std::string> secret = context.secrets.file(text->substr(kFilePrefix.size()));
  if (!secret.ok()) {
    context.problems.Add(value.place, fmt::format("'{}' is to be read from a file: {}", value.path,
                                                  std::string(secret.status().message())));
    return std::nullopt;
  }
  StripLineEnd(*secret);
  return *secret;
}

std::optional<std::int64_t> ReadNumber(const ReadingContext& context, const Value& value, std::int64_t least,
                                       std::int64_t most) {
  const std::string expected = fmt::format("a whole number from {} to {}", least, most);
  const std::optional<std::string> text = ReadScalar(context, value, expected);
  if (!text.has_value()) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error == std::errc() && stop == end && number >= least && number <= most) return number;
  AddUnexpected(context, value, expected);
  return std::nullopt;
}

std::optional<bool> ReadFlag(const ReadingContext& context, const Value& value) {
  std::optional<std::string> text = ReadScalar(context, value, "on or off");
  if (!text.has_value()) return std::nullopt;
  for (std::string_view name : {"on", "On", "ON", "true", "True", "TRUE", "yes", "Yes", "YES"}) {
    if (*text == name) return true;
  }
  for (std::string_view name : {"off", "Off", "OFF", "false", "False", "FALSE", "no", "No", "NO"}) {
    if (*text == name) return false;
  }
  AddUnexpected(context, value, "on or off");
  return std::nullopt;
}

}  // namespace polder
