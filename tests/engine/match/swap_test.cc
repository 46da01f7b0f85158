// Snapshots are swapped as fast as they can be built while workers match: every batch must be judged by one
// generation, every event must give its hits, and generations must not go back. Run under ThreadSanitizer
// too.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/match/matcher.h"
#include "engine/snapshot/builder.h"
#include "engine/snapshot/holder.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

constexpr std::size_t kWorkers = 3;
constexpr std::size_t kBatches = 400;
constexpr std::size_t kEventsPerBatch = 50;
constexpr std::size_t kSwaps = 10;

// Every generation states the same two values under a source of its own: a mixture would show.
std::shared_ptr<const Snapshot> MakeGeneration(std::uint64_t generation) {
  std::vector<Indicator> indicators(2);
  indicators[0].kind = Kind::kDomain;
  indicators[0].value = "evil.example";
  indicators[1].kind = Kind::kIp;
  indicators[1].value = "203.0.113.9";
  std::vector<const Indicator*> pointers;
  for (Indicator& indicator : indicators) {
    indicator.source = "generation " + std::to_string(generation);
    indicator.id = DerivedIndicatorId(indicator.source, indicator.kind, indicator.value);
    pointers.push_back(&indicator);
  }
  return SnapshotBuilder(FingerprintKey{7}).Build(pointers, generation);
}

struct WorkerFindings {
  std::size_t events_without_both_hits = 0;
  std::size_t mixed_batches = 0;
  std::size_t steps_back = 0;
  std::set<std::uint64_t> generations;
};

WorkerFindings Work(const SnapshotHolder& holder) {
  WorkerFindings findings;
  const std::string event = R"({"query":"www.evil.example","answer":"203.0.113.9"})";
  const std::string padded = event + std::string(kRecordPadding, '\0');
  const std::vector<Record> records(kEventsPerBatch,
                                    Record{std::string_view(padded).substr(0, event.size()), 0});
  Matcher matcher(ShippedFieldMaps());
  std::shared_ptr<const Snapshot> held;
  std::uint64_t last = 0;
  // On a busy machine there may be few swaps in so many batches.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (std::size_t batch = 0; batch < kBatches || (findings.generations.size() <= kSwaps &&
                                                   std::chrono::steady_clock::now() < deadline);
       ++batch) {
    holder.RefreshIfNewer(held);
    std::set<std::string> sources;
    std::size_t hits = 0;
    matcher.Match(records, Format::kAuto, *held, [&](std::size_t, const EventMatch& match) {
      hits += match.hits.size() == 2 ? 1 : 0;
      for (const Hit& hit : match.hits)
        sources.emplace(held->Describe(hit.indicator, hit.indicator_value).source);
    });
    findings.events_without_both_hits += kEventsPerBatch - hits;
    findings.mixed_batches += sources.size() == 1 ? 0 : 1;
    findings.steps_back += held->generation() < last ? 1 : 0;
    last = held->generation();
    findings.generations.insert(last);
  }
  return findings;
}

TEST(SnapshotSwap, JudgesEveryBatchByOneGenerationAndLosesNoEventWhileSnapshotsAreSwapped) {
  SnapshotHolder holder;
  holder.Publish(MakeGeneration(1));
  std::atomic<bool> stop{false};
  std::thread publisher([&] {
    for (std::uint64_t generation = 2; !stop.load(); ++generation) holder.Publish(MakeGeneration(generation));
  });
  std::vector<WorkerFindings> findings(kWorkers);
  std::vector<std::thread> workers;
  for (WorkerFindings& one : findings) workers.emplace_back([&] { one = Work(holder); });
  for (std::thread& worker : workers) worker.join();
  stop = true;
  publisher.join();

  std::set<std::uint64_t> generations;
  for (const WorkerFindings& one : findings) {
    EXPECT_EQ(one.events_without_both_hits, 0U);
    EXPECT_EQ(one.mixed_batches, 0U);
    EXPECT_EQ(one.steps_back, 0U);
    generations.insert(one.generations.begin(), one.generations.end());
  }
  EXPECT_GT(generations.size(), kSwaps) << "too few swaps happened under load for this to show anything";
}

TEST(SnapshotSwap, LeavesItToTheWriterToFreeWhatNobodyHoldsAnyMore) {
  SnapshotHolder holder;
  holder.Publish(MakeGeneration(1));
  std::shared_ptr<const Snapshot> held;
  ASSERT_TRUE(holder.RefreshIfNewer(held));
  const std::weak_ptr<const Snapshot> watch = held;
  holder.Publish(MakeGeneration(2));
  holder.Sweep();
  EXPECT_FALSE(watch.expired());
  EXPECT_EQ(held->generation(), 1U);
  EXPECT_TRUE(holder.RefreshIfNewer(held));
  EXPECT_FALSE(watch.expired()) << "a worker frees nothing";
  holder.Sweep();
  EXPECT_TRUE(watch.expired());
  EXPECT_FALSE(holder.RefreshIfNewer(held)) << "there is nothing newer";
}

}  // namespace
}  // namespace polder
