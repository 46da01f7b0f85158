#include "rules/read/reader.h"

#include <fmt/format.h>

#include "rules/read/list_reader.h"
#include "rules/read/stix_reader.h"

namespace polder {
namespace {

constexpr std::string_view kUtf8Bom = "\xEF\xBB\xBF";
// Long enough to recognise, short enough to read in a terminal.
constexpr std::size_t kShownValue = 120;

// What a person can read and a terminal survives: control bytes and what is not ASCII as \xNN, shortened.
std::string Shown(std::string_view value) {
  std::string shown;
  for (const char c : value.substr(0, kShownValue)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += c;
    }
  }
  if (value.size() > kShownValue) shown += "...";
  return shown;
}

std::string_view TrimStart(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  return start == std::string_view::npos ? std::string_view() : text.substr(start);
}

ReadResult Unreadable(const ReadContext& context, std::string reason) {
  ReadResult result;
  result.unreadable = true;
  result.format = "unknown";
  result.refusals.push_back({context.path, 0, "", std::move(reason), "unreadable file"});
  return result;
}

}  // namespace

std::string Refusal::Message() const {
  std::string message = path;
  if (line > 0) message += fmt::format(":{}", line);
  message += fmt::format(": {}", reason);
  if (!value.empty()) message += fmt::format(": '{}'", Shown(value));
  return message;
}

ReadResult ReadIndicators(std::string_view bytes, const ReadContext& context) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return Unreadable(context, "the file is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8");
  }
  if (bytes.starts_with(kUtf8Bom)) bytes.remove_prefix(kUtf8Bom.size());
  const std::string_view content = TrimStart(bytes);
  const bool object = content.starts_with('{');
  const bool array_of_objects = content.starts_with('[') && TrimStart(content.substr(1)).starts_with('{');
  if (object || array_of_objects) {
    return ReadStix(bytes, context);
  }
  if (content.starts_with('<')) {
    return Unreadable(context, "the file is XML, which is not supported; STIX is read as JSON (2.1)");
  }
  return ReadPlainList(bytes, context);
}

}  // namespace polder
