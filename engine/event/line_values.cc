#include "engine/event/line_values.h"

#include <algorithm>

#include "engine/observable/characters.h"

namespace polder {
namespace {

constexpr std::size_t kLongestKey = 64;
constexpr std::size_t kShortestDigest = 32;

constexpr bool IsKeyChar(char c) { return IsTokenChar(c) || c == '[' || c == ']'; }

std::size_t FindPipe(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '|')
      return i;
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view KeyAt(std::string_view text, std::size_t at) {
  if (at >= text.size() || !(IsLetter(text[at]) || text[at] == '_' || text[at] == '@')) return {};
  std::size_t end = at + 1;
  const std::size_t limit = std::min(text.size(), at + kLongestKey + 1);
  while (end < limit && IsKeyChar(text[end])) ++end;
  if (end >= limit || text[end] != '=') return {};
  const std::string_view key = text.substr(at, end - at);
  if (key.size() >= kShortestDigest && std::all_of(key.begin(), key.end(), IsHexDigit)) return {};
  return key;
}

bool HasPlainBackslashes(std::string_view raw, std::string_view escapes) {
  std::size_t at = raw.find('\\');
  if (at == std::string_view::npos) return false;
  const auto at_or_nul = [raw](std::size_t i) { return i < raw.size() ? raw[i] : '\0'; };
  if (at == 0 && at_or_nul(1) == '\\' && IsAlnum(at_or_nul(2))) {
    // A share, unless the next backslash is doubled as well.
    const std::size_t next = raw.find('\\', 2);
    if (next == std::string_view::npos || at_or_nul(next + 1) != '\\') return true;
  }
  while (at < raw.size()) {
    const char next = at_or_nul(at + 1);
    const bool drive =
        at >= 2 && raw[at - 1] == ':' && IsLetter(raw[at - 2]) && (at == 2 || !IsAlnum(raw[at - 3]));
    if (drive && next != '\\' && next != '/') return true;
    if (escapes.find(next) == std::string_view::npos) return true;
    at = raw.find('\\', at + 2);
  }
  return false;
}

std::string_view WithoutBackslashes(std::string_view raw, std::string_view characters, std::string& scratch) {
  const auto is_escape = [raw, characters](std::size_t i) {
    return raw[i] == '\\' && i + 1 < raw.size() && characters.find(raw[i + 1]) != std::string_view::npos;
  };
  std::size_t i = raw.find('\\');
  while (i < raw.size() && !is_escape(i)) i = raw.find('\\', i + 1);
  if (i >= raw.size()) return raw;
  scratch.assign(raw.substr(0, i));
  for (; i < raw.size(); ++i) {
    if (is_escape(i)) ++i;
    scratch += raw[i];
  }
  return scratch;
}

bool BeginsWithVersion(std::string_view text, std::string_view mark) {
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(mark.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::size_t end = text.find_first_not_of("0123456789.");
  return end != 0 && end != std::string_view::npos && text[end] == '|';
}

bool TakePipedFields(std::string_view& text, std::span<std::string_view> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t pipe = FindPipe(text);
    if (pipe == std::string_view::npos && i + 1 < fields.size()) return false;
    fields[i] = TrimBlanks(text.substr(0, pipe));
    text.remove_prefix(pipe == std::string_view::npos ? text.size() : pipe + 1);
  }
  return true;
}

void HandOverMessage(std::string_view text, FieldSink on_string) {
  const std::string_view trimmed = TrimBlanks(text);
  if (!trimmed.empty()) on_string("message", trimmed);
}

}  // namespace polder
