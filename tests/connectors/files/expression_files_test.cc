#include "connectors/files/expression_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

const std::string kDigest(64, 'a');

TEST(ExpressionFiles, GivesBackWhatWasStoredToItsOwnerAlone) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/sub/cache";
  ExpressionFiles files(path);
  EXPECT_EQ(files.Load(kDigest), std::nullopt);
  files.Store(kDigest, "compiled");
  EXPECT_EQ(files.Load(kDigest), "compiled");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  for (const auto& entry : fs::directory_iterator(path)) {
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write);
  }
}

TEST(ExpressionFiles, TrustsNoFileOrFolderThatOthersMayWriteTo) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/cache";
  ExpressionFiles files(path);
  files.Store(kDigest, "compiled");
  const std::string file = path + '/' + kDigest + ".hsdb";
  ASSERT_EQ(chmod(file.c_str(), 0666), 0);
  EXPECT_EQ(files.Load(kDigest), std::nullopt);
  ASSERT_EQ(chmod(file.c_str(), 0600), 0);
  EXPECT_EQ(files.Load(kDigest), "compiled");
  ASSERT_EQ(chmod(path.c_str(), 0777), 0);
  EXPECT_EQ(files.Load(kDigest), std::nullopt);
  files.Store(std::string(64, 'b'), "other");
  EXPECT_FALSE(fs::exists(path + '/' + std::string(64, 'b') + ".hsdb"));
}

TEST(ExpressionFiles, FollowsNoLink) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/cache";
  ExpressionFiles files(path);
  files.Store(kDigest, "compiled");
  const std::string file = path + '/' + kDigest + ".hsdb";
  fs::rename(file, folder.path() + "/elsewhere");
  fs::create_symlink(folder.path() + "/elsewhere", file);
  EXPECT_EQ(files.Load(kDigest), std::nullopt);
}

TEST(ExpressionFiles, RemovesWhatNobodyAskedForInMonths) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/cache";
  ExpressionFiles(path).Store(kDigest, "old");
  const std::string file = path + '/' + kDigest + ".hsdb";
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(24 * 100));
  ExpressionFiles(path).Store(std::string(64, 'b'), "new");
  EXPECT_FALSE(fs::exists(file));
  EXPECT_TRUE(fs::exists(path + '/' + std::string(64, 'b') + ".hsdb"));
}

}  // namespace
}  // namespace polder
