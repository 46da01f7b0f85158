#include "connectors/cli/member_sightings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "connectors/cli/epoch_option.h"
#include "connectors/files/line_reader.h"
#include "connectors/kafka/topic_follower.h"
#include "connectors/kafka/topic_place.h"
#include "engine/feedback/sighting_reader.h"

namespace polder {
namespace {

class Gatherer {
 public:
  Gatherer(const std::string& place, std::size_t* refused) : place_(place), refused_(refused) {}

  void Add(std::string_view record, const std::string& at) {
    if (record.empty()) return;
    auto read = ReadSightedIndicators(record);
    if (!read.ok()) {
      if ((*refused_)++ == 0) {
        fmt::print(stderr, "{}:{}: {}\n", place_, at, std::string(read.status().message()));
      }
      return;
    }
    std::move(read->begin(), read->end(), std::back_inserter(sighted_));
  }
  std::vector<SightedIndicator> Take() { return std::move(sighted_); }

 private:
  const std::string& place_;
  std::size_t* refused_;
  std::vector<SightedIndicator> sighted_;
};

}  // namespace

absl::StatusOr<std::vector<SightedIndicator>> ReadMemberSightings(const std::string& place,
                                                                  const std::string& brokers,
                                                                  std::size_t* refused) {
  Gatherer gatherer(place, refused);
  if (IsTopicPlace(place)) {
    if (brokers.empty()) {
      return absl::InvalidArgumentError(
          fmt::format("{}: say where the topic is with --brokers HOST:PORT", place));
    }
    const absl::Status status = ReadTopic(brokers, TopicOfPlace(place), {}, [&](const KafkaRecord& record) {
      gatherer.Add(record.value, fmt::format("{}@{}", record.partition, record.offset));
    });
    if (!status.ok()) return status;
    return gatherer.Take();
  }
  auto source = ByteSource::Open(place);
  if (!source.ok()) return source.status();
  LineReader reader(*std::move(source));
  LineBatch batch;
  while (true) {
    const auto more = reader.Next(batch);
    if (!more.ok()) return more.status();
    if (!*more) return gatherer.Take();
    for (std::size_t i = 0; i < batch.records().size(); ++i) {
      gatherer.Add(batch.records()[i].bytes, std::to_string(batch.LineNumberOf(i)));
    }
  }
}

absl::StatusOr<Epoch> ChooseEpoch(const std::string& date, const std::vector<SightedIndicator>& sighted) {
  if (!date.empty()) return EpochOfDate(date, kDayUs);
  if (sighted.empty()) {
    return absl::InvalidArgumentError("there are no sightings, so say which day is meant with --epoch DATE");
  }
  const auto latest = std::max_element(sighted.begin(), sighted.end(),
                                       [](const auto& a, const auto& b) { return a.seen < b.seen; });
  return Epoch::Of(latest->seen);
}

}  // namespace polder
