#include "rules/read/misp_fields.h"

#include "engine/base/uuid.h"
#include "engine/observable/characters.h"
#include "rules/read/json_document.h"

namespace polder {
namespace {

using Json = nlohmann::json;

std::string Escaped(const std::string& value, std::string_view special) {
  std::string escaped;
  for (const char c : value) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::string MispLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLowerAscii);
  return lower;
}

std::string MispKept(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  text.resize(limit);
  return text;
}

const Json* MispMember(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

const Json* MispObjectMember(const Json& object, const char* key) {
  const Json* member = MispMember(object, key);
  return member != nullptr && member->is_object() ? member : nullptr;
}

std::string MispScalar(const Json& object, const char* key) {
  const Json* member = MispMember(object, key);
  if (member == nullptr) return {};
  if (member->is_string()) return member->get<std::string>();
  if (member->is_number_integer() || member->is_number_float()) return member->dump();
  return {};
}

std::optional<bool> MispFlag(const Json& object, const char* key) {
  const Json* member = MispMember(object, key);
  if (member == nullptr) return std::nullopt;
  if (member->is_boolean()) return member->get<bool>();
  const std::string text = MispLower(MispScalar(object, key));
  if (text == "1" || text == "true") return true;
  if (text == "0" || text == "false") return false;
  return std::nullopt;
}

std::string MispUuid(const Json& object) {
  std::string uuid = MispLower(JsonText(object, "uuid"));
  return ParseUuid(uuid) ? uuid : std::string();
}

std::optional<TimeUs> MispTime(const Json& object, const char* key) {
  const std::string text = MispScalar(object, key);
  const auto iso = ParseIsoTime(text);
  return iso ? iso : ParseEpochTime(text);
}

std::size_t MispAttributeLines::LineOf(const std::string& uuid, const std::string& value) {
  if (!built_) Build();
  auto found = uuid.empty() ? lines_.end() : lines_.find(uuid);
  const std::string start = value.substr(0, kKeptOfMispValue);
  for (const std::string_view special : {"\"\\", "\"\\/"}) {
    if (found != lines_.end() || value.empty()) break;
    found = lines_.find(std::string_view(Escaped(start, special)).substr(0, kKeptOfMispValue));
  }
  return found == lines_.end() ? 0 : found->second;
}

void MispAttributeLines::Build() {
  built_ = true;
  std::size_t line = 1;
  bool wanted = false;  // the string before was the key of one
  for (std::size_t at = 0; at < text_.size(); ++at) {
    const char c = text_[at];
    if (c == '\n') ++line;
    if (c == ',' || c == '{') wanted = false;
    if (c != '"') continue;
    const std::size_t begin = ++at;
    while (at < text_.size() && text_[at] != '"') at += text_[at] == '\\' ? 2 : 1;
    const std::string_view word = text_.substr(begin, std::min(at, text_.size()) - begin);
    if (wanted) lines_.try_emplace(word.substr(0, kKeptOfMispValue), line);
    wanted = !wanted && (word == "uuid" || word == "value");
  }
}

}  // namespace polder
