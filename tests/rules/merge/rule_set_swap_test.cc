// A rule set changes, opening gates in place and compacting beside, while workers match: an event must hit
// all that is in force in the generation it is judged by, and nothing that is not. Run under ThreadSanitizer
// too.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "engine/match/matcher.h"
#include "engine/snapshot/holder.h"
#include "rules/fields/shipped_field_maps.h"
#include "rules/merge/rule_set.h"

namespace polder {
namespace {

constexpr std::uint64_t kRounds = 300;

// Round n has the name of round n and no other; every kind has a gate of its own.
std::vector<Indicator> OfRound(std::uint64_t round) {
  std::vector<Indicator> indicators(3);
  indicators[0].kind = Kind::kDomain;
  indicators[0].value = fmt::format("n{}.swap.example", round);
  indicators[1].kind = Kind::kNetwork;
  indicators[1].value = fmt::format("198.{}.{}.0/24", 18 + round / 256 % 2, round % 256);
  indicators[2].kind = Kind::kFileName;
  indicators[2].value = fmt::format("payload {}.bin", round);
  for (Indicator& indicator : indicators) indicator.source = fmt::format("round {}", round);
  return indicators;
}

std::string EventOf(std::uint64_t round) {
  return fmt::format(
      R"({{"name":"www.n{0}.swap.example","address":"198.{1}.{2}.77","file":"C:\\x\\Payload {0}.bin"}})",
      round, 18 + round / 256 % 2, round % 256);
}

struct Findings {
  std::uint64_t batches = 0;
  std::uint64_t missed = 0;
  std::uint64_t wrong = 0;
};

// Generation g holds round g, and the ballast.
Findings Work(const SnapshotHolder& holder) {
  Findings findings;
  Matcher matcher(ShippedFieldMaps());
  std::shared_ptr<const Snapshot> held;
  while (held == nullptr || held->generation() < kRounds) {
    holder.RefreshIfNewer(held);
    const std::uint64_t now = held->generation();
    std::string bytes;
    std::vector<std::size_t> sizes;
    for (const std::uint64_t round : {now, now - 1, now + 1}) {
      sizes.push_back(EventOf(round).size());
      bytes += EventOf(round);
    }
    bytes.append(kRecordPadding, '\0');
    std::vector<Record> records;
    std::size_t at = 0;
    for (const std::size_t size : sizes) {
      records.push_back({std::string_view(bytes).substr(at, size), 0});
      at += size;
    }
    std::size_t hits = 0;
    matcher.Match(records, Format::kAuto, *held, [&](std::size_t i, const EventMatch& match) {
      hits += i == 0 ? match.hits.size() : 0;
      findings.wrong += i == 0 ? 0 : match.hits.size();
    });
    findings.missed += hits == 3 ? 0 : 1;
    ++findings.batches;
  }
  return findings;
}

TEST(RuleSetSwap, JudgesEveryEventByTheGenerationInForceWhileTheRuleSetChanges) {
  SnapshotHolder holder;
  RuleSet rules(FingerprintKey{9});
  const auto publish = [&](std::uint64_t round) {
    rules.Begin("changing");
    for (const Indicator& indicator : OfRound(round)) rules.Add(indicator);
    // Something that grows, so that there is something to join.
    rules.Begin(fmt::format("ballast {}", round));
    Indicator ballast;
    ballast.kind = Kind::kDomain;
    ballast.source = "ballast";
    for (int i = 0; i < 300; ++i) {
      ballast.value = fmt::format("b{}.r{}.ballast.test", i, round);
      rules.Add(ballast);
    }
    rules.Commit();
    holder.Publish(rules.Publish());
  };
  publish(1);
  std::vector<std::future<Findings>> workers;
  for (int i = 0; i < 2; ++i) {
    workers.push_back(std::async(std::launch::async, [&holder] { return Work(holder); }));
  }
  std::size_t compactions = 0;
  std::future<Compaction> compaction;
  for (std::uint64_t round = 2; round <= kRounds; ++round) {
    if (compaction.valid() && compaction.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
      rules.Adopt(compaction.get());
      ++compactions;
    }
    if (!compaction.valid()) {
      if (auto planned = rules.PlanCompaction()) {
        compaction = std::async(std::launch::async, [work = *std::move(planned)]() mutable {
          work.Run();
          return std::move(work);
        });
      }
    }
    publish(round);
  }
  if (compaction.valid()) compaction.wait();
  for (auto& worker : workers) {
    const Findings findings = worker.get();
    EXPECT_EQ(findings.missed, 0U) << "of " << findings.batches;
    EXPECT_EQ(findings.wrong, 0U) << "of " << findings.batches;
  }
  EXPECT_EQ(holder.Current()->indicator_count(), 3 + 300 * kRounds);
  EXPECT_GT(compactions, 0U) << "the set never grew enough for this to show anything";
}

}  // namespace
}  // namespace polder
