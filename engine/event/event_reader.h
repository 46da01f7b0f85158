// Reads a record of any format into fields: paths with string and number values.
#ifndef POLDER_ENGINE_EVENT_EVENT_READER_H_
#define POLDER_ENGINE_EVENT_EVENT_READER_H_

#include <memory>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "engine/event/json_reader.h"
#include "engine/event/record.h"

namespace polder {

// What a record turned out to be.
struct EventReading {
  // Where it stands in a syslog header, of what that carries, or kSyslog if that is free text; else its own.
  Format format = Format::kText;
  bool in_syslog = false;   // in a syslog header
  bool unparsable = false;  // claimed to be, or was forced to be read as, a format that it is not
  // It began as JSON and is none: what was handed over does not count, and the record is to be searched as
  // text, as it stands and with its escapes decoded, since most such records are JSON that was cut off.
  bool broken_json = false;
};

// The fields of all formats but JSON are flat, and named as the format names them: CEF's `src` and
// `deviceVendor`, Zeek's columns (with `answers.0` for the elements of a vector or set, as Zeek's JSON has
// them), `remote_addr`, `request_uri`, `status` of access logs as nginx names them. A syslog header gives
// `syslog.priority` (a number), `syslog.timestamp`, `syslog.hostname`, `syslog.appname`, `syslog.procid`,
// `syslog.msgid`, `syslog.structured_data.ID.NAME`, and `message` for what it carries, unless that is of a
// format of its own. Free text, and all that belongs to no field, is `message` as well, in as many pieces as
// there are. Nothing but keys, delimiters and escapes is left out: a value that stands in the record is
// searched.
//
// A string value of JSON that is itself, from its first byte on, a JSON object or array of at least one
// member is not handed over: its values are, under its path (`AuditData.ClientIP`), up to kMaxNesting strings
// deep and for strings of up to JsonReader::kMaxNestedBytes.
//
// JSON in a syslog message may stand behind a cookie such as `@cee:`. If it is broken the message is free
// text, handed over as it stands and, where that makes a difference, once more with its escapes decoded; it
// counts as unparsable if it began with `{`.
//
// Holds buffers that grow to the largest record seen: keep one per worker, not shared between threads.
class EventReader {
 public:
  static constexpr int kMaxNesting = JsonReader::kMaxNesting;
  using StringSink = absl::FunctionRef<void(std::string_view path, std::string_view value)>;
  using NumberSink = absl::FunctionRef<void(std::string_view path, double value)>;

  EventReader();
  ~EventReader();
  EventReader(EventReader&&) noexcept;

  // Calls the sinks for every string value, unescaped, and every number of JSON and Zeek, in the order of the
  // record, both values of a duplicate key included. A value that needed no unescaping is a view into
  // `record.bytes`. The views last for the call. `record.bytes` are followed by kRecordPadding readable
  // bytes.
  EventReading Read(const Record& record, Format format, StringSink on_string, NumberSink on_number);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_EVENT_READER_H_
