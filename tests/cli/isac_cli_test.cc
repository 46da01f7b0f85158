// The operator's commands from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "engine/community/party_keys.h"
#include "engine/community/signed_document.h"
#include "engine/feedback/batch.h"
#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TimeUs Now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
             .count() *
         kSecondUs;
}

class IsacCliTest : public ::testing::Test {
 protected:
  IsacCliTest() {
    const Ran ran = RunPolder({"isac", "init", "--folder", path_, "--community", "delta", "--operator",
                               "isac", "--batch-records", "16", "--board", board_, "--mailbox", mailbox_});
    EXPECT_EQ(ran.code, 0) << ran.err;
    operator_ = ParsePartyKeys(Lines(ran.out).at(0)).value_or(PartyKeys{});
  }
  Ran Isac(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "isac");
    arguments.insert(arguments.end(), {"--folder", path_});
    return RunPolder(arguments);
  }
  std::string Statement(const std::string& name, const PartySecrets& secrets) {
    return folder_.Write(name + ".key.json",
                         RenderSignedDocument(MakeKeyStatement(name, secrets, Now())) + "\n");
  }
  void Join(const std::string& name) {
    const Ran ran = Isac({"roster", "add", Statement(name, secrets_), "--group", name, "--sector", "energy"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    secrets_ = NewPartySecrets();
  }
  nlohmann::json Roster() {
    const Ran ran = Isac({"roster", "list", "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return nlohmann::json::parse(ran.out);
  }
  std::size_t OnBoard(const std::string& prefix) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(board_)) {
      count += entry.path().filename().string().starts_with(prefix) ? 1U : 0U;
    }
    return count;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "isac";
  std::string board_ = folder_ / "board";
  std::string mailbox_ = folder_ / "mailbox";
  PartyKeys operator_;
  PartySecrets secrets_ = NewPartySecrets();
};

TEST_F(IsacCliTest, InitPrintsTheKeysThatMembersAreTold) {
  EXPECT_NE(operator_, PartyKeys{});
  EXPECT_EQ(OnBoard("roster-"), 1U);
  struct stat status {};
  ASSERT_EQ(stat((path_ + "/operator.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(IsacCliTest, InitOverwritesNothing) {
  const Ran again = RunPolder({"isac", "init", "--folder", path_, "--community", "omega"});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.out, IsEmpty());
  EXPECT_THAT(again.err, HasSubstr("nothing is overwritten"));
  EXPECT_EQ(Roster()["community"], "delta");
}

TEST_F(IsacCliTest, TwoCommunitiesHaveTwoBoards) {
  const Ran other =
      RunPolder({"isac", "init", "--folder", folder_ / "other", "--community", "omega", "--board", board_});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("is the board of 'delta' already"));
  EXPECT_EQ(OnBoard("roster-"), 1U);
}

TEST_F(IsacCliTest, WithoutItsDatabaseNothingIsReleasedASecondTime) {
  Join("anna");
  std::filesystem::remove(path_ + "/isac.sqlite");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"collect"}, {"release", "--to", folder_ / "out"}, {"manifest"}}) {
    const Ran ran = Isac(command);
    EXPECT_EQ(ran.code, 2) << command.front();
    EXPECT_THAT(ran.err, HasSubstr("isac.sqlite: is missing"));
  }
  EXPECT_FALSE(std::filesystem::exists(path_ + "/isac.sqlite"));
}

TEST_F(IsacCliTest, TheRosterIsChangedListedAndPosted) {
  Join("anna");
  Join("bert");
  EXPECT_EQ(Roster()["version"], 3);
  EXPECT_EQ(OnBoard("roster-"), 3U);
  EXPECT_EQ(Isac({"roster", "revoke", "anna", "--reason", " "}).code, 2);
  const Ran revoked = Isac({"roster", "revoke", "anna", "--reason", "key lost"});
  EXPECT_EQ(revoked.code, 0) << revoked.err;
  EXPECT_EQ(OnBoard("roster-"), 4U);
  const nlohmann::json roster = Roster();
  EXPECT_EQ(roster["entries"][1]["name"], "anna");
  EXPECT_EQ(roster["entries"][1]["reason"], "revoked: key lost");
  EXPECT_EQ(Isac({"roster", "revoke", "anna", "--reason", "again"}).code, 2);
  EXPECT_EQ(Lines(Isac({"roster", "list"}).out).size(), 3U);
}

TEST_F(IsacCliTest, AStatementOfNewKeysChangesThemAndNothingElse) {
  const PartySecrets before = NewPartySecrets();
  ASSERT_EQ(Isac({"roster", "add", Statement("anna", before), "--group", "anna"}).code, 0);
  const PartySecrets after = NewPartySecrets();
  const std::string rotation =
      folder_.Write("rotation.json", RenderSignedDocument(MakeRotation("anna", before, after, Now())));
  const Ran changed = Isac({"roster", "add", rotation});
  EXPECT_EQ(changed.code, 0) << changed.err;
  EXPECT_EQ(Roster()["entries"][1]["keys"], FormatPartyKeys(after.Public()));
  const PartySecrets thief = NewPartySecrets();
  const std::string stolen = folder_.Write(
      "stolen.json", RenderSignedDocument(MakeRotation("anna", thief, NewPartySecrets(), Now())));
  EXPECT_EQ(Isac({"roster", "add", stolen}).code, 2);
}

TEST_F(IsacCliTest, WhatCannotBeAddedIsSaidWithWhatToDo) {
  EXPECT_THAT(Isac({"roster", "add", "nobody.json", "--group", "g"}).err, HasSubstr("no such file"));
  EXPECT_THAT(Isac({"roster", "add", "anna", "--keys", "x", "--group", "g"}).err, HasSubstr("polder-key:"));
  EXPECT_THAT(Isac({"roster", "add", Statement("anna", secrets_)}).err, HasSubstr("--group"));
  const std::string altered = folder_.Write("altered.json", "{\"polder\":\"key/1\"}");
  EXPECT_EQ(Isac({"roster", "add", altered, "--group", "g"}).code, 2);
  EXPECT_EQ(Roster()["version"], 1);
}

TEST_F(IsacCliTest, TheOperatorsKeysChangeAndTheFolderGoesOnWorking) {
  const Ran rotated = Isac({"rotate-key"});
  EXPECT_EQ(rotated.code, 0) << rotated.err;
  EXPECT_NE(ParsePartyKeys(Lines(rotated.out).at(0)), operator_);
  EXPECT_EQ(OnBoard("roster-"), 3U);
  Join("anna");
  EXPECT_EQ(Isac({"manifest"}).code, 0);
}

TEST_F(IsacCliTest, AManifestIsPostedAndItsFingerprintStaysTheSame) {
  const Ran first = Isac({"manifest"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(Lines(first.out).size(), 1U);
  EXPECT_EQ(Isac({"manifest"}).out, first.out);
  EXPECT_EQ(OnBoard("manifest-2"), 1U);
  EXPECT_EQ(OnBoard("manifest-list-"), 1U);
  EXPECT_EQ(Isac({"manifest", "--epoch", "2999-01-01"}).code, 2);
  EXPECT_EQ(Isac({"manifest", "--epoch", "yesterday"}).code, 2);
}

TEST_F(IsacCliTest, CollectPrintsOneLineOfCounts) {
  PartySecrets anna = secrets_;
  Join("anna");
  folder_.Write("mailbox/1.batch", "garbage");
  Batch batch;
  batch.community = "delta";
  batch.member = "anna";
  batch.recipient = operator_.sealing;
  batch.epoch = Epoch::Of(Now()).Previous();
  folder_.Write("mailbox/2.batch", *SealBatch(EncodeBatch(batch, 16, anna.signing), operator_.sealing));
  const Ran ran = Isac({"collect"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  // She joined after the epoch that she reports.
  EXPECT_EQ(ran.out,
            "accepted 0, known 0, refused 2: wrong size 1, by nobody on the roster who sends feedback 1\n");
  EXPECT_THAT(ran.err, AllOf(HasSubstr("1.batch"), HasSubstr("2.batch")));
  EXPECT_EQ(Isac({"collect", "--from", folder_ / "nowhere"}).code, 2);
}

// The whole way: who belonged since last week reports yesterday, and what three saw is released.
TEST_F(IsacCliTest, WhatMembersReportIsCollectedAndReleased) {
  const std::string path = folder_ / "old";
  const std::string last_week = FormatIsoTime(Now() - 7 * kDayUs);
  const Ran init = RunPolder({"isac", "init", "--folder", path, "--community", "omega", "--batch-records",
                              "16", "--mailbox", mailbox_, "--since", last_week});
  ASSERT_EQ(init.code, 0) << init.err;
  const PartyKeys keys = *ParsePartyKeys(Lines(init.out).at(0));
  const Epoch epoch = Epoch::Of(Now()).Previous();
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    const PartySecrets secrets = NewPartySecrets();
    const Ran added = RunPolder({"isac", "roster", "add", Statement(name, secrets), "--group", name,
                                 "--since", last_week, "--folder", path});
    ASSERT_EQ(added.code, 0) << added.err;
    Batch batch;
    batch.community = "omega";
    batch.member = name;
    batch.recipient = keys.sealing;
    batch.epoch = epoch;
    Feedback seen;
    seen.ioc_id = MakeIocId(Kind::kDomain, *name <= 'c' ? "evil.example" : "rare.example");
    batch.records = {seen};
    folder_.Write(std::string("mailbox/") + name + ".batch",
                  *SealBatch(EncodeBatch(batch, 16, secrets.signing), keys.sealing));
  }
  const std::string feed = folder_.Write("feed.csv", "domain,tlp\nevil.example,GREEN\nrare.example,GREEN\n");
  const Ran collected =
      RunPolder({"isac", "collect", "--folder", path, "--indicators", feed, "--source", "feed"});
  EXPECT_EQ(collected.out, "accepted 5, known 0, refused 0\n") << collected.err;
  EXPECT_EQ(RunPolder({"isac", "collect", "--folder", path}).out, "accepted 0, known 5, refused 0\n");
  const Ran released = RunPolder({"isac", "release", "--folder", path, "--to", folder_ / "out"});
  EXPECT_EQ(released.code, 0) << released.err;
  EXPECT_THAT(released.err, HasSubstr("1 indicators that at least k=3 groups reported; 5 of 5 batches came"));
  const Ran late = RunPolder({"isac", "roster", "add", Statement("f", secrets_), "--group", "f", "--since",
                              last_week, "--folder", path});
  EXPECT_EQ(late.code, 2);
  EXPECT_THAT(late.err, HasSubstr("last release"));
}

TEST_F(IsacCliTest, AReleaseIsWrittenForEachAudienceAndOnce) {
  const std::string to = folder_ / "out";
  const Ran ran = Isac({"release", "--to", to});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(Lines(ran.out).size(), 5U);
  EXPECT_THAT(Lines(ran.out), Each(StartsWith(to)));
  EXPECT_THAT(ran.err, HasSubstr("too few"));
  const Ran again = Isac({"release", "--to", to});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("released once"));
  EXPECT_EQ(Isac({"release", "--to", to, "--again", "--format", "stix"}).code, 0);
  EXPECT_EQ(OnBoard("release-"), 2U);
}

TEST_F(IsacCliTest, EveryCommandExplainsItself) {
  for (const std::vector<std::string>& command : {std::vector<std::string>{},
                                                  {"init"},
                                                  {"roster"},
                                                  {"roster", "add"},
                                                  {"roster", "revoke"},
                                                  {"roster", "list"},
                                                  {"roster", "post"},
                                                  {"rotate-key"},
                                                  {"manifest"},
                                                  {"collect"},
                                                  {"release"}}) {
    std::vector<std::string> arguments = {"isac"};
    arguments.insert(arguments.end(), command.begin(), command.end());
    arguments.emplace_back("--help");
    const Ran ran = RunPolder(arguments);
    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, HasSubstr("Usage"));
    for (const std::string& line : Lines(ran.out)) EXPECT_FALSE(line.ends_with("-- ")) << line;
  }
}

TEST_F(IsacCliTest, AFolderThatIsNoOperatorsIsSaidSo) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"collect"}, {"manifest"}, {"rotate-key"}, {"roster", "list"}}) {
    std::vector<std::string> arguments = {"isac"};
    arguments.insert(arguments.end(), command.begin(), command.end());
    arguments.insert(arguments.end(), {"--folder", folder_ / "empty"});
    const Ran ran = RunPolder(arguments);
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("polder isac init"));
  }
}

}  // namespace
}  // namespace polder
