// The pieces that syslog headers are made of (RFC 3164 and what devices make of it).
#ifndef POLDER_ENGINE_EVENT_SYSLOG_PARTS_H_
#define POLDER_ENGINE_EVENT_SYSLOG_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace polder {

// Behind the blanks at `at`; may be the size of `text`.
std::size_t SkipBlanks(std::string_view text, std::size_t at);

// Up to the next blank; empty at the end.
std::string_view WordAt(std::string_view text, std::size_t at);

// The length of what has the shape at the beginning of `text`, where `0` is a digit and `A` a letter; 0 if it
// has another.
std::size_t ShapeLength(std::string_view text, std::string_view shape);

// The time at the beginning of `text`, with the years, fractions and zones that devices add.
struct SyslogTime {
  enum class Kind : std::uint8_t { kNone, kBsd, kIso, kIsoWithBlank, kEpoch };
  Kind kind = Kind::kNone;
  std::size_t length = 0;  // ParseEventTime takes that much
};
SyslogTime SyslogTimeAtStart(std::string_view text);

// `name:`, `name[pid]:`, `name[123] `; a colon without a process behind the name needs a blank behind it.
struct SyslogTag {
  std::string_view name;
  std::string_view pid;
  bool is_code = false;  // `%ASA-6-302013`
  std::size_t end = 0;   // 0: there is no tag
};
SyslogTag SyslogTagAt(std::string_view text, std::size_t at);

// Whether the word may be a host.
bool IsSyslogHost(std::string_view word);

// Whether the word is an address or has the shape of a full domain name.
bool IsAddressOrFullName(std::string_view word);

// Whether the word says how bad something is, or is the name of an output, and so is no host.
bool IsLogLevel(std::string_view word);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_SYSLOG_PARTS_H_
