// Every real warninglist. They are no part of the project: without them the test is skipped.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "rules/warninglist/warninglists.h"
#include "tests/rules/read/data_folder.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

class RealWarninglists : public ::testing::Test {
 protected:
  void SetUp() override {
    const fs::path archive = DataFolder() / "indicators" / "misp-warninglists.tar.zst";
    if (!fs::exists(archive)) GTEST_SKIP() << archive << " is not there";
    std::string name = (fs::temp_directory_path() / "polder_warninglists_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    const std::string command = fmt::format("tar --zstd -xf '{}' -C '{}'", archive.string(), name);
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  void TearDown() override {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }

  fs::path folder_;
};

TEST_F(RealWarninglists, AllLoadAndAnswer) {
  Warninglists lists;
  const auto start = std::chrono::steady_clock::now();
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (entry.path().filename() != "list.json") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string json{std::istreambuf_iterator<char>(file), {}};
    EXPECT_TRUE(lists.Add(json, entry.path().string()).ok()) << entry.path();
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("{} lists, {} values, {} problems, {:.1f} s\n", lists.lists(), lists.values(),
             lists.problems().size(), seconds.count());
  for (const std::string& problem : lists.problems()) fmt::print("  {}\n", problem);
  EXPECT_GT(lists.lists(), 100U);
  EXPECT_LT(lists.problems().size(), 20U);
  EXPECT_NE(lists.Find(Kind::kIp, "10.1.2.3").benign_on, "");
  EXPECT_NE(lists.Find(Kind::kIp, "8.8.8.8").benign_on, "");
  EXPECT_NE(lists.Find(Kind::kEmail, "abuse@unlisted.example").benign_on, "");
  EXPECT_NE(lists.Find(Kind::kMd5, "d41d8cd98f00b204e9800998ecf8427e").benign_on, "");
  EXPECT_NE(lists.Find(Kind::kDomain, "google.com").benign_on, "");
  EXPECT_EQ(lists.Find(Kind::kDomain, "unlisted.example").benign_on, "");
  EXPECT_EQ(lists.Find(Kind::kIp, "192.0.3.1").known_on, "");
}

}  // namespace
}  // namespace polder
