#ifndef POLDER_TESTS_E2E_SIGHTING_CHECK_H_
#define POLDER_TESTS_E2E_SIGHTING_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/e2e/kafka_client.h"

namespace polder {

// The place of an event: topic, partition, offset.
using RecordPlace = std::tuple<std::string, int32_t, int64_t>;

// One message of the sightings topic, as far as delivery goes.
struct SeenSighting {
  std::string id;
  RecordPlace place;
  std::set<std::string> indicators;  // threat.enrichments[].indicator.name
  int64_t generation = 0;
};

// Reads the whole sightings topic. What is no sighting (not JSON, a part
// missing, a key that is not its event.id) fails the running test.
std::vector<SeenSighting> ReadSightings(KafkaClient& client, const std::string& topic);

// By the place of the event; replays of one event stand together.
using SightingsByPlace = std::map<RecordPlace, std::vector<SeenSighting>>;
SightingsByPlace ByPlace(std::vector<SeenSighting> sightings);

// The numbers of a run, for its report and for what a test asserts beyond.
struct DeliveryCount {
  size_t events = 0;
  size_t expected = 0;   // events that hold an indicator
  size_t sightings = 0;  // messages
  size_t repeated = 0;   // messages beyond the first of their event
};

// Reads the input topic (events of event_corpus.h, their number as the key)
// and the sightings, and fails the running test unless
//  - every event that holds an indicator has a sighting at its place,
//  - all sightings of one event bear one id, and two events never share one,
//  - no other event has any.
// With `below`, only events under these offsets must have theirs.
DeliveryCount CheckDelivery(KafkaClient& client, const std::string& input_topic,
                            const std::string& output_topic,
                            const std::map<int32_t, int64_t>* below = nullptr);

}  // namespace polder

#endif  // POLDER_TESTS_E2E_SIGHTING_CHECK_H_
