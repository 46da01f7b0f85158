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
#include "engine/match/conjunctions.h"
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
  // Each field, observable and indicator once. A hit of a conjunction is that of its own value; its
  // conditions hold in the event.
  std::vector<Hit> hits;
  std::size_t hits_dropped = 0;  // beyond kMaxHitsPerEvent
  // The same for sources that are only tried (Indicator::shadow): no sighting is made of them.
  std::vector<Hit> shadow_hits;
  std::size_t shadow_hits_dropped = 0;
};

// Holds buffers: one per worker.
//
// A JSON record is searched value by value. One that is not JSON after all is searched as text, twice: as it
// stands, and with its JSON escapes decoded, since it may be JSON that was cut off. Where a conjunction was
// hit the record is read once more for its conditions.
class SecondLook {
 public:
  // The result is valid until the next call.
  const EventMatch& Look(const Record& record, Format format, const Snapshot& snapshot);

 private:
  // What a reading of the record is for.
  enum class Aim : std::uint8_t { kHits, kConditions };

  void Read(const Record& record, Format format, Aim aim);
  void Restart();
  void Search(std::string_view field, std::string_view text);
  void SeeNumber(std::string_view path, double value);
  void See(std::string_view field, const Observable& observable);
  void Add(std::string_view field, const Observable& observable, const Snapshot::Match& found);
  bool Stands(const Hit& hit) const;

  JsonReader reader_;
  EventFields fields_;
  std::string decoded_;
  EventMatch match_;
  Conjunctions conjunctions_;
  const Snapshot* snapshot_ = nullptr;
  Aim aim_ = Aim::kHits;
  bool judged_ = false;  // the time and the conditions are known
};

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_SECOND_LOOK_H_
