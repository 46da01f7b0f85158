#include "engine/community/batch_judgement.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace polder {
namespace {

constexpr std::size_t kRoom = 4;
const TimeUs kFounded = *ParseIsoTime("2026-05-01");
const Epoch kEpoch = Epoch::Of(*ParseIsoTime("2026-05-06"));
const TimeUs kAfter = kEpoch.end() + 3'600 * kSecondUs;

// What a batch, the roster and the circumstances are; each case changes one of them.
struct Situation {
  PartySecrets isac = NewPartySecrets();
  PartySecrets anna = NewPartySecrets();
  PartySecrets other = NewPartySecrets();
  Batch batch;
  Roster roster;
  BatchCircumstances circumstances;
  PublicKey opened_with{};
  const PartySecrets* signer = &anna;

  Situation() {
    CommunityTerms terms;
    terms.name = "delta";
    roster = *NewRoster(terms, "isac", isac.Public(), kFounded);
    RosterEntry entry;
    entry.name = entry.group = "anna";
    entry.joined = kFounded;
    entry.keys.push_back({anna.Public(), kFounded, kEndOfTime});
    roster = *WithEntry(roster, entry, kFounded);
    batch.community = "delta";
    batch.member = "anna";
    batch.recipient = opened_with = isac.sealing.public_key;
    batch.epoch = kEpoch;
    circumstances.now = kAfter;
    circumstances.digest = Blake2b256("this one");
  }
  RosterEntry& Entry(const std::string& name) { return const_cast<RosterEntry&>(*roster.Find(name)); }
  std::optional<BatchProblem> Judge() const {
    const std::string encoded = EncodeBatch(batch, kRoom, signer->signing);
    BatchProblem why;
    const auto sealed = SealBatch(encoded, isac.sealing.public_key);
    const auto opened = OpenBatch(*sealed, kRoom, isac.sealing, &why);
    EXPECT_TRUE(opened.has_value()) << why.detail;
    return JudgeBatch(*opened, opened_with, roster, circumstances);
  }
};

struct Case {
  const char* name;
  std::function<void(Situation&)> change;
  std::optional<BatchRefusal> expected;  // nothing: it is taken
};
std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }

class BatchJudgement : public ::testing::TestWithParam<Case> {};

TEST_P(BatchJudgement, IsAsTheTableSays) {
  Situation situation;
  GetParam().change(situation);
  const auto problem = situation.Judge();
  EXPECT_EQ(problem ? std::optional(problem->refusal) : std::nullopt, GetParam().expected);
  EXPECT_NE(problem && problem->detail.empty(), true);
}

using R = BatchRefusal;
INSTANTIATE_TEST_SUITE_P(
    Table, BatchJudgement,
    ::testing::Values(
        Case{"AsItShouldBe", [](Situation&) {}, std::nullopt},
        Case{"AnotherCommunity", [](Situation& s) { s.batch.community = "omega"; }, R::kCommunity},
        Case{"MadeForAnother", [](Situation& s) { s.batch.recipient = s.other.sealing.public_key; },
             R::kRecipient},
        Case{"OpenedWithAKeyThatIsNobodys",
             [](Situation& s) { s.batch.recipient = s.opened_with = s.other.sealing.public_key; },
             R::kRecipient},
        Case{"SealedToAKeyReplacedInTheEpoch",
             [](Situation& s) { s.Entry("isac").keys.back().until = kEpoch.start + 1; }, std::nullopt},
        Case{"SealedToAKeyReplacedBeforeTheEpoch",
             [](Situation& s) { s.Entry("isac").keys.back().until = kEpoch.start; }, R::kRecipient},
        Case{"NobodyOnTheRoster", [](Situation& s) { s.batch.member = "mallory"; }, R::kStranger},
        Case{"TheOperatorHimself", [](Situation& s) { s.batch.member = "isac"; }, R::kStranger},
        Case{"ASupplier", [](Situation& s) { s.Entry("anna").role = Role::kSupplier; }, R::kStranger},
        Case{"ACsirt", [](Situation& s) { s.Entry("anna").role = Role::kCsirt; }, std::nullopt},
        Case{"JoinedInTheEpoch", [](Situation& s) { s.Entry("anna").joined = kEpoch.end() - 1; },
             std::nullopt},
        Case{"JoinedAfterTheEpoch", [](Situation& s) { s.Entry("anna").joined = kEpoch.end(); },
             R::kStranger},
        Case{"RevokedNow", [](Situation& s) { s.Entry("anna").left = kAfter; }, R::kRevoked},
        Case{"RevokedLater", [](Situation& s) { s.Entry("anna").left = kAfter + 1; }, std::nullopt},
        Case{"SignedByAnother", [](Situation& s) { s.signer = &s.other; }, R::kForged},
        Case{"SignedByTheOperator", [](Situation& s) { s.signer = &s.isac; }, R::kForged},
        Case{"KeysReplacedAfterTheEpoch",
             [](Situation& s) { s.Entry("anna").keys.back().until = kEpoch.end(); }, std::nullopt},
        Case{"KeysReplacedInTheEpoch",
             [](Situation& s) { s.Entry("anna").keys.back().until = kEpoch.end() - 1; }, R::kForged},
        Case{"TheKeysThatReplacedThem",
             [](Situation& s) {
               s.Entry("anna").keys.back().until = kEpoch.end() - 1;
               s.Entry("anna").keys.push_back({s.other.Public(), kEpoch.end() - 1, kEndOfTime});
               s.signer = &s.other;
             },
             std::nullopt},
        Case{"KeysOfTheFuture", [](Situation& s) { s.Entry("anna").keys.back().from = kAfter + 1; },
             R::kForged},
        Case{"TheRunningEpoch", [](Situation& s) { s.batch.epoch = Epoch::Of(kAfter); }, R::kEpoch},
        Case{"AnEpochOfTheFarFuture",
             [](Situation& s) { s.batch.epoch = Epoch::Of(kAfter + 1'000 * kDayUs); }, R::kEpoch},
        Case{"AnEpochThatIsClosing", [](Situation& s) { s.circumstances.now = kEpoch.end() - kClosing; },
             std::nullopt},
        Case{"AnEpochThatIsNotYetClosing",
             [](Situation& s) { s.circumstances.now = kEpoch.end() - kClosing - 1; }, R::kEpoch},
        Case{"TheOldestEpoch",
             [](Situation& s) { s.circumstances.now = kEpoch.end() + kEpochsCollected * kDayUs - 1; },
             std::nullopt},
        Case{"TooOld", [](Situation& s) { s.circumstances.now = kEpoch.end() + kEpochsCollected * kDayUs; },
             R::kEpoch},
        Case{"OfAnotherLength", [](Situation& s) { s.batch.epoch.length = kDayUs / 2; }, R::kEpoch},
        Case{"OfAReleasedEpoch", [](Situation& s) { s.circumstances.released = true; }, R::kEpoch},
        Case{"TheSameAgain", [](Situation& s) { s.circumstances.accepted = s.circumstances.digest; },
             R::kReplayed},
        Case{"TheSameAgainOfAReleasedEpoch",
             [](Situation& s) {
               s.circumstances.accepted = s.circumstances.digest;
               s.circumstances.released = true;
             },
             R::kReplayed},
        Case{"ASecondOne", [](Situation& s) { s.circumstances.accepted = Blake2b256("another"); },
             R::kSecond}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace polder
