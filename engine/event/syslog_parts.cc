#include "engine/event/syslog_parts.h"

#include <algorithm>
#include <string>

#include "engine/event/event_time.h"
#include "engine/event/line_values.h"
#include "engine/observable/characters.h"
#include "engine/observable/ip.h"

namespace polder {
namespace {

constexpr std::size_t kLongestTag = 128;
constexpr std::size_t kLongestHost = 256;

std::size_t FractionLength(std::string_view text) {
  if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || !IsDigit(text[1])) return 0;
  std::size_t length = 2;
  while (length < text.size() && IsDigit(text[length])) ++length;
  return length;
}

std::size_t OffsetLength(std::string_view text) {
  if (text.starts_with('Z') || text.starts_with('z')) return 1;
  for (const std::string_view shape : {"+00:00", "-00:00", "+0000", "-0000", "+00", "-00"}) {
    if (const std::size_t length = ShapeLength(text, shape)) return length;
  }
  return 0;
}

// A year behind the time, ` UTC` and other zones: what no host may be taken for.
std::size_t TimeTailLength(std::string_view text) {
  std::size_t length = 0;
  const auto ends = [text](std::size_t at) {
    return at >= text.size() || text[at] == ' ' || text[at] == ':';
  };
  if (const std::size_t year = ShapeLength(text, " 0000"); year != 0 && ends(year)) length = year;
  const std::string_view rest = text.substr(length);
  if (const std::size_t offset = OffsetLength(rest.substr(rest.starts_with(' ') ? 1 : 0)); offset != 0) {
    const std::size_t end = length + offset + (rest.starts_with(' ') ? 1 : 0);
    if (ends(end)) return end;
  }
  if (!rest.starts_with(' ')) return length;
  std::size_t letters = 1;
  while (letters < rest.size() && rest[letters] >= 'A' && rest[letters] <= 'Z') ++letters;
  const std::string_view zone = rest.substr(1, letters - 1);
  // A name that is no well-known zone must have the colon that Cisco puts behind it.
  const bool known = zone == "UTC" || zone == "GMT";
  const bool colon = rest.substr(letters).starts_with(':') && zone != "CEF" && zone != "LEEF";
  if (zone.size() >= 2 && zone.size() <= 5 && (colon || (known && ends(length + letters)))) length += letters;
  return length;
}

// `Mmm dd hh:mm:ss` with the years and zones that devices add.
std::size_t BsdTimeLength(std::string_view text) {
  std::size_t at = ShapeLength(text, "0000 ");
  if (ShapeLength(text.substr(at), "AAA ") == 0) return 0;
  at = SkipBlanks(text, at + 3);
  std::size_t digits = at;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  if (digits == at || digits > at + 2) return 0;
  at = SkipBlanks(text, digits);
  if (const std::size_t year = ShapeLength(text.substr(std::min(at, text.size())), "0000 ")) {
    at = SkipBlanks(text, at + year);
  }
  if (at == digits) return 0;
  const std::size_t clock = ShapeLength(text.substr(at), "00:00:00");
  if (clock == 0) return 0;
  at += clock;
  at += FractionLength(text.substr(at));
  return at + TimeTailLength(text.substr(at));
}

bool IsTagChar(char c) {
  return IsTokenChar(c) || std::string_view("/@%+#*()$~\\").find(c) != std::string_view::npos;
}

// `%ASA-6-302013`, `%SYS-5-CONFIG_I`, `%LINEPROTO-SP-5-UPDOWN`.
bool IsMessageCode(std::string_view name) {
  if (!name.starts_with('%')) return false;
  const std::size_t last = name.rfind('-');
  return last != std::string_view::npos && last >= 3 && last + 1 < name.size() && IsDigit(name[last - 1]) &&
         name[last - 2] == '-';
}

}  // namespace

std::size_t SkipBlanks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  return at;
}

std::string_view WordAt(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  return text.substr(at, text.substr(at).find_first_of(" \t\r\n"));
}

std::size_t ShapeLength(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const char c = text[i];
    if (shape[i] == '0' ? !IsDigit(c) : shape[i] == 'A' ? !IsLetter(c) : c != shape[i]) return 0;
  }
  return shape.size();
}

SyslogTime SyslogTimeAtStart(std::string_view text) {
  SyslogTime time;
  const std::size_t with_t = ShapeLength(text, "0000-00-00T00:00:00");
  const std::size_t iso = with_t != 0 ? with_t : ShapeLength(text, "0000-00-00 00:00:00");
  if (iso != 0) {
    time.kind = with_t != 0 ? SyslogTime::Kind::kIso : SyslogTime::Kind::kIsoWithBlank;
    time.length = iso + FractionLength(text.substr(iso));
    time.length += OffsetLength(text.substr(time.length));
  } else if (ShapeLength(text, "0000000000") != 0) {
    time.kind = SyslogTime::Kind::kEpoch;
    time.length = std::min(text.find(' '), text.size());
  } else {
    time.kind = SyslogTime::Kind::kBsd;
    time.length = BsdTimeLength(text);
  }
  const bool ends = time.length == text.size() || text[time.length] == ' ' || text[time.length] == ':' ||
                    text[time.length] == '\t';
  if (time.length == 0 || !ends || !ParseEventTime(text.substr(0, time.length), 0)) return {};
  return time;
}

SyslogTag SyslogTagAt(std::string_view text, std::size_t at) {
  SyslogTag tag;
  const std::size_t limit = std::min(text.size(), at + kLongestTag);
  std::size_t end = at;
  while (end < limit && IsTagChar(text[end])) ++end;
  tag.name = text.substr(std::min(at, text.size()), end - at);
  if (tag.name == "CEF" || tag.name == "LEEF" || std::none_of(tag.name.begin(), tag.name.end(), IsLetter)) {
    return {};
  }
  tag.is_code = IsMessageCode(tag.name);
  if (end < text.size() && text[end] == '[') {
    const std::size_t close = text.substr(0, std::min(text.size(), end + kLongestTag)).find(']', end);
    if (close == std::string_view::npos || close == end + 1) return {};
    tag.pid = text.substr(end + 1, close - end - 1);
    if (!std::all_of(tag.pid.begin(), tag.pid.end(), [](char c) { return IsTokenChar(c) || c == '/'; }))
      return {};
    end = close + 1;
  }
  const bool colon = end < text.size() && text[end] == ':';
  if (colon) ++end;
  const bool blank = end == text.size() || IsBlank(text[end]);
  const bool numbered = !tag.pid.empty() && std::all_of(tag.pid.begin(), tag.pid.end(), IsDigit);
  if (colon ? !blank && tag.pid.empty() : !blank || !numbered) return {};
  tag.end = end;
  return tag;
}

bool IsSyslogHost(std::string_view word) {
  return !word.empty() && word.size() <= kLongestHost && std::all_of(word.begin(), word.end(), [](char c) {
    return IsTokenChar(c) || IsNonAscii(c) || c == ':' || c == '/' || c == '@' || c == '%';
  });
}

bool IsAddressOrFullName(std::string_view word) {
  if (ParseIp(word)) return true;
  const std::size_t dot = word.find('.');
  return dot != std::string_view::npos && dot != 0 && dot + 1 < word.size() &&
         std::any_of(word.begin(), word.end(), IsLetter) && IsAlnum(word.back()) &&
         std::all_of(word.begin(), word.end(), IsTokenChar);
}

bool IsLogLevel(std::string_view word) {
  std::string lower(word.substr(0, 16));
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLowerAscii);
  for (const std::string_view level :
       {"trace", "debug", "info", "notice", "warn", "warning", "error", "err", "severe", "crit", "critical",
        "fatal", "alert", "emerg", "stdout", "stderr"}) {
    if (lower == level) return true;
  }
  return false;
}

}  // namespace polder
