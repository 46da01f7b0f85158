// kill -9, twenty times, while there is work: nothing is lost, what is repeated
// bears the id that it had, and no offset was committed too early to notice.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>
#include <random>
#include <thread>

#include "tests/e2e/run_fixture.h"

namespace polder {
namespace {

using std::chrono::milliseconds;

constexpr uint32_t kEvents = 100000;
constexpr int kKillsAtWork = 20;
constexpr int kMostLives = 40;  // a kill that finds everything committed does not count
constexpr uint32_t kPortion = kEvents / 25;

class KillTest : public RunTest {
 protected:
  // Kills a while after the first sighting of this life, with events coming in
  // before and after, so that the kill finds some in every stage.
  void KillAtWork(PolderProcess& polder, int64_t sightings_before) {
    WaitForWork(polder, sightings_before);
    const auto delay = milliseconds(std::uniform_int_distribution<int>(50, 1500)(random_));
    std::future<void> feeding =
        std::async(std::launch::async, [&] { FeedOver(kPortion / 2, delay + milliseconds(100)); });
    std::this_thread::sleep_for(delay);
    const int64_t end = client_.EndTotal(input());
    polder.Kill();
    if (Committed() < end) ++kills_at_work_;
    feeding.get();
  }

  // Kills while it starts, joins its group or reads its first batch.
  void KillEarly(PolderProcess& polder) {
    std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(1, 400)(random_)));
    polder.Kill();
    Feed(kPortion / 2);
    ++early_kills_;
  }

  int kills_at_work_ = 0;
  int early_kills_ = 0;

 private:
  std::mt19937 random_{20260302};  // the same instants in every run, as far as a clock allows
};

TEST_F(KillTest, LosesNothingWhenKilledTwentyTimesAtWork) {
  for (int life = 0; kills_at_work_ < kKillsAtWork && life < kMostLives; ++life) {
    Feed(kPortion / 2);
    const int64_t sightings_before = client_.EndTotal(output());
    const std::unique_ptr<PolderProcess> polder = StartPolder();
    if (life % 5 == 4) {
      KillEarly(*polder);
    } else {
      KillAtWork(*polder, sightings_before);
    }
  }
  EXPECT_EQ(kills_at_work_, kKillsAtWork) << "the other kills found all events committed";
  if (fed() < kEvents) Feed(kEvents - fed());
  const std::unique_ptr<PolderProcess> polder = StartPolder();
  const DeliveryCount count = FinishAndCheck(*polder);
  Report(fmt::format(
      "{} kills at work, {} early; {} events, {} with an indicator, {} sightings, {} of them repeated",
      kills_at_work_, early_kills_, count.events, count.expected, count.sightings, count.repeated));
}

}  // namespace
}  // namespace polder
