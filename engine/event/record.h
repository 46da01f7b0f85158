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

struct Record {
  std::string_view bytes;  // without a line end
  TimeUs arrival = 0;      // used where the event has no time of its own
};

// How records are to be read.
//   kAuto  JSON if the first byte that is not white space is `{`, or `[` followed by what a JSON array may
//          begin with (`{`, `[`, `]` or a quote); text otherwise
//   kJson  JSON; a record that is none is searched as text and counted as unparsable
//   kText  a line of text
enum class Format : std::uint8_t { kAuto, kJson, kText };

std::optional<Format> FormatFromName(std::string_view name);

// What `bytes` are taken for under `format`: kJson or kText.
Format ResolveFormat(Format format, std::string_view bytes);

// Whether a record that turned out not to be JSON counts as unparsable: under kJson always, under kAuto when
// it began with `{`, as only JSON does.
bool ClaimsJson(Format format, std::string_view bytes);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_RECORD_H_
