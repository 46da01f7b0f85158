// Scale-out is Kafka's: two processes share a group, and one of them dies.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/e2e/run_fixture.h"

namespace polder {
namespace {

class GroupTest : public RunTest {};

TEST_F(GroupTest, TakesOverFromAKilledProcess) {
  settings_.workers = 1;  // one member each, two partitions each
  const std::unique_ptr<PolderProcess> victim = StartPolder("victim");
  const std::unique_ptr<PolderProcess> survivor = StartPolder("survivor");
  WaitForGroup(*victim, 2);
  WaitForGroup(*survivor, 2);
  Feed(4000);
  WaitForWork(*victim, 0);
  Feed(4000);
  victim->Kill();
  EXPECT_GT(Lag(), 0) << "the kill came after the work was done";
  Feed(4000);
  const DeliveryCount count = FinishAndCheck(*survivor);
  Report(fmt::format("{} sightings, {} of them repeated", count.sightings, count.repeated));
}

}  // namespace
}  // namespace polder
