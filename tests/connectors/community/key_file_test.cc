#include "connectors/community/key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "connectors/files/read_file.h"
#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(KeyFile, IsForItsOwnerAloneAndReadAsItWasWritten) {
  const TemporaryFolder folder;
  const PartySecrets secrets = NewPartySecrets();
  ASSERT_TRUE(WriteKeyFile(folder / "a.key", secrets).ok());
  struct stat about {};
  ASSERT_EQ(stat((folder / "a.key").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  const auto read = ReadKeyFile(folder / "a.key");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Public(), secrets.Public());
}

TEST(KeyFile, IsNeverOverwritten) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteKeyFile(folder / "a.key", NewPartySecrets()).ok());
  const std::string before = ReadWholeFile(folder / "a.key", 4096).value();
  EXPECT_TRUE(absl::IsAlreadyExists(WriteKeyFile(folder / "a.key", NewPartySecrets())));
  EXPECT_EQ(ReadWholeFile(folder / "a.key", 4096).value(), before);
  std::filesystem::create_symlink(folder / "nowhere", folder / "link.key");
  EXPECT_TRUE(absl::IsAlreadyExists(WriteKeyFile(folder / "link.key", NewPartySecrets())));
  const auto files = std::filesystem::directory_iterator(folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 2) << "something is left over";
}

TEST(KeyFile, TellsWhyItCannotBeUsed) {
  const TemporaryFolder folder;
  const absl::Status none = ReadKeyFile(folder / "none.key").status();
  EXPECT_TRUE(absl::IsNotFound(none));
  EXPECT_THAT(std::string(none.message()), HasSubstr("polder key new"));
  const std::string key = folder.Write("empty.key", "");
  EXPECT_TRUE(absl::IsPermissionDenied(ReadKeyFile(key).status()));
  ASSERT_EQ(chmod(key.c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsInvalidArgument(ReadKeyFile(key).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ReadKeyFile(folder.path()).status()));
  EXPECT_TRUE(absl::IsNotFound(WriteKeyFile(folder / "no/folder.key", NewPartySecrets())));
}

}  // namespace
}  // namespace polder
