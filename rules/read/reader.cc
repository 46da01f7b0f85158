#include "rules/read/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/unicode.h"
#include "engine/observable/characters.h"
#include "rules/read/json_document.h"
#include "rules/read/json_reader.h"
#include "rules/read/list_reader.h"

namespace polder {
namespace {

constexpr std::string_view kUtf8Bom = "\xEF\xBB\xBF";
// Long enough to recognise, short enough to read in a terminal.
constexpr std::size_t kShownValue = 120;
constexpr std::size_t kShownReason = 500;

// What a person can read and a terminal survives: printable ASCII and letters as they are, other bytes as
// \xNN, shortened.
std::string Shown(std::string_view value, std::size_t limit) {
  std::string shown;
  for (std::size_t i = 0; i < std::min(value.size(), limit);) {
    const bool ascii = !IsNonAscii(value[i]) && !IsControl(value[i]);
    const std::size_t length = ascii ? 1 : LeadingLetterLength(value.substr(i));
    if (length > 0) {
      shown += value.substr(i, length);
      i += length;
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(value[i++]));
    }
  }
  if (value.size() > limit) shown += "...";
  return shown;
}

std::string_view TrimStart(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  return start == std::string_view::npos ? std::string_view() : text.substr(start);
}

}  // namespace

Indicator NewIndicator(const ReadContext& context) {
  Indicator indicator;
  indicator.source = context.source;
  indicator.tlp = context.tlp;
  indicator.confidence = context.confidence;
  indicator.shadow = context.shadow;
  return indicator;
}

std::string Refusal::Message() const {
  std::string message = path;
  if (line > 0) message += fmt::format(":{}", line);
  // Reasons quote what stood in a pattern.
  message += fmt::format(": {}", Shown(reason, kShownReason));
  if (!value.empty()) message += fmt::format(": '{}'", Shown(value, kShownValue));
  return message;
}

ReadResult ReadIndicators(std::string_view bytes, const ReadContext& context) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return Unreadable(context, 0, "the file is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8");
  }
  if (bytes.starts_with(kUtf8Bom)) bytes.remove_prefix(kUtf8Bom.size());
  const std::string_view content = TrimStart(bytes);
  const bool object = content.starts_with('{');
  const bool array_of_objects = content.starts_with('[') && TrimStart(content.substr(1)).starts_with('{');
  if (object || array_of_objects) {
    return ReadJson(bytes, context);
  }
  if (content.starts_with('<')) {
    return Unreadable(context, 0, "the file is XML, which is not supported; STIX is read as JSON (2.1)");
  }
  return ReadPlainList(bytes, context);
}

}  // namespace polder
