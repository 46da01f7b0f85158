// The fast path against the oracle on made-up indicators and events. A failure prints the seed; POLDER_SEED
// runs that one again.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "tests/oracle/generator.h"
#include "tests/oracle/harness.h"

namespace polder::oracle {
namespace {

constexpr std::size_t kRounds = 60;
constexpr std::size_t kEvents = 700;
constexpr std::size_t kIndicators = 120;
constexpr std::size_t kTextIndicators = 20;

using Judge = std::function<Outcome(const std::vector<Record>&)>;

bool Same(const Outcome& a, const Outcome& b) { return a.hits == b.hits && a.unparsable == b.unparsable; }

// A shorter record on which the two still differ: pieces are cut out as long as that stays so.
std::string Shrunk(std::string bytes, TimeUs arrival, const Judge& left, const Judge& right) {
  const auto differ = [&](const std::string& candidate) {
    Records one;
    one.Add(candidate, arrival);
    return !Same(left(one.all()), right(one.all()));
  };
  if (!differ(bytes)) return bytes;
  for (std::size_t piece = bytes.size() / 2; piece > 0; piece /= 2) {
    for (std::size_t at = 0; at + piece <= bytes.size();) {
      std::string candidate = bytes;
      candidate.erase(at, piece);
      if (differ(candidate)) {
        bytes = std::move(candidate);
      } else {
        at += piece;
      }
    }
  }
  return bytes;
}

// What the two judges say differently, about one record made as short as it gets; empty if they agree.
std::string Difference(const std::vector<Record>& records, const Judge& left, const Judge& right) {
  const Outcome all_left = left(records);
  const Outcome all_right = right(records);
  if (Same(all_left, all_right)) return {};
  for (const Record& record : records) {
    Records one;
    one.Add(record.bytes, record.arrival);
    if (Same(left(one.all()), right(one.all()))) continue;
    Records shrunk;
    shrunk.Add(Shrunk(std::string(record.bytes), record.arrival, left, right), record.arrival);
    const Outcome a = left(shrunk.all());
    const Outcome b = right(shrunk.all());
    return "on " + Printable(shrunk.all()[0].bytes) + "\n  one says " + testing::PrintToString(a.hits) +
           (a.unparsable.empty() ? "" : " unparsable") + "\n  the other " + testing::PrintToString(b.hits) +
           (b.unparsable.empty() ? "" : " unparsable") + "\n  from " + Printable(record.bytes);
  }
  return "only in the company of other records";
}

struct Totals {
  std::size_t events = 0;
  std::size_t hits = 0;
  std::size_t unparsable = 0;
  std::size_t texts = 0;         // of the hits: of file names and whole texts
  std::size_t conjunctions = 0;  // likewise
};

// One set of indicators and one set of events, through everything that can tell.
void CompareOnce(std::uint64_t seed, Format format, Generator::Theme theme, Totals& totals) {
  Generator generator(seed, theme);
  const std::size_t most = theme == Generator::Theme::kTexts ? kTextIndicators : kIndicators;
  const std::vector<Indicator> indicators = generator.Indicators(1 + generator.Below(most));
  Records records;
  for (std::size_t i = 0; i < kEvents; ++i) records.Add(generator.Event(), generator.Time());

  const auto snapshot = BuildSnapshot(indicators);
  const Oracle oracle(indicators);
  const Oracle mapped(indicators, Oracle::Lookup::kMap);
  const std::size_t batch = 1 + generator.Below(200);
  const Judge by_loop = [&](const auto& all) { return RunOracle(all, format, oracle); };
  const Judge by_map = [&](const auto& all) { return RunOracle(all, format, mapped); };
  const Judge everything = [&](const auto& all) {
    Outcome outcome = RunMatcher(all, format, *snapshot, Matcher::Depth::kEverything);
    EXPECT_FALSE(outcome.repeated);
    return outcome;
  };
  // What the first look rejects is not known to be unparsable.
  const auto hits_only = [](Outcome outcome) {
    outcome.unparsable.clear();
    return outcome;
  };
  const Judge all_hits = [&](const auto& all) { return hits_only(everything(all)); };
  const Judge sieved = [&](const auto& all) {
    return hits_only(RunMatcher(all, format, *snapshot, Matcher::Depth::kCandidates, batch));
  };
  ASSERT_EQ(Difference(records.all(), by_loop, by_map), "") << "the oracle disagrees with itself";
  ASSERT_EQ(Difference(records.all(), by_loop, everything), "") << "oracle and second look";
  ASSERT_EQ(Difference(records.all(), all_hits, sieved), "") << "second look and first look";
  const Outcome expected = by_loop(records.all());
  totals.events += kEvents;
  totals.hits += expected.hits.size();
  totals.unparsable += expected.unparsable.size();
  for (const OracleHit& hit : expected.hits) {
    const auto indicator = std::find_if(indicators.begin(), indicators.end(),
                                        [&](const Indicator& i) { return i.id == hit.indicator_id; });
    totals.texts += indicator->kind >= Kind::kFileName ? 1 : 0;
    totals.conjunctions += indicator->conditions.empty() ? 0 : 1;
  }
}

Totals CompareRounds(std::uint64_t seed, Format format, std::size_t rounds,
                     Generator::Theme theme = Generator::Theme::kEverything) {
  std::cout << "POLDER_SEED=" << seed << '\n';
  Totals totals;
  for (std::size_t round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round) + " of seed " + std::to_string(seed));
    CompareOnce(seed + round * 0x9E3779B97F4A7C15ULL, format, theme, totals);
  }
  std::cout << totals.events << " events, " << totals.hits << " hits (" << totals.texts << " of texts, "
            << totals.conjunctions << " of conjunctions), " << totals.unparsable << " unparsable\n";
  return totals;
}

void ExpectManyHits(const Totals& totals) {
  EXPECT_GT(totals.hits, totals.events / 10) << "the generator should make hits common";
  EXPECT_GT(totals.texts, totals.events / 100);
  EXPECT_GT(totals.conjunctions, totals.events / 1000);
}

TEST(Agreement, MatcherAndOracleFindTheSameHitsInMixedRecords) {
  ExpectManyHits(CompareRounds(Seed(1), Format::kAuto, kRounds));
}

TEST(Agreement, MatcherAndOracleFindTheSameHitsWhenRecordsAreDeclaredJson) {
  ExpectManyHits(CompareRounds(Seed(2), Format::kJson, kRounds / 6));
}

TEST(Agreement, MatcherAndOracleFindTheSameHitsWhenRecordsAreDeclaredText) {
  ExpectManyHits(CompareRounds(Seed(3), Format::kText, kRounds / 6));
}

TEST(Agreement, MatcherAndOracleFindTheSameTexts) {
  for (const Format format : {Format::kAuto, Format::kJson, Format::kText}) {
    const Totals totals = CompareRounds(Seed(4), format, kRounds, Generator::Theme::kTexts);
    EXPECT_GT(totals.texts, totals.events / 100);
  }
}

}  // namespace
}  // namespace polder::oracle
