#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/suites.h"
#include "engine/match/matcher.h"
#include "engine/snapshot/builder.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

// As a worker takes them from Kafka.
constexpr std::size_t kBatch = 1024;
constexpr FingerprintKey kKey = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

std::shared_ptr<const Snapshot> MakeSnapshot(std::size_t count) {
  const std::vector<Indicator> indicators = MakeBenchIndicators(count);
  std::vector<const Indicator*> pointers;
  pointers.reserve(indicators.size());
  for (const Indicator& indicator : indicators) pointers.push_back(&indicator);
  return SnapshotBuilder(kKey).Build(pointers, 1);
}

void MatchAll(Matcher& matcher, const Corpus& corpus, const Snapshot& snapshot,
              absl::FunctionRef<void(std::size_t)> on_hit) {
  const std::span<const Record> records(corpus.records);
  for (std::size_t start = 0; start < records.size(); start += kBatch) {
    const auto batch = records.subspan(start, std::min(kBatch, records.size() - start));
    matcher.Match(batch, Format::kAuto, snapshot,
                  [&](std::size_t i, const EventMatch&) { on_hit(start + i); });
  }
}

std::string CheckAnswers(const Corpus& corpus, const Snapshot& snapshot, const std::string& name) {
  Matcher matcher(ShippedFieldMaps());
  std::vector<std::size_t> found;
  MatchAll(matcher, corpus, snapshot, [&](std::size_t i) { found.push_back(i); });
  if (found == corpus.planted) return {};
  return fmt::format("{}: {} records hit, {} were planted", name, found.size(), corpus.planted.size());
}

void RunMatch(benchmark::State& state, const Corpus& corpus, const Snapshot& snapshot) {
  Matcher matcher(ShippedFieldMaps());
  std::size_t hits = 0;
  for (auto _ : state) MatchAll(matcher, corpus, snapshot, [&](std::size_t) { ++hits; });
  state.SetBytesProcessed(static_cast<std::int64_t>(corpus.bytes) * state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(corpus.records.size()) * state.iterations());
  const auto events = static_cast<double>(matcher.counters().events);
  state.counters["hit_rate"] = static_cast<double>(hits) / events;
  state.counters["second_looks"] = static_cast<double>(matcher.counters().candidates) / events;
}

}  // namespace

std::string RegisterMatch() {
  static std::map<std::size_t, Corpus> corpora;
  static std::map<std::size_t, std::shared_ptr<const Snapshot>> snapshots;
  const std::vector<std::pair<std::size_t, std::string>> rates = {{0, "0%"}, {1000, "0.1%"}, {100, "1%"}};
  for (const std::size_t count : {1'000, 100'000, 1'000'000}) {
    snapshots[count] = MakeSnapshot(count);
    for (const auto& [one_in, rate] : rates) {
      if (!corpora.contains(one_in)) corpora[one_in] = MakeCorpus(kCorpusBytes, one_in);
      const std::string name = fmt::format("match/{}/hits:{}", count, rate);
      if (const std::string wrong = CheckAnswers(corpora[one_in], *snapshots[count], name); !wrong.empty()) {
        return wrong;
      }
      benchmark::RegisterBenchmark(
          name.c_str(), [corpus = &corpora[one_in], snapshot = snapshots[count]](benchmark::State& state) {
            RunMatch(state, *corpus, *snapshot);
          });
    }
  }
  return {};
}

}  // namespace polder
