#include "connectors/files/write_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>

#include "connectors/files/read_file.h"
#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::HasSubstr;

class WriteFileTest : public ::testing::Test {
 protected:
  std::string Text(const std::string& name) const {
    return ReadWholeFile(folder_ / name, 1 << 20).value_or("none");
  }
  std::size_t Files() const {
    const auto files = std::filesystem::directory_iterator(folder_.path());
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  TemporaryFolder folder_;
};

TEST_F(WriteFileTest, ReplacesWhatIsThereOrNeverDoes) {
  EXPECT_TRUE(WriteFileAtomically(folder_ / "a", "one").ok());
  EXPECT_TRUE(WriteFileAtomically(folder_ / "a", "two", 0600).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(WriteNewFile(folder_ / "a", "three", 0600)));
  EXPECT_EQ(Text("a"), "two");
  EXPECT_TRUE(WriteNewFile(folder_ / "b", "three", 0600).ok());
  EXPECT_EQ(Text("b"), "three");
  struct stat about {};
  ASSERT_EQ(stat((folder_ / "a").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  EXPECT_EQ(Files(), 2U) << "something is left over";
}

TEST_F(WriteFileTest, ARenameOverwritesNothing) {
  folder_.Write("a", "one");
  folder_.Write("b", "two");
  const absl::Status refused = RenameToNew(folder_ / "a", folder_ / "b");
  EXPECT_TRUE(absl::IsAlreadyExists(refused)) << refused;
  EXPECT_EQ(Text("a") + Text("b"), "onetwo");
  EXPECT_TRUE(RenameToNew(folder_ / "a", folder_ / "c").ok());
  EXPECT_EQ(Text("a") + Text("c"), "noneone");
  EXPECT_TRUE(absl::IsNotFound(RenameToNew(folder_ / "a", folder_ / "d")));
}

TEST_F(WriteFileTest, TellsWhatIsWorthAnotherTry) {
  EXPECT_TRUE(absl::IsNotFound(WriteFileAtomically(folder_ / "no/such", "")));
  EXPECT_TRUE(absl::IsPermissionDenied(WriteError("x", EROFS)));
  EXPECT_TRUE(absl::IsUnavailable(WriteError("x", ENOSPC)));
  EXPECT_TRUE(absl::IsUnavailable(WriteError("x", EIO)));
  EXPECT_THAT(std::string(WriteError("x", EDQUOT).message()), HasSubstr("make room"));
}

TEST_F(WriteFileTest, LeavesWhatWasThereWhenThereIsNoRoom) {
  folder_.Write("a", "one");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small = {10, before.rlim_max};
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  const absl::Status status = WriteFileAtomically(folder_ / "a", "longer than that");
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(Text("a"), "one");
  EXPECT_EQ(Files(), 1U) << "something is left over";
}

}  // namespace
}  // namespace polder
