#include "engine/snapshot/snapshot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "engine/snapshot/builder.h"
#include "engine/snapshot/holder.h"

namespace polder {
namespace {

Indicator Make(Kind kind, const char* value, const char* source = "feed") {
  Indicator indicator;
  indicator.kind = kind;
  indicator.value = CanonicaliseValue(kind, value).value();
  indicator.source = source;
  indicator.id = DerivedIndicatorId(source, kind, indicator.value);
  return indicator;
}

std::shared_ptr<const Snapshot> Build(const std::vector<Indicator>& indicators, std::uint64_t generation = 1,
                                      std::uint8_t key_byte = 7) {
  std::vector<const Indicator*> pointers;
  for (const Indicator& indicator : indicators) pointers.push_back(&indicator);
  FingerprintKey key{};
  key.fill(key_byte);
  return SnapshotBuilder(key).Build(pointers, generation);
}

std::vector<std::string> Find(const Snapshot& snapshot, const Observable& observable) {
  std::vector<std::string> found;
  snapshot.Find(observable, [&](const Snapshot::Match& match) {
    found.push_back(std::string(MatchTypeName(match.type)) + ' ' + std::string(match.value) + ' ' +
                    std::string(snapshot.Describe(match.indicator, match.value).source));
  });
  return found;
}

TEST(Snapshot, ReportsTheClosestValueFirst) {
  const auto snapshot = Build({Make(Kind::kDomain, "example.test"), Make(Kind::kDomain, "a.example.test"),
                               Make(Kind::kNetwork, "198.51.0.0/16"), Make(Kind::kNetwork, "198.51.100.0/24"),
                               Make(Kind::kIp, "198.51.100.7")});
  EXPECT_EQ(Find(*snapshot, {Kind::kDomain, {}, "a.example.test", {}}),
            (std::vector<std::string>{"exact a.example.test feed", "subdomain example.test feed"}));
  EXPECT_EQ(Find(*snapshot, {Kind::kIp, {}, "198.51.100.7", *ParseIp("198.51.100.7")}),
            (std::vector<std::string>{"exact 198.51.100.7 feed", "network 198.51.100.0/24 feed",
                                      "network 198.51.0.0/16 feed"}));
}

TEST(Snapshot, CreditsEverySourceOfAValue) {
  const auto snapshot =
      Build({Make(Kind::kDomain, "evil.example", "a"), Make(Kind::kDomain, "evil.example", "b")});
  auto found = Find(*snapshot, {Kind::kDomain, {}, "evil.example", {}});
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<std::string>{"exact evil.example a", "exact evil.example b"}));
  EXPECT_EQ(snapshot->indicator_count(), 2U);
  EXPECT_EQ(snapshot->CountValues()[static_cast<std::size_t>(Kind::kDomain)], 1U);
}

TEST(Snapshot, TakesAFullLengthNetworkAndItsAddressForOneValue) {
  const auto snapshot = Build({Make(Kind::kNetwork, "1.2.3.4/32", "a"), Make(Kind::kIp, "1.2.3.4", "b")});
  auto found = Find(*snapshot, {Kind::kIp, {}, "1.2.3.4", *ParseIp("1.2.3.4")});
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<std::string>{"exact 1.2.3.4 a", "exact 1.2.3.4 b"}));
}

TEST(Snapshot, DoesNotMixKinds) {
  const auto snapshot = Build({Make(Kind::kUrl, "http://evil.example/")});
  EXPECT_TRUE(Find(*snapshot, {Kind::kDomain, {}, "http://evil.example/", {}}).empty());
  EXPECT_EQ(Find(*snapshot, {Kind::kUrl, {}, "http://evil.example/", {}}).size(), 1U);
}

TEST(Snapshot, KeepsWhatIsSaidAboutAnIndicator) {
  Indicator indicator = Make(Kind::kEmail, "bob@evil.example");
  indicator.valid_from = 10;
  indicator.valid_until = 20;
  indicator.tlp = Tlp::kAmber;
  indicator.confidence = 85;
  indicator.provider = "someone";
  indicator.name = "title";
  indicator.description = std::string(1000, 'd');
  indicator.reference = "https://ref.example/";
  const auto snapshot = Build({indicator});
  std::size_t seen = 0;
  snapshot->Find({Kind::kEmail, {}, "bob@evil.example", {}}, [&](const Snapshot::Match& match) {
    ++seen;
    const IndicatorView view = snapshot->Describe(match.indicator, match.value);
    EXPECT_EQ(view.id, indicator.id);
    EXPECT_EQ(view.provider, "someone");
    EXPECT_EQ(view.name, "title");
    EXPECT_EQ(view.description, indicator.description);
    EXPECT_EQ(view.reference, "https://ref.example/");
    EXPECT_EQ(view.tlp, Tlp::kAmber);
    EXPECT_EQ(view.confidence, 85);
    EXPECT_FALSE(snapshot->ValidAt(match.indicator, 9));
    EXPECT_TRUE(snapshot->ValidAt(match.indicator, 10));
    EXPECT_FALSE(snapshot->ValidAt(match.indicator, 20));
  });
  EXPECT_EQ(seen, 1U);
}

TEST(Snapshot, HasTheSameDigestForTheSameIndicatorsInAnyOrderUnderAnyKey) {
  std::vector<Indicator> indicators = {Make(Kind::kDomain, "a.example"), Make(Kind::kDomain, "b.example"),
                                       Make(Kind::kIp, "1.2.3.4"),
                                       Make(Kind::kNetwork, "1.2.3.4/32", "other")};
  const std::string digest = Build(indicators)->digest();
  std::reverse(indicators.begin(), indicators.end());
  EXPECT_EQ(Build(indicators, 2, 9)->digest(), digest);
  indicators[0].confidence = 1;
  EXPECT_NE(Build(indicators)->digest(), digest);
}

TEST(Snapshot, OfNothingFindsNothing) {
  const auto snapshot = Build({});
  EXPECT_TRUE(Find(*snapshot, {Kind::kDomain, {}, "evil.example", {}}).empty());
  EXPECT_EQ(snapshot->indicator_count(), 0U);
}

TEST(SnapshotHolder, GivesTheNewestGenerationOnce) {
  SnapshotHolder holder;
  std::shared_ptr<const Snapshot> held;
  EXPECT_EQ(holder.Current(), nullptr);
  EXPECT_FALSE(holder.RefreshIfNewer(held));
  holder.Publish(Build({}, 1));
  EXPECT_TRUE(holder.RefreshIfNewer(held));
  EXPECT_FALSE(holder.RefreshIfNewer(held));
  holder.Publish(Build({}, 5));
  EXPECT_TRUE(holder.RefreshIfNewer(held));
  EXPECT_EQ(held->generation(), 5U);
}

TEST(SnapshotHolder, LetsReadersSeeGenerationsGrowWhileOneWriterPublishes) {
  SnapshotHolder holder;
  holder.Publish(Build({}, 1));
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&holder] {
      std::shared_ptr<const Snapshot> held;
      std::uint64_t last = 0;
      while (last < 50) {
        if (!holder.RefreshIfNewer(held)) continue;
        ASSERT_GT(held->generation(), last);
        last = held->generation();
      }
    });
  }
  for (std::uint64_t generation = 2; generation <= 50; ++generation) holder.Publish(Build({}, generation));
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace polder
