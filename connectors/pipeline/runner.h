// `polder run`: workers, the loading of indicators, signals, and the figures that are logged.
#ifndef POLDER_CONNECTORS_PIPELINE_RUNNER_H_
#define POLDER_CONNECTORS_PIPELINE_RUNNER_H_

#include <atomic>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "connectors/config/config.h"
#include "connectors/feeds/feed_hub.h"
#include "connectors/pipeline/worker.h"
#include "engine/snapshot/holder.h"

namespace polder {

// The feeds in files that `config` names.
std::vector<FileFeedSpec> FileFeedsOf(const RunConfig& config);

// The sum over all workers.
struct RunTotals {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t candidates = 0;
  std::uint64_t unparsable = 0;
  std::uint64_t tombstones = 0;
  std::uint64_t hits = 0;
  std::uint64_t sightings = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t dead_letters = 0;
  std::uint64_t shortened = 0;
  std::uint64_t pauses = 0;
};

// Used by one thread, which starts the others and joins them; Stop and Reload may be called from any, Totals
// too.
class Runner {
 public:
  // `brokers` replaces config.kafka.brokers where that says "embedded".
  Runner(RunConfig config, std::string brokers);
  ~Runner();

  // Loads the indicators and starts; Stop ends the wait for those that are fetched. An error says what keeps
  // it from working at all; a feed that cannot be read does only if it is the first load.
  absl::Status Start();
  // Waits until Stop was called or a worker failed, then drains and ends everything.
  absl::Status Join();

  void Stop() { stop_.store(true); }
  // Reads all files again, changed or not, and accepts what the feed guard holds.
  void Reload() {
    if (FeedHub* hub = live_hub_.load()) hub->Reload();
  }

  RunTotals Totals() const;
  // In force; null before Start.
  std::shared_ptr<const Snapshot> snapshot() const { return holder_.Current(); }
  std::uint64_t generation() const;  // of it; 0 before Start

 private:
  void LogTotals() const;

  RunConfig config_;
  std::string brokers_;
  SnapshotHolder holder_;
  std::optional<FieldMaps> field_maps_;
  PatternStream patterns_;  // of all workers: a pattern may span partitions
  std::unique_ptr<FeedHub> hub_;
  std::atomic<FeedHub*> live_hub_{nullptr};  // it, once it can be asked
  std::atomic<bool> stop_{false};
  std::atomic<std::size_t> running_{0};
  std::optional<std::latch> drained_;  // by all workers
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<absl::Status> results_;
  std::vector<std::thread> threads_;
  std::thread feed_thread_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_PIPELINE_RUNNER_H_
