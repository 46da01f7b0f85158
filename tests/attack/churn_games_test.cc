// Game 6: who compares releases from before and after somebody came or went.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/attack/village.h"

namespace polder::attack {
namespace {

class ChurnAttack : public ::testing::TestWithParam<std::size_t> {};

constexpr int kDays = 7;
constexpr int kChange = 3;

struct Churn {
  bool joins = true;  // else he leaves
  Busy busy = Busy::kNot;
  bool scorecards = false;
  Protection protection = {};
};

// The same groups see the target day after day, just so many that the one who comes or goes makes the
// difference; the attacker knows all that, and not whether the newcomer sees it too, or the leaver did.
Observation Play(std::size_t members, const Churn& churn, bool is_so, Random& random) {
  Village village(members, churn.protection);
  if (churn.scorecards) village.MakeScorecards();
  const std::size_t victim = members;
  RosterEntry entry;
  entry.name = entry.group = Village::MemberName(victim);
  entry.sector = "even";
  const TimeUs change = Village::DayStart(kChange) + kDayUs / 2;
  (churn.joins ? entry.joined : entry.left) = change;
  village.roster().entries.push_back(entry);

  const std::size_t k = *ReleaseThreshold(churn.joins ? members + 1 : members);
  // Who joins is the k-th if he sees it. Who leaves is missed if he was the k-th; else k others see it.
  const std::size_t who_see = churn.joins || is_so ? k - 1 : k;
  std::vector<std::size_t> order(members);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  Observation read;
  for (int day = 0; day < kDays; ++day) {
    for (std::size_t i = 0; i < who_see; ++i) village.Sees(order[i], kTarget);
    if (is_so) village.Sees(victim, kTarget);
    village.SeesTheCommon(random, churn.busy);
    Append(Read(village.EndOfDay(), churn.protection), read);
  }
  return read;
}

TEST_P(ChurnAttack, SixReleasesBeforeAndAfterSomebodyCameOrWent) {
  const std::size_t members = GetParam();
  const auto game = [&](const char* name, const Churn& churn, double bar, Claim claim) {
    const auto advantage =
        Attack(members, [&](bool is_so, Random& random) { return Play(members, churn, is_so, random); });
    EXPECT_TRUE(Judge(name, std::to_string(members), advantage, bar, claim));
  };
  const Protection naive{.plans = false};
  game("6 a newcomer, quiet days", {.joins = true}, kNothing, Claim::kHeld);
  if (members == 10) {
    game("6 a newcomer, busy days", {.joins = true, .busy = Busy::kAsDaysAre}, kNothing, Claim::kHeld);
    game("6 a newcomer, scorecards compared", {.joins = true, .scorecards = true}, kNothing, Claim::kHeld);
  }
  game("6 a newcomer, every epoch released by itself", {.joins = true, .protection = naive}, kBroken,
       Claim::kControl);
  game("6 a leaver, quiet days", {.joins = false}, kNothing, Claim::kHeld);
  if (members == 10) {
    game("6 a leaver, busy days", {.joins = false, .busy = Busy::kAsDaysAre}, kNothing, Claim::kHeld);
    game("6 a leaver, scorecards compared", {.joins = false, .scorecards = true}, kNothing, Claim::kHeld);
  }
  game("6 a leaver, every epoch released by itself", {.joins = false, .protection = naive}, kBroken,
       Claim::kControl);
}

INSTANTIATE_TEST_SUITE_P(OfACommunityOf, ChurnAttack, kCommunities, ::testing::PrintToStringParamName());

}  // namespace
}  // namespace polder::attack
