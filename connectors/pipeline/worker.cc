// A batch is: adopt the newest snapshot, copy records into one padded buffer, match, produce, and note per
// partition what has to be acknowledged before its offset counts. The consumer is polled in the same thread,
// so rebalances come between records of a batch that is being taken, never while one is matched.
#include "connectors/pipeline/worker.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "connectors/files/clock.h"
#include "engine/sighting/render.h"

namespace polder {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPollMs = 100;
// How long a rebalance may wait for acknowledgements before others match the same events again.
constexpr int kRevokeFlushMs = 10'000;

// Below what brokers take unless told otherwise (message.max.bytes, 1 MB), with room for key and headers.
constexpr std::size_t kMaxRecordBytes = 950'000;
// A batch ends here if not at its number of events, so that large events do not fill the memory.
constexpr std::size_t kMaxBatchBytes = 16 << 20;

constexpr TimeUs kHourUs = 3'600 * kSecondUs;
constexpr auto kTellWatchEvery = std::chrono::seconds(60);
constexpr std::size_t kLooksPerBatch = 4;

}  // namespace

Worker::Worker(const RunConfig& config, const SnapshotHolder& holder, const Reading& reading)
    : config_(config),
      holder_(holder),
      matcher_(reading.maps,
               config.output.dead_letter ? Matcher::Depth::kEverything : Matcher::Depth::kCandidates,
               &reading.patterns),
      sampler_(reading.maps) {
  watch_.instance = ToHex(RandomFingerprintKey());
}

absl::StatusOr<std::unique_ptr<Worker>> Worker::Create(const RunConfig& config, const std::string& brokers,
                                                       const SnapshotHolder& holder, const Reading& reading) {
  std::unique_ptr<Worker> worker(new Worker(config, holder, reading));
  const KafkaConfig& kafka = config.kafka;
  auto producer =
      KafkaProducer::Create(brokers, kafka.properties, kafka.producer,
                            config.limits.in_flight_sightings + 2 * config.batch.events, worker.get());
  if (!producer.ok()) return producer.status();
  worker->producer_ = *std::move(producer);
  auto consumer = KafkaConsumer::Create(brokers, kafka.group, config.input.topics, kafka.properties,
                                        kafka.consumer, worker.get());
  if (!consumer.ok()) return consumer.status();
  worker->consumer_ = *std::move(consumer);
  return worker;
}

absl::Status Worker::Run(const std::atomic<bool>& stop) {
  while (!stop.load(std::memory_order_relaxed) && failure_.ok()) {
    producer_->Poll(0);
    StoreSettled();
    if (const absl::Status held = HoldBackWhileFull(stop); !held.ok()) Fail(std::string(held.message()));
    if (const absl::Status taken = TakeBatch(); !taken.ok()) Fail(std::string(taken.message()));
    if (!taken_.empty() && failure_.ok()) MatchBatch();
  }
  Drain();
  return failure_;
}

// --- Taking --------------------------------------------------------------------------------------

absl::Status Worker::TakeBatch() {
  int wait_ms = static_cast<int>(config_.batch.wait.count());
  while (taken_.size() < config_.batch.events && arena_.size() < kMaxBatchBytes) {
    const auto got = consumer_->Poll(wait_ms, [this](const KafkaRecord& record) { Take(record); });
    if (!got.ok()) return got.status();
    if (!*got) break;
    wait_ms = 0;  // what is there already makes the batch
  }
  std::erase_if(taken_, [this](const Taken& taken) { return sources_[taken.source].revoked; });
  return absl::OkStatus();
}

void Worker::Take(const KafkaRecord& record) {
  const TimeUs arrival = record.timestamp_ms ? *record.timestamp_ms * 1000 : Now();
  auto source = std::find_if(sources_.begin(), sources_.end(), [&](const Source& known) {
    return !known.revoked && known.at.partition == record.partition && known.at.topic == record.topic;
  });
  if (source == sources_.end()) {
    const TopicPartition at{std::string(record.topic), record.partition};
    source = sources_.insert(sources_.end(), Source{.at = at, .zeek = &zeek_[at]});
  }
  source->next = record.offset + 1;
  std::string_view line = record.value;
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (record.value.empty()) stats_.tombstones.fetch_add(1, std::memory_order_relaxed);
  arena_.append(record.key);
  taken_.push_back({record.key.size(), arena_.size(), line.size(), record.value.size(),
                    static_cast<std::size_t>(source - sources_.begin()), record.offset, arrival,
                    source->zeek->Follow(line, source->columns)});
  arena_.append(record.value);
}

// --- Matching and producing ----------------------------------------------------------------------

void Worker::MatchBatch() {
  if (holder_.RefreshIfNewer(snapshot_)) {
    spdlog::debug("generation {} in use", snapshot_->generation());
  }
  arena_.append(kRecordPadding, '\0');
  records_.clear();
  for (const Taken& taken : taken_) {
    records_.push_back({std::string_view(arena_).substr(taken.at, taken.size), taken.arrival, taken.columns});
  }
  for (Source& source : sources_) {
    if (!source.revoked) source.ticket = tracker_.Open(source.at, source.next);
  }
  matcher_.Match(records_, config_.input.format, *snapshot_,
                 [this](std::size_t i, const EventMatch& match) { Deliver(taken_[i], records_[i], match); });
  if (config_.output.watch) Watch();
  for (const Source& source : sources_) {
    if (!source.revoked) tracker_.Close(source.ticket);
  }
  ClearBatch();
  Publish();
}

// Of every batch a few events are read whole: enough to know within minutes what is watched, and too few to
// be felt.
void Worker::Watch() {
  const TimeUs hour = Epoch::Of(Now(), kHourUs).start;
  const bool due = !watch_told_ || Clock::now() - *watch_told_ >= kTellWatchEvery;
  watch_.period_start = hour;
  watch_.events += records_.size();
  const std::size_t step = std::max<std::size_t>(1, records_.size() / kLooksPerBatch);
  for (std::size_t i = 0; i < records_.size(); i += step) {
    sampler_.Look(records_[i], config_.input.format, watch_.watched);
  }
  const auto source =
      std::find_if(sources_.begin(), sources_.end(), [](const Source& one) { return !one.revoked; });
  if (!due || source == sources_.end()) return;
  ++watch_.sequence;
  Produce(*config_.output.watch, watch_.instance, RenderWatchReport(watch_), {}, source->ticket);
  watch_told_ = Clock::now();
  watch_.events = 0;
  watch_.watched = {};
}

void Worker::ClearBatch() {
  arena_.clear();
  taken_.clear();
  sources_.clear();
}

void Worker::Deliver(const Taken& taken, const Record& record, const EventMatch& match) {
  const Source& source = sources_[taken.source];
  const KafkaOrigin origin{source.at.topic, source.at.partition, taken.offset};
  if (match.unparsable && config_.output.dead_letter) {
    stats_.dead_letters.fetch_add(1, std::memory_order_relaxed);
    const std::string_view arena(arena_);
    Produce(*config_.output.dead_letter, std::string(arena.substr(taken.at - taken.key_size, taken.key_size)),
            std::string(arena.substr(taken.at, std::min(taken.raw_size, kMaxRecordBytes))),
            {{"polder.reason", "it is not of the format that it was taken for; it was searched as text"},
             {"polder.bytes", std::to_string(taken.raw_size)},
             {"polder.topic", origin.topic},
             {"polder.partition", std::to_string(origin.partition)},
             {"polder.offset", std::to_string(origin.offset)}},
            source.ticket);
  }
  if (!match.shadow_hits.empty()) {
    const std::lock_guard lock(shadow_mutex_);
    shadow_.Add(match, *snapshot_);
  }
  if (match.hits.empty()) return;
  Sighting sighting =
      MakeSighting(record, match, *snapshot_, origin, Now(), config_.output.max_original_bytes);
  std::string rendered = RenderSighting(sighting, config_.output.format);
  if (rendered.size() > kMaxRecordBytes) {
    stats_.shortened.fetch_add(1, std::memory_order_relaxed);
    ShortenSighting(sighting);
    rendered = RenderSighting(sighting, config_.output.format);
  }
  stats_.sightings.fetch_add(1, std::memory_order_relaxed);
  Produce(config_.output.topic, sighting.id, rendered, {}, source.ticket);
}

void Worker::Produce(const std::string& topic, const std::string& key, const std::string& value,
                     std::vector<std::pair<std::string, std::string>> headers, OffsetTracker::Ticket ticket) {
  if (!failure_.ok()) return;
  tracker_.Owe(ticket);
  const KafkaProducer::OutgoingRecord record{topic, key, value, std::move(headers)};
  while (failure_.ok()) {
    const auto produced = producer_->Produce(record, ticket, kPollMs);
    if (!produced.ok()) {
      OnRefused(ticket, topic, key, value, absl::IsOutOfRange(produced.status()),
                std::string(produced.status().message()));
      return;
    }
    if (*produced) return;
  }
}

void Worker::OnDelivered(std::uint64_t ticket) {
  tracker_.Pay(ticket);
  stats_.acknowledged.fetch_add(1, std::memory_order_relaxed);
}

void Worker::OnRefused(std::uint64_t ticket, std::string_view topic, std::string_view key,
                       std::string_view value, bool too_large, const std::string& reason) {
  // The debt stays unpaid: the offset is not committed, and the event is matched again after a restart.
  static_cast<void>(ticket);
  Fail(fmt::format(
      "the topic '{}' does not take the record {} of {} bytes: {}. {} Nothing is lost: the events "
      "from the last committed offset on will be matched again after a restart",
      topic, key, value.size(), reason,
      too_large ? "Lower output.max_original_bytes, or raise message.max.bytes here and on the broker."
                : "Check that the topic exists and that this client may write to it."));
}

// --- Offsets -------------------------------------------------------------------------------------

void Worker::StoreSettled() {
  for (const auto& [at, next] : tracker_.TakeSettled()) consumer_->StoreOffset(at, next);
  consumer_->CommitIfDue();
}

absl::Status Worker::HoldBackWhileFull(const std::atomic<bool>& stop) {
  if (producer_->in_flight() < config_.limits.in_flight_sightings) return absl::OkStatus();
  stats_.pauses.fetch_add(1, std::memory_order_relaxed);
  spdlog::warn("{} sightings are not acknowledged: consumption waits for the sink", producer_->in_flight());
  consumer_->PauseAll();
  absl::Status status;
  // Half empty, so that it does not stop and go at the limit.
  while (!stop.load(std::memory_order_relaxed) && failure_.ok() && status.ok() &&
         producer_->in_flight() > config_.limits.in_flight_sightings / 2) {
    producer_->Poll(kPollMs);
    StoreSettled();
    // Keeps the membership and serves rebalances. A record that was on its way already begins the next batch.
    status = consumer_->Poll(0, [this](const KafkaRecord& record) { Take(record); }).status();
  }
  consumer_->ResumeAll();
  return status;
}

void Worker::OnAssign(std::span<const TopicPartition> partitions) {
  for (const TopicPartition& at : partitions) {
    spdlog::info("assigned {}/{}", at.topic, at.partition);
    tracker_.Forget(at);
    zeek_.erase(at);
  }
}

void Worker::OnRevoke(std::span<const TopicPartition> partitions, bool lost) {
  if (!lost) {
    producer_->Flush(kRevokeFlushMs);
    StoreSettled();
  }
  for (const TopicPartition& at : partitions) {
    spdlog::info("{} {}/{}", lost ? "lost" : "gave up", at.topic, at.partition);
    tracker_.Forget(at);
    zeek_.erase(at);
    for (Source& source : sources_) source.revoked = source.revoked || source.at == at;
  }
}

void Worker::Drain() {
  const auto deadline = Clock::now() + config_.limits.drain;
  while (failure_.ok() && tracker_.owed() > 0 && Clock::now() < deadline) {
    producer_->Flush(kPollMs);
  }
  if (failure_.ok() && tracker_.owed() > 0) {
    Fail(fmt::format(
        "{} sightings were not acknowledged within {} s; their events will be matched again after a "
        "restart",
        tracker_.owed(), config_.limits.drain.count()));
  }
  StoreSettled();
  absl::Status committed = consumer_->CommitStored();
  while (!committed.ok() && Clock::now() < deadline) {
    // Another member may be coming or going: polling serves the rebalance. Records that it brings are not
    // matched, so their offsets are not stored.
    static_cast<void>(consumer_->Poll(kPollMs, [](const KafkaRecord&) {}));
    committed = consumer_->CommitStored();
  }
  if (!committed.ok()) Fail(std::string(committed.message()));
  ClearBatch();
  Publish();
}

void Worker::Leave() { consumer_->Close(); }

void Worker::Fail(std::string reason) {
  if (!failure_.ok()) return;
  spdlog::error("{}", reason);
  failure_ = absl::UnavailableError(reason);
}

void Worker::Publish() {
  const MatchCounters& counters = matcher_.counters();
  stats_.events.store(counters.events, std::memory_order_relaxed);
  stats_.bytes.store(counters.bytes, std::memory_order_relaxed);
  stats_.candidates.store(counters.candidates, std::memory_order_relaxed);
  stats_.unparsable.store(counters.unparsable, std::memory_order_relaxed);
  stats_.hits.store(counters.hits, std::memory_order_relaxed);
  if (snapshot_ != nullptr) stats_.generation.store(snapshot_->generation(), std::memory_order_relaxed);
}

}  // namespace polder
