// SIGTERM at work: what was read is delivered and committed, nothing beyond.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/e2e/run_fixture.h"

namespace polder {
namespace {

class DrainTest : public RunTest {
 protected:
  // Sightings of events under the offsets in `below`.
  size_t SightingsBelow(const std::map<int32_t, int64_t>& below) {
    size_t count = 0;
    for (const SeenSighting& sighting : ReadSightings(client_, output())) {
      const auto& [topic, partition, offset] = sighting.place;
      if (offset < below.at(partition)) ++count;
    }
    return count;
  }
};

TEST_F(DrainTest, CommitsWhatIsDeliveredAndNothingBeyond) {
  Feed(20000);
  std::unique_ptr<PolderProcess> polder = StartPolder();
  WaitForWork(*polder, 0);
  polder->Signal(SIGTERM);
  FeedUntil(20000, [&] { return !polder->Running(); });
  const std::optional<int> code = polder->Wait(kPatience);
  ASSERT_TRUE(code.has_value()) << polder->LogTail();
  EXPECT_EQ(*code, 0) << polder->LogTail();
  Feed(1000);

  const std::map<int32_t, int64_t> committed = client_.CommittedOffsets(settings_.group, input());
  EXPECT_GT(Lag(), 0) << "the SIGTERM came after the work was done";
  EXPECT_GT(Committed(), 0) << "delivered work was not committed";
  CheckDelivery(client_, input(), output(), &committed);
  const size_t delivered = SightingsBelow(committed);

  polder = StartPolder();
  const DeliveryCount count = FinishAndCheck(*polder);
  EXPECT_EQ(SightingsBelow(committed), delivered) << "events under the committed offset were delivered again";
  Report(fmt::format("{} sightings, {} of them repeated", count.sightings, count.repeated));
}

TEST_F(DrainTest, EndsWhenThereIsNothingToDo) {
  settings_.workers = 1;
  const std::unique_ptr<PolderProcess> polder = StartPolder();
  WaitForGroup(*polder, 1);
  Drain(*polder);
}

TEST_F(DrainTest, RepeatsNothingOverCleanRestarts) {
  // Nobody is killed here: a member that a busy machine holds up is not to be thrown out of the group.
  settings_.session_ms = 10'000;
  for (int life = 0; life < 3; ++life) {
    Feed(2000);
    const std::unique_ptr<PolderProcess> polder = StartPolder();
    EXPECT_EQ(FinishAndCheck(*polder).repeated, 0u);
  }
}

}  // namespace
}  // namespace polder
