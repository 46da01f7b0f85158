#include "engine/event/cef_reader.h"

#include <array>
#include <cstddef>

namespace polder {
namespace {

constexpr std::string_view kMark = "CEF:";
constexpr std::array<std::string_view, 7> kHeaderNames = {
    "cefVersion", "deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity"};

// `\n` and `\r` in values are line ends.
std::string_view UnescapeValue(std::string_view raw, std::string& scratch) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  if (HasPlainBackslashes(raw, "\\=|nr\"")) return WithoutBackslashes(raw, "=|", scratch);
  scratch.clear();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      scratch += raw[i];
      continue;
    }
    const char escaped = raw[++i];  // there is one, else the backslashes were plain
    scratch += escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped;
  }
  return scratch;
}

// Where the next key begins, which stands behind a blank; the size of `text` if there is none.
std::size_t FindKey(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (i > 0 && !IsBlank(text[i - 1])) continue;
    if (!KeyAt(text, i).empty()) return i;
  }
  return text.size();
}

}  // namespace

bool LooksLikeCef(std::string_view text) { return BeginsWithVersion(text, kMark); }

bool ReadCef(std::string_view text, std::string& scratch, FieldSink on_string, NumberFieldSink) {
  if (!LooksLikeCef(text)) return false;
  std::array<std::string_view, kHeaderNames.size()> header;
  std::string_view extension = text.substr(kMark.size());
  if (!TakePipedFields(extension, header)) return false;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (!header[i].empty()) on_string(kHeaderNames[i], WithoutBackslashes(header[i], "\\|", scratch));
  }
  std::size_t at = FindKey(extension, 0);
  HandOverMessage(extension.substr(0, at), on_string);
  while (at < extension.size()) {
    const std::string_view key = KeyAt(extension, at);
    const std::size_t start = at + key.size() + 1;
    const std::size_t next = FindKey(extension, start);
    on_string(key, UnescapeValue(TrimBlanks(extension.substr(start, next - start)), scratch));
    at = next;
  }
  return true;
}

}  // namespace polder
