#include "connectors/files/list_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ListFiles, GivesAFileItself) {
  const TemporaryFolder folder;
  const std::string hidden = folder.Write(".list.tmp", "x");
  EXPECT_THAT(ListFiles(hidden).value(), ElementsAre(hidden));
  EXPECT_THAT(ListFiles("-").value(), ElementsAre("-"));
  EXPECT_THAT(ListFiles("/dev/null").value(), ElementsAre("/dev/null"));
}

TEST(ListFiles, GivesTheFilesUnderAFolderInOrder) {
  const TemporaryFolder folder;
  for (const char* name : {"b.txt", "a/z.json", "a/b/c.csv", "c", "a/.git/config", ".hidden", "b.txt~",
                           "x.tmp", "x.part", ".b.txt.swp", "y.swp", "old.tmp/z"}) {
    folder.Write(name, "x");
  }
  fs::create_directory(folder / "empty");
  ::mkfifo((folder / "pipe").c_str(), 0600);
  EXPECT_THAT(ListFiles(folder.path()).value(),
              ElementsAre(folder / "a/b/c.csv", folder / "a/z.json", folder / "b.txt", folder / "c"));
  EXPECT_THAT(ListFiles(folder / "empty").value(), IsEmpty());
}

TEST(ListFiles, FollowsLinksAndEndsWhereTheyLoop) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  folder.Write("in/real/f", "x");
  elsewhere.Write("g", "x");
  elsewhere.Write("single", "x");
  fs::create_directory_symlink(folder / "in", folder / "in/real/loop");
  fs::create_directory_symlink(folder / "in/real", folder / "in/a_second_way");
  fs::create_directory_symlink(elsewhere.path(), folder / "in/outside");
  fs::create_symlink(elsewhere / "single", folder / "in/file_link");
  fs::create_symlink(folder / "in/self", folder / "in/self");
  fs::create_symlink(folder / "nowhere", folder / "in/dangling");
  EXPECT_THAT(ListFiles(folder / "in").value(),
              ElementsAre(folder / "in/file_link", folder / "in/outside/g", folder / "in/outside/single",
                          folder / "in/real/f"));
}

TEST(ListFiles, FailsForAPathThatIsNotThere) {
  const TemporaryFolder folder;
  const auto files = ListFiles(folder / "absent");
  EXPECT_EQ(files.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(files.status().message()), folder / "absent" + ": No such file or directory");
}

}  // namespace
}  // namespace polder
