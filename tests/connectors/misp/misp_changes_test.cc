#include "connectors/misp/misp_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using testing::ElementsAre;

TEST(MispChanges, AreWhatIsNewOrLaterTheNewestFirst) {
  const MispTimestamps known = {{"a", 10}, {"b", 10}, {"c", 10}, {"gone", 10}};
  const MispChanges changes = ChangesSince(known, {{"a", 10}, {"b", 11}, {"c", 9}, {"d", 5}, {"e", 20}});
  EXPECT_THAT(changes.changed, ElementsAre("e", "b", "d"));
  EXPECT_THAT(changes.removed, ElementsAre("gone"));
}

TEST(MispChanges, AreNoneWhereNothingChanged) {
  const MispTimestamps known = {{"a", 10}};
  const MispChanges changes = ChangesSince(known, known);
  EXPECT_THAT(changes.changed, ElementsAre());
  EXPECT_THAT(changes.removed, ElementsAre());
}

}  // namespace
}  // namespace polder
