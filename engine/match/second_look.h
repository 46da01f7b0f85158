// The second look: what exactly does this record hit? It parses the record, finds every observable in it
// (engine/observable/extract.h) and looks each up in the snapshot. Only records that the first look lets
// through come here, but the answer does not depend on that: it is the definition of a hit.
#ifndef POLDER_ENGINE_MATCH_SECOND_LOOK_H_
#define POLDER_ENGINE_MATCH_SECOND_LOOK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/fields.h"
#include "engine/event/json_reader.h"
#include "engine/event/record.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

// One event, one observable, one indicator.
struct Hit {
  std::uint32_t indicator;  // Snapshot::Describe
  MatchType type;
  Kind indicator_kind;
  Kind observable_kind;
  std::string indicator_value;  // canonical
  std::string atomic;           // the observable as it stands in the event
  std::string canonical;        // the observable as indicators are compared
  std::string field;            // dotted path, its first kMaxFieldBytes; "message" in text
};

// More hits than this in one event are counted, not kept: no analyst reads them, and no broker takes them.
inline constexpr std::size_t kMaxHitsPerEvent = 1000;
// Longer paths are cut: nested deep enough, the paths of one event's hits would outweigh the event a
// thousandfold.
inline constexpr std::size_t kMaxFieldBytes = 1024;

// What the second look found out about one record.
struct EventMatch {
  TimeUs time = 0;  // the event's own, else its arrival
  bool has_own_time = false;
  // "eve", "zeek", "winlog", "ecs", "json" or "text"
  std::string_view format;
  bool unparsable = false;  // claimed to be JSON (ClaimsJson) and is not: it was searched as text
  // Each field, observable and indicator once.
  std::vector<Hit> hits;
  std::size_t hits_dropped = 0;  // beyond kMaxHitsPerEvent
};

// Holds buffers: one per worker.
//
// A JSON record is searched value by value. One that is not JSON after all is searched as text, twice: as it
// stands, and with its JSON escapes decoded, since it may be JSON that was cut off.
class SecondLook {
 public:
  // The result is valid until the next call.
  const EventMatch& Look(const Record& record, Format format, const Snapshot& snapshot);

 private:
  void Read(const Record& record, Format format);
  void Search(std::string_view field, std::string_view text);
  void Add(std::string_view field, const Observable& observable);

  JsonReader reader_;
  EventFields fields_;
  std::string decoded_;
  EventMatch match_;
  const Snapshot* snapshot_ = nullptr;
  bool time_known_ = false;
};

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_SECOND_LOOK_H_
