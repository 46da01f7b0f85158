// A community that exists to be attacked: members see indicators, report them, and the operator releases, all
// through the functions that the product uses.
#ifndef POLDER_TESTS_ATTACK_VILLAGE_H_
#define POLDER_TESTS_ATTACK_VILLAGE_H_

#include <gtest/gtest.h>

#include <map>
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
// All that a source of its own has: just so many as its reach by sector and role asks for.
inline constexpr std::size_t kBaits = kCommon + kCommons;
inline constexpr std::size_t kIndicators = kBaits + kReachIndicators;

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
  // Members 0 to members - 1 belong, each a group, since long ago. The even ones are of one sector, the odd
  // ones of another; every fifth is a CSIRT.
  explicit Village(std::size_t members, Protection protection = {});

  Roster& roster() { return roster_; }
  static std::string MemberName(std::size_t member);
  static const IocId& IdOf(std::size_t indicator);
  static TimeUs DayStart(int day);

  // What happens in the epoch that is open.
  void Sees(std::size_t member, std::size_t indicator, std::size_t events = 1);
  // How common each of the others is, is thrown anew.
  void SeesTheCommon(Random& random, Busy busy);
  // From now on the end of each epoch makes them: of this epoch, and of all so far.
  void MakeScorecards() { with_scorecards_ = true; }
  // Reports this, whatever he saw.
  void Says(std::size_t member, const Feedback& feedback);
  // Reports what he never saw.
  void Claims(std::size_t member, std::size_t indicator);

  // Ends the epoch: members report, the operator releases or holds.
  struct Day {
    bool held = false;
    Release release;
    std::vector<Scorecard> scorecards;
  };
  Day EndOfDay();

  std::size_t k() const { return *ReleaseThreshold(roster_.entries.size()); }

 private:
  // What a member does with an indicator that it saw in so many events.
  const Feedback* Leaves(std::size_t indicator, std::size_t events) const;
  void AddScorecards(Day& day);
  std::vector<MemberReport> Reports() const;
  ReleasePlan Plan() const;

  Protection protection_;
  bool with_scorecards_ = false;
  Roster roster_;
  int day_ = 0;
  std::vector<std::map<std::size_t, std::size_t>> sighted_;  // by member: of each indicator how many events
  std::vector<std::vector<Feedback>> said_;                  // by member
  std::vector<Epoch> unreleased_;
  std::vector<MemberReport> reports_;  // of these
  Runs runs_;
  std::vector<ScorecardPeriod> periods_;
};

// What everybody reads in a release and the scorecards, every figure: first of the target in the release,
// then the totals, then of its source in the scorecards, then all the rest, which is different in every play
// of busy days.
Observation Read(const Village::Day& day, const Protection& protection = {});
// Part by part.
void Append(const Observation& more, Observation& to);

}  // namespace polder::attack

#endif  // POLDER_TESTS_ATTACK_VILLAGE_H_
