#include "tests/e2e/sighting_check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "tests/e2e/event_corpus.h"

namespace polder {
namespace {

constexpr size_t kShown = 5;  // examples per kind of failure; a broken run has thousands

std::string Words(const RecordPlace& place) {
  return fmt::format("{}/{}@{}", std::get<0>(place), std::get<1>(place), std::get<2>(place));
}

// Collects failures of one kind into a single message with a few examples.
class Complaint {
 public:
  explicit Complaint(std::string what) : what_(std::move(what)) {}
  Complaint(const Complaint&) = delete;
  Complaint& operator=(const Complaint&) = delete;
  ~Complaint() {
    if (count_ > 0) ADD_FAILURE() << what_ << ": " << count_ << ", such as\n" << examples_;
  }

  void Add(const std::string& example) {
    if (count_++ < kShown) examples_.append("  ").append(example).append("\n");
  }

 private:
  std::string what_;
  std::string examples_;
  size_t count_ = 0;
};

SeenSighting Parse(const std::string& text) {
  const nlohmann::json document = nlohmann::json::parse(text);
  SeenSighting sighting;
  sighting.id = document.at("event").at("id").get<std::string>();
  const nlohmann::json& kafka = document.at("polder").at("kafka");
  sighting.place = {kafka.at("topic").get<std::string>(), kafka.at("partition").get<int32_t>(),
                    kafka.at("offset").get<int64_t>()};
  sighting.generation = document.at("polder").at("snapshot").at("generation").get<int64_t>();
  for (const nlohmann::json& enrichment : document.at("threat").at("enrichments")) {
    sighting.indicators.insert(enrichment.at("indicator").at("name").get<std::string>());
    enrichment.at("matched").at("type").get<std::string>();
  }
  return sighting;
}

// Same event, same id; another event, another id.
void CheckIds(const SightingsByPlace& by_place) {
  Complaint several("events whose sightings bear several ids");
  Complaint shared("ids that two events share");
  std::map<std::string, RecordPlace> owner;
  for (const auto& [place, sightings] : by_place) {
    for (const SeenSighting& sighting : sightings) {
      if (sighting.id != sightings[0].id) {
        several.Add(fmt::format("{}: {} and {}", Words(place), sightings[0].id, sighting.id));
      }
      const auto found = owner.emplace(sighting.id, place).first;
      if (found->second != place) {
        shared.Add(fmt::format("{}: {} and {}", sighting.id, Words(found->second), Words(place)));
      }
    }
  }
}

}  // namespace

std::vector<SeenSighting> ReadSightings(KafkaClient& client, const std::string& topic) {
  Complaint malformed("messages on the sightings topic that are no sighting");
  Complaint badly_keyed("sightings whose message key is not their event.id");
  std::vector<SeenSighting> sightings;
  for (const KafkaMessage& message : client.ReadAll(topic)) {
    try {
      sightings.push_back(Parse(message.value));
      if (message.key != sightings.back().id) {
        badly_keyed.Add(fmt::format("key {}, id {}", message.key, sightings.back().id));
      }
    } catch (const std::exception& error) {
      malformed.Add(fmt::format("{}\n    {}", error.what(), message.value.substr(0, 500)));
    }
  }
  return sightings;
}

SightingsByPlace ByPlace(std::vector<SeenSighting> sightings) {
  SightingsByPlace by_place;
  for (SeenSighting& sighting : sightings) {
    by_place[sighting.place].push_back(std::move(sighting));
  }
  return by_place;
}

DeliveryCount CheckDelivery(KafkaClient& client, const std::string& input_topic,
                            const std::string& output_topic, const std::map<int32_t, int64_t>* below) {
  SightingsByPlace by_place = ByPlace(ReadSightings(client, output_topic));
  CheckIds(by_place);
  DeliveryCount count;
  for (const auto& [place, sightings] : by_place) {
    count.sightings += sightings.size();
    count.repeated += sightings.size() - 1;
  }
  Complaint missing("events that hold an indicator and have no sighting");
  Complaint unfounded("sightings of events that hold no indicator, or of no event");
  for (const KafkaMessage& message : client.ReadAll(input_topic)) {
    ++count.events;
    const TestEvent event = MakeEvent(static_cast<uint32_t>(std::stoul(message.key)));
    if (event.indicator.empty()) continue;
    ++count.expected;
    const RecordPlace place{input_topic, message.partition, message.offset};
    const bool due = below == nullptr || message.offset < below->at(message.partition);
    if (by_place.erase(place) == 0 && due) {
      missing.Add(fmt::format("{} holds {}: {}", Words(place), event.indicator, event.value));
    }
  }
  for (const auto& [place, sightings] : by_place) {
    unfounded.Add(fmt::format("{} for {}", Words(place), *sightings[0].indicators.begin()));
  }
  return count;
}

}  // namespace polder
