#include "rules/read/json_document.h"

#include <fmt/format.h>

#include <algorithm>

#include "rules/read/json_lines.h"

namespace polder {

std::optional<JsonDocument> ParseJsonDocument(std::string_view text, const ReadContext& context,
                                              Refusal* refusal) {
  try {
    return JsonDocument{text, nlohmann::json::parse(text.begin(), text.end())};
  } catch (const nlohmann::json::parse_error& error) {
    // It counts the bytes read, of which the last is the wrong one.
    const std::size_t at = error.byte > 0 ? std::min(error.byte, text.size() + 1) - 1 : 0;
    *refusal = {context.path, LineCounter(text).LineOf(std::min(at, text.size())), "",
                fmt::format("not valid JSON: {}", error.what()), "unreadable file"};
  } catch (const nlohmann::json::exception& error) {
    *refusal = {context.path, 0, "", fmt::format("JSON that cannot be read: {}", error.what()),
                "unreadable file"};
  }
  return std::nullopt;
}

std::string JsonText(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

ReadResult Unreadable(const ReadContext& context, std::size_t line, std::string reason) {
  ReadResult result;
  result.unreadable = true;
  result.format = "unknown";
  result.refusals.push_back({context.path, line, "", std::move(reason), "unreadable file"});
  return result;
}

}  // namespace polder
