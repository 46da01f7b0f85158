// Every file of real, dirty indicator collections. They are no part of the project: without them the test is
// skipped.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "rules/read/reader.h"
#include "tests/rules/read/data_folder.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

class RealIndicators : public WithArchive, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override { Unpack(std::string("indicators/") + GetParam()); }
};

struct Totals {
  std::size_t files = 0;
  std::size_t unreadable = 0;
  std::size_t read = 0;
  std::size_t taken = 0;
  std::map<std::string, std::size_t> refused;
};

TEST_P(RealIndicators, AreReadOrRefusedWithAReason) {
  Totals totals;
  const auto start = std::chrono::steady_clock::now();
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const ReadResult result = ReadIndicators(bytes, {entry.path().string(), "real", Tlp::kUnmarked, -1});
    ++totals.files;
    totals.unreadable += result.unreadable ? 1 : 0;
    totals.read += result.read;
    totals.taken += result.indicators.size();
    for (const Refusal& refusal : result.refusals) {
      ++totals.refused[refusal.category];
      EXPECT_FALSE(refusal.reason.empty());
      EXPECT_FALSE(refusal.Message().empty());
    }
    for (const Indicator& indicator : result.indicators) {
      if (indicator.revoked) continue;
      const auto again = CanonicaliseValue(indicator.kind, indicator.value);
      ASSERT_TRUE(again.ok()) << indicator.value;
      EXPECT_EQ(*again, indicator.value) << "not canonical, in " << entry.path();
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("{}: {} files ({} unreadable), {} statements, {} indicators, {:.1f} s\n", GetParam(),
             totals.files, totals.unreadable, totals.read, totals.taken, seconds.count());
  for (const auto& [category, count] : totals.refused) fmt::print("  refused: {} {}\n", count, category);
  EXPECT_GT(totals.files, 0U);
  EXPECT_LT(seconds.count(), 60);
}

INSTANTIATE_TEST_SUITE_P(Archives, RealIndicators,
                         ::testing::Values("amnesty-stix21.tar.zst", "eset-a-l.tar.zst", "maltrail.tar.zst",
                                           "misp-warninglists.tar.zst", "signature-base-iocs.tar.zst",
                                           "unit42-iocs.tar.zst"),
                         [](const auto& archive) {
                           std::string name = archive.param;
                           name = name.substr(0, name.find('.'));
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace polder
