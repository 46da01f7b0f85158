#include "engine/community/community.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

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
    const auto list = community.ListAsOf(kEpoch.end());
    return {kEpoch, kEpoch.end(), list.size(), MerkleRoot(list), roster.version, RosterDigest(roster), 3};
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
  EXPECT_EQ(community.ListAsOf(kEndOfTime).size(), 1U);
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
  EXPECT_TRUE(community.ListAsOf(kEpoch.end()).empty());
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
  ASSERT_TRUE(again.Resume(community.roster_document()).ok());
  ASSERT_TRUE(again.Take(old, kNow).ok());
  EXPECT_EQ(again.roster_version_shown(), community.roster_version() - 1);
  EXPECT_EQ(again.roster_version(), community.roster_version());
  EXPECT_NE(again.roster()->Find("harbour")->left, kEndOfTime);
  ASSERT_TRUE(again.Take(fresh, kNow).ok());
  EXPECT_EQ(again.roster_version_shown(), community.roster_version());
}

// Whoever stole the keys that the operator replaced could else write the roster's history anew.
TEST(Community, GoesOnAfterARestartWithTheKeysThatTheOperatorHadLast) {
  World world;
  Community community = world.Joined();
  const PartySecrets stolen = world.secrets["isac"];
  const Roster before = world.roster;
  const PartySecrets fresh = NewPartySecrets();
  world.roster = *WithKeys(world.roster, *ReadKeyStatement(MakeRotation("isac", stolen, fresh, kNow)), kNow);
  ASSERT_TRUE(community.Take(world.SignedRoster(), kNow).ok());

  Community again(stolen.Public());  // as the configuration still says
  ASSERT_TRUE(again.Resume(community.roster_document()).ok());
  const PartySecrets thief = NewPartySecrets();
  world.roster = *WithKeys(before, *ReadKeyStatement(MakeRotation("isac", stolen, thief, kNow)), kNow);
  EXPECT_FALSE(again.Take(world.SignedRoster(), kNow).ok()) << "another roster of the same version";
  world.roster.version += 5;
  for (const PartySecrets& signer : {thief, stolen}) {
    world.secrets["isac"] = signer;
    EXPECT_FALSE(again.Take(world.SignedRoster(), kNow).ok());
  }
  EXPECT_EQ(again.roster()->Operator()->keys.back().keys, fresh.Public());
}

TEST(Community, ResumesNoRosterOfAnotherOperator) {
  World world, other;
  Community community(world.secrets["isac"].Public());
  EXPECT_TRUE(absl::IsFailedPrecondition(community.Resume(other.Joined().roster_document())));
  EXPECT_TRUE(absl::IsInvalidArgument(community.Resume("{}")));
  EXPECT_FALSE(community.roster());
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

TEST(Community, TellsHowWhatCameDiffersFromTheList) {
  World world;
  Community first = world.Joined();
  Community second = world.Joined();
  for (Community* community : {&first, &second}) {
    ASSERT_TRUE(community->Take(world.Published("harbour", "evil.example"), kNow).ok());
  }
  ASSERT_TRUE(second.Take(world.Published("waterworks", "canary.example"), kNow).ok());
  const auto compare = [&](const Community& reader, const Community& whose) {
    const auto difference = reader.Compare(world.ManifestOf(whose), whose.ListAsOf(kEpoch.end()));
    return std::pair(difference.missing, difference.unlisted);
  };
  EXPECT_EQ(compare(first, first), std::pair(std::size_t{0}, std::size_t{0}));
  EXPECT_EQ(compare(second, first), std::pair(std::size_t{0}, std::size_t{1}));
  EXPECT_EQ(compare(first, second), std::pair(std::size_t{1}, std::size_t{0}));
}

// A party that withdraws, leaves or is revoked must not keep the others from sending.
TEST(Community, WhatIsWithdrawnOrOfAPartyThatLeftIsNotMissing) {
  World world;
  Community then = world.Joined();
  const std::string b = world.Published("waterworks", "b.example");
  ASSERT_TRUE(then.Take(world.Published("harbour", "a.example"), kNow).ok());
  ASSERT_TRUE(then.Take(b, kNow).ok());
  const Manifest manifest = world.ManifestOf(then);
  const auto list = then.ListAsOf(kEpoch.end());
  ASSERT_EQ(list.size(), 2U);

  const TimeUs later = kEpoch.end() + 60 * kSecondUs;
  world.roster = *WithoutEntry(world.roster, "waterworks", "left", later);
  Community now(world.secrets["isac"].Public());
  ASSERT_TRUE(now.Take(world.SignedRoster(), later).ok());
  ASSERT_TRUE(now.Take(world.Published("harbour", "a.example", later, true), later).ok());
  EXPECT_FALSE(now.Take(b, later).ok());
  EXPECT_TRUE(now.Check(manifest).ok()) << now.Check(manifest);
  EXPECT_EQ(now.Compare(manifest, list).missing, 0U);
}

TEST(Community, KeepsTwoManifestsOfOneEpochForProof) {
  World world;
  Community community = world.Joined();
  const TimeUs over = kEpoch.end();
  const Manifest manifest = world.ManifestOf(community);
  Manifest other = manifest;
  other.root = Blake2b256("other");
  const auto take = [&](const std::string& signer, const Manifest& one) {
    return community.Take(world.Signed(signer, kManifestType, RenderManifest(one), over), over);
  };
  ASSERT_TRUE(take("isac", manifest).ok());
  EXPECT_EQ(take("isac", manifest)->what, What::kNothing);
  EXPECT_TRUE(community.Check(manifest).ok());
  EXPECT_FALSE(take("isac", other).ok());
  EXPECT_FALSE(community.Check(manifest).ok());
  EXPECT_FALSE(take("harbour", manifest).ok());
}

TEST(Community, RefusesAManifestThatWasSignedBeforeItsEpochEnded) {
  World world;
  Community community = world.Joined();
  const std::string early = world.Signed("isac", kManifestType, RenderManifest(world.ManifestOf(community)),
                                         kEpoch.end() - kSecondUs);
  EXPECT_TRUE(absl::IsInvalidArgument(community.Take(early, kEpoch.end()).status()));
}

TEST(Community, FindsFaultWithAManifestThatIsNotOfItsRosterOrEpoch) {
  World world;
  Community community = world.Joined();
  const Manifest right = world.ManifestOf(community);
  EXPECT_TRUE(community.Check(right).ok());
  Manifest newer = right;
  ++newer.roster_version;
  EXPECT_NE(std::string(community.Check(newer).message()).find("keeps a revocation back"), std::string::npos);
  Manifest other = right;
  other.roster_digest = Blake2b256("other");
  EXPECT_NE(std::string(community.Check(other).message()).find("signed two"), std::string::npos);
  Manifest early = right;
  early.as_of -= kSecondUs;
  EXPECT_TRUE(absl::IsFailedPrecondition(community.Check(early)));
}

TEST(Community, WhatIsFoundWrongWithAnIndicatorIsAsIfItHadNotCome) {
  World world;
  Community community(world.secrets["isac"].Public(), [](const Envelope& envelope) {
    return envelope.id == "indicator--wrong.example" ? absl::InvalidArgumentError("claims")
                                                     : absl::OkStatus();
  });
  ASSERT_TRUE(community.Take(world.SignedRoster(), kNow).ok());
  EXPECT_FALSE(community.Take(world.Published("harbour", "wrong.example"), kNow).ok());
  EXPECT_TRUE(community.Take(world.Published("harbour", "right.example"), kNow).ok());
  EXPECT_EQ(community.ListAsOf(kEndOfTime).size(), 1U);
}

TEST(Community, TakesReleasesAndScorecardsFromTheOperatorAlone) {
  World world;
  Community community = world.Joined();
  for (const std::string_view type : {kReleaseType, kScorecardType, kManifestListType}) {
    EXPECT_TRUE(community.Take(world.Signed("isac", type, "{}"), kNow).ok());
    EXPECT_FALSE(community.Take(world.Signed("harbour", type, "{}"), kNow).ok()) << type;
  }
}

TEST(SignedDocument, HoldsNoNameThatCouldForgeALineOfALog) {
  World world;
  for (const char* name : {"isac\x1b[2J", "a\nb", "", "a/b"}) {
    SignedDocument document;
    document.type = "roster";
    document.community = "dike";
    document.signer = name;
    document.signed_at = kNow;
    document.body = "{}";
    const auto read =
        ReadSignedDocument(RenderSignedDocument(SignDocument(document, world.secrets["isac"].signing)));
    EXPECT_TRUE(absl::IsInvalidArgument(read.status())) << name;
  }
}

TEST(Roster, HoldsNoNameThatNoBatchHasRoomFor) {
  World world;
  for (const std::string& name : {std::string(65, 'x'), std::string("a b"), std::string()}) {
    Roster roster = world.roster;
    roster.terms.name = name;
    EXPECT_TRUE(absl::IsInvalidArgument(ReadRoster(RenderRoster(roster)).status())) << name;
    roster = world.roster;
    roster.entries.back().group = name;
    EXPECT_TRUE(absl::IsInvalidArgument(ReadRoster(RenderRoster(roster)).status())) << name;
  }
}

std::vector<ListedIndicator> ListOf(std::size_t count) {
  std::vector<ListedIndicator> list;
  for (std::size_t i = 0; i < count; ++i) {
    list.push_back({MakeIocId(Kind::kDomain, "x" + std::to_string(i) + ".example"), kNow + TimeUs(i)});
  }
  std::sort(list.begin(), list.end());
  return list;
}

Manifest ManifestAbout(const std::vector<ListedIndicator>& list) {
  return {kEpoch, kEpoch.end(), list.size(), MerkleRoot(list), 1, {}, 3};
}

TEST(ManifestList, IsPutTogetherFromItsPartsInAnyOrder) {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, kListedInPart, 2 * kListedInPart + 3}) {
    const auto list = ListOf(count);
    ManifestList together(ManifestAbout(list));
    std::vector<std::string> parts = RenderManifestParts(kEpoch.start, list);
    std::reverse(parts.begin(), parts.end());
    for (const std::string& part : parts) together.Add(*ReadManifestPart(part));
    const auto whole = together.Whole();
    ASSERT_TRUE(whole.ok()) << whole.status();
    EXPECT_EQ(*whole, list);
  }
}

TEST(ManifestList, TellsWhatIsMissingAndWhatIsNotTheOperatorsList) {
  const auto list = ListOf(kListedInPart + 5);
  const auto parts = RenderManifestParts(kEpoch.start, list);
  ManifestList one(ManifestAbout(list));
  one.Add(*ReadManifestPart(parts[1]));
  EXPECT_TRUE(absl::IsNotFound(one.Whole().status()));

  auto changed = list;
  changed[7].published -= kDayUs;
  ManifestList other(ManifestAbout(list));
  for (const std::string& part : RenderManifestParts(kEpoch.start, changed))
    other.Add(*ReadManifestPart(part));
  EXPECT_TRUE(absl::IsFailedPrecondition(other.Whole().status()));
  for (const std::string& part : RenderManifestParts(kEpoch.start - kDayUs, changed)) {
    other.Add(*ReadManifestPart(part));
  }
  for (const std::string& part : parts) other.Add(*ReadManifestPart(part));
  EXPECT_TRUE(other.Whole().ok());
}

TEST(ManifestPart, ThatIsNoneIsRefused) {
  for (const char* body :
       {"", "[]", R"({"epoch_start":"2024-05-06T00:00:00Z","part":1,"parts":1,"list":""})",
        R"({"epoch_start":"2024-05-06T00:00:00Z","part":0,"parts":99999,"list":""})",
        R"({"epoch_start":"2024-05-06T00:00:00Z","part":0,"parts":1,"list":"AAAA"})",
        R"({"epoch_start":"2024-05-06T00:00:00Z","part":0,"parts":1,"list":"not base64!"})"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ReadManifestPart(body).status())) << body;
  }
}

TEST(MerkleRoot, DiffersForEverySetAndMinglesNoLevels) {
  std::vector<ListedIndicator> ids;
  std::map<Digest256, std::size_t> roots;
  roots[MerkleRoot(ids)] = 0;
  for (std::size_t i = 1; i <= 64; ++i) {
    ids.push_back({MakeIocId(Kind::kDomain, "x" + std::to_string(i) + ".example"), kNow});
    std::sort(ids.begin(), ids.end());
    EXPECT_TRUE(roots.emplace(MerkleRoot(ids), i).second);
    for (std::size_t left_out = 0; left_out < ids.size(); ++left_out) {
      std::vector<ListedIndicator> fewer = ids;
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
