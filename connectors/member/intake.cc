#include "connectors/member/intake.h"

#include <fmt/format.h>

#include <iterator>

#include "connectors/files/line_reader.h"
#include "connectors/kafka/topic_follower.h"
#include "connectors/member/outgoing.h"
#include "engine/feedback/sighting_reader.h"

namespace polder {
namespace {

constexpr std::size_t kMostExamples = 5;

}  // namespace

absl::Status Intake::ReadAll(const FeedbackConfig& config) {
  for (const Place& place : config.sightings) {
    if (absl::Status status = ReadSightings(place); !status.ok()) return status;
  }
  if (config.verdicts) {
    if (absl::Status status = ReadVerdicts(*config.verdicts); !status.ok()) return status;
  }
  return config.watch ? ReadWatch(*config.watch) : absl::OkStatus();
}

absl::Status Intake::ReadSightings(const Place& place) { return Read(place, &Intake::TakeSighting); }
absl::Status Intake::ReadVerdicts(const Place& place) { return Read(place, &Intake::TakeVerdict); }
absl::Status Intake::ReadWatch(const Place& place) { return Read(place, &Intake::TakeWatch); }

absl::Status Intake::Read(const Place& place, Taker take) {
  auto positions = store_.Positions(place.name);
  if (!positions.ok()) return positions.status();
  chunk_ = IntakeChunk{place.name, *std::move(positions), {}, {}, {}};
  absl::Status status = place.is_topic() ? ReadTopicPlace(place, take) : ReadFilePlace(place, take);
  // What was read before an error is as good as the rest.
  absl::Status kept = Flush();
  return status.ok() ? kept : status;
}

absl::Status Intake::ReadTopicPlace(const Place& place, Taker take) {
  TopicStarts starts;
  for (const auto& [partition, position] : chunk_.positions) starts[partition] = position.next;
  return ReadTopicFrom(
      place.brokers, place.topic(), place.properties, starts, cancelled_, [&](const KafkaRecord& record) {
        Offer(record.value, take, fmt::format("{}@{}:{}", place.name, record.partition, record.offset));
        chunk_.positions[record.partition] = {record.offset + 1, 0};
        return IsFull() ? Flush() : absl::OkStatus();
      });
}

// A file is known again by its first line; one that was replaced is read from its beginning. A last line that
// is no record may still be being written, so it is read again.
absl::Status Intake::ReadFilePlace(const Place& place, Taker take) {
  auto source = ByteSource::Open(place.name);
  if (!source.ok()) return source.status();
  LineReader reader(*std::move(source));
  LineBatch batch;
  InputPosition& position = chunk_.positions[0];
  bool first = true;
  while (true) {
    const auto more = reader.Next(batch);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    for (std::size_t i = 0; i < batch.records().size(); ++i) {
      const std::string_view line = batch.records()[i].bytes;
      if (first) {
        const auto mark = static_cast<std::int64_t>(ValueHash(line));
        if (mark != position.mark) position = {0, mark};
        first = false;
      }
      const auto offset = static_cast<std::int64_t>(batch.OffsetOf(i));
      if (offset < position.next) continue;
      if (cancelled_ != nullptr && cancelled_->load()) {
        return absl::CancelledError(fmt::format("{}: reading was ended", place.name));
      }
      // The line before it was complete after all.
      position.next = offset;
      Offer(line, take, fmt::format("{}:{}", place.name, batch.LineNumberOf(i)));
      if (!last_refused_) position.next = offset + static_cast<std::int64_t>(line.size());
      if (!IsFull()) continue;
      if (absl::Status status = Flush(); !status.ok()) return status;
    }
  }
}

void Intake::Offer(std::string_view record, Taker take, const std::string& where) {
  last_refused_ = false;
  if (record.empty()) return;
  ++chunk_records_;
  ++tally_.records;
  const absl::Status status = (this->*take)(record);
  if (status.ok()) return;
  last_refused_ = true;
  ++tally_.refused;
  if (tally_.examples.size() < kMostExamples) {
    tally_.examples.push_back(fmt::format("{}: {}", where, std::string(status.message())));
  }
}

bool Intake::IsFull() const {
  return chunk_records_ >= limits_.records || chunk_.sighted.size() >= limits_.hits;
}

absl::Status Intake::Flush() {
  const auto unknown = store_.Take(chunk_, epoch_length_);
  if (!unknown.ok()) return unknown.status();
  tally_.unknown_verdicts += *unknown;
  tally_.hits += chunk_.sighted.size();
  chunk_.sighted.clear();
  chunk_.verdicts.clear();
  chunk_.watched.clear();
  chunk_records_ = 0;
  return absl::OkStatus();
}

absl::Status Intake::TakeSighting(std::string_view record) {
  auto read = ReadSightedIndicators(record);
  if (!read.ok()) return read.status();
  std::move(read->begin(), read->end(), std::back_inserter(chunk_.sighted));
  return absl::OkStatus();
}

absl::Status Intake::TakeVerdict(std::string_view record) {
  auto read = ReadVerdictRecord(record, now_);
  if (!read.ok()) return read.status();
  std::move(read->begin(), read->end(), std::back_inserter(chunk_.verdicts));
  return absl::OkStatus();
}

absl::Status Intake::TakeWatch(std::string_view record) {
  auto read = ReadWatchReport(record);
  if (!read.ok()) return read.status();
  chunk_.watched.push_back(*std::move(read));
  return absl::OkStatus();
}

absl::StatusOr<TimeUs> EpochLength(const FeedbackConfig& config, MemberStore& store, TimeUs now) {
  const auto known = store.Number(kEpochLengthNumber, 0);
  if (!known.ok() || *known > 0) return known;
  const auto board = ReadMemberBoard(config, store, now);
  if (!board.ok()) return board.status();
  return board->community.roster()->terms.epoch_length;
}

absl::Status TakeInAll(const FeedbackConfig& config, MemberStore& store, TimeUs now,
                       absl::FunctionRef<void(const std::string&)> tell, const std::atomic<bool>* cancelled) {
  const auto length = EpochLength(config, store, now);
  if (!length.ok()) return length.status();
  Intake intake(store, *length, now, cancelled);
  absl::Status status = intake.ReadAll(config);
  const IntakeTally& tally = intake.tally();
  for (const std::string& example : tally.examples) tell(example);
  if (tally.refused > 0) tell(fmt::format("{} records were none of what is expected", tally.refused));
  if (tally.unknown_verdicts > 0) {
    tell(fmt::format("{} verdicts are about indicators that were never seen here: passed over",
                     tally.unknown_verdicts));
  }
  return status;
}

}  // namespace polder
