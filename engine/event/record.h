// One log record as bytes, before anything is known about it.
#ifndef POLDER_ENGINE_EVENT_RECORD_H_
#define POLDER_ENGINE_EVENT_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/time.h"

namespace polder {

// The bytes of a record are followed by this many readable ones, whatever their content: SIMD code and
// simdjson read past the end. Whoever fills a batch sees to it.
inline constexpr std::size_t kRecordPadding = 64;

struct ZeekColumns;  // engine/event/zeek_reader.h

struct Record {
  std::string_view bytes;  // without a line end
  TimeUs arrival = 0;      // used where the event has no time of its own
  // What the header lines of the stream before this record say of its columns; null if there were none. Owned
  // by whoever fills the batch, and valid as long as the bytes are.
  const ZeekColumns* columns = nullptr;
};

// How records are to be read. kAuto finds out, record by record, in this order:
//   kJson       the first byte that is not white space is `{`, or `[` followed by what a JSON array may begin
//               with (`{`, `[`, `]` or a quote)
//   kZeek       the record has columns (Record::columns)
//   kCef, kLeef `CEF:0|` or `LEEF:1.0|` and the like, at the beginning or behind a syslog header
//   kSyslog     `<PRI>`, or the header of RFC 3164 or 5424 without it; what it carries is read as JSON, CEF,
//               LEEF, an access log or key=value where it is one
//   kAccessLog  the common and combined log formats of Apache and nginx, with or without a virtual host
//   kKeyValue   `key=value` pairs, at least three and nearly all of the line
//   kText       anything else: a line of text
// Any other than kAuto forces that format; a record that is none is searched as text and counted as
// unparsable.
enum class Format : std::uint8_t { kAuto, kJson, kSyslog, kCef, kLeef, kZeek, kAccessLog, kKeyValue, kText };

// "auto", "json", "syslog", "cef", "leef", "zeek", "access", "keyvalue", "text".
std::string_view FormatName(Format format);
std::optional<Format> FormatFromName(std::string_view name);

// Whether `bytes` are taken for JSON under `format`; the one answer that the first look needs.
bool IsTakenForJson(Format format, std::string_view bytes);

// Whether a record that turned out not to be JSON counts as unparsable: under kJson always, under kAuto when
// it began with `{`, as only JSON does.
bool ClaimsJson(Format format, std::string_view bytes);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_RECORD_H_
