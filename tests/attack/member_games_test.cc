// Games 3a, 4, 7 and 8: what a member's own side decides, what is seen on the wire, what two members can
// compare, and what the operator sees.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "connectors/member/send_plan.h"
#include "engine/community/community.h"
#include "engine/feedback/batch.h"
#include "tests/attack/village.h"

namespace polder::attack {
namespace {

const TimeUs kStart = *ParseIsoTime("2024-05-06");

// --- 3a --------------------------------------------------------------------------------------------

// An indicator that the victim alone was given; here even the operator looks at what leaves.
Advantage GuessWhatOnlyTheVictimWasGiven(const MemberPolicy& policy) {
  return Attack(33, [&](bool victim_saw, Random& random) {
    std::vector<SightedIndicator> sighted;
    const auto see = [&](const std::string& value, Tlp tlp) {
      SightedIndicator one;
      one.sighting_id = value;
      one.value = value;
      one.source = "feed";
      one.tlp = tlp;
      one.seen = kStart;
      sighted.push_back(one);
    };
    if (victim_saw) see("canary.example", Chance(random, 0.5) ? Tlp::kGreen : Tlp::kClear);
    if (Chance(random, 0.5)) see("common.example", Tlp::kGreen);
    FeedbackTerms terms;
    terms.policy = policy;
    terms.in_manifest = [](const IocId& id) { return id == MakeIocId(Kind::kDomain, "common.example"); };
    const auto leaving = Leaving(Consider(TallyEpoch(sighted, Epoch{kStart}), terms));
    const IocId canary = MakeIocId(Kind::kDomain, "canary.example");
    const bool told = std::any_of(leaving.begin(), leaving.end(),
                                  [&](const Feedback& feedback) { return feedback.ioc_id == canary; });
    return Observation{fmt::format("{} {}", leaving.size(), told)};
  });
}

TEST(MemberAttack, ThreeACanaryThatIsNotInTheManifest) {
  EXPECT_TRUE(Judge("3a canary given to the victim alone, not in the manifest", "any",
                    GuessWhatOnlyTheVictimWasGiven({}), kNothing, Claim::kHeld));
  MemberPolicy careless;
  careless.beyond_manifest = true;
  EXPECT_TRUE(Judge("3a canary, the victim's policy goes beyond the manifest", "any",
                    GuessWhatOnlyTheVictimWasGiven(careless), kBroken, Claim::kControl));
}

// --- 4 and 8 ---------------------------------------------------------------------------------------

constexpr std::size_t kRoom = 128;

Batch BatchOf(std::size_t records, const PublicKey& recipient) {
  Batch batch;
  batch.community = "village";
  batch.member = "victim";
  batch.recipient = recipient;
  batch.epoch = Epoch{kStart};
  for (std::size_t i = 0; i < records; ++i) {
    Feedback feedback;
    feedback.ioc_id[0] = static_cast<std::uint8_t>(i);
    batch.records.push_back(feedback);
  }
  return batch;
}

struct Keys {
  SigningKeys member = NewSigningKeys();
  SealingKeys recipient = NewSealingKeys();
};
const Keys& TheKeys() {
  static const Keys keys;
  return keys;
}

// Somebody who watches the wire: did the victim see much, or nothing at all?
struct Sender {
  bool pads = true;
  bool jitters = true;  // else it sends when its batch is made, a record a minute
};

Observation OnTheWire(std::size_t records, const Sender& sender, Random& random) {
  const std::size_t room = sender.pads ? kRoom : records;
  const auto sealed =
      SealBatch(EncodeBatch(BatchOf(records, TheKeys().recipient.public_key), room, TheKeys().member),
                TheKeys().recipient.public_key);
  std::size_t ones = 0;
  for (const char c : *sealed)
    ones += static_cast<std::size_t>(__builtin_popcount(static_cast<unsigned char>(c)));
  const TimeUs work = static_cast<TimeUs>(records) * 60 * kSecondUs;
  const TimeUs jitter =
      sender.jitters ? JitterOf(std::chrono::minutes(120), static_cast<std::uint32_t>(random())) : work;
  const TimeUs at = TimeToSend(Epoch{kStart}, jitter);
  constexpr TimeUs kStep = 10 * 60 * kSecondUs;
  return {std::to_string(sealed->size() / 256), std::to_string((at - kStart) / kStep),
          std::to_string(ones / 256)};
}

TEST(MemberAttack, FourSizeAndTimeOfBatches) {
  const auto game = [](const char* name, const Sender& sender, double bar, Claim claim) {
    const auto advantage = Attack(4, [&](bool is_busy, Random& random) {
      return OnTheWire(is_busy ? 1 + random() % kRoom : 0, sender, random);
    });
    EXPECT_TRUE(Judge(name, "any", advantage, bar, claim));
  };
  game("4 sizes, times and bytes of sealed batches", {}, kNothing, Claim::kHeld);
  game("4 sizes, of batches that are as long as what they hold", {.pads = false}, kBroken, Claim::kControl);
  game("4 times, of a sender that sends when its batch is made", {.jitters = false}, kBroken,
       Claim::kControl);
}

TEST(MemberAttack, EightTheOperatorOpensBatches) {
  const auto advantage = Attack(8, [](bool victim_saw, Random&) {
    const auto sealed = SealBatch(
        EncodeBatch(BatchOf(victim_saw ? 1 : 0, TheKeys().recipient.public_key), kRoom, TheKeys().member),
        TheKeys().recipient.public_key);
    BatchProblem why;
    const auto opened = OpenBatch(*sealed, kRoom, TheKeys().recipient, &why);
    return Observation{fmt::format("{} {}", opened->batch.member, opened->batch.records.size())};
  });
  EXPECT_TRUE(Judge("8 the operator himself", "any", advantage, kBroken, Claim::kNotHeld));
}

// --- 7 ---------------------------------------------------------------------------------------------

// A dishonest operator, who is a source as well.
class Operator {
 public:
  Operator() : secrets_(NewPartySecrets()) {
    CommunityTerms terms;
    terms.name = "village";
    roster_ = *NewRoster(terms, "operator", secrets_.Public(), kStart - kDayUs);
  }

  Community NewMember() const {
    Community community(secrets_.Public());
    EXPECT_TRUE(community.Take(Signed(kRosterType, RenderRoster(roster_)), kStart).ok());
    return community;
  }
  std::string Indicator(const std::string& value) const {
    Envelope envelope;
    envelope.id = value;
    envelope.published = envelope.updated = kStart;
    envelope.ioc_ids = {MakeIocId(Kind::kDomain, value)};
    envelope.object = "{}";
    return Signed(kIndicatorType, RenderEnvelope(envelope));
  }
  static std::vector<ListedIndicator> ListOf(const std::vector<std::string>& values) {
    std::vector<ListedIndicator> list;
    for (const std::string& value : values) list.push_back({MakeIocId(Kind::kDomain, value), kStart});
    std::sort(list.begin(), list.end());
    return list;
  }
  std::string ManifestOf(const std::vector<ListedIndicator>& list) const {
    Manifest manifest;
    manifest.epoch = Epoch{kStart};
    manifest.as_of = manifest.epoch.end();
    manifest.indicators = list.size();
    manifest.root = MerkleRoot(list);
    manifest.roster_version = roster_.version;
    manifest.roster_digest = RosterDigest(roster_);
    return Signed(kManifestType, RenderManifest(manifest), manifest.epoch.end());
  }

 private:
  std::string Signed(std::string_view type, std::string body, TimeUs at = kStart) const {
    SignedDocument document;
    document.type = std::string(type);
    document.community = "village";
    document.signer = "operator";
    document.signed_at = at;
    document.body = std::move(body);
    return RenderSignedDocument(SignDocument(std::move(document), secrets_.signing));
  }

  PartySecrets secrets_;
  Roster roster_;
};

// What one of them was given.
struct Given {
  Community community;
  std::vector<ListedIndicator> list;  // of the manifest
};

// What a member and the victim find out: nothing, or that they were given different indicators.
enum class Care : std::uint8_t { kChecks, kChecksAndCompares };
bool IsNoticed(const Given& member, const Given& victim, Care care) {
  for (const Given* one : {&member, &victim}) {
    const Manifest* manifest = one->community.ManifestOf(kStart);
    if (manifest == nullptr || !one->community.Check(*manifest).ok()) return true;
    if (one->community.Compare(*manifest, one->list).missing > 0) return true;
  }
  return care == Care::kChecksAndCompares &&
         *member.community.ManifestOf(kStart) != *victim.community.ManifestOf(kStart);
}

// The ways to give the victim another indicator than the rest, and the play without it.
enum class Trick : std::uint8_t {
  kNone,
  kOneMoreForTheVictim,
  kOneLessForTheRest,
  kTwoManifests,
  kTwoOnOneBoard
};

struct Outcome {
  bool noticed = false;
  bool told = false;  // feedback about the canary would leave the victim
};

Outcome Play(const Operator& theoperator, const Community& fresh, Trick trick, Care care) {
  const std::string canary = "canary.example";
  const auto without = Operator::ListOf({"common.example"});
  const auto with = Operator::ListOf({"common.example", canary});
  const bool one_less = trick == Trick::kOneLessForTheRest;
  const bool two = trick == Trick::kTwoManifests || trick == Trick::kTwoOnOneBoard;
  Given member{fresh, one_less ? with : without};
  Given victim{fresh, one_less || two ? with : without};
  const auto give = [&](Given& to, const std::string& document) {
    (void)to.community.Take(document, kStart + kDayUs);
  };
  for (Given* one : {&member, &victim}) give(*one, theoperator.Indicator("common.example"));
  if (trick != Trick::kNone) give(victim, theoperator.Indicator(canary));
  for (Given* one : {&member, &victim}) give(*one, theoperator.ManifestOf(one->list));
  if (trick == Trick::kTwoOnOneBoard) give(victim, theoperator.ManifestOf(without));
  const IocId id = MakeIocId(Kind::kDomain, canary);
  const bool told = std::any_of(victim.list.begin(), victim.list.end(),
                                [&](const ListedIndicator& one) { return one.ioc_id == id; });
  return {IsNoticed(member, victim, care), told};
}

// The operator wins if the victim tells about what it alone was given and nobody notices; a false alarm
// counts for him.
Advantage GiveOtherIndicatorsUnnoticed(std::initializer_list<Trick> tricks, Care care) {
  const Operator theoperator;
  const Community fresh = theoperator.NewMember();
  std::size_t unnoticed = 0;
  std::size_t false_alarms = 0;
  for (std::size_t i = 0; i < kTrials; ++i) {
    const Trick trick = tricks.begin()[i / 2 % tricks.size()];
    if (i % 2 == 0) {
      const Outcome outcome = Play(theoperator, fresh, trick, care);
      unnoticed += outcome.told && !outcome.noticed ? 1 : 0;
    } else {
      false_alarms += Play(theoperator, fresh, Trick::kNone, care).noticed ? 1 : 0;
    }
  }
  EXPECT_EQ(false_alarms, 0U);
  return AdvantageOf(unnoticed, kTrials / 2, false_alarms, kTrials / 2);
}

TEST(MemberAttack, SevenTwoMembersWereGivenDifferentIndicators) {
  using enum Trick;
  EXPECT_TRUE(Judge(
      "7 other indicators for one member, unnoticed", "any",
      GiveOtherIndicatorsUnnoticed({kOneMoreForTheVictim, kOneLessForTheRest, kTwoManifests, kTwoOnOneBoard},
                                   Care::kChecksAndCompares),
      kNothing, Claim::kHeld));
  EXPECT_TRUE(Judge("7 two manifests, and nobody compares their fingerprints", "any",
                    GiveOtherIndicatorsUnnoticed({kTwoManifests}, Care::kChecks), kBroken, Claim::kControl));
}

}  // namespace
}  // namespace polder::attack
