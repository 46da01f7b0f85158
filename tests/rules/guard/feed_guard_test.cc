#include "rules/guard/feed_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::HasSubstr;

TEST(FeedGuard, HoldsWhatChangesByMoreThanItsShare) {
  struct Case {
    std::size_t before, after;
    bool held;
  };
  for (const Case& c :
       {Case{1000, 1000, false}, Case{1000, 500, false}, Case{1000, 499, true}, Case{1000, 1500, false},
        Case{1000, 1501, true}, Case{1000, 0, true}, Case{0, 1'000'000, false}, Case{5, 0, false},
        Case{3, 12, false}, Case{3, 13, true}, Case{10, 0, true}}) {
    EXPECT_EQ(HoldReason(c.before, c.after, {}).has_value(), c.held) << c.before << " to " << c.after;
  }
}

TEST(FeedGuard, SaysFromWhatToWhat) {
  EXPECT_EQ(HoldReason(1200, 300, {}).value(),
            "it would shrink from 1200 to 300 indicators, by 75 %, and a refresh may change 50 %");
  EXPECT_THAT(HoldReason(100, 400, {}).value(), HasSubstr("grow from 100 to 400 indicators, by 300 %"));
}

TEST(FeedGuard, FollowsItsLimits) {
  EXPECT_FALSE(HoldReason(1000, 1, {.on = false}).has_value());
  EXPECT_FALSE(HoldReason(1000, 150, {.most_change = 0.9}).has_value());
  EXPECT_TRUE(HoldReason(1000, 99, {.most_change = 0.9}).has_value());
  EXPECT_TRUE(HoldReason(2, 1, {.most_change = 0.1, .at_least = 1}).has_value());
}

}  // namespace
}  // namespace polder
