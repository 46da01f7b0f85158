// Signed indicators on a community's topic: only those count whose signer belongs, and their signer is their
// source.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "connectors/community/load_community.h"
#include "connectors/files/clock.h"
#include "engine/community/community.h"
#include "tests/e2e/feed_fixture.h"

namespace polder {
namespace {

class CommunityTopicTest : public FeedTest {
 protected:
  CommunityTopicTest() : topic_(settings_.group + "-community") {
    client_.CreateTopic(topic_, kPartitions, {{"cleanup.policy", "compact"}});
    secrets_["isac"] = NewPartySecrets();
    CommunityTerms terms;
    terms.name = "dike";
    roster_ = *NewRoster(terms, "isac", secrets_["isac"].Public(), Second());
    Join("harbour");
    Join("waterworks");
    AddFeed(fmt::format("topic: {}, operator_key: '{}'", topic_, FormatPartyKeys(secrets_["isac"].Public())));
  }

  static TimeUs Second() { return Now() - Now() % kSecondUs; }

  void Join(const std::string& name) {
    secrets_.try_emplace(name, NewPartySecrets());
    RosterEntry entry;
    entry.name = entry.group = name;
    entry.joined = Second();
    // Of an hour ago, since tests sign and join within one second.
    entry.keys.push_back({secrets_[name].Public(), Second() - 3'600 * kSecondUs, kEndOfTime});
    roster_ = *WithEntry(roster_, entry, Second());
  }
  std::string Signed(const std::string& signer, std::string_view type, std::string body) {
    SignedDocument document;
    document.type = std::string(type);
    document.community = "dike";
    document.signer = signer;
    document.signed_at = Second();
    document.body = std::move(body);
    return RenderSignedDocument(SignDocument(std::move(document), secrets_.at(signer).signing));
  }
  void PostRoster() {
    client_.Produce(topic_,
                    {{RosterKey(roster_.version), Signed("isac", kRosterType, RenderRoster(roster_))}});
  }
  // One step later than what was published before, so that the versions differ.
  KafkaMessage Published(const std::string& signer, uint32_t number, const std::string& domain,
                         bool withdrawn = false) {
    Envelope envelope;
    envelope.id = StixId(number);
    envelope.published = Second() - 1'000 * kSecondUs;
    envelope.updated = envelope.published + ++version_ * kSecondUs;
    envelope.withdrawn = withdrawn;
    envelope.ioc_ids = {MakeIocId(Kind::kDomain, domain)};
    envelope.object = StixIndicator(envelope.id, domain);
    return {IndicatorKey(signer, envelope.id), Signed(signer, kIndicatorType, RenderEnvelope(envelope))};
  }

  std::string topic_;
  std::map<std::string, PartySecrets> secrets_;
  Roster roster_;
  int version_ = 0;
};

TEST_F(CommunityTopicTest, CountsOnlyWhatThoseSignWhoBelong) {
  PostRoster();
  secrets_["stranger"] = NewPartySecrets();
  KafkaMessage altered = Published("harbour", 3, "altered.example");
  altered.value.replace(altered.value.find("altered.example"), 15, "changed.example");
  client_.Produce(topic_, {Published("harbour", 1, "one.example"),
                           Published("waterworks", 1, "one.example"),
                           Published("stranger", 2, "stranger.example"),
                           altered,
                           {StixId(4), StixIndicator(StixId(4), "unsigned.example")}});
  Start();
  EXPECT_EQ(SourcesNow("one.example"), (std::set<std::string>{"harbour", "waterworks"}));
  EXPECT_FALSE(HitsNow("stranger.example"));
  EXPECT_FALSE(HitsNow("altered.example"));
  EXPECT_FALSE(HitsNow("changed.example"));
  EXPECT_FALSE(HitsNow("unsigned.example"));
  EXPECT_TRUE(polder_->WaitForText("'stranger' is not on the roster", std::chrono::milliseconds(0)))
      << polder_->LogTail();
  Drain(*polder_);
}

TEST_F(CommunityTopicTest, DropsWhatOnlyARevokedMemberSuppliedAndKeepsWhatOthersSay) {
  PostRoster();
  client_.Produce(topic_,
                  {Published("harbour", 1, "both.example"), Published("waterworks", 2, "both.example"),
                   Published("harbour", 3, "alone.example")});
  Start();
  EXPECT_EQ(SourcesNow("both.example"), (std::set<std::string>{"harbour", "waterworks"}));
  EXPECT_TRUE(HitsNow("alone.example"));
  roster_ = *WithoutEntry(roster_, "harbour", "revoked: its keys were stolen", Second());
  PostRoster();
  EXPECT_TRUE(StopsHitting("alone.example")) << polder_->LogTail();
  EXPECT_EQ(SourcesNow("both.example"), std::set<std::string>{"waterworks"});
  client_.Produce(topic_,
                  {Published("harbour", 5, "later.example"), Published("waterworks", 6, "mark.example")});
  EXPECT_TRUE(Hits("mark.example")) << polder_->LogTail();
  EXPECT_FALSE(HitsNow("later.example"));
  Drain(*polder_);
}

TEST_F(CommunityTopicTest, BelievesNoOlderRosterAfterARestart) {
  settings_.more = fmt::format("cache: {}\n", (folder_.path() / "cache").string());
  const KafkaMessage alone = Published("harbour", 1, "alone.example");
  const KafkaMessage mark = Published("waterworks", 2, "mark.example");
  const KafkaMessage old{RosterKey(roster_.version), Signed("isac", kRosterType, RenderRoster(roster_))};
  roster_ = *WithoutEntry(roster_, "harbour", "revoked: its keys were stolen", Second());
  PostRoster();
  client_.Produce(topic_, {alone, mark});
  Start();
  EXPECT_TRUE(HitsNow("mark.example"));
  EXPECT_FALSE(HitsNow("alone.example"));
  Drain(*polder_);

  // Somebody keeps the newer one back.
  const std::string stale = topic_ + "-stale";
  client_.CreateTopic(stale, 1, {{"cleanup.policy", "compact"}});
  client_.Produce(stale, {old, alone, mark});
  settings_.feeds = {
      fmt::format("topic: {}, operator_key: '{}'", stale, FormatPartyKeys(secrets_["isac"].Public()))};
  Start();
  EXPECT_TRUE(polder_->WaitForText("somebody keeps the newer ones back", kPatience)) << polder_->LogTail();
  EXPECT_TRUE(HitsNow("mark.example"));
  EXPECT_FALSE(HitsNow("alone.example"));
  Drain(*polder_);
}

TEST_F(CommunityTopicTest, TakesWhatANewcomerPublishedBeforeTheRosterNamedHim) {
  PostRoster();
  secrets_["university"] = NewPartySecrets();
  client_.Produce(topic_, {Published("university", 1, "early.example")});
  Start();
  EXPECT_FALSE(HitsNow("early.example"));
  Join("university");
  PostRoster();
  EXPECT_TRUE(Hits("early.example")) << polder_->LogTail();
  EXPECT_EQ(SourcesNow("early.example"), std::set<std::string>{"university"});
  Drain(*polder_);
}

TEST_F(CommunityTopicTest, WithdrawsBySignedWordAloneAndTakesNoOldVersionAgain) {
  PostRoster();
  const KafkaMessage first = Published("harbour", 1, "one.example");
  client_.Produce(topic_, {first});
  Start();
  EXPECT_TRUE(HitsNow("one.example"));
  KafkaMessage removal{first.key, ""};
  removal.removal = true;
  client_.Produce(topic_, {removal, Published("harbour", 2, "mark.example")});
  EXPECT_TRUE(Hits("mark.example")) << polder_->LogTail();
  EXPECT_TRUE(HitsNow("one.example")) << "anybody could have removed it";
  client_.Produce(topic_, {Published("harbour", 1, "one.example", /*withdrawn=*/true)});
  EXPECT_TRUE(StopsHitting("one.example")) << polder_->LogTail();
  client_.Produce(topic_, {first, Published("harbour", 3, "mark2.example")});
  EXPECT_TRUE(Hits("mark2.example")) << polder_->LogTail();
  EXPECT_FALSE(HitsNow("one.example")) << "an old version told again";
  Drain(*polder_);
}

TEST_F(CommunityTopicTest, EndsWithAnErrorWithoutARosterOfTheOperator) {
  client_.Produce(topic_, {Published("harbour", 1, "one.example")});
  polder_ = StartPolder();
  const auto code = polder_->Wait(kPatience);
  ASSERT_TRUE(code.has_value()) << polder_->LogTail();
  EXPECT_EQ(*code, 2);
  EXPECT_TRUE(
      polder_->WaitForText("no roster that is signed with this operator_key", std::chrono::milliseconds(0)))
      << polder_->LogTail();
}

}  // namespace
}  // namespace polder
