// Loading and changing indicators: how long, how large, and what it does to those who match meanwhile.
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "bench/suites.h"
#include "connectors/feeds/indicator_store.h"
#include "engine/match/matcher.h"
#include "engine/snapshot/holder.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

using Clock = std::chrono::steady_clock;

constexpr FingerprintKey kKey = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr std::size_t kListValues = 1'000'000;
constexpr std::size_t kDelta = 1000;
constexpr std::size_t kBatch = 1024;

double MsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double Quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(at, values.size() - 1)];
}

std::size_t ResidentBytes() {
  malloc_trim(0);
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t InsertLines(const std::string& list) {
  absl::flat_hash_set<std::string> set;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = list.find('\n', at);
    set.insert(list.substr(at, end - at));
    at = end + 1;
  }
  return set.size();
}

std::shared_ptr<const Snapshot> LoadList(const std::string& list, bool guard) {
  IndicatorStore store({.guard = guard, .feed_guard = {}, .warninglists = nullptr, .on_refusal = {}}, kKey);
  std::string failure;
  store.BeginRefresh("list");
  store.Replace({.source = "list"}, "list.txt", list, &failure);
  store.EndRefresh();
  return store.Publish();
}

// --- A plain list --------------------------------------------------------------------------------

std::string PlainList() {
  std::string list;
  for (const Indicator& indicator : MakeBenchIndicators(kListValues)) {
    list += indicator.value;
    list += '\n';
  }
  return list;
}

bool PrintListBuild() {
  const std::string list = PlainList();
  const std::size_t expected = InsertLines(list);
  const auto snapshot = LoadList(list, /*guard=*/true);
  if (snapshot->indicator_count() != expected) {
    fmt::print(stderr, "wrong answer, nothing is timed: {} indicators of {} values are in force\n",
               snapshot->indicator_count(), expected);
    return false;
  }
  std::vector<double> reference;
  std::vector<double> ours;
  std::vector<double> guarded;
  for (int run = 0; run < 7; ++run) {
    auto start = Clock::now();
    InsertLines(list);
    reference.push_back(MsSince(start));
    start = Clock::now();
    LoadList(list, /*guard=*/false);
    ours.push_back(MsSince(start));
    start = Clock::now();
    LoadList(list, /*guard=*/true);
    guarded.push_back(MsSince(start));
  }
  const double ratio = Quantile(ours, 0.5) / Quantile(reference, 0.5);
  fmt::print("{:<52} {:>9.0f} ms   reference {:>6.0f} ms, x {:.2f}\n",
             fmt::format("a plain list of {} values, read to in force", expected), Quantile(ours, 0.5),
             Quantile(reference, 0.5), ratio);
  fmt::print(
      "  (the reference inserts the lines into an absl::flat_hash_set<std::string>; with the guard it is\n"
      "  {:.0f} ms, x {:.2f}: every name is looked up in the list of public suffixes)\n",
      Quantile(guarded, 0.5), Quantile(guarded, 0.5) / Quantile(reference, 0.5));
  return true;
}

// --- A large set, and changes to it --------------------------------------------------------------

// `count` indicators with an identifier, validity and modification time of their own, from 50 sources.
class LargeSet {
 public:
  explicit LargeSet(std::size_t count) : values_(MakeBenchIndicators(count)) {}

  Indicator Make(std::size_t i) {
    Indicator indicator = values_[i % values_.size()];
    UuidBytes uuid;
    for (std::size_t k = 0; k < uuid.size(); k += 8) {
      const std::uint64_t bits = random_();
      std::copy_n(reinterpret_cast<const std::uint8_t*>(&bits), 8,
                  uuid.begin() + static_cast<std::ptrdiff_t>(k));
    }
    indicator.id = "indicator--" + FormatUuid(uuid);
    indicator.source = fmt::format("source {}", i % 50);
    // Milliseconds in three years.
    const auto moment = [this] { return static_cast<TimeUs>(random_() % 94'608'000'000) * 1000; };
    indicator.valid_from = 1'650'000'000'000'000 + moment();
    indicator.valid_until = indicator.valid_from + moment() + 1000;
    indicator.modified = indicator.valid_from + moment();
    return indicator;
  }
  void Forget() { std::vector<Indicator>().swap(values_); }
  std::vector<Indicator>& values() { return values_; }

 private:
  std::vector<Indicator> values_;
  std::mt19937_64 random_{7};
};

class Swapper {
 public:
  Swapper(RuleSet& rules, SnapshotHolder& holder) : rules_(rules), holder_(holder) {}

  // One change of kDelta: half of it new objects, half other versions of those of the change before.
  void Change() {
    std::vector<Indicator> changed(kDelta);
    for (std::size_t i = 0; i < kDelta; ++i) {
      Indicator& indicator = changed[i];
      indicator.kind = Kind::kDomain;
      indicator.value = fmt::format("n{}.delta{}.example", i, round_);
      indicator.source = "delta";
      const bool again = i < kDelta / 2 && round_ > 0;
      indicator.id = fmt::format("indicator--{:08x}-0000-4000-8000-{:012x}", again ? round_ - 1 : round_, i);
      indicator.modified = static_cast<TimeUs>(round_);
    }
    ++round_;
    const auto start = Clock::now();
    for (const Indicator& indicator : changed) {
      rules_.Put("delta", indicator.source, indicator.id, std::span(&indicator, 1), /*unless_older=*/true);
    }
    rules_.Commit();
    holder_.Publish(rules_.Publish());
    published_ms_.push_back(MsSince(start));
    if (auto compaction = rules_.PlanCompaction()) {
      // Beside everything else in a run; here, in between.
      compaction->Run();
      rules_.Adopt(*std::move(compaction));
      holder_.Publish(rules_.Publish());
    }
  }
  const std::vector<double>& published_ms() const { return published_ms_; }
  std::uint64_t rounds() const { return round_; }

 private:
  RuleSet& rules_;
  SnapshotHolder& holder_;
  std::uint64_t round_ = 0;
  std::vector<double> published_ms_;
};

// A worker as in a run: adopts what is newest, matches a batch, again and again.
class BatchWorker {
 public:
  BatchWorker(const Corpus& corpus, const SnapshotHolder& holder) : corpus_(corpus), holder_(holder) {
    thread_ = std::thread([this] { Run(); });
  }
  ~BatchWorker() {
    stop_ = true;
    thread_.join();
  }
  std::uint64_t generation() const { return generation_; }
  // The times of the batches since the last call.
  std::vector<double> TakeBatchMs() {
    asked_ = true;
    while (asked_) std::this_thread::yield();
    return std::move(taken_);
  }

 private:
  void Run() {
    Matcher matcher(ShippedFieldMaps());
    std::shared_ptr<const Snapshot> held;
    const std::span<const Record> records(corpus_.records);
    std::size_t at = 0;
    while (!stop_) {
      const auto start = Clock::now();
      if (holder_.RefreshIfNewer(held)) generation_ = held->generation();
      matcher.Match(records.subspan(at, std::min(kBatch, records.size() - at)), Format::kAuto, *held,
                    [](std::size_t, const EventMatch&) {});
      batch_ms_.push_back(MsSince(start));
      at = at + kBatch < records.size() ? at + kBatch : 0;
      if (asked_) {
        taken_ = std::move(batch_ms_);
        batch_ms_.clear();
        asked_ = false;
      }
    }
  }

  const Corpus& corpus_;
  const SnapshotHolder& holder_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> asked_{false};
  std::atomic<std::uint64_t> generation_{0};
  std::vector<double> batch_ms_;
  std::vector<double> taken_;
  std::thread thread_;
};

void PrintMemory(const RuleSet& rules, const Snapshot& snapshot, std::size_t count, std::size_t resident) {
  const auto per = [count](std::size_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(count);
  };
  fmt::print("{:<52} {:>9.1f} bytes each, texts of authors not counted\n",
             fmt::format("{} indicators, id, validity, source of each", count),
             per(rules.memory_bytes() - snapshot.text_bytes()));
  fmt::print("  (resident memory grew by {:.1f} bytes each; ids and times are all different)\n",
             per(resident));
}

void PrintSwaps(RuleSet& rules, const Corpus& corpus) {
  SnapshotHolder holder;
  holder.Publish(rules.Publish());
  BatchWorker worker(corpus, holder);
  Swapper swapper(rules, holder);
  std::vector<double> visible;
  for (int i = 0; i < 50; ++i) {
    const auto start = Clock::now();
    swapper.Change();
    while (worker.generation() < rules.generation()) std::this_thread::yield();
    visible.push_back(MsSince(start));
  }
  fmt::print("{:<52} {:>9.1f} ms    worst of 50 {:.1f} ms\n",
             fmt::format("a change of {} until a worker matches with it", kDelta), Quantile(visible, 0.5),
             Quantile(visible, 1));

  std::vector<double> quiet;
  std::vector<double> swapping;
  const std::uint64_t before = swapper.rounds();
  for (int round = 0; round < 4; ++round) {
    worker.TakeBatchMs();
    std::this_thread::sleep_for(std::chrono::seconds(3));
    const auto calm = worker.TakeBatchMs();
    quiet.insert(quiet.end(), calm.begin(), calm.end());
    const auto until = Clock::now() + std::chrono::seconds(3);
    while (Clock::now() < until) swapper.Change();
    const auto busy = worker.TakeBatchMs();
    swapping.insert(swapping.end(), busy.begin(), busy.end());
  }
  fmt::print("{:<52} {:>9.2f} ms    without swaps {:.2f} ms, x {:.2f}\n",
             fmt::format("99.9th percentile of a batch of {} during swaps", kBatch),
             Quantile(swapping, 0.999), Quantile(quiet, 0.999),
             Quantile(swapping, 0.999) / Quantile(quiet, 0.999));
  fmt::print("  (median {:.2f} and {:.2f} ms; {} swaps in 12 s on one thread, the worker on another)\n",
             Quantile(swapping, 0.5), Quantile(quiet, 0.5), swapper.rounds() - before);
}

}  // namespace

bool PrintRuleSetFigures(std::size_t count) {
  fmt::print("\nIndicators: medians of interleaved runs.\n");
  if (!PrintListBuild()) return false;

  LargeSet large(count);
  const std::size_t before = ResidentBytes();
  RuleSet rules(kKey);
  auto start = Clock::now();
  rules.Begin("large");
  for (std::size_t i = 0; i < count; ++i) rules.Add(large.Make(i));
  const double added = MsSince(start);
  start = Clock::now();
  rules.Commit();
  const auto snapshot = rules.Publish();
  const double built = MsSince(start);
  if (snapshot->indicator_count() != count) {
    fmt::print(stderr, "wrong answer, nothing is timed: {} of {} indicators are in force\n",
               snapshot->indicator_count(), count);
    return false;
  }
  const std::size_t resident = ResidentBytes() - before;
  fmt::print("{:<52} {:>9.1f} s     and {:.1f} s to merge and index\n",
             fmt::format("{} indicators, made and added", count), added / 1000, built / 1000);
  PrintMemory(rules, *snapshot, count, resident);
  large.Forget();
  const Corpus corpus = MakeCorpus(kCorpusBytes, 1000);
  PrintSwaps(rules, corpus);
  return true;
}

}  // namespace polder
