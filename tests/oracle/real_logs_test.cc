// The matcher against the oracle on logs that real products wrote, with indicators drawn from the logs
// themselves. The logs are no part of the project: without them the test is skipped.
#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <set>

#include "tests/oracle/harness.h"

namespace polder::oracle {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kEventsPerFile = 5000;
constexpr std::size_t kValuesPerKind = 120;
constexpr std::size_t kNetworks = 60;

fs::path DataFolder() {
  const char* folder = std::getenv("POLDER_TEST_DATA");
  return folder != nullptr ? fs::path(folder) : fs::path(POLDER_SOURCE_DIR) / ".." / "shared" / "data";
}

// Calls `sink` for every line of a zstd-compressed file.
void ReadLines(const fs::path& path, const std::function<void(std::string_view)>& sink) {
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << ": cannot be opened";
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  std::vector<char> in(ZSTD_DStreamInSize());
  std::vector<char> out(ZSTD_DStreamOutSize());
  std::string line;
  while (file.read(in.data(), static_cast<std::streamsize>(in.size())) || file.gcount() > 0) {
    ZSTD_inBuffer input{in.data(), static_cast<std::size_t>(file.gcount()), 0};
    while (input.pos < input.size) {
      ZSTD_outBuffer output{out.data(), out.size(), 0};
      const std::size_t status = ZSTD_decompressStream(context.get(), &output, &input);
      ASSERT_FALSE(ZSTD_isError(status)) << path << ": " << ZSTD_getErrorName(status);
      std::string_view rest(out.data(), output.pos);
      for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        line += rest.substr(0, end);
        sink(line);
        line.clear();
        rest.remove_prefix(end + 1);
      }
      line += rest;
    }
  }
  if (!line.empty()) sink(line);
}

// Every n-th line, so that about kEventsPerFile come from each file.
Records Sample(const std::vector<fs::path>& files) {
  Records records;
  for (const fs::path& path : files) {
    std::size_t lines = 0;
    ReadLines(path, [&](std::string_view) { ++lines; });
    const std::size_t step = std::max<std::size_t>(1, lines / kEventsPerFile);
    std::size_t i = 0;
    ReadLines(path, [&](std::string_view line) {
      if (i++ % step == 0) records.Add(line);
    });
  }
  return records;
}

// Indicators without two of one source, kind and value.
class IndicatorSet {
 public:
  explicit IndicatorSet(std::mt19937_64& random) : random_(random) {}

  void Add(Kind kind, const std::string& value) {
    if (!CanonicaliseValue(kind, value).ok()) return;
    AddFrom("logs", kind, value);
    if (random_() % 8 == 0) AddFrom("again", kind, value);
  }

  std::vector<Indicator> all;

 private:
  void AddFrom(std::string_view source, Kind kind, const std::string& value) {
    Indicator indicator = MakeIndicator(kind, value, source);
    if (!ids_.insert(indicator.id).second) return;
    const TimeUs middle = *ParseIsoTime("2020-09-01T00:00:00Z");  // of the logs
    if (random_() % 8 == 0) indicator.valid_from = middle;
    if (random_() % 8 == 0) indicator.valid_until = middle;
    all.push_back(std::move(indicator));
  }

  std::mt19937_64& random_;
  std::set<std::string> ids_;
};

std::vector<Indicator> DrawIndicators(const std::vector<Record>& records, std::mt19937_64& random) {
  std::map<Kind, std::set<std::string>> seen;
  for (const Record& record : records) {
    for (auto& [field, value] : ValuesOf(record.bytes, Format::kAuto))
      seen[value.kind].insert(value.canonical);
  }
  IndicatorSet indicators(random);
  for (const auto& [kind, values] : seen) {
    std::vector<std::string> drawn(values.begin(), values.end());
    std::shuffle(drawn.begin(), drawn.end(), random);
    drawn.resize(std::min(drawn.size(), kValuesPerKind));
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      const std::string& value = drawn[i];
      indicators.Add(kind, value);
      if (kind == Kind::kDomain) indicators.Add(kind, value.substr(value.find('.') + 1));
      if (kind != Kind::kIp || i >= kNetworks) continue;
      const bool v6 = value.find(':') != std::string::npos;
      indicators.Add(Kind::kNetwork,
                     value + '/' + std::to_string((v6 ? 32 : 16) + random() % (v6 ? 97 : 17)));
    }
  }
  return std::move(indicators.all);
}

TEST(RealLogs, MatcherAndOracleFindTheSameHits) {
  const fs::path folder = DataFolder() / "logs";
  if (!fs::is_directory(folder)) {
    GTEST_SKIP() << folder
                 << " is not there: set POLDER_TEST_DATA to the folder that holds logs/*.ndjson.zst";
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().string().ends_with(".ndjson.zst")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  const Records records = Sample(files);
  ASSERT_FALSE(records.all().empty()) << folder << " holds no *.ndjson.zst";

  const std::uint64_t seed = Seed(1);
  std::mt19937_64 random(seed);
  const std::vector<Indicator> indicators = DrawIndicators(records.all(), random);
  const auto snapshot = BuildSnapshot(indicators);
  const Outcome expected = RunOracle(records.all(), Format::kAuto, Oracle(indicators, Oracle::Lookup::kMap));
  std::cout << "POLDER_SEED=" << seed << ": " << records.all().size() << " events, " << indicators.size()
            << " indicators, " << expected.hits.size() << " hits\n";
  EXPECT_GT(expected.hits.size(), 5000U);

  for (const auto depth : {Matcher::Depth::kEverything, Matcher::Depth::kCandidates}) {
    const Outcome got = RunMatcher(records.all(), Format::kAuto, *snapshot, depth);
    EXPECT_FALSE(got.repeated || got.dropped);
    std::vector<OracleHit> differences;
    std::set_symmetric_difference(got.hits.begin(), got.hits.end(), expected.hits.begin(),
                                  expected.hits.end(), std::back_inserter(differences));
    for (std::size_t i = 0; i < std::min<std::size_t>(differences.size(), 5); ++i) {
      ADD_FAILURE() << (expected.hits.contains(differences[i]) ? "missed " : "not to be found ")
                    << differences[i] << "\n  " << Printable(records.all()[differences[i].event].bytes);
    }
  }
}

}  // namespace
}  // namespace polder::oracle
