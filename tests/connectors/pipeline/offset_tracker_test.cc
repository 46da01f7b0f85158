#include "connectors/pipeline/offset_tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace polder {
namespace {

using Settled = std::vector<std::pair<TopicPartition, std::int64_t>>;
const TopicPartition kLeft{"logs", 0};
const TopicPartition kRight{"logs", 1};

TEST(OffsetTracker, SettlesAStretchWithoutSightingsWhenItIsClosed) {
  OffsetTracker tracker;
  const auto ticket = tracker.Open(kLeft, 10);
  EXPECT_TRUE(tracker.TakeSettled().empty());
  tracker.Close(ticket);
  EXPECT_EQ(tracker.TakeSettled(), (Settled{{kLeft, 10}}));
  EXPECT_TRUE(tracker.TakeSettled().empty()) << "told once";
  EXPECT_EQ(tracker.open(), 0U);
}

TEST(OffsetTracker, WaitsForEveryAcknowledgement) {
  OffsetTracker tracker;
  const auto ticket = tracker.Open(kLeft, 10);
  tracker.Owe(ticket);
  tracker.Owe(ticket);
  tracker.Close(ticket);
  tracker.Pay(ticket);
  EXPECT_TRUE(tracker.TakeSettled().empty());
  EXPECT_EQ(tracker.owed(), 1U);
  tracker.Pay(ticket);
  EXPECT_EQ(tracker.TakeSettled(), (Settled{{kLeft, 10}}));
}

TEST(OffsetTracker, DoesNotSettleWhileMoreMayBeOwed) {
  OffsetTracker tracker;
  const auto ticket = tracker.Open(kLeft, 10);
  tracker.Owe(ticket);
  tracker.Pay(ticket);
  EXPECT_TRUE(tracker.TakeSettled().empty()) << "the stretch is still open";
}

TEST(OffsetTracker, NeverSkipsAnOlderStretchThatIsNotSettled) {
  OffsetTracker tracker;
  const auto first = tracker.Open(kLeft, 10);
  tracker.Owe(first);
  tracker.Close(first);
  tracker.Close(tracker.Open(kLeft, 20));
  EXPECT_TRUE(tracker.TakeSettled().empty());
  tracker.Pay(first);
  EXPECT_EQ(tracker.TakeSettled(), (Settled{{kLeft, 20}}));
}

TEST(OffsetTracker, KeepsPartitionsApart) {
  OffsetTracker tracker;
  const auto left = tracker.Open(kLeft, 10);
  tracker.Owe(left);
  tracker.Close(left);
  tracker.Close(tracker.Open(kRight, 7));
  EXPECT_EQ(tracker.TakeSettled(), (Settled{{kRight, 7}}));
}

TEST(OffsetTracker, IgnoresTicketsOfAPartitionThatIsGone) {
  OffsetTracker tracker;
  const auto ticket = tracker.Open(kLeft, 10);
  tracker.Owe(ticket);
  tracker.Forget(kLeft);
  EXPECT_EQ(tracker.owed(), 0U);
  tracker.Pay(ticket);
  tracker.Close(ticket);
  EXPECT_TRUE(tracker.TakeSettled().empty());
  tracker.Close(tracker.Open(kLeft, 5));
  EXPECT_EQ(tracker.TakeSettled(), (Settled{{kLeft, 5}})) << "assigned again, it begins anew";
}

// Against a model that knows of every event whether it is acknowledged: an offset that is told never lies
// behind an event that is not, and in the end everything is told.
TEST(OffsetTracker, NeverTellsAnOffsetBehindAnEventThatIsNotAcknowledged) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    OffsetTracker tracker;
    std::map<std::int64_t, bool> acknowledged;  // by offset of the only partition
    std::vector<std::pair<OffsetTracker::Ticket, std::int64_t>> in_flight;
    std::int64_t next = 0;
    std::int64_t told = 0;
    const auto check = [&] {
      for (const auto& [at, offset] : tracker.TakeSettled()) {
        EXPECT_GT(offset, told);
        told = offset;
        for (std::int64_t event = 0; event < offset; ++event) {
          ASSERT_TRUE(acknowledged[event]) << "seed " << seed << ", event " << event << ", told " << offset;
        }
      }
    };
    for (int step = 0; step < 60; ++step) {
      const std::int64_t count = 1 + static_cast<std::int64_t>(random() % 5);
      const auto ticket = tracker.Open(kLeft, next + count);
      for (std::int64_t i = 0; i < count; ++i, ++next) {
        acknowledged[next] = random() % 3 != 0;  // two in three give no sighting
        if (acknowledged[next]) continue;
        tracker.Owe(ticket);
        in_flight.emplace_back(ticket, next);
      }
      tracker.Close(ticket);
      check();
      std::shuffle(in_flight.begin(), in_flight.end(), random);
      for (std::size_t acks = random() % 6; acks > 0 && !in_flight.empty(); --acks) {
        acknowledged[in_flight.back().second] = true;
        tracker.Pay(in_flight.back().first);
        in_flight.pop_back();
        check();
      }
    }
    for (const auto& [ticket, event] : in_flight) {
      acknowledged[event] = true;
      tracker.Pay(ticket);
    }
    check();
    EXPECT_EQ(told, next);
  }
}

}  // namespace
}  // namespace polder
