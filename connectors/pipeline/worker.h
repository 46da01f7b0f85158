// One worker: its own consumer, matcher and producer, on one thread.
#ifndef POLDER_CONNECTORS_PIPELINE_WORKER_H_
#define POLDER_CONNECTORS_PIPELINE_WORKER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "connectors/config/config.h"
#include "connectors/kafka/consumer.h"
#include "connectors/kafka/producer.h"
#include "connectors/pipeline/offset_tracker.h"
#include "engine/event/zeek_reader.h"
#include "engine/match/matcher.h"
#include "engine/sighting/shadow_tally.h"
#include "engine/sighting/sighting.h"
#include "engine/snapshot/holder.h"
#include "engine/watch/watch_report.h"
#include "engine/watch/watch_sampler.h"

namespace polder {

// What a worker has done; written by it, read by anyone.
struct WorkerStats {
  std::atomic<std::uint64_t> events{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> candidates{0};
  std::atomic<std::uint64_t> unparsable{0};
  std::atomic<std::uint64_t> hits{0};
  std::atomic<std::uint64_t> sightings{0};     // handed to the producer
  std::atomic<std::uint64_t> acknowledged{0};  // sightings and dead letters taken by the broker
  std::atomic<std::uint64_t> dead_letters{0};
  std::atomic<std::uint64_t> shortened{
      0};  // sightings too large for a broker, sent without the event (ShortenSighting)
  std::atomic<std::uint64_t> tombstones{0};  // records without a value: nothing to search
  std::atomic<std::uint64_t> pauses{0};      // times that consumption waited for the sink
  std::atomic<std::uint64_t> generation{0};  // of the snapshot in use
};

// Takes records in batches, judges each batch by one snapshot, produces the sightings, and stores an offset
// once every sighting of the events before it is acknowledged (OffsetTracker).
class Worker : private KafkaConsumer::Rebalance, private KafkaProducer::Listener {
 public:
  // What events are read and judged with, beside the snapshot.
  struct Reading {
    const FieldMaps& maps;
    PatternStream& patterns;
  };

  // `config`, `holder` and what `reading` refers to must outlive the worker; `holder` has a snapshot by the
  // time Run is called.
  static absl::StatusOr<std::unique_ptr<Worker>> Create(const RunConfig& config, const std::string& brokers,
                                                        const SnapshotHolder& holder, const Reading& reading);

  // Works until `stop` is set, then drains: waits for what is in flight and commits. An error is one that
  // would lose sightings if work went on: nothing after the last settled offset is committed.
  absl::Status Run(const std::atomic<bool>& stop);
  // Leaves the group, after Run and on the same thread. Best when all workers of the process have drained: a
  // member that leaves starts a rebalance, during which nobody can commit.
  void Leave();

  const WorkerStats& stats() const { return stats_; }
  // Any thread may ask.
  ShadowTally shadow_tally() const {
    const std::lock_guard lock(shadow_mutex_);
    return shadow_;
  }

 private:
  // Where a record of the batch came from. In arena_ stands its key, then its value as it came.
  struct Taken {
    std::size_t key_size;
    std::size_t at;        // of the value
    std::size_t size;      // without a line end
    std::size_t raw_size;  // with it
    std::size_t source;    // index into sources_
    std::int64_t offset;
    TimeUs arrival;
    const ZeekColumns* columns;
  };
  // A partition that the batch has records of.
  struct Source {
    TopicPartition at;
    ZeekHeader* zeek = nullptr;  // in zeek_; gone once revoked
    ZeekHeader::Kept columns{};  // that its records point to
    std::int64_t next = 0;
    OffsetTracker::Ticket ticket = 0;
    bool revoked = false;
  };

  Worker(const RunConfig& config, const SnapshotHolder& holder, const Reading& reading);

  void OnAssign(std::span<const TopicPartition> partitions) override;
  void OnRevoke(std::span<const TopicPartition> partitions, bool lost) override;
  void OnDelivered(std::uint64_t ticket) override;
  void OnRefused(std::uint64_t ticket, std::string_view topic, std::string_view key, std::string_view value,
                 bool too_large, const std::string& reason) override;

  absl::Status TakeBatch();
  void Take(const KafkaRecord& record);
  void MatchBatch();
  void ClearBatch();
  void Watch();
  void Deliver(const Taken& taken, const Record& record, const EventMatch& match);
  void Produce(const std::string& topic, const std::string& key, const std::string& value,
               std::vector<std::pair<std::string, std::string>> headers, OffsetTracker::Ticket ticket);
  void StoreSettled();
  absl::Status HoldBackWhileFull(const std::atomic<bool>& stop);
  void Drain();
  void Fail(std::string reason);
  void Publish();

  const RunConfig& config_;
  const SnapshotHolder& holder_;
  std::shared_ptr<const Snapshot> snapshot_;
  Matcher matcher_;
  // For output.watch: read from time to time, and told once a minute.
  WatchSampler sampler_;
  WatchReport watch_;
  std::optional<std::chrono::steady_clock::time_point> watch_told_;
  OffsetTracker tracker_;
  std::string arena_;
  std::vector<Taken> taken_;
  std::vector<Source> sources_;
  std::vector<Record> records_;
  // Of every assigned partition that has come up. Who takes one over knows no header until the next one.
  std::map<TopicPartition, ZeekHeader> zeek_;
  absl::Status failure_;
  WorkerStats stats_;
  mutable std::mutex shadow_mutex_;  // taken for events with shadow hits alone
  ShadowTally shadow_;
  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<KafkaConsumer> consumer_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_PIPELINE_WORKER_H_
