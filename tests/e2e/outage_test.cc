// The broker dies under load and comes back: Polder waits, and nothing is lost.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/e2e/run_fixture.h"

namespace polder {
namespace {

class OutageTest : public RunTest {};

TEST_F(OutageTest, LosesNothingWhenTheBrokerIsKilledUnderLoad) {
  const std::unique_ptr<PolderProcess> polder = StartPolder();
  for (int outage = 0; outage < 2; ++outage) {
    const int64_t sightings_before = client_.EndTotal(output());
    Feed(5000);
    WaitForWork(*polder, sightings_before);
    Feed(5000);
    SharedBroker().Kill();
    // The logs go on meanwhile; the producer holds them until it can send.
    std::future<void> feeding = std::async(std::launch::async, [this] { Feed(3000); });
    std::this_thread::sleep_for(std::chrono::seconds(1));
    EXPECT_TRUE(polder->Running()) << polder->LogTail();
    SharedBroker().Restart();
    feeding.get();
    WaitForEnd(*polder);
  }
  const DeliveryCount count = FinishAndCheck(*polder);
  Report(fmt::format("2 outages; {} events, {} sightings, {} of them repeated", count.events, count.sightings,
                     count.repeated));
}

TEST_F(OutageTest, StartsBeforeItsBroker) {
  Feed(1000);
  SharedBroker().Kill();
  const std::unique_ptr<PolderProcess> polder = StartPolder();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_TRUE(polder->Running()) << polder->LogTail();
  SharedBroker().Restart();
  FinishAndCheck(*polder);
}

}  // namespace
}  // namespace polder
