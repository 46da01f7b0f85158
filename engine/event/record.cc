#include "engine/event/record.h"

#include <utility>

namespace polder {
namespace {

constexpr std::pair<Format, std::string_view> kNames[] = {
    {Format::kAuto, "auto"},        {Format::kJson, "json"},         {Format::kSyslog, "syslog"},
    {Format::kCef, "cef"},          {Format::kLeef, "leef"},         {Format::kZeek, "zeek"},
    {Format::kAccessLog, "access"}, {Format::kKeyValue, "keyvalue"}, {Format::kText, "text"},
};

// RFC 8259 section 2.
bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view TrimStart(std::string_view bytes) {
  std::size_t start = 0;
  while (start < bytes.size() && IsJsonSpace(bytes[start])) ++start;
  return bytes.substr(start);
}

bool BeginsAsJson(std::string_view bytes) {
  const std::string_view start = TrimStart(bytes);
  if (start.starts_with('{')) return true;
  if (!start.starts_with('[')) return false;
  const std::string_view next = TrimStart(start.substr(1));
  return !next.empty() && std::string_view("{[]\"").find(next.front()) != std::string_view::npos;
}

}  // namespace

std::string_view FormatName(Format format) {
  for (const auto& [known, name] : kNames) {
    if (known == format) return name;
  }
  return "text";
}

std::optional<Format> FormatFromName(std::string_view name) {
  for (const auto& [format, known] : kNames) {
    if (known == name) return format;
  }
  return std::nullopt;
}

bool IsTakenForJson(Format format, std::string_view bytes) {
  return format == Format::kJson || (format == Format::kAuto && BeginsAsJson(bytes));
}

bool ClaimsJson(Format format, std::string_view bytes) {
  return format == Format::kJson || (format == Format::kAuto && TrimStart(bytes).starts_with('{'));
}

}  // namespace polder
