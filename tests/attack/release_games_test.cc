// Games 1, 2, 3b, 3c, 5 and 9: what can be read out of releases and scorecards.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/attack/village.h"

namespace polder::attack {
namespace {

class ReleaseAttack : public ::testing::TestWithParam<std::size_t> {};

constexpr std::size_t kPeer = 0;  // and those after him, where attackers are many
std::size_t VictimOf(std::size_t members) { return members - 1; }

struct Crowd {
  std::size_t colluders = 1;  // share all that they see and read
  double others_see = 0;      // the target
  int days = 1;               // on each of which those who see it see it again
  Busy busy = Busy::kAsDaysAre;
  Protection protection = {};
};

// The victim saw the target, or not; the attackers know their own share of it.
Advantage GuessWhetherTheVictimSaw(std::size_t members, const Crowd& crowd) {
  return Attack(members, [&](bool victim_saw, Random& random) {
    Village village(members, crowd.protection);
    village.MakeScorecards();
    std::vector<std::size_t> who;
    std::size_t known = 0;
    for (std::size_t member = 0; member < VictimOf(members); ++member) {
      if (!Chance(random, crowd.others_see)) continue;
      who.push_back(member);
      known += member < crowd.colluders ? 1 : 0;
    }
    if (victim_saw) who.push_back(VictimOf(members));
    Observation seen = {fmt::format("{};", known)};
    for (int day = 0; day < crowd.days; ++day) {
      for (const std::size_t member : who) village.Sees(member, kTarget);
      village.SeesTheCommon(random, crowd.busy);
      Append(Read(village.EndOfDay(), crowd.protection), seen);
    }
    return seen;
  });
}

// In every tenth play one of the others sees it as well.
double Rarely(std::size_t members) { return 0.1 / static_cast<double>(members - 1); }
// The rate at which a threshold tells most: k - 1 of the others are expected to see it.
double AtWorst(std::size_t members) {
  return static_cast<double>(*ReleaseThreshold(members) - 1) / static_cast<double>(members - 1);
}

TEST_P(ReleaseAttack, OneAPeerReadsReleasesAndScorecards) {
  const std::size_t members = GetParam();
  const std::string community = std::to_string(members);
  const std::size_t k = *ReleaseThreshold(members);
  Crowd crowd{.others_see = Rarely(members)};
  EXPECT_TRUE(Judge("1 peer, a rare indicator", community, GuessWhetherTheVictimSaw(members, crowd), kCoarse,
                    Claim::kHeld));
  if (members == 10) {
    crowd.days = 3;
    EXPECT_TRUE(Judge("1 peer, a rare indicator, on 3 days", community,
                      GuessWhetherTheVictimSaw(members, crowd), kCoarse, Claim::kHeld));
    crowd.days = 1;
  }
  crowd.protection.threshold = false;
  EXPECT_TRUE(Judge("1 peer, a rare indicator, k = 1", community, GuessWhetherTheVictimSaw(members, crowd),
                    kBroken, Claim::kControl));
  crowd = {.others_see = AtWorst(members)};
  EXPECT_TRUE(Judge("1 peer, an indicator as common as suits him", community,
                    GuessWhetherTheVictimSaw(members, crowd),
                    ThresholdTells(members - 1, k, crowd.others_see) + kCoarse, Claim::kHeld));
}

TEST_P(ReleaseAttack, TwoColludersShareWhatTheySeeAndRead) {
  const std::size_t members = GetParam();
  const std::string community = std::to_string(members);
  const std::size_t k = *ReleaseThreshold(members);
  Crowd crowd{.colluders = k - 1, .others_see = Rarely(members)};
  EXPECT_TRUE(Judge("2 k-1 colluders who report the truth, a rare indicator", community,
                    GuessWhetherTheVictimSaw(members, crowd), kCoarse, Claim::kHeld));
  crowd.protection.threshold = false;
  EXPECT_TRUE(Judge("2 k-1 colluders, a rare indicator, k = 1", community,
                    GuessWhetherTheVictimSaw(members, crowd), kBroken, Claim::kControl));
  crowd = {.colluders = k - 1, .others_see = AtWorst(members)};
  EXPECT_TRUE(Judge("2 k-1 colluders who report the truth, as common as suits them", community,
                    GuessWhetherTheVictimSaw(members, crowd),
                    ThresholdTells(members - 1, k, crowd.others_see) + kCoarse, Claim::kHeld));
}

struct Canary {
  Busy busy = Busy::kNot;
  std::size_t more_canaries = 0;
  std::size_t who_claim_it = 0;
  int days = 1;
  Protection protection = {};
};

// Only the victim can see the target. The attacker pads the totals with reports of his own.
Advantage GuessWhetherTheCanaryWasSeen(std::size_t members, const Canary& canary) {
  return Attack(members, [&](bool victim_saw, Random& random) {
    Village village(members, canary.protection);
    if (canary.days == 1) village.MakeScorecards();
    Observation seen;
    std::size_t total = 0;
    for (int day = 0; day < canary.days; ++day) {
      if (victim_saw) {
        for (std::size_t i = kTarget; i <= canary.more_canaries; ++i) village.Sees(VictimOf(members), i);
      }
      village.SeesTheCommon(random, canary.busy);
      for (std::size_t i = 0; i < kPaddings; ++i) village.Claims(kPeer, kPadding + i);
      for (std::size_t i = 0; i < canary.who_claim_it; ++i) village.Claims(kPeer + i, kTarget);
      const Village::Day read = village.EndOfDay();
      total += read.release.suppressed.reports;
      seen = Read(read, canary.protection);
    }
    if (canary.days == 1) return seen;
    // Of many days first the sum, in steps in which plays find each other again.
    seen.insert(seen.begin(), std::to_string(total / (2 * members)));
    return seen;
  });
}

TEST_P(ReleaseAttack, ThreeBAndThreeCACanaryThatOnlyTheVictimCanSee) {
  const std::size_t members = GetParam();
  const std::string community = std::to_string(members);
  const auto game = [&](const char* name, const Canary& canary, double bar, Claim claim) {
    EXPECT_TRUE(Judge(name, community, GuessWhetherTheCanaryWasSeen(members, canary), bar, claim));
  };
  game("3b canary in everybody's manifest, on a quiet day", {}, kNothing, Claim::kHeld);
  game("3b canary, exact totals published", {.protection = {.coarse_totals = false}}, kBroken,
       Claim::kControl);
  game("3b canary, on a busy day", {.busy = Busy::kAsDaysAre}, kCoarse, Claim::kHeld);
  game("3b canary, on a day that fills the totals", {.busy = Busy::kAtTheEdge}, kCoarseAtTheEdge,
       Claim::kHeld);
  game("3b 40 canaries, on a busy day", {.busy = Busy::kAsDaysAre, .more_canaries = kMostCanaries}, kCoarse,
       Claim::kHeld);
  if (members <= 10) {
    game("3b 40 canaries, on a busy day, exact totals published",
         {.busy = Busy::kAsDaysAre, .more_canaries = kMostCanaries, .protection = {.coarse_totals = false}},
         kBroken, Claim::kControl);
  }
  if (members < 24)
    game("3b canary, seen on 3 such days", {.busy = Busy::kAtTheEdge, .days = 3}, kCoarseAtTheEdge,
         Claim::kHeld);
  game("3c canary that k-1 colluders claim to have seen", {.who_claim_it = *ReleaseThreshold(members) - 1},
       kBroken, Claim::kNotHeld);
}

// What the victim says of the target is known to be one of two; k - 1 colluders say what lets it through.
enum class Secret : std::uint8_t { kLatency, kCount, kVerdict };

Advantage GuessWhatTheVictimSaid(std::size_t members, Secret secret) {
  return Attack(members, [&](bool is_so, Random& random) {
    Village village(members);
    Feedback lie;
    lie.ioc_id = Village::IdOf(kTarget);
    lie.verdict = Verdict::kConfirmed;
    lie.latency = LatencyBucket::kRetro;
    lie.count = CountBucket::kHundreds;
    Feedback truth = lie;
    if (secret == Secret::kLatency) truth.latency = is_so ? LatencyBucket::kDay : LatencyBucket::kLater;
    if (secret == Secret::kCount) truth.count = is_so ? CountBucket::kTens : CountBucket::kOne;
    if (secret == Secret::kVerdict) truth.verdict = is_so ? Verdict::kConfirmed : Verdict::kSeen;
    for (std::size_t i = 0; i + 1 < village.k(); ++i) village.Says(kPeer + i, lie);
    village.Says(VictimOf(members), truth);
    village.SeesTheCommon(random, Busy::kAsDaysAre);
    return Read(village.EndOfDay());
  });
}

TEST_P(ReleaseAttack, ThreeDColludersWhoLieLearnWhatTheVictimSaidOfIt) {
  const std::size_t members = GetParam();
  const auto game = [&](const char* name, Secret secret) {
    EXPECT_TRUE(Judge(name, std::to_string(members), GuessWhatTheVictimSaid(members, secret), kBroken,
                      Claim::kNotHeld));
  };
  game("3d when the victim saw it, k-1 colluders who lie", Secret::kLatency);
  game("3d how often the victim saw it, k-1 colluders who lie", Secret::kCount);
  game("3d what the victim thinks of it, k-1 colluders who lie", Secret::kVerdict);
}

// Peers of the victim's own sector, who saw the target, and enough others elsewhere for it to be released in
// any case: what scorecards say of reach by sector.
struct Sector {
  std::size_t first = kTarget;  // of the indicators of a source, of which the last is the target
  std::size_t last = kTarget;
  bool naive = false;  // reach is told of k groups of any sector, with one indicator already
};

Advantage GuessFromTheReachOfTheSector(std::size_t members, const Sector& sector) {
  return Attack(members, [&](bool victim_saw, Random& random) {
    Village village(members);
    village.MakeScorecards();
    const std::size_t victim = VictimOf(members);
    for (std::size_t bait = sector.first; bait < sector.last; ++bait) {
      for (std::size_t member = 0; member < members; ++member) village.Sees(member, bait);
    }
    // Every second member is of the same sector.
    std::size_t peers = 0;
    for (std::size_t member = victim; member >= 2 && peers + 1 < village.k(); ++peers) {
      village.Sees(member -= 2, sector.last);
    }
    std::size_t elsewhere = village.k() - peers;
    for (std::size_t member = victim - 1; elsewhere > 0; member -= 2, --elsewhere) {
      village.Sees(member, sector.last);
    }
    if (victim_saw) village.Sees(victim, sector.last);
    village.SeesTheCommon(random, Busy::kAsDaysAre);
    Observation seen = Read(village.EndOfDay());
    // Of the others the source's own figures tell most.
    std::swap(seen[0], seen[2]);
    if (sector.naive) seen[0] += std::to_string(Coarsely(peers + (victim_saw ? 1 : 0), village.k()));
    return seen;
  });
}

TEST_P(ReleaseAttack, NineReachBySectorWithPeersOfTheVictimsSector) {
  const std::size_t members = GetParam();
  if (members == 9 || members == 10 || members == 24) return;  // as with 5 and 25
  const std::string community = std::to_string(members);
  EXPECT_TRUE(Judge("9 reach by sector, k-1 colluders of the victim's sector", community,
                    GuessFromTheReachOfTheSector(members, {}), kNothing, Claim::kHeld));
  EXPECT_TRUE(Judge("9 reach by sector, told of k groups that saw one indicator", community,
                    GuessFromTheReachOfTheSector(members, {.naive = true}), kBroken, Claim::kControl));
  EXPECT_TRUE(Judge("9 reach by sector, all else of the source was seen by all", community,
                    GuessFromTheReachOfTheSector(members, {.first = kBaits, .last = kIndicators - 1}),
                    kNothing, Claim::kHeld));
}

constexpr std::size_t kLoud = 2;  // events a day, which is another bucket than one

// Every member has its own volume of one indicator, day after day; the attacker knows what the victim's would
// look like, and reads the counts of three days.
Advantage GuessTheVictimsVolume(std::size_t members, bool exact, double others_are_loud) {
  return Attack(members, [&](bool victim_is_loud, Random& random) {
    std::vector<std::size_t> volume(members, 1);
    for (std::size_t member = 0; member < members; ++member) {
      if (Chance(random, others_are_loud)) volume[member] = kLoud;
    }
    volume[VictimOf(members)] = victim_is_loud ? kLoud : 1;
    Village village(members);
    if (members == 5 || members == 10) village.MakeScorecards();
    Observation seen;
    std::size_t sum = 0;
    for (int day = 0; day < 3; ++day) {
      for (std::size_t member = 0; member < members; ++member) {
        village.Sees(member, kTarget, volume[member]);
        sum += volume[member];
      }
      Append(Read(village.EndOfDay()), seen);
    }
    // The sum without what he takes the others' to be on average; the noise is theirs.
    if (exact) seen[0] += std::to_string(sum);
    return seen;
  });
}

TEST_P(ReleaseAttack, FiveCountsAsFingerprintsOverDays) {
  const std::size_t members = GetParam();
  const std::size_t k = *ReleaseThreshold(members);
  const double p = AtWorst(members);
  EXPECT_TRUE(Judge("5 volume of the victim, from counts of 3 days, at worst", std::to_string(members),
                    GuessTheVictimsVolume(members, false, p), ThresholdTells(members - 1, k, p) + kCoarse,
                    Claim::kHeld));
  EXPECT_TRUE(Judge("5 volume of the victim, the others quiet", std::to_string(members),
                    GuessTheVictimsVolume(members, false, Rarely(members)), kCoarse, Claim::kHeld));
  EXPECT_TRUE(Judge("5 volume of the victim, the others quiet, exact counts", std::to_string(members),
                    GuessTheVictimsVolume(members, true, Rarely(members)), kBroken, Claim::kControl));
}

INSTANTIATE_TEST_SUITE_P(OfACommunityOf, ReleaseAttack, kCommunities, ::testing::PrintToStringParamName());

}  // namespace
}  // namespace polder::attack
