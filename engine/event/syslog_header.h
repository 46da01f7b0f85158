// The header that syslog puts in front of a message, in the spellings that devices and log files have.
#ifndef POLDER_ENGINE_EVENT_SYSLOG_HEADER_H_
#define POLDER_ENGINE_EVENT_SYSLOG_HEADER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/event/line_values.h"

namespace polder {

// Views into the line; empty where the header does not have the field or has `-` for it.
struct SyslogHeader {
  std::optional<int> priority;  // 0 to 191
  std::string_view timestamp;   // as ParseEventTime takes it
  std::string_view hostname;
  std::string_view app_name;
  std::string_view proc_id;
  std::string_view msg_id;           // `%ASA-6-302013` as well
  std::string_view structured_data;  // `[id name="value"]...`, well formed
  std::string_view sequence;         // the number that Cisco's devices put first
  std::size_t message = 0;           // where the line's message begins; the line's size if it has none

  // Hands over the fields under the names that EventReader lists, and `sequence` as `message`; not what the
  // header carries. An element of structured data without parameters is the value of
  // `syslog.structured_data`.
  void HandOver(std::string& scratch, FieldSink on_string, NumberFieldSink on_number) const;
};

// Nothing for a line without such a header, above all for one that merely begins with a time. What counts:
//   `<PRI>` and anything, read as far as it is RFC 5424 or RFC 3164
//   RFC 5424 without `<PRI>`
//   RFC 3164 without `<PRI>`, with a time of that RFC, with a year or a fraction in it, or an ISO time, and
//     then a host and a tag (`sshd[123]:`, `kernel:`, `%ASA-6-302013:`), or a host that is an address or a
//     full name, or CEF or LEEF
// A message of RFC 5424 is without its byte order mark. Structured data that is not well formed belongs to
// the message.
std::optional<SyslogHeader> ReadSyslogHeader(std::string_view line);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_SYSLOG_HEADER_H_
