#include "connectors/files/watcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr FileWatcherOptions kQuick{.settle = 20ms, .at_most = 400ms};

std::unique_ptr<FileWatcher> Watch(const std::vector<std::string>& paths) {
  auto watcher = FileWatcher::Create(paths, kQuick);
  EXPECT_TRUE(watcher.ok()) << watcher.status();
  return std::move(*watcher);
}

// Whether there was a change; a second one must not follow by itself.
bool Changed(FileWatcher& watcher) {
  if (!watcher.Wait(2s)) return false;
  EXPECT_FALSE(watcher.Wait(60ms)) << "one change, told twice";
  return true;
}
bool Quiet(FileWatcher& watcher) { return !watcher.Wait(100ms); }

TEST(FileWatcher, IsQuietWhileNothingChanges) {
  const TemporaryFolder folder;
  auto watcher = Watch({folder.Write("a.txt", "1"), folder.path()});
  EXPECT_TRUE(Quiet(*watcher));
  std::ifstream(folder / "a.txt").get();
  EXPECT_TRUE(Quiet(*watcher)) << "reading is no change";
}

TEST(FileWatcher, NoticesAFileThatIsWrittenReplacedOrRemoved) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("conf/polder.yaml", "1");
  auto watcher = Watch({path});
  folder.Write("conf/polder.yaml", "2");
  EXPECT_TRUE(Changed(*watcher));
  for (int i = 0; i < 2; ++i) {  // twice: the second file is another inode than the one watched first
    folder.Write("conf/.polder.yaml.new", "3");
    EXPECT_TRUE(Quiet(*watcher)) << "a neighbour";
    fs::rename(folder / "conf/.polder.yaml.new", path);
    EXPECT_TRUE(Changed(*watcher));
  }
  fs::remove(path);
  EXPECT_TRUE(Changed(*watcher));
  folder.Write("conf/polder.yaml", "4");
  EXPECT_TRUE(Changed(*watcher));
}

TEST(FileWatcher, NoticesAFileThatDidNotExistNorItsFolders) {
  const TemporaryFolder folder;
  auto watcher = Watch({folder / "a/b/list.txt", folder / "later.txt"});
  folder.Write("later.txt", "x");
  EXPECT_TRUE(Changed(*watcher));
  fs::create_directory(folder / "a");
  EXPECT_TRUE(Quiet(*watcher));
  fs::create_directory(folder / "a/b");
  EXPECT_TRUE(Quiet(*watcher));
  folder.Write("a/b/list.txt", "x");
  EXPECT_TRUE(Changed(*watcher));
  fs::remove_all(folder / "a");
  EXPECT_TRUE(Changed(*watcher));
  folder.Write("a/b/list.txt", "y");
  EXPECT_TRUE(Changed(*watcher)) << "all created at once";
}

TEST(FileWatcher, NoticesChangesInFoldersOldAndNew) {
  const TemporaryFolder folder;
  folder.Write("feeds/old/a.txt", "1");
  auto watcher = Watch({folder / "feeds/"});
  folder.Write("feeds/old/a.txt", "2");
  EXPECT_TRUE(Changed(*watcher));
  folder.Write("feeds/new/deep/b.txt", "1");
  EXPECT_TRUE(Changed(*watcher));
  folder.Write("feeds/new/deep/b.txt", "2");
  EXPECT_TRUE(Changed(*watcher));
  fs::rename(folder / "feeds/new", folder / "feeds/renamed");
  EXPECT_TRUE(Changed(*watcher));
  folder.Write("feeds/renamed/deep/b.txt", "3");
  EXPECT_TRUE(Changed(*watcher));
  fs::rename(folder / "feeds/renamed", folder / "gone");
  EXPECT_TRUE(Changed(*watcher));
  folder.Write("gone/deep/b.txt", "4");
  EXPECT_TRUE(Quiet(*watcher)) << "no longer in the folder";
  fs::remove(folder / "feeds/old/a.txt");
  EXPECT_TRUE(Changed(*watcher));
}

TEST(FileWatcher, IgnoresFilesThatAreNotReadAnyway) {
  const TemporaryFolder folder;
  folder.Write("feeds/.git/index", "1");
  auto watcher = Watch({folder / "feeds"});
  folder.Write("feeds/a.txt.tmp", "1");
  folder.Write("feeds/.a.txt.swp", "1");
  folder.Write("feeds/.git/index", "2");
  EXPECT_TRUE(Quiet(*watcher));
  fs::rename(folder / "feeds/a.txt.tmp", folder / "feeds/a.txt");
  EXPECT_TRUE(Changed(*watcher));
}

TEST(FileWatcher, NoticesAFolderThatIsReplaced) {
  const TemporaryFolder folder;
  folder.Write("feeds/a.txt", "1");
  folder.Write("next/a.txt", "2");
  auto watcher = Watch({folder / "feeds"});
  fs::rename(folder / "feeds", folder / "previous");
  fs::rename(folder / "next", folder / "feeds");
  EXPECT_TRUE(Changed(*watcher));
  folder.Write("feeds/a.txt", "3");
  EXPECT_TRUE(Changed(*watcher));
  folder.Write("previous/a.txt", "4");
  EXPECT_TRUE(Quiet(*watcher));
  fs::remove_all(folder / "feeds");
  EXPECT_TRUE(Changed(*watcher));
  folder.Write("feeds/sub/a.txt", "5");
  EXPECT_TRUE(Changed(*watcher));
}

TEST(FileWatcher, NoticesALinkThatIsTurnedElsewhereAndChangesWhereItLeads) {
  const TemporaryFolder folder;
  folder.Write("v1/a.txt", "1");
  folder.Write("v2/a.txt", "2");
  fs::create_directory(folder / "etc");
  fs::create_symlink(folder / "v1/a.txt", folder / "etc/a.txt");
  fs::create_directory_symlink(folder / "v1", folder / "current");
  for (const std::string& path : {folder / "etc/a.txt", folder / "current"}) {
    SCOPED_TRACE(path);
    auto watcher = Watch({path});
    folder.Write("v1/a.txt", "3");
    EXPECT_TRUE(Changed(*watcher));
    fs::remove(path);
    fs::create_symlink(folder / (path.ends_with(".txt") ? "v2/a.txt" : "v2"), path);
    EXPECT_TRUE(Changed(*watcher));
    folder.Write("v2/a.txt", "4");
    EXPECT_TRUE(Changed(*watcher));
  }
}

TEST(FileWatcher, NoticesHowKubernetesReplacesAConfigMap) {
  const TemporaryFolder folder;
  folder.Write("mount/..2024_01/polder.yaml", "1");
  folder.Write("mount/..2024_01/list.txt", "1");
  fs::create_directory_symlink("..2024_01", folder / "mount/..data");
  fs::create_symlink("..data/polder.yaml", folder / "mount/polder.yaml");
  fs::create_symlink("..data/list.txt", folder / "mount/list.txt");
  auto file = Watch({folder / "mount/polder.yaml"});
  auto tree = Watch({folder / "mount"});
  folder.Write("mount/..2024_02/polder.yaml", "22");
  folder.Write("mount/..2024_02/list.txt", "22");
  fs::create_directory_symlink("..2024_02", folder / "mount/..data_tmp");
  fs::rename(folder / "mount/..data_tmp", folder / "mount/..data");
  fs::remove_all(folder / "mount/..2024_01");
  EXPECT_TRUE(Changed(*file));
  EXPECT_TRUE(Changed(*tree));
}

TEST(FileWatcher, EndsWhereLinksLoop) {
  const TemporaryFolder folder;
  folder.Write("feeds/sub/a.txt", "1");
  fs::create_directory_symlink(folder / "feeds", folder / "feeds/sub/loop");
  auto watcher = Watch({folder / "feeds"});
  folder.Write("feeds/sub/a.txt", "2");
  EXPECT_TRUE(Changed(*watcher));
}

TEST(FileWatcher, WaitsUntilAFileIsNoLongerWritten) {
  const TemporaryFolder folder;
  auto watcher = FileWatcher::Create({folder.Write("a.txt", "")}, {.settle = 300ms, .at_most = 10s}).value();
  const Clock::time_point begin = Clock::now();
  std::thread writer([&folder] {
    for (int i = 0; i < 5; ++i) {
      folder.Write("a.txt", std::to_string(i));
      std::this_thread::sleep_for(50ms);
    }
  });
  EXPECT_TRUE(watcher->Wait(2s));
  EXPECT_GE(Clock::now() - begin, 500ms);
  writer.join();
  EXPECT_FALSE(watcher->Wait(300ms));
}

TEST(FileWatcher, TellsAChangeInAFolderThatNeverRests) {
  const TemporaryFolder folder;
  auto watcher = FileWatcher::Create({folder.path()}, {.settle = 200ms, .at_most = 400ms}).value();
  const Clock::time_point begin = Clock::now();
  std::atomic<bool> done = false;
  std::thread writer([&folder, &done, begin] {
    while (!done && Clock::now() - begin < 10s) folder.Write("a.txt", "x");
  });
  EXPECT_TRUE(watcher->Wait(2s));
  EXPECT_LT(Clock::now() - begin, 5s);
  done = true;
  writer.join();
}

TEST(FileWatcher, StopsFromAnotherThreadForGood) {
  const TemporaryFolder folder;
  auto watcher = Watch({folder.path()});
  std::thread stopper([&watcher] {
    std::this_thread::sleep_for(50ms);
    watcher->Stop();
  });
  const Clock::time_point begin = Clock::now();
  EXPECT_FALSE(watcher->Wait(60s));
  EXPECT_LT(Clock::now() - begin, 10s);
  stopper.join();
  folder.Write("a.txt", "x");
  EXPECT_FALSE(watcher->Wait(60s));
  EXPECT_TRUE(watcher->problem().ok());
}

}  // namespace
}  // namespace polder
