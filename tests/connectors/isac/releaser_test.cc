#include "connectors/isac/releaser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "connectors/files/read_file.h"
#include "connectors/isac/catalogue_refresh.h"
#include "connectors/isac/manifest_store.h"
#include "tests/connectors/isac/operator_fixture.h"

namespace polder {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ReleaserTest : public OperatorFixture {
 protected:
  ReleaserTest() {
    const std::string list =
        temporary_.Write("feed.csv", "domain,tlp\nevil.example,GREEN\nrare.example,GREEN\n");
    const auto store = OpenStore();
    CatalogueStore catalogue(store->database());
    LimitedMessages messages([](const std::string&) {});
    EXPECT_TRUE(RefreshFromFiles({list}, "feed", folder_->roster(), catalogue, founded_, messages).ok());
  }
  void Report(const Epoch& epoch, const std::vector<std::string>& who, const std::string& domain) {
    std::vector<std::string> batches;
    for (const std::string& member : who) batches.push_back(Sealed(BatchOf(member, epoch, {domain})));
    EXPECT_EQ(Collect(batches, epoch.end() + kSecondUs).report.accepted, who.size());
  }
  void JoinAt(const std::string& name, TimeUs when) {
    members_[name] = NewPartySecrets();
    RosterEntry entry;
    entry.name = entry.group = name;
    entry.keys.push_back({members_[name].Public(), when, kEndOfTime});
    entry.joined = when;
    const auto next = WithEntry(folder_->roster(), entry, when);
    ASSERT_TRUE(next.ok()) << next.status();
    ASSERT_TRUE(folder_->Replace(*next, when).ok());
  }
  std::string Text(const KeptRelease& release, const std::string& ending) {
    for (const auto& document : release.documents) {
      if (document.name.ends_with(ending)) return document.text;
    }
    ADD_FAILURE() << "no document " << ending;
    return "";
  }
};

TEST_F(ReleaserTest, ReleasesWhatEnoughGroupsReportedAndNothingElse) {
  Report(epoch_, {"anna", "bert", "cees"}, "evil.example");
  Report(epoch_, {"dirk", "elsa"}, "rare.example");
  const auto store = OpenStore();
  const auto outcome = ReleaseThrough(*folder_, *store, epoch_, after_);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_EQ(outcome->released.size(), 1U);
  EXPECT_FALSE(outcome->held.has_value());
  EXPECT_EQ(outcome->released[0].batches, 5U);
  EXPECT_EQ(outcome->released[0].batches_expected, 5U);
  const std::string members = Text(outcome->released[0].kept, "members.json");
  EXPECT_THAT(members, HasSubstr(ToHex(MakeIocId(Kind::kDomain, "evil.example"))));
  EXPECT_THAT(members, Not(HasSubstr(ToHex(MakeIocId(Kind::kDomain, "rare.example")))));
  for (const char* name : {"anna", "bert", "cees", "dirk", "elsa"})
    EXPECT_THAT(members, Not(HasSubstr(name)));
  EXPECT_THAT(Text(outcome->released[0].kept, "peers.json"),
              Not(HasSubstr(ToHex(MakeIocId(Kind::kDomain, "evil.example")))));
}

TEST_F(ReleaserTest, AGroupCountsOnce) {
  for (const char* name : {"anna1", "anna2", "anna3"}) Join(name, "anna");
  Report(epoch_, {"anna", "anna1", "anna2", "anna3", "bert"}, "evil.example");
  const auto store = OpenStore();
  const auto outcome = ReleaseThrough(*folder_, *store, epoch_, after_);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_EQ(outcome->released.size(), 1U);
  EXPECT_TRUE(outcome->released[0].release.released.empty());
}

TEST_F(ReleaserTest, AnEpochIsReleasedOnceAndStillOverARestart) {
  Report(epoch_, {"anna", "bert", "cees"}, "evil.example");
  ASSERT_TRUE(ReleaseThrough(*folder_, *OpenStore(), epoch_, after_).ok());
  const auto second = ReleaseThrough(*folder_, *OpenStore(), epoch_, after_ + kSecondUs);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("--again"));
}

TEST_F(ReleaserTest, AnEpochThatIsNotOverIsNotReleased) {
  EXPECT_EQ(ReleaseThrough(*folder_, *OpenStore(), Epoch::Of(after_), after_).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ReleaserTest, EpochsThatWereLeftOutAreReleasedFirst) {
  Report(epoch_, {"anna", "bert", "cees"}, "evil.example");
  Report(epoch_.Next().Next(), {"anna", "bert", "cees"}, "rare.example");
  const auto outcome = ReleaseThrough(*folder_, *OpenStore(), epoch_.Next().Next(), after_ + 3 * kDayUs);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_EQ(outcome->released.size(), 3U);
  EXPECT_EQ(outcome->released[0].release.released.size(), 1U);
  EXPECT_TRUE(outcome->released[1].release.released.empty());
  EXPECT_EQ(outcome->released[2].release.released.size(), 1U);
}

TEST_F(ReleaserTest, ARevokedMembersReportsCountNoMore) {
  Report(epoch_, {"anna", "bert", "cees"}, "evil.example");
  Revoke("anna", after_);
  const auto outcome = ReleaseThrough(*folder_, *OpenStore(), epoch_, after_ + kSecondUs);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  for (const Released& one : outcome->released) EXPECT_TRUE(one.release.released.empty());
}

TEST_F(ReleaserTest, AnEpochWithoutManifestKeepsItsPlaceInARelease) {
  JoinAt("fred", epoch_.start + kDayUs / 2);
  const auto store = OpenStore();
  const std::string manifest = folder_->Signed(kManifestType, "the manifest", after_ + kDayUs);
  ASSERT_TRUE(ManifestStore(store->database()).Keep(epoch_.Next(), manifest, {}, {}).ok());
  Report(epoch_, {"anna", "bert", "cees"}, "evil.example");
  const auto outcome = ReleaseThrough(*folder_, *store, epoch_.Next(), after_ + kDayUs);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_EQ(outcome->released.size(), 1U);
  const std::vector<std::optional<Digest256>> expected = {std::nullopt, Blake2b256("the manifest")};
  EXPECT_EQ(outcome->released[0].release.manifests, expected);
  const std::string text = Text(outcome->released[0].kept, "members.json");
  EXPECT_THAT(text, HasSubstr("\"end\":\"2026-05-07T00:00:00Z\"},"));
  EXPECT_THAT(text, HasSubstr("\"end\":\"2026-05-08T00:00:00Z\",\"manifest\":"));
}

TEST_F(ReleaserTest, KeepsWhoCountedAsTheRosterWasThen) {
  JoinAt("fred", epoch_.start + kDayUs / 2);
  Revoke("anna", epoch_.start + kDayUs / 2);
  Report(epoch_, {"bert", "cees", "dirk"}, "evil.example");
  const auto store = OpenStore();
  ASSERT_TRUE(ReleaseThrough(*folder_, *store, epoch_.Next(), after_ + kDayUs).ok());
  Revoke("bert", after_ + 2 * kDayUs);
  ReleaseStore releases(store->database());
  const auto counted = releases.CountedIn(epoch_.start);
  ASSERT_TRUE(counted.ok()) << counted.status();
  std::vector<std::string> names;
  for (const CountedMember& one : *counted) names.push_back(one.member);
  EXPECT_EQ(names, (std::vector<std::string>{"bert", "cees", "dirk", "elsa"}));
  EXPECT_EQ(counted->at(0), (CountedMember{"bert", "bert", "", Role::kMember, founded_}));
  EXPECT_TRUE(releases.CountedIn(epoch_.Next().start)->empty()) << "it is part of the release before";
}

// The collector has looked, and then the release is made: what comes after it comes too late.
TEST_F(ReleaserTest, NoBatchOfAReleasedEpochGetsIntoTheStoreAnyMore) {
  const auto collectors = OpenStore();
  const OpenedBatch opened{BatchOf("anna", epoch_, {"evil.example"}), {}, ""};
  ASSERT_TRUE(ReleaseThrough(*folder_, *OpenStore(), epoch_, after_).ok());
  const absl::Status late = collectors->Accept(opened, {});
  EXPECT_EQ(late.code(), absl::StatusCode::kFailedPrecondition) << late;
  EXPECT_EQ(Kept(epoch_), 0U);
  EXPECT_TRUE(collectors->Accept({BatchOf("anna", epoch_.Next()), {}, ""}, {}).ok());
}

TEST_F(ReleaserTest, AReleaseWaitsForABatchThatIsBeingAccepted) {
  Report(epoch_, {"anna", "bert"}, "evil.example");
  const auto collectors = OpenStore();
  auto accepting = Transaction::Begin(collectors->database());
  ASSERT_TRUE(accepting.ok());
  std::thread release([&] {
    const auto outcome = ReleaseThrough(*folder_, *OpenStore(), epoch_, after_);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(outcome->released.at(0).batches, 3U);
    EXPECT_EQ(outcome->released.at(0).release.released.size(), 1U);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  auto& database = collectors->database();
  EXPECT_TRUE(
      database
          .Execute(("INSERT INTO batches SELECT NULL, 'cees', epoch_start, epoch_length, randomblob(32), "
                    "randomblob(32), recipient, manifest, kinds, log_sources, events, signature FROM "
                    "batches WHERE member = 'bert'; INSERT INTO records SELECT (SELECT batch FROM batches "
                    "WHERE member = 'cees'), ioc_id, verdict, latency, count, late FROM records JOIN "
                    "batches USING (batch) WHERE member = 'bert'"))
          .ok());
  EXPECT_TRUE(accepting->Commit().ok());
  release.join();
}

TEST_F(ReleaserTest, WhatWasPublishedIsPublishedAgainByteByByte) {
  Report(epoch_, {"anna", "bert", "cees"}, "evil.example");
  const auto outcome = ReleaseThrough(*folder_, *OpenStore(), epoch_, after_);
  ASSERT_TRUE(outcome.ok());
  const auto store = OpenStore();
  const auto kept = ReleaseStore(store->database()).Find(epoch_.start);
  ASSERT_TRUE(kept.ok() && kept->has_value());
  const std::string to = temporary_ / "out";
  const auto paths = Publish(*folder_, **kept, to, {"json", "stix", "misp"}, after_ + kDayUs);
  ASSERT_TRUE(paths.ok()) << paths.status();
  EXPECT_EQ(paths->size(), 5U);
  for (const auto& document : outcome->released[0].kept.documents) {
    EXPECT_EQ(ReadWholeFile(to + "/" + document.name, 1 << 20).value_or(""), document.text + "\n");
  }
  EXPECT_EQ(Publish(*folder_, **kept, to, {"misp"}, after_)->size(), 1U);
}

}  // namespace
}  // namespace polder
