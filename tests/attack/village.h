// A community that exists to be attacked: members see indicators, report them, and the operator releases, all
// through the functions that the product uses.
#ifndef POLDER_TESTS_ATTACK_VILLAGE_H_
#define POLDER_TESTS_ATTACK_VILLAGE_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/release/release.h"
#include "engine/scorecard/scorecard.h"
#include "tests/attack/score.h"

namespace polder::attack {

// Of the sizes at the edges of the thresholds.
inline const auto kCommunities = ::testing::Values<std::size_t>(5, 9, 10, 24, 25, 50);

// The indicator that the attacker is after. It is all that its source has, so that figures of the source are
// figures of it.
inline constexpr std::size_t kTarget = 0;
// Others that only the victim or only the attacker ever sees, where the game says so.
inline constexpr std::size_t kCanaries = 1;
inline constexpr std::size_t kMostCanaries = 40;
inline constexpr std::size_t kPadding = kCanaries + kMostCanaries;
inline constexpr std::size_t kPaddings = 10;
// What members commonly see.
inline constexpr std::size_t kCommon = kPadding + kPaddings;
inline constexpr std::size_t kCommons = 40;
inline constexpr std::size_t kCommonsOfADay = 12;
inline constexpr std::size_t kIndicators = kCommon + kCommons;

// The parameters of the protection that a control turns off.
struct Protection {
  bool threshold = true;      // else one group is enough
  bool coarse_totals = true;  // else the exact ones are published
  bool plans = true;          // else every epoch is released by itself, whoever belongs at its end
};

// With other indicators than the target.
enum class Busy : std::uint8_t {
  kNot,
  kAsDaysAre,
  kAtTheEdge,  // so much that the totals are about to be told
};

class Village {
 public:
  // Members 0 to members - 1 belong, each a group, since long ago.
  explicit Village(std::size_t members, Protection protection = {});

  Roster& roster() { return roster_; }
  static std::string MemberName(std::size_t member);
  static const IocId& IdOf(std::size_t indicator);
  static TimeUs DayStart(int day);

  // What happens in the epoch that is open.
  void Sees(std::size_t member, std::size_t indicator, std::size_t events = 1);
  // How common each of the others is, is thrown anew.
  void SeesTheCommon(Random& random, Busy busy);
  void MakeScorecards() { with_scorecard_ = true; }
  // Reports what he never saw.
  void Claims(std::size_t member, std::size_t indicator);

  // Ends the epoch: members report, the operator releases or holds.
  struct Day {
    bool held = false;
    Release release;
    Scorecard scorecard;
  };
  Day EndOfDay();

  std::size_t k() const { return *ReleaseThreshold(roster_.entries.size()); }

 private:
  std::vector<MemberReport> Reports() const;
  ReleasePlan Plan() const;

  Protection protection_;
  bool with_scorecard_ = false;
  Roster roster_;
  int day_ = 0;
  std::vector<std::vector<SightedIndicator>> sighted_;  // by member
  std::vector<std::vector<std::size_t>> claimed_;
  std::vector<Epoch> unreleased_;
  std::vector<MemberReport> reports_;  // of these
  Runs runs_;
};

// What everybody reads about the target in a release and a scorecard, with the totals of both; nothing of the
// rest, which is different in every play.
std::string Read(const Village::Day& day, const Protection& protection = {});

}  // namespace polder::attack

#endif  // POLDER_TESTS_ATTACK_VILLAGE_H_
