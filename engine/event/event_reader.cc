// Finds out what a record is and hands it to the reader of that format. Every reader says whether the record
// was of its format before it hands over anything, so what turns out to be none is still whole.
#include "engine/event/event_reader.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "engine/event/access_log_reader.h"
#include "engine/event/cef_reader.h"
#include "engine/event/key_value_reader.h"
#include "engine/event/leef_reader.h"
#include "engine/event/syslog_header.h"
#include "engine/event/unescape.h"
#include "engine/event/zeek_reader.h"
#include "engine/observable/characters.h"

namespace polder {
namespace {

using StringSink = EventReader::StringSink;
using NumberSink = EventReader::NumberSink;

constexpr std::string_view kTextField = "message";

// What stands before JSON in a syslog message: a byte order mark (RFC 5424), white space, and a cookie such
// as `@cee:`.
std::string_view SkipCookie(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  const auto skip_space = [&text] {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  };
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  skip_space();
  if (!text.starts_with('@')) return text;
  std::size_t end = 1;
  while (end < text.size() && IsAlnum(text[end])) ++end;
  if (end == text.size() || text[end] != ':') return text;
  text.remove_prefix(end + 1);
  skip_space();
  return text;
}

// What a line may be before it is taken for syslog, after that, and what a syslog message may carry; in the
// order in which it is tried.
constexpr Format kBare[] = {Format::kCef, Format::kLeef};
constexpr Format kLast[] = {Format::kAccessLog, Format::kKeyValue};
constexpr Format kInSyslog[] = {Format::kJson, Format::kCef, Format::kLeef, Format::kAccessLog,
                                Format::kKeyValue};

// Whether it is worth while to read `text` as `format` when nobody said that it is.
bool LooksLike(Format format, std::string_view text) {
  switch (format) {
    case Format::kCef:
      return LooksLikeCef(text);
    case Format::kLeef:
      return LooksLikeLeef(text);
    case Format::kAccessLog:
      return LooksLikeAccessLog(text);
    case Format::kKeyValue:
      return LooksLikeKeyValue(text);
    default:
      return IsTakenForJson(Format::kAuto, SkipCookie(text));
  }
}

}  // namespace

struct EventReader::State {
  JsonReader json;
  ZeekScratch zeek;
  std::string scratch;

  // False, before any call, if `text` is not of that format.
  bool ReadAs(Format format, std::string_view text, StringSink on_string, NumberSink on_number) {
    switch (format) {
      case Format::kJson:
        // Nothing follows the message but the end of the record, so its padding is there.
        return json.Read(SkipCookie(text), on_string, on_number);
      case Format::kCef:
        return ReadCef(text, scratch, on_string, on_number);
      case Format::kLeef:
        return ReadLeef(text, scratch, on_string, on_number);
      case Format::kAccessLog:
        return ReadAccessLog(text, scratch, on_string, on_number);
      case Format::kKeyValue:
        return ReadKeyValue(text, scratch, on_string, on_number);
      default:
        return false;
    }
  }

  std::optional<Format> ReadAsFirst(std::span<const Format> formats, std::string_view text,
                                    StringSink on_string, NumberSink on_number) {
    for (const Format format : formats) {
      if (LooksLike(format, text) && ReadAs(format, text, on_string, on_number)) return format;
    }
    return std::nullopt;
  }

  // What a syslog header carries when it is of no format.
  void ReadMessage(std::string_view text, EventReading& reading, StringSink on_string) {
    if (!text.empty()) on_string(kTextField, text);
    const std::string_view json_text = SkipCookie(text);
    if (!IsTakenForJson(Format::kAuto, json_text)) return;
    // Most such messages are JSON that was cut off.
    reading.unparsable = reading.unparsable || ClaimsJson(Format::kAuto, json_text);
    UnescapeLeniently(text, scratch);
    if (scratch != text) on_string(kTextField, scratch);
  }

  EventReading ReadJson(std::string_view bytes, Format format, StringSink on_string, NumberSink on_number) {
    EventReading reading{.format = Format::kJson};
    if (json.Read(bytes, on_string, on_number)) return reading;
    return {.format = Format::kText, .unparsable = ClaimsJson(format, bytes), .broken_json = true};
  }

  EventReading ReadColumns(const Record& record, Format format, StringSink on_string, NumberSink on_number) {
    // Header lines are events as well.
    const bool values = !ZeekHeader::MayBeHeader(record.bytes);
    if (values && record.columns != nullptr &&
        ReadZeek(record.bytes, *record.columns, zeek, on_string, on_number)) {
      return {.format = Format::kZeek};
    }
    on_string(kTextField, record.bytes);
    return {.format = Format::kText, .unparsable = values && (format == Format::kZeek || record.columns)};
  }

  // A syslog message, as `wanted` unless that is kAuto or kSyslog: as whatever it is.
  EventReading ReadSyslog(const SyslogHeader& header, std::string_view line, Format wanted,
                          StringSink on_string, NumberSink on_number) {
    header.HandOver(scratch, on_string, on_number);
    const std::string_view message = line.substr(header.message);
    EventReading reading{.format = Format::kSyslog, .in_syslog = true};
    if (wanted != Format::kAuto && wanted != Format::kSyslog) {
      if (ReadAs(wanted, message, on_string, on_number)) return {.format = wanted, .in_syslog = true};
      reading.unparsable = true;
    } else if (const auto format = ReadAsFirst(kInSyslog, message, on_string, on_number)) {
      return {.format = *format, .in_syslog = true};
    }
    ReadMessage(message, reading, on_string);
    return reading;
  }

  // A line of `wanted`, with or without a syslog header.
  EventReading ReadLine(std::string_view line, Format wanted, StringSink on_string, NumberSink on_number) {
    const bool any = wanted == Format::kAuto;
    if (any) {
      if (const auto format = ReadAsFirst(kBare, line, on_string, on_number)) return {.format = *format};
    } else if (wanted != Format::kKeyValue && ReadAs(wanted, line, on_string, on_number)) {
      return {.format = wanted};
    }
    if (const auto header = ReadSyslogHeader(line)) {
      return ReadSyslog(*header, line, wanted, on_string, on_number);
    }
    // Pairs are found behind any text, a header as well, so that they come last.
    if (any) {
      if (const auto format = ReadAsFirst(kLast, line, on_string, on_number)) return {.format = *format};
    } else if (wanted == Format::kKeyValue && ReadAs(wanted, line, on_string, on_number)) {
      return {.format = wanted};
    }
    on_string(kTextField, line);
    return {.format = Format::kText, .unparsable = !any};
  }
};

EventReader::EventReader() : state_(std::make_unique<State>()) {}
EventReader::~EventReader() = default;
EventReader::EventReader(EventReader&&) noexcept = default;

EventReading EventReader::Read(const Record& record, Format format, StringSink on_string,
                               NumberSink on_number) {
  if (IsTakenForJson(format, record.bytes)) {
    return state_->ReadJson(record.bytes, format, on_string, on_number);
  }
  if (format == Format::kZeek || (format == Format::kAuto && record.columns != nullptr)) {
    return state_->ReadColumns(record, format, on_string, on_number);
  }
  if (format == Format::kText) {
    on_string(kTextField, record.bytes);
    return {};
  }
  return state_->ReadLine(record.bytes, format, on_string, on_number);
}

}  // namespace polder
