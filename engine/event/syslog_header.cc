#include "engine/event/syslog_header.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/event/event_time.h"
#include "engine/event/syslog_parts.h"
#include "engine/observable/characters.h"
#include "engine/observable/ip.h"

namespace polder {
namespace {

constexpr std::size_t kLongestName = 256;  // of structured data; the RFC has 32
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view UnlessNil(std::string_view word) { return word == "-" ? std::string_view() : word; }

// Whether what begins here is text of its own and no part of a header.
bool BeginsMessage(std::string_view text) {
  return text.starts_with("CEF:") || text.starts_with("LEEF:") || text.starts_with('{') ||
         text.starts_with('[') || text.starts_with('<') || text.starts_with('"') || text.starts_with('(');
}

bool CarriesEvent(std::string_view text) { return text.starts_with("CEF:") || text.starts_with("LEEF:"); }

// --- RFC 5424 ------------------------------------------------------------------------------------

// Calls `on_parameter(id, name, raw value)` for every parameter of well-formed structured data at the
// beginning of `text`; with empty names for an element without any. The length of the data, or 0 if it is not
// well formed.
template <typename OnParameter>
std::size_t WalkStructuredData(std::string_view text, OnParameter on_parameter) {
  std::size_t at = 0;
  const auto take_name = [text, &at] {
    const std::size_t start = at;
    while (at < text.size() && !IsControl(text[at]) &&
           std::string_view(" =]\"").find(text[at]) == std::string_view::npos) {
      ++at;
    }
    return text.substr(start, at - start);
  };
  while (at < text.size() && text[at] == '[') {
    ++at;
    const std::string_view id = take_name();
    if (id.empty() || id.size() > kLongestName) return 0;
    bool any = false;
    for (at = SkipBlanks(text, at); at < text.size() && text[at] != ']'; at = SkipBlanks(text, at)) {
      const std::string_view name = take_name();
      if (name.empty() || name.size() > kLongestName || !text.substr(at).starts_with("=\"")) return 0;
      at += 2;
      const std::size_t start = at;
      while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
      if (at >= text.size()) return 0;
      on_parameter(id, name, text.substr(start, at - start));
      any = true;
      ++at;
    }
    if (at >= text.size()) return 0;
    if (!any) on_parameter(id, std::string_view(), std::string_view());
    ++at;
  }
  return at == text.size() || text[at] == ' ' ? at : 0;
}

// `VERSION TIMESTAMP HOST APP PROCID MSGID SD MSG` from `at` on. Nothing if the line has other fields, as
// those have that put only a version and a time in front of CEF or LEEF.
std::optional<SyslogHeader> ReadRfc5424(std::string_view line, std::size_t at, SyslogHeader header) {
  if (!header.priority && ShapeLength(line, "0 0000-") == 0) return std::nullopt;
  const std::string_view version = WordAt(line, at);
  if (version.empty() || version.size() > 2 || !std::all_of(version.begin(), version.end(), IsDigit)) {
    return std::nullopt;
  }
  at += version.size() + 1;
  std::array<std::string_view, 5> words;
  for (std::string_view& word : words) {
    word = WordAt(line, at);
    if (word.empty()) return std::nullopt;
    at = SkipBlanks(line, at + word.size());
  }
  const auto& [timestamp, host, app, process, message_id] = words;
  constexpr std::size_t kDateAndClock = 19;
  const bool is_time = timestamp.size() >= kDateAndClock && ParseEventTime(timestamp, 0);
  if (!is_time && !(header.priority && timestamp == "-")) return std::nullopt;
  const std::string_view rest = line.substr(std::min(at, line.size()));
  if (rest.starts_with('[')) {
    header.structured_data = rest.substr(0, WalkStructuredData(rest, [](auto...) {}));
    at += header.structured_data.size();
  } else if (WordAt(rest, 0) == "-") {
    ++at;
  } else {
    return std::nullopt;
  }
  header.timestamp = UnlessNil(timestamp);
  header.hostname = UnlessNil(host);
  header.app_name = UnlessNil(app);
  header.proc_id = UnlessNil(process);
  header.msg_id = UnlessNil(message_id);
  if (at < line.size() && line[at] == ' ') ++at;
  if (line.substr(std::min(at, line.size())).starts_with(kByteOrderMark)) at += kByteOrderMark.size();
  header.message = std::min(at, line.size());
  return header;
}

// --- RFC 3164 ------------------------------------------------------------------------------------

// The length of digits with a colon and a blank behind them, the blank not counted; or 0.
std::size_t DigitsAndColon(std::string_view text) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos) return 0;
  return text.substr(digits).starts_with(": ") ? digits + 1 : 0;
}

// A line read from left to right; each step takes what is there.
class Rfc3164 {
 public:
  Rfc3164(std::string_view line, std::size_t at, SyslogHeader header)
      : line_(line), at_(SkipBlanks(line, at)), header_(header) {}

  std::optional<SyslogHeader> Read() {
    const bool prioritised = header_.priority.has_value();
    if (prioritised) TakeOrigin();
    const SyslogTime time = TakeTime();
    if (time.kind == SyslogTime::Kind::kNone && !prioritised) return std::nullopt;
    if (time.kind == SyslogTime::Kind::kEpoch && !prioritised) return std::nullopt;
    if (time.kind != SyslogTime::Kind::kNone) TakeHost();
    TakeTag();
    if (!prioritised && !LooksTheShape(time.kind)) return std::nullopt;
    header_.message = std::min(at_, line_.size());
    return header_;
  }

 private:
  std::string_view Rest() const { return line_.substr(std::min(at_, line_.size())); }

  // Cisco's: the number of the message, then the device's name, each with a colon behind it and only if the
  // time follows.
  void TakeOrigin() {
    if (const std::size_t length = DigitsAndColon(Rest())) {
      header_.sequence = Rest().substr(0, length - 1);
      at_ = SkipBlanks(line_, at_ + length);
    } else if (Rest().starts_with(": ")) {
      at_ += 2;
    }
    const std::string_view word = WordAt(line_, at_);
    if (word.size() < 2 || !word.ends_with(':') || !IsSyslogHost(word)) return;
    const std::size_t next = SkipBlanks(line_, at_ + word.size());
    const std::string_view behind = line_.substr(std::min(next, line_.size()));
    if (SyslogTimeAtStart(WithoutMark(behind)).kind == SyslogTime::Kind::kNone) return;
    header_.hostname = word.substr(0, word.size() - 1);
    at_ = next;
  }

  // Cisco marks a time that its clock may have wrong.
  static std::string_view WithoutMark(std::string_view text) {
    if (text.starts_with('*') || text.starts_with('.')) text.remove_prefix(1);
    return text;
  }

  SyslogTime TakeTime() {
    const std::string_view text = WithoutMark(Rest());
    const SyslogTime time = SyslogTimeAtStart(text);
    if (time.kind == SyslogTime::Kind::kNone) return time;
    // What follows at once belongs to it: `07:08:09:2001:db8::1` is no time with a host behind it.
    const std::string_view behind = text.substr(time.length);
    if (behind.size() > 1 && behind.starts_with(':') && !behind.starts_with(": ")) return {};
    header_.timestamp = text.substr(0, time.length);
    at_ += Rest().size() - text.size() + time.length;
    if (Rest().starts_with(": ")) ++at_;
    at_ = SkipBlanks(line_, at_);
    return time;
  }

  void TakeHost() {
    const std::string_view word = WordAt(line_, at_);
    const std::size_t next = SkipBlanks(line_, at_ + word.size());
    if (!header_.hostname.empty() || BeginsMessage(word) || next >= line_.size()) return;
    const SyslogTag tag = SyslogTagAt(line_, at_);
    if (tag.is_code && tag.end != 0) return;
    if (tag.end != 0) {
      // `fw01: %ASA-...`: a host with a colon behind it.
      const SyslogTag following = SyslogTagAt(line_, SkipBlanks(line_, tag.end));
      if (following.end == 0 || !following.is_code || !tag.pid.empty()) return;
      header_.hostname = tag.name;
      at_ = SkipBlanks(line_, tag.end);
      return;
    }
    if (!IsSyslogHost(word) || (word.ends_with(':') && !ParseIp(word))) return;
    header_.hostname = word;
    at_ = next;
    if (Rest().starts_with(": ")) at_ = SkipBlanks(line_, at_ + 1);
  }

  void TakeTag() {
    const SyslogTag tag = SyslogTagAt(line_, at_);
    if (tag.end == 0) return;
    (tag.is_code ? header_.msg_id : header_.app_name) = tag.name;
    header_.proc_id = tag.pid;
    at_ = SkipBlanks(line_, tag.end);
  }

  // Of a line without `<PRI>`: whether it is syslog rather than a log of its own that begins with a time.
  bool LooksTheShape(SyslogTime::Kind time) const {
    const std::string_view host = header_.hostname;
    if (CarriesEvent(Rest())) return true;
    if (!header_.msg_id.empty()) return true;
    const bool has_process = !header_.proc_id.empty();
    if (host.empty()) return has_process && time == SyslogTime::Kind::kBsd;
    if (IsLogLevel(host) || std::all_of(host.begin(), host.end(), IsDigit)) return false;
    if (time == SyslogTime::Kind::kIsoWithBlank) return has_process;
    if (!header_.app_name.empty() || IsAddressOrFullName(host)) return true;
    // The time as rsyslog's files have it, and no other log.
    if (ShapeLength(header_.timestamp, "0000-00-00T00:00:00.000000+00:00") != 0) return true;
    // Some devices put their name into the message as well.
    return time == SyslogTime::Kind::kBsd &&
           (BeginsMessage(Rest()) || DigitsAndColon(Rest()) != 0 || WordAt(Rest(), 0) == host);
  }

  std::string_view line_;
  std::size_t at_;
  SyslogHeader header_;
};

// `<0>` to `<191>`; the length of it, or 0.
std::size_t TakePriority(std::string_view line, SyslogHeader& header) {
  constexpr int kHighest = 191;
  constexpr std::size_t kLongest = 5;
  if (!line.starts_with('<')) return 0;
  const std::size_t close = line.substr(0, kLongest).find('>');
  if (close == std::string_view::npos || close < 2) return 0;
  int value = 0;
  const auto [end, error] = std::from_chars(line.data() + 1, line.data() + close, value);
  if (error != std::errc() || end != line.data() + close || value < 0 || value > kHighest) return 0;
  header.priority = value;
  return close + 1;
}

}  // namespace

std::optional<SyslogHeader> ReadSyslogHeader(std::string_view line) {
  SyslogHeader header;
  std::size_t at = TakePriority(line, header);
  if (auto rfc5424 = ReadRfc5424(line, at, header)) return rfc5424;
  // A version, and no more of RFC 5424.
  if (header.priority && ShapeLength(line.substr(at), "0 ") != 0) at += 2;
  return Rfc3164(line, at, header).Read();
}

void SyslogHeader::HandOver(std::string& scratch, FieldSink on_string, NumberFieldSink on_number) const {
  const auto hand_over = [&](std::string_view path, std::string_view value) {
    if (!value.empty()) on_string(path, value);
  };
  if (priority) on_number("syslog.priority", *priority);
  hand_over("message", sequence);
  hand_over("syslog.timestamp", timestamp);
  hand_over("syslog.hostname", hostname);
  hand_over("syslog.appname", app_name);
  hand_over("syslog.procid", proc_id);
  hand_over("syslog.msgid", msg_id);
  constexpr std::string_view kStructuredData = "syslog.structured_data";
  std::string path;
  WalkStructuredData(structured_data, [&](std::string_view id, std::string_view name, std::string_view raw) {
    if (name.empty()) return on_string(kStructuredData, id);
    path = kStructuredData;
    for (const std::string_view step : {id, name}) {
      path += '.';
      path += step;
    }
    on_string(path, WithoutBackslashes(raw, "\"\\]", scratch));
  });
}

}  // namespace polder
