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

#include "engine/event/event_reader.h"
#include "engine/event/fields.h"
#include "engine/event/record.h"
#include "engine/match/conjunctions.h"
#include "engine/match/hit.h"
#include "engine/match/pattern_judge.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

// More hits than this in one event are counted, not kept: no analyst reads them, and no broker takes them.
inline constexpr std::size_t kMaxHitsPerEvent = 1000;
// Longer paths are cut: nested deep enough, the paths of one event's hits would outweigh the event a
// thousandfold.
inline constexpr std::size_t kMaxFieldBytes = 1024;

// What the second look found out about one record.
struct EventMatch {
  TimeUs time = 0;  // the event's own, else its arrival
  bool has_own_time = false;
  std::string_view format;  // the name of its field map, else of its format
  EventFields::LogSource log_source;
  bool unparsable = false;  // it is not of the format that it was taken for: it was searched as text
  // Each field, observable and indicator once. A hit of a conjunction is that of its own value; its
  // conditions hold in the event. A hit of a STIX pattern is that of the value that made Polder look, once
  // for each pattern.
  std::vector<Hit> hits;
  std::size_t hits_dropped = 0;  // beyond kMaxHitsPerEvent
  // The same for sources that are only tried (Indicator::shadow): no sighting is made of them.
  std::vector<Hit> shadow_hits;
  std::size_t shadow_hits_dropped = 0;
};

// Holds buffers: one per worker.
//
// A record is searched value by value, as EventReader hands them over, and URLs that stand in several fields
// are composed; expressions are looked for in a composed URL as well, and told where no single value has
// them. JSON that is none after all is searched as text, twice: as it stands, and with its escapes decoded,
// since most of it was cut off. An indicator of a text kind hits a field of that kind alone where the field
// map of the event names any. Where a conjunction or a STIX pattern may be hit the record is read once more.
class SecondLook {
 public:
  // All three outlive it.
  SecondLook(const FieldMaps& maps, ExpressionSet::Scratch& scratch, PatternStream& stream);

  // The result is valid until the next call.
  const EventMatch& Look(const Record& record, Format format, const Snapshot& snapshot);

  const PatternJudge& patterns() const { return patterns_; }

 private:
  // What a reading of the record is for: hits, or what conjunctions and patterns ask for beside theirs.
  enum class Aim : std::uint8_t { kHits, kMore };

  void Read(const Record& record, Format format, Aim aim);
  void Restart();
  void Search(std::string_view field, std::string_view text);
  void SearchExpressions(std::string_view text,
                         absl::FunctionRef<void(const Observable&, const Snapshot::Match&)> sink);
  void SearchComposed(std::string_view field, std::string_view url);
  void SeeNumber(std::string_view path, double value);
  void See(std::string_view field, const Observable& observable);
  void Add(std::string_view field, const Observable& observable, const Snapshot::Match& found);
  void Keep(Hit hit, bool shadow);
  bool Stands(const Hit& hit) const;
  const FieldMeaning* MeaningOf(std::string_view field) const;
  bool MayBeIn(std::string_view field, Kind kind) const;

  EventReader reader_;
  EventFields fields_;
  ExpressionSet::Scratch& scratch_;
  std::string decoded_;
  EventMatch match_;
  Conjunctions conjunctions_;
  PatternJudge patterns_;
  const Snapshot* snapshot_ = nullptr;
  const FieldMap* map_ = nullptr;  // of the event, once it was read
  Aim aim_ = Aim::kHits;
  bool judged_ = false;  // the time, the map and the conditions are known
};

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_SECOND_LOOK_H_
