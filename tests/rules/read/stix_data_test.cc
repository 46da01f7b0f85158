// Every STIX file of real collections and of other projects' test data. They are no part of the project:
// without them the test is skipped.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "rules/read/reader.h"
#include "tests/rules/read/data_folder.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

struct Totals {
  std::size_t files = 0;
  std::size_t unreadable = 0;
  std::size_t read = 0;
  std::size_t taken = 0;
  std::size_t conjunctions = 0;
  std::map<std::string, std::size_t> formats;
  std::map<std::string, std::size_t> kinds;
  std::map<std::string, std::size_t> refused;
};

// What a justified refusal of these files may be.
bool IsJustified(const Refusal& refusal) {
  for (const char* category : {"not yet supported", "invalid value", "invalid pattern", "invalid object",
                               "not matchable", "unknown marking", "unreadable file"}) {
    if (refusal.category == category) return true;
  }
  return false;
}

void Add(const ReadResult& result, const fs::path& path, Totals& totals) {
  // Other formats lie beside.
  if (!result.unreadable && !result.format.starts_with("STIX")) return;
  ++totals.files;
  ++totals.formats[result.unreadable ? "unreadable" : result.format];
  totals.unreadable += result.unreadable ? 1 : 0;
  totals.read += result.read;
  totals.taken += result.indicators.size();
  for (const Refusal& refusal : result.refusals) {
    EXPECT_TRUE(IsJustified(refusal)) << refusal.Message();
    EXPECT_FALSE(refusal.reason.empty());
    ++totals.refused[refusal.category];
    if (std::getenv("POLDER_SHOW_REFUSALS") != nullptr) {
      fmt::print("{}: {}\n", path.filename().string(), refusal.Message());
    }
  }
  for (const Indicator& indicator : result.indicators) {
    if (indicator.revoked) continue;
    ++totals.kinds[std::string(KindName(indicator.kind))];
    totals.conjunctions += indicator.conditions.empty() ? 0 : 1;
    const auto again = CanonicaliseValue(indicator.kind, indicator.value);
    ASSERT_TRUE(again.ok()) << indicator.value;
    EXPECT_EQ(*again, indicator.value) << "not canonical, in " << path;
    for (const Condition& condition : indicator.conditions) {
      const auto same = CanonicaliseValue(condition.kind, condition.value);
      ASSERT_TRUE(same.ok()) << condition.value;
      EXPECT_EQ(*same, condition.value);
    }
  }
}

void Print(const char* name, const Totals& totals) {
  fmt::print("{}: {} files, {} indicator objects, {} indicators, {} of them conjunctions\n", name,
             totals.files, totals.read, totals.taken, totals.conjunctions);
  for (const auto& [format, count] : totals.formats) fmt::print("  {} {}\n", count, format);
  for (const auto& [kind, count] : totals.kinds) fmt::print("  taken: {} {}\n", count, kind);
  for (const auto& [category, count] : totals.refused) fmt::print("  refused: {} {}\n", count, category);
}

struct Archive {
  const char* folder;
  const char* name;
  std::size_t objects;  // at least so many indicator objects are read

  // In the names of tests; found by GoogleTest.
  friend void PrintTo(const Archive& archive, std::ostream* out) { *out << archive.name; }
};

class StixData : public WithArchive, public ::testing::WithParamInterface<Archive> {
 protected:
  void SetUp() override { Unpack(fmt::format("{}/{}.tar.zst", GetParam().folder, GetParam().name)); }
};

TEST_P(StixData, IsReadOrRefusedWithAReason) {
  Totals totals;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    const std::string extension = entry.path().extension().string();
    if (!entry.is_regular_file() || (extension != ".json" && extension != ".stix2")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    ReadContext context;
    context.path = entry.path().filename().string();
    context.source = "real";
    Add(ReadIndicators(bytes, context), entry.path(), totals);
    // Cut anywhere, nothing worse than a refusal.
    for (const std::size_t part : {3U, 5U, 7U}) {
      (void)ReadIndicators(std::string_view(bytes).substr(0, bytes.size() / part), context);
    }
  }
  Print(GetParam().name, totals);
  EXPECT_GE(totals.read, GetParam().objects);
}

INSTANTIATE_TEST_SUITE_P(Archives, StixData,
                         ::testing::Values(Archive{"indicators", "amnesty-stix21", 2500},
                                           Archive{"indicators", "unit42-iocs", 2600},
                                           Archive{"cases", "misp-stix-tests", 20},
                                           Archive{"cases", "stix-validator-tests", 0},
                                           Archive{"cases", "taxii21-server-data", 0},
                                           Archive{"cases", "stix2-json-schemas", 40}),
                         [](const auto& archive) {
                           std::string name = archive.param.name;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace polder
