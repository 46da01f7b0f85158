#include "connectors/isac/releaser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "connectors/files/read_file.h"
#include "connectors/isac/catalogue_refresh.h"
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
