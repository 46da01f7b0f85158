#include "engine/snapshot/segment.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "engine/snapshot/packed_column.h"
#include "engine/snapshot/row_set.h"
#include "engine/snapshot/segment_builder.h"

namespace polder {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();

TEST(PackedColumn, GivesBackEveryNumber) {
  std::mt19937_64 random(5);
  const std::vector<std::vector<std::int64_t>> columns = {
      {},
      {7},
      {7, 7, 7},
      {kLeast, kLeast},
      {kLeast, kGreatest},
      {kLeast, 5, kGreatest, 5},
      {-1, 0, 1},
      {kLeast + 1, kGreatest - 1, 0, -1},
      {kLeast + 1, kGreatest - 1, kLeast, kGreatest},
      {1'700'000'000'000'000, 1'700'000'001'000'000, kGreatest, 1'600'000'000'000'000},
      {0, 255},
      {0, 254, kLeast},
      {0, 253, kLeast, kGreatest}};
  for (const auto& column : columns) {
    const PackedColumn packed(column);
    for (std::size_t i = 0; i < column.size(); ++i) EXPECT_EQ(packed.At(i), column[i]);
  }
  for (int round = 0; round < 200; ++round) {
    std::vector<std::int64_t> column;
    const int bits = 1 + static_cast<int>(random() % 63);
    const auto unit = static_cast<std::int64_t>(1 + random() % 1000);
    for (int i = 0; i < 50; ++i) {
      const auto number = static_cast<std::int64_t>(random() >> (64 - bits)) / unit * unit;
      column.push_back(random() % 20 == 0 ? kGreatest : number);
    }
    const PackedColumn packed(column);
    for (std::size_t i = 0; i < column.size(); ++i) ASSERT_EQ(packed.At(i), column[i]);
  }
}

TEST(PackedColumn, IsAsSmallAsItsNumbersAllow) {
  EXPECT_EQ(PackedColumn(std::vector<std::int64_t>(1000, 5)).bytes(), 0U);
  std::vector<std::int64_t> seconds;
  for (int i = 0; i < 1000; ++i) seconds.push_back(1'700'000'000'000'000 + i * 86'400'000'000);
  // A thousand days, in days.
  EXPECT_LE(PackedColumn(seconds).bytes(), 2 * 1000U + 8);
}

TEST(RowSet, IsNotChangedThroughItsCopy) {
  RowSet original;
  original.Insert(5);
  original.Insert(100'000);
  RowSet copy = original;
  EXPECT_TRUE(original.Insert(6));
  EXPECT_TRUE(copy.Erase(5));
  EXPECT_TRUE(original.Contains(5));
  EXPECT_FALSE(copy.Contains(6));
  EXPECT_EQ(original.size(), 3U);
  EXPECT_EQ(copy.size(), 1U);
  std::vector<std::uint32_t> differences;
  original.ForEachDifference(copy, [&](std::uint32_t row) { differences.push_back(row); });
  EXPECT_EQ(differences, (std::vector<std::uint32_t>{5, 6}));
}

Indicator Domain(const std::string& value) {
  Indicator indicator;
  indicator.kind = Kind::kDomain;
  indicator.value = value;
  indicator.source = "feed";
  return indicator;
}

TEST(Segment, FindsEveryRowByValueAndById) {
  const GateHasher hasher(3);
  SegmentBuilder builder(hasher);
  constexpr std::uint32_t kCount = 20'000;
  std::vector<std::string> ids;
  std::mt19937_64 random(1);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    Indicator indicator = Domain(fmt::format("n{}.example", i));
    UuidBytes uuid;
    for (auto& byte : uuid) byte = static_cast<std::uint8_t>(random());
    indicator.id = "indicator--" + FormatUuid(uuid);
    ids.push_back(indicator.id);
    indicator.valid_from = i;
    builder.Add(indicator, 0, 0);
  }
  const auto segment = builder.Build().segment;
  ASSERT_EQ(segment->size(), kCount);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const std::string value = fmt::format("n{}.example", i);
    const auto [first, last] = segment->Find(KeyOf(hasher, Kind::kDomain, value));
    ASSERT_EQ(last - first, 1U);
    EXPECT_EQ(segment->valid_from(first), i);
    EXPECT_EQ(IdentifierOf(*segment, first, "feed", value), ids[i]);
    const auto [place, end] = segment->FindId(IdBits(ids[i]));
    ASSERT_EQ(end - place, 1U);
    EXPECT_EQ(segment->RowById(place), first);
  }
  const auto [first, last] = segment->Find(KeyOf(hasher, Kind::kDomain, "absent.example"));
  EXPECT_EQ(first, last);
}

TEST(Segment, KeepsAnIdThatIsNoUuidAsItIs) {
  const GateHasher hasher(3);
  SegmentBuilder builder(hasher);
  for (const char* id : {"indicator--ABCDEF00-0000-4000-8000-000000000001", "a free text", ""}) {
    Indicator indicator = Domain("evil.example");
    indicator.id = id;
    builder.Add(indicator, 0, 0);
  }
  const auto segment = builder.Build().segment;
  std::vector<std::string> ids;
  for (std::uint32_t row = 0; row < segment->size(); ++row) {
    ids.push_back(IdentifierOf(*segment, row, "feed", "evil.example"));
  }
  EXPECT_THAT(ids, ::testing::UnorderedElementsAre("a free text",
                                                   DerivedIndicatorId("feed", Kind::kDomain, "evil.example"),
                                                   "indicator--ABCDEF00-0000-4000-8000-000000000001"));
}

TEST(Segment, TakesAHundredThousandStatementsOfOneValueInOrdinaryTime) {
  const GateHasher hasher(3);
  SegmentBuilder builder(hasher);
  for (int i = 0; i < 100'000; ++i) {
    Indicator indicator = Domain("evil.example");
    indicator.id = fmt::format("id {}", i % 50'000);
    builder.Add(indicator, 0, 0);
  }
  const SegmentBuilder::Built built = builder.Build();
  EXPECT_EQ(built.segment->size(), 50'000U);
  EXPECT_EQ(built.repeated, 50'000U);
}

TEST(Segment, OfAPlainListTakesSeventeenBytesARow) {
  const GateHasher hasher(3);
  SegmentBuilder builder(hasher);
  builder.StartList(Domain(""), 0, 0);
  constexpr std::size_t kCount = 100'000;
  for (std::size_t i = 0; i < kCount; ++i) builder.AddValue(Kind::kDomain, fmt::format("n{}.example", i));
  EXPECT_LE(builder.Build().segment->memory_bytes(), 17 * kCount + 1000);
}

TEST(Segment, OfRowsWithIdsAndTimesOfTheirOwnTakesLessThanSixtyBytesARow) {
  const GateHasher hasher(3);
  SegmentBuilder builder(hasher);
  std::mt19937_64 random(1);
  constexpr std::size_t kCount = 100'000;
  for (std::size_t i = 0; i < kCount; ++i) {
    Indicator indicator = Domain(fmt::format("n{}.example", i));
    UuidBytes uuid;
    for (auto& byte : uuid) byte = static_cast<std::uint8_t>(random());
    indicator.id = "indicator--" + FormatUuid(uuid);
    // Milliseconds over three years.
    indicator.valid_from = 1'700'000'000'000'000 + static_cast<TimeUs>(random() % 94'608'000'000) * 1000;
    indicator.valid_until =
        indicator.valid_from + static_cast<TimeUs>(random() % 94'608'000'000) * 1000 + 1000;
    indicator.modified = indicator.valid_from + static_cast<TimeUs>(random() % 94'608'000'000) * 1000;
    builder.Add(indicator, static_cast<std::uint32_t>(i % 50), static_cast<std::uint32_t>(i % 50));
  }
  const auto segment = builder.Build().segment;
  EXPECT_LE(segment->memory_bytes() - segment->text_bytes(), 60 * kCount);
}

TEST(MergeSegments, KeepsEveryRowButThoseThatAreGone) {
  const GateHasher hasher(3);
  std::vector<std::shared_ptr<const Segment>> segments;
  std::vector<RowSet> gone(3), hidden(3);
  for (int s = 0; s < 3; ++s) {
    SegmentBuilder builder(hasher);
    for (int i = 0; i < 1000; ++i) {
      Indicator indicator = Domain(fmt::format("n{}.example", i));
      indicator.name = fmt::format("segment {}", s);
      if (i % 7 == 0) {
        indicator.kind = Kind::kUrl;
        indicator.value = fmt::format("http://n{}.example/{}", i, s);
      }
      builder.Add(indicator, static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(s));
    }
    segments.push_back(builder.Build().segment);
    for (std::uint32_t row = 0; row < 1000; row += 3) gone[static_cast<std::size_t>(s)].Insert(row);
    for (std::uint32_t row = 0; row < 1000; row += 5) hidden[static_cast<std::size_t>(s)].Insert(row);
  }
  std::vector<SegmentPart> parts;
  for (std::size_t s = 0; s < 3; ++s) parts.push_back({segments[s].get(), &gone[s], &hidden[s]});
  const MergedSegment merged = MergeSegments(parts);
  std::size_t expected = 0;
  for (std::size_t s = 0; s < 3; ++s) {
    std::size_t host = 0;
    for (std::uint32_t row = 0; row < 1000; ++row) {
      const auto hosts = segments[s]->host_rows();
      while (host < hosts.size() && hosts[host] < row) ++host;
      if (gone[s].Contains(row)) continue;
      ++expected;
      const auto [first, last] = merged.segment->Find(segments[s]->key(row));
      bool found = false;
      for (std::uint32_t other = first; other < last; ++other) {
        if (merged.segment->Content(other) != segments[s]->Content(row)) continue;
        if (merged.segment->facts(other) != segments[s]->facts(row)) continue;
        found = true;
        EXPECT_EQ(merged.hidden.Contains(other), hidden[s].Contains(row));
        if (host < hosts.size() && hosts[host] == row) {
          const auto merged_hosts = merged.segment->host_rows();
          const auto at = std::find(merged_hosts.begin(), merged_hosts.end(), other);
          ASSERT_NE(at, merged_hosts.end());
          EXPECT_EQ(merged.segment->host_gates()[static_cast<std::size_t>(at - merged_hosts.begin())],
                    segments[s]->host_gates()[host]);
        }
      }
      EXPECT_TRUE(found);
    }
  }
  EXPECT_EQ(merged.segment->size(), expected);
}

}  // namespace
}  // namespace polder
