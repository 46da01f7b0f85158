#include "engine/community/community.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace polder {
namespace {

const TimeUs kNow = *ParseIsoTime("2024-05-06T12:00:00Z");
const Epoch kEpoch{*ParseIsoTime("2024-05-06")};

// A community with its secrets, as nobody has them in one hand.
struct World {
  std::map<std::string, PartySecrets> secrets;
  Roster roster;

  World() {
    secrets["isac"] = NewPartySecrets();
    CommunityTerms terms;
    terms.name = "dike";
    roster = *NewRoster(terms, "isac", secrets["isac"].Public(), kNow);
    for (const char* name : {"harbour", "waterworks", "university"}) Join(name);
  }
  void Join(const std::string& name) {
    secrets[name] = NewPartySecrets();
    RosterEntry entry;
    entry.name = entry.group = name;
    entry.joined = kNow;
    entry.keys.push_back({secrets[name].Public(), kNow, kEndOfTime});
    roster = *WithEntry(roster, entry, kNow);
  }
  std::string Signed(const std::string& signer, std::string_view type, std::string body, TimeUs time = kNow) {
    SignedDocument document;
    document.type = std::string(type);
    document.community = "dike";
    document.signer = signer;
    document.signed_at = time;
    document.body = std::move(body);
    return RenderSignedDocument(SignDocument(std::move(document), secrets.at(signer).signing));
  }
  std::string SignedRoster() { return Signed("isac", kRosterType, RenderRoster(roster)); }
  std::string Published(const std::string& signer, const std::string& value, TimeUs at = kNow,
                        bool withdrawn = false) {
    Envelope envelope;
    envelope.id = "indicator--" + value;
    envelope.published = kNow;
    envelope.updated = at;
    envelope.withdrawn = withdrawn;
    envelope.ioc_ids = {MakeIocId(Kind::kDomain, value)};
    envelope.object = "{}";
    return Signed(signer, kIndicatorType, RenderEnvelope(envelope), at);
  }
  Community Joined() {
    Community community(secrets.at("isac").Public());
    EXPECT_TRUE(community.Take(SignedRoster(), kNow).ok());
    return community;
  }
  Manifest ManifestOf(const Community& community) const {
    const auto ids = community.IocIdsAsOf(kEpoch.end());
    return {kEpoch, kEpoch.end(), ids.size(), MerkleRoot(ids), roster.version, RosterDigest(roster), 3};
  }
};

using What = Community::News::What;

TEST(Community, TakesIndicatorsOfThoseOnTheRosterAndOfNobodyElse) {
  World world;
  Community community = world.Joined();
  const auto news = community.Take(world.Published("harbour", "evil.example"), kNow);
  ASSERT_TRUE(news.ok()) << news.status();
  EXPECT_EQ(news->what, What::kIndicator);
  EXPECT_EQ(news->signer, "harbour");

  world.secrets["stranger"] = NewPartySecrets();
  const auto stranger = community.Take(world.Published("stranger", "evil2.example"), kNow);
  EXPECT_TRUE(absl::IsUnauthenticated(stranger.status())) << stranger.status();
  world.secrets["waterworks"] = NewPartySecrets();  // somebody who only says so
  const auto forged = community.Take(world.Published("waterworks", "evil3.example"), kNow);
  EXPECT_TRUE(absl::IsUnauthenticated(forged.status())) << forged.status();
  EXPECT_EQ(community.IocIdsAsOf(kEndOfTime).size(), 1U);
}

TEST(Community, TakesNothingBeforeARoster) {
  World world;
  Community community(world.secrets.at("isac").Public());
  EXPECT_TRUE(absl::IsUnavailable(community.Take(world.Published("harbour", "evil.example"), kNow).status()));
  EXPECT_TRUE(community.Take(world.SignedRoster(), kNow).ok());
  EXPECT_TRUE(community.Take(world.Published("harbour", "evil.example"), kNow).ok());
}

TEST(Community, RefusesADocumentThatWasAlteredInAnyByteOrIsOfAnotherCommunity) {
  World world;
  Community community = world.Joined();
  const std::string document = world.Published("harbour", "evil.example");
  for (std::size_t i = 0; i < document.size(); ++i) {
    std::string altered = document;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    const auto news = community.Take(altered, kNow);
    ASSERT_FALSE(news.ok()) << "byte " << i << ": " << altered;
  }
  SignedDocument other;
  other.type = std::string(kIndicatorType);
  other.community = "levee";
  other.signer = "harbour";
  other.signed_at = kNow;
  other.body = "{}";
  EXPECT_TRUE(absl::IsUnauthenticated(
      community.Take(RenderSignedDocument(SignDocument(other, world.secrets["harbour"].signing)), kNow)
          .status()));
}

TEST(Community, RefusesAnOldVersionOfAnIndicatorToldAgain) {
  World world;
  Community community = world.Joined();
  const std::string first = world.Published("harbour", "evil.example", kNow);
  const std::string gone = world.Published("harbour", "evil.example", kNow + kSecondUs, true);
  ASSERT_TRUE(community.Take(first, kNow).ok());
  const auto withdrawal = community.Take(gone, kNow);
  ASSERT_TRUE(withdrawal.ok());
  EXPECT_EQ(withdrawal->what, What::kWithdrawal);
  EXPECT_TRUE(absl::IsFailedPrecondition(community.Take(first, kNow).status()));
  EXPECT_EQ(community.Take(gone, kNow)->what, What::kNothing);
}

TEST(Community, RefusesWhatComesFromTheFuture) {
  World world;
  Community community = world.Joined();
  EXPECT_FALSE(community.Take(world.Published("harbour", "evil.example", kNow + kDayUs), kNow).ok());
  EXPECT_TRUE(community.Take(world.Published("harbour", "evil.example", kNow + 60 * kSecondUs), kNow).ok());
}

TEST(Community, TellsWhoIsGoneAndTakesNoMoreFromHim) {
  World world;
  Community community = world.Joined();
  ASSERT_TRUE(community.Take(world.Published("harbour", "evil.example"), kNow).ok());
  world.roster = *WithoutEntry(world.roster, "harbour", "revoked: sold its keys", kNow + kSecondUs);
  const auto news = community.Take(world.SignedRoster(), kNow + kSecondUs);
  ASSERT_TRUE(news.ok()) << news.status();
  EXPECT_EQ(news->gone, std::vector<std::string>{"harbour"});
  EXPECT_FALSE(news->more_may_count);
  const auto later = community.Take(world.Published("harbour", "evil2.example"), kNow + kSecondUs);
  EXPECT_TRUE(absl::IsUnauthenticated(later.status()));
  EXPECT_TRUE(community.IocIdsAsOf(kEpoch.end()).empty());
}

TEST(Community, RefusesAnOlderRosterAlsoAfterARestart) {
  World world;
  const std::string old = world.SignedRoster();
  world.roster = *WithoutEntry(world.roster, "harbour", "left", kNow);
  const std::string fresh = world.SignedRoster();
  Community community(world.secrets["isac"].Public());
  ASSERT_TRUE(community.Take(fresh, kNow).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(community.Take(old, kNow).status()));

  Community again(world.secrets["isac"].Public());
  again.RequireRosterVersion(community.roster_version());
  ASSERT_TRUE(again.Take(old, kNow).ok());
  EXPECT_FALSE(again.roster());
  ASSERT_TRUE(again.Take(fresh, kNow).ok());
  EXPECT_TRUE(again.roster());
}

TEST(Community, TakesARosterFromNobodyButTheOperator) {
  World world;
  Community community = world.Joined();
  world.roster.version += 1;
  const auto news = community.Take(world.Signed("harbour", kRosterType, RenderRoster(world.roster)), kNow);
  EXPECT_TRUE(absl::IsUnauthenticated(news.status())) << news.status();
}

TEST(Community, FollowsTheOperatorToHisNextKeys) {
  World world;
  Community community = world.Joined();
  const PartySecrets fresh = NewPartySecrets();
  const auto rotation = ReadKeyStatement(MakeRotation("isac", world.secrets["isac"], fresh, kNow));
  ASSERT_TRUE(rotation.ok()) << rotation.status();
  world.roster = *WithKeys(world.roster, *rotation, kNow);
  ASSERT_TRUE(community.Take(world.SignedRoster(), kNow).ok());  // by the old key
  const PartySecrets old = world.secrets["isac"];
  world.secrets["isac"] = fresh;
  world.roster = *WithoutEntry(world.roster, "harbour", "left", kNow);
  EXPECT_TRUE(community.Take(world.SignedRoster(), kNow).ok());
  world.secrets["isac"] = old;
  world.roster = *WithoutEntry(world.roster, "university", "left", kNow);
  EXPECT_FALSE(community.Take(world.SignedRoster(), kNow).ok());
}

TEST(Community, TellsAMemberThatWasGivenOtherIndicatorsThanTheRest) {
  World world;
  Community first = world.Joined();
  Community second = world.Joined();
  for (Community* community : {&first, &second}) {
    ASSERT_TRUE(community->Take(world.Published("harbour", "evil.example"), kNow).ok());
  }
  const Manifest manifest = world.ManifestOf(first);
  EXPECT_TRUE(first.Check(manifest).ok());
  EXPECT_TRUE(second.Check(manifest).ok());
  ASSERT_TRUE(second.Take(world.Published("waterworks", "canary.example"), kNow).ok());
  EXPECT_TRUE(first.Check(manifest).ok());
  const absl::Status differs = second.Check(manifest);
  EXPECT_TRUE(absl::IsFailedPrecondition(differs));
  EXPECT_NE(std::string(differs.message()).find("compare with other members"), std::string::npos);
}

TEST(Community, KeepsTwoManifestsOfOneEpochForProof) {
  World world;
  Community community = world.Joined();
  const Manifest manifest = world.ManifestOf(community);
  Manifest other = manifest;
  other.root = Blake2b256("other");
  ASSERT_TRUE(community.Take(world.Signed("isac", kManifestType, RenderManifest(manifest)), kNow).ok());
  EXPECT_EQ(community.Take(world.Signed("isac", kManifestType, RenderManifest(manifest)), kNow)->what,
            What::kNothing);
  EXPECT_FALSE(community.equivocated());
  EXPECT_FALSE(community.Take(world.Signed("isac", kManifestType, RenderManifest(other)), kNow).ok());
  EXPECT_TRUE(community.equivocated());
  EXPECT_FALSE(community.Check(manifest).ok());
  EXPECT_FALSE(community.Take(world.Signed("harbour", kManifestType, RenderManifest(manifest)), kNow).ok());
}

// A manifest is about the close of its epoch, and may be checked later.
TEST(Community, ChecksAManifestOfAnEarlierTimeAfterIndicatorsAndMembersHaveGone) {
  World world;
  Community then = world.Joined();
  const std::string a = world.Published("harbour", "a.example");
  const std::string b = world.Published("waterworks", "b.example");
  ASSERT_TRUE(then.Take(a, kNow).ok());
  ASSERT_TRUE(then.Take(b, kNow).ok());
  const Manifest manifest = world.ManifestOf(then);
  ASSERT_EQ(manifest.indicators, 2U);

  const TimeUs later = kEpoch.end() + 60 * kSecondUs;
  const std::string gone = world.Published("harbour", "a.example", later, true);
  world.roster = *WithoutEntry(world.roster, "waterworks", "left", later);
  Community now(world.secrets["isac"].Public());
  ASSERT_TRUE(now.Take(world.SignedRoster(), later).ok());
  ASSERT_TRUE(now.Take(gone, later).ok());
  EXPECT_FALSE(now.Take(b, later).ok());
  EXPECT_TRUE(now.Check(manifest).ok()) << now.Check(manifest);
}

TEST(MerkleRoot, DiffersForEverySetAndMinglesNoLevels) {
  std::vector<IocId> ids;
  std::map<Digest256, std::size_t> roots;
  roots[MerkleRoot(ids)] = 0;
  for (std::size_t i = 1; i <= 64; ++i) {
    ids.push_back(MakeIocId(Kind::kDomain, "x" + std::to_string(i) + ".example"));
    std::sort(ids.begin(), ids.end());
    EXPECT_TRUE(roots.emplace(MerkleRoot(ids), i).second);
    for (std::size_t left_out = 0; left_out < ids.size(); ++left_out) {
      std::vector<IocId> fewer = ids;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(left_out));
      EXPECT_NE(MerkleRoot(fewer), MerkleRoot(ids));
    }
  }
}

TEST(KeyStatement, IsRefusedUnlessItsKeysSignedIt) {
  const PartySecrets old = NewPartySecrets();
  const PartySecrets fresh = NewPartySecrets();
  SignedDocument statement = MakeKeyStatement("harbour", fresh, kNow);
  EXPECT_TRUE(ReadKeyStatement(statement).ok());
  statement.signer = "waterworks";
  EXPECT_FALSE(ReadKeyStatement(statement).ok());
  SignedDocument rotation = MakeRotation("harbour", old, fresh, kNow);
  const auto read = ReadKeyStatement(rotation);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->keys, fresh.Public());
  EXPECT_EQ(read->replaces, old.Public());
  rotation.body.replace(rotation.body.find("harbour"), 7, "harb0ur");
  EXPECT_FALSE(ReadKeyStatement(rotation).ok());
}

}  // namespace
}  // namespace polder
