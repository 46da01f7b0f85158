#include "engine/event/record.h"

namespace polder {
namespace {

// RFC 8259 section 2.
bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view TrimStart(std::string_view bytes) {
  std::size_t start = 0;
  while (start < bytes.size() && IsJsonSpace(bytes[start])) ++start;
  return bytes.substr(start);
}

}  // namespace

std::optional<Format> FormatFromName(std::string_view name) {
  if (name == "auto") return Format::kAuto;
  if (name == "json") return Format::kJson;
  // A syslog line is text with the time at its beginning, which every text record is searched for.
  if (name == "text" || name == "syslog") return Format::kText;
  return std::nullopt;
}

Format ResolveFormat(Format format, std::string_view bytes) {
  if (format != Format::kAuto) return format;
  const std::string_view start = TrimStart(bytes);
  if (start.starts_with('{')) return Format::kJson;
  if (!start.starts_with('[')) return Format::kText;
  const std::string_view next = TrimStart(start.substr(1));
  const bool array = !next.empty() && std::string_view("{[]\"").find(next.front()) != std::string_view::npos;
  return array ? Format::kJson : Format::kText;
}

bool ClaimsJson(Format format, std::string_view bytes) {
  return format == Format::kJson || (format == Format::kAuto && TrimStart(bytes).starts_with('{'));
}

}  // namespace polder
