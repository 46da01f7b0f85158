#include "connectors/sqlite/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::HasSubstr;

constexpr std::int32_t kApplication = 0x506f6c64;

class DatabaseTest : public ::testing::Test {
 protected:
  std::unique_ptr<Database> Open() {
    auto database = Database::Open(path_);
    EXPECT_TRUE(database.ok()) << database.status();
    return database.ok() ? *std::move(database) : nullptr;
  }
  static std::int64_t Count(Database& database) {
    auto statement = database.Prepare("SELECT count(*) FROM t");
    EXPECT_TRUE(statement.ok()) << statement.status();
    EXPECT_TRUE(statement->Step().ok());
    return statement->Number(0);
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "x.sqlite";
};

TEST_F(DatabaseTest, KeepsNumbersTextsBlobsAndNulls) {
  const auto database = Open();
  ASSERT_TRUE(database->Execute("CREATE TABLE t (a, b, c, d, e)").ok());
  auto insert = database->Prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)");
  ASSERT_TRUE(insert.ok()) << insert.status();
  const std::string_view with_nul("x\0y", 3);
  insert->Bind(1, -5).Bind(2, "text").BindBlob(3, with_nul).BindNull(4).Bind(5, std::string_view());
  ASSERT_TRUE(insert->Run().ok());
  auto select = database->Prepare("SELECT * FROM t");
  ASSERT_TRUE(select.ok());
  ASSERT_TRUE(*select->Step());
  EXPECT_EQ(select->Number(0), -5);
  EXPECT_EQ(select->Text(1), "text");
  EXPECT_EQ(select->Blob(2), with_nul);
  EXPECT_TRUE(select->IsNull(3));
  EXPECT_EQ(select->OptionalNumber(3), std::nullopt);
  EXPECT_FALSE(select->IsNull(4));
  EXPECT_EQ(select->Text(4), "");
  EXPECT_FALSE(*select->Step());
}

TEST_F(DatabaseTest, IsReadableByItsOwnerAlone) {
  const mode_t before = umask(0);
  const auto database = Open();
  ASSERT_TRUE(database->Execute("CREATE TABLE t (a)").ok());
  umask(before);
  for (const char* ending : {"", "-wal", "-shm"}) {
    struct stat status {};
    ASSERT_EQ(stat((path_ + ending).c_str(), &status), 0) << ending;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << ending;
  }
}

TEST_F(DatabaseTest, RefusesAFileThatOthersMayRead) {
  Open();
  ASSERT_EQ(chmod(path_.c_str(), 0644), 0);
  const auto database = Database::Open(path_);
  EXPECT_EQ(database.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(database.status().message()), HasSubstr("chmod 600"));
}

TEST_F(DatabaseTest, SaysWhatIsWrongWithAFileThatIsNoDatabase) {
  folder_.Write("x.sqlite", std::string(5000, 'z'));
  ASSERT_EQ(chmod(path_.c_str(), 0600), 0);
  const auto database = Database::Open(path_);
  EXPECT_EQ(database.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(database.status().message()), HasSubstr(path_));
}

TEST_F(DatabaseTest, NamesTheStatementThatIsWrong) {
  const auto database = Open();
  EXPECT_THAT(std::string(database->Prepare("SELEKT 1").status().message()), HasSubstr("SELEKT"));
  ASSERT_TRUE(database->Execute("CREATE TABLE t (a)").ok());
  auto insert = database->Prepare("INSERT INTO t VALUES (?)");
  EXPECT_FALSE(insert->Bind(2, 1).Step().ok());
}

TEST_F(DatabaseTest, TellsAValueThatIsThereAlreadyFromOtherConstraints) {
  const auto database = Open();
  ASSERT_TRUE(
      database->Execute("CREATE TABLE t (a UNIQUE, b CHECK (b > 0)); INSERT INTO t VALUES (1, 1)").ok());
  EXPECT_EQ(database->Execute("INSERT INTO t VALUES (1, 2)").code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(database->Execute("INSERT INTO t VALUES (2, 0)").code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(DatabaseTest, ATransactionThatIsNotCommittedLeavesNothing) {
  const auto database = Open();
  ASSERT_TRUE(database->Execute("CREATE TABLE t (a)").ok());
  {
    auto transaction = Transaction::Begin(*database);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(database->Execute("INSERT INTO t VALUES (1)").ok());
  }
  EXPECT_EQ(Count(*database), 0);
  auto transaction = Transaction::Begin(*database);
  ASSERT_TRUE(database->Execute("INSERT INTO t VALUES (1)").ok());
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(Count(*database), 1);
}

TEST_F(DatabaseTest, AProcessThatIsKilledInATransactionLeavesNothing) {
  ASSERT_TRUE(Open()->Execute("CREATE TABLE t (a)").ok());
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto database = Database::Open(path_);
    auto transaction = Transaction::Begin(**database);
    for (int i = 0; i < 10'000; ++i) (*database)->Execute("INSERT INTO t VALUES (1)").IgnoreError();
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(Count(*Open()), 0);
}

TEST_F(DatabaseTest, MigratesFromWhateverVersionIsThere) {
  const std::array<std::string_view, 2> steps = {"CREATE TABLE t (a)", "ALTER TABLE t ADD COLUMN b"};
  ASSERT_TRUE(Open()->Migrate(kApplication, std::span(steps).first(1)).ok());
  ASSERT_TRUE(Open()->Execute("INSERT INTO t VALUES (7)").ok());
  const auto database = Open();
  ASSERT_TRUE(database->Migrate(kApplication, steps).ok());
  ASSERT_TRUE(database->Migrate(kApplication, steps).ok());
  EXPECT_TRUE(database->Execute("INSERT INTO t VALUES (8, 9)").ok());
  EXPECT_EQ(Count(*database), 2);
  EXPECT_EQ(database->Migrate(kApplication, std::span(steps).first(1)).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(DatabaseTest, AMigrationThatFailsLeavesTheOldVersion) {
  const std::array<std::string_view, 2> steps = {"CREATE TABLE t (a)",
                                                 "CREATE TABLE u (a); CREATE TABLE t (a)"};
  EXPECT_FALSE(Open()->Migrate(kApplication, steps).ok());
  const auto database = Open();
  EXPECT_EQ(Count(*database), 0);
  EXPECT_TRUE(database->Execute("CREATE TABLE u (a)").ok());
}

TEST_F(DatabaseTest, RefusesTheDatabaseOfSomethingElse) {
  const std::array<std::string_view, 1> steps = {"CREATE TABLE t (a)"};
  ASSERT_TRUE(Open()->Migrate(kApplication, steps).ok());
  EXPECT_EQ(Open()->Migrate(kApplication + 1, steps).code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace polder
