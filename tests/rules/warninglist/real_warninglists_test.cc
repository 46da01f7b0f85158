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

class RealWarninglists : public WithArchive {
 protected:
  void SetUp() override { Unpack("indicators/misp-warninglists.tar.zst"); }
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
