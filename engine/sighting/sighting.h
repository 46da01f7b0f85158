// The local record of the hits in one event: full detail, for the SOC that owns the log. It stays inside;
// what leaves is made from it in engine/feedback.
#ifndef POLDER_ENGINE_SIGHTING_SIGHTING_H_
#define POLDER_ENGINE_SIGHTING_SIGHTING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/time.h"
#include "engine/event/record.h"
#include "engine/match/second_look.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

// Where an event was read.
struct KafkaOrigin {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};
struct FileOrigin {
  std::string path;
  std::uint64_t offset = 0;  // of the line, in bytes, in the decompressed file
  std::uint64_t line = 0;    // counted from 1
};
using Origin = std::variant<KafkaOrigin, FileOrigin>;

// One hit with what is known of its indicator.
struct Enrichment {
  Kind indicator_kind;
  std::string indicator_value;
  std::string indicator_id;
  std::string source;
  std::string provider;
  std::string name;
  std::string description;
  std::string reference;
  std::string labels;    // separated by ", "
  std::string known_as;  // likewise: the lists of benign values that have it
  TimeUs valid_from;
  TimeUs valid_until = kEndOfTime;
  TimeUs modified;
  Tlp tlp;
  Pap pap;
  int confidence;
  std::vector<Condition> conditions;  // of a conjunction: what else the event holds
  MatchType match_type;
  Kind observable_kind;
  std::string atomic;
  std::string canonical;
  std::string field;
  std::string ecs_field = {};  // the name of it in ECS, if known
};

// Owns everything it says.
struct Sighting {
  std::string id;  // UUID; the same whenever the same event is matched again, whatever the generation
  TimeUs time;     // the event's own, else its arrival
  TimeUs created;  // when it was matched
  std::string format;
  std::string log_product = {};  // the log source, as far as the event's field map knows it
  std::string log_category = {};
  std::string log_service = {};
  std::string original;        // the event as it came, cut to the limit
  std::size_t original_bytes;  // its full size
  Origin origin;
  std::uint64_t generation;
  std::string digest;  // of the snapshot
  std::vector<Enrichment> enrichments;
  std::size_t hits_dropped;  // see kMaxHitsPerEvent
};

// The identifier of the sighting of the event with these bytes at this place.
std::string SightingId(const Origin& origin, std::string_view event);

// `max_original_bytes` bounds how much of the event is carried.
Sighting MakeSighting(const Record& record, const EventMatch& match, const Snapshot& snapshot, Origin origin,
                      TimeUs created, std::size_t max_original_bytes);

// Takes the event out and all but the first 50 hits (they are counted in hits_dropped): a few hundred
// kilobytes at the most are left.
void ShortenSighting(Sighting& sighting);

}  // namespace polder

#endif  // POLDER_ENGINE_SIGHTING_SIGHTING_H_
