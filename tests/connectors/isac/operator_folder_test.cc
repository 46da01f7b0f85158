#include "connectors/isac/operator_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "connectors/community/key_file.h"
#include "connectors/community/load_community.h"
#include "connectors/files/read_file.h"
#include "tests/connectors/isac/operator_fixture.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class OperatorFolderTest : public OperatorFixture {
 protected:
  std::string Read(const std::string& name) {
    return ReadWholeFile(path_ + "/" + name, 1 << 20).value_or("");
  }
  unsigned ModeOf(const std::string& name) {
    struct stat status {};
    EXPECT_EQ(stat((path_ + "/" + name).c_str(), &status), 0) << name;
    return status.st_mode & 0777U;
  }
  // What a member who was told these keys makes of the board.
  absl::StatusOr<Community> Joined(const PartyKeys& told) {
    return LoadCommunity({.name = board_, .brokers = {}, .properties = {}, .http = {}}, told, "",
                         after_ + kDayUs, [](const std::string&, const absl::Status&) {});
  }
};

TEST_F(OperatorFolderTest, SecretsAreReadableByTheOperatorAlone) {
  OpenStore();
  EXPECT_EQ(ModeOf("operator.key"), 0600U);
  EXPECT_EQ(ModeOf("isac.sqlite"), 0600U);
  EXPECT_EQ(ModeOf("settings.yaml"), 0600U);
  EXPECT_EQ(Read("operator.pub"), FormatPartyKeys(folder_->secrets().Public()) + "\n");
}

TEST_F(OperatorFolderTest, CreateNeverOverwrites) {
  CommunityTerms terms;
  terms.name = "omega";
  const std::string key = Read("operator.key");
  EXPECT_EQ(OperatorFolder::Create(path_, terms, "isac", {}, founded_).status().code(),
            absl::StatusCode::kAlreadyExists);
  const std::string other = temporary_ / "other";
  temporary_.Write("other/roster.json", "mine");
  EXPECT_EQ(OperatorFolder::Create(other, terms, "isac", {}, founded_).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(std::filesystem::exists(other + "/operator.key"));
  EXPECT_EQ(Read("operator.key"), key);
}

TEST_F(OperatorFolderTest, ANameThatIsNoneMakesNoFolder) {
  CommunityTerms terms;
  terms.name = "not a name";
  const std::string path = temporary_ / "none";
  EXPECT_EQ(OperatorFolder::Create(path, terms, "isac", {}, founded_).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(OperatorFolderTest, OfTwoChangesAtATimeOneIsRefused) {
  const auto second = OperatorFolder::Open(path_, OperatorFolder::Access::kChange);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(OperatorFolder::Open(path_, OperatorFolder::Access::kRead).ok());
}

TEST_F(OperatorFolderTest, RefusesARosterThatSomebodyChanged) {
  std::string text = Read("roster.json");
  const std::size_t at = text.find("anna");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 4, "anno");
  temporary_.Write("isac/roster.json", text);
  EXPECT_EQ(OperatorFolder::Open(path_, OperatorFolder::Access::kRead).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(OperatorFolderTest, RefusesKeysThatOthersMayRead) {
  ASSERT_EQ(chmod((path_ + "/operator.key").c_str(), 0640), 0);
  EXPECT_EQ(OperatorFolder::Open(path_, OperatorFolder::Access::kRead).status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(OperatorFolderTest, AFolderThatIsNoneIsSaidSo) {
  const auto none = OperatorFolder::Open(temporary_ / "none", OperatorFolder::Access::kRead);
  EXPECT_EQ(none.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("isac init"));
}

TEST_F(OperatorFolderTest, WhoKnowsTheFirstKeysAndWhoKnowsTheNewOnesFollowAChangeOfKeys) {
  const PartyKeys first = folder_->secrets().Public();
  ASSERT_TRUE(folder_->ChangeKeys(after_).ok());
  const PartyKeys second = folder_->secrets().Public();
  ASSERT_TRUE(folder_->ChangeKeys(after_ + kSecondUs).ok());
  ASSERT_TRUE(folder_->PostRosters(1).ok());
  EXPECT_NE(first, second);
  for (const PartyKeys& told : {first, second, folder_->secrets().Public()}) {
    const auto community = Joined(told);
    ASSERT_TRUE(community.ok()) << community.status();
    EXPECT_EQ(community->roster_version(), folder_->roster().version);
  }
  EXPECT_FALSE(Joined(NewPartySecrets().Public()).ok());
}

TEST_F(OperatorFolderTest, OldKeysAreKeptAndTheFolderOpensAfterAChange) {
  const SealingKeys old = folder_->secrets().sealing;
  ASSERT_TRUE(folder_->ChangeKeys(after_).ok());
  Reopen();
  ASSERT_EQ(folder_->sealing_keys().size(), 2U);
  EXPECT_NE(folder_->sealing_keys()[0].public_key, old.public_key);
  EXPECT_EQ(folder_->sealing_keys()[1].public_key, old.public_key);
  EXPECT_EQ(Read("operator.pub"), FormatPartyKeys(folder_->secrets().Public()) + "\n");
}

// As a crash leaves it after each step; what is to be there afterwards is the same.
TEST_F(OperatorFolderTest, AnInterruptedChangeOfKeysIsFinishedByTheNextCommand) {
  const std::string before_key = Read("operator.key");
  const std::uint64_t before = folder_->roster().version;
  ASSERT_TRUE(folder_->ChangeKeys(after_).ok());
  const PartyKeys fresh = folder_->secrets().Public();
  const std::string fresh_key = Read("operator.key");
  const std::string by_old = Read("rosters/" + RosterKey(before + 1) + ".json");
  const std::string by_new = Read("roster.json");
  const std::string kept = path_ + "/operator-before-" + std::to_string(before + 2) + ".key";
  for (const int step : {2, 3, 4}) {
    folder_.reset();
    const auto write_key = [&](const std::string& name, const std::string& text) {
      temporary_.Write("isac/" + name, text);
      ASSERT_EQ(chmod((path_ + "/" + name).c_str(), 0600), 0);
    };
    write_key("operator-new.key", fresh_key);
    temporary_.Write("isac/roster.json", step == 2 ? by_old : by_new);
    if (step < 4) {
      std::filesystem::remove(kept);
      write_key("operator.key", before_key);
    } else {
      std::filesystem::remove(path_ + "/operator.key");
    }
    Reopen();
    ASSERT_NE(folder_, nullptr) << step;
    EXPECT_EQ(folder_->secrets().Public(), fresh) << step;
    EXPECT_EQ(folder_->roster().version, before + 2) << step;
    EXPECT_FALSE(std::filesystem::exists(path_ + "/operator-new.key")) << step;
    EXPECT_EQ(folder_->sealing_keys().size(), 2U) << step;
  }
}

TEST_F(OperatorFolderTest, KeysThatWereMadeAndNotUsedAreUsedByTheNextChange) {
  const PartySecrets fresh = NewPartySecrets();
  temporary_.Write("isac/operator-new.key", FormatPartySecrets(fresh) + "\n");
  ASSERT_EQ(chmod((path_ + "/operator-new.key").c_str(), 0600), 0);
  Reopen();
  ASSERT_NE(folder_->secrets().Public(), fresh.Public());
  ASSERT_TRUE(folder_->ChangeKeys(after_).ok());
  EXPECT_EQ(folder_->secrets().Public(), fresh.Public());
}

TEST_F(OperatorFolderTest, NewKeysThatWereNotWrittenWholeAndAreNotInForceBlockNothing) {
  temporary_.Write("isac/operator-new.key", "");
  ASSERT_EQ(chmod((path_ + "/operator-new.key").c_str(), 0600), 0);
  const PartyKeys before = folder_->secrets().Public();
  Reopen();
  ASSERT_NE(folder_, nullptr);
  ASSERT_TRUE(folder_->ChangeKeys(after_).ok());
  EXPECT_NE(folder_->secrets().Public(), before);
}

// Killed between the two renames: operator.key is away, and who reads only must not be told to make one.
TEST_F(OperatorFolderTest, SaysWhatFinishesAChangeOfKeysAndOverwritesNoKey) {
  ASSERT_TRUE(folder_->ChangeKeys(after_).ok());
  const PartyKeys fresh = folder_->secrets().Public();
  folder_.reset();
  std::filesystem::rename(path_ + "/operator.key", path_ + "/operator-new.key");
  const absl::Status reading = OperatorFolder::Open(path_, OperatorFolder::Access::kRead).status();
  EXPECT_EQ(reading.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(reading.message()), AllOf(HasSubstr("rotate-key was interrupted"),
                                                    HasSubstr("roster post"), Not(HasSubstr("key new"))));

  ASSERT_TRUE(WriteKeyFile(path_ + "/operator.key", NewPartySecrets()).ok());
  const absl::Status blocked = OperatorFolder::Open(path_, OperatorFolder::Access::kChange).status();
  EXPECT_EQ(blocked.code(), absl::StatusCode::kAlreadyExists) << blocked;
  std::filesystem::rename(path_ + "/operator.key", path_ + "/mistake.key");
  Reopen();
  ASSERT_NE(folder_, nullptr);
  EXPECT_EQ(folder_->secrets().Public(), fresh);
  EXPECT_EQ(folder_->sealing_keys().size(), 2U) << "the old keys are still there";
}

TEST_F(OperatorFolderTest, ABoardThatIsGoneIsSaidWithWhatToDo) {
  std::filesystem::remove_all(board_);
  const absl::Status posted = folder_->PostRosters(1);
  EXPECT_FALSE(posted.ok());
  EXPECT_THAT(std::string(posted.message()), HasSubstr("roster post"));
}

}  // namespace
}  // namespace polder
