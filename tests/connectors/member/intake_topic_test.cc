// Sightings of several engines in one topic, on the embedded broker (no proof of a delivery guarantee).
#include <gtest/gtest.h>

#include "connectors/kafka/embedded_broker.h"
#include "connectors/member/intake.h"
#include "tests/connectors/member/member_fixture.h"

namespace polder {
namespace {

TEST(IntakeOfATopic, GoesOnBehindWhatIsInTheStore) {
  const TestCommunity community;
  auto broker = EmbeddedBroker::Start();
  ASSERT_TRUE(broker.ok()) << broker.status();
  ASSERT_TRUE((*broker)->CreateTopic("sightings", 3).ok());
  const Place place{"kafka:sightings", (*broker)->brokers(), {}, {}};
  const TimeUs noon = community.yesterday.start + kDayUs / 2;
  const auto see = [&](int first, int count) {
    for (int i = first; i < first + count; ++i) {
      const std::string id = std::to_string(i);
      ASSERT_TRUE(PostDocument(place, id, TestCommunity::Sighting("evil.example", noon, id)).ok());
    }
  };
  const auto read = [&](const IntakeLimits& limits) {
    // Opened anew, as another process does.
    const auto store = MemberStore::Open(community.folder() / "state").value();
    Intake intake(*store, kDayUs, community.now, nullptr, limits);
    EXPECT_TRUE(intake.ReadSightings(place).ok());
    return intake.tally().hits;
  };
  see(0, 7);
  EXPECT_EQ(read({.records = 2}), 7U);
  EXPECT_EQ(read({}), 0U);
  see(7, 5);
  EXPECT_EQ(read({}), 5U);
  EXPECT_EQ(read({}), 0U);
}

}  // namespace
}  // namespace polder
