// Lines as products wrote them. They are no part of the project: without them the tests are skipped.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/event/event_reader.h"
#include "engine/event/event_time.h"
#include "tests/engine/event/left_out.h"
#include "tests/rules/read/data_folder.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

using Fields = std::vector<std::pair<std::string, std::string>>;

class LineSamples : public WithArchive {
 protected:
  void SetUp() override { Unpack("logs/crowdsec-tests.tar.zst"); }

  // Calls `judge` for every line that is no JSON, with what was read of it.
  void ForEachLine(const std::function<void(std::string_view line, const EventReading& reading,
                                            const Fields& fields)>& judge) {
    EventReader reader;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.path().extension() != ".log") continue;
      const std::string source = entry.path().stem().string();
      std::ifstream file(entry.path(), std::ios::binary);
      for (std::string line; std::getline(file, line);) {
        SCOPED_TRACE(source);
        const std::size_t size = line.size();
        line.resize(size + kRecordPadding);
        Record record;
        record.bytes = std::string_view(line).substr(0, size);
        Fields fields;
        const EventReading reading = reader.Read(
            record, Format::kAuto,
            [&](std::string_view path, std::string_view value) { fields.emplace_back(path, value); },
            [](std::string_view, double) {});
        if (reading.format != Format::kJson) judge(record.bytes, reading, fields);
      }
    }
  }
};

TEST_F(LineSamples, LoseNothing) {
  ForEachLine([](std::string_view line, const EventReading&, const Fields& fields) {
    EXPECT_EQ(LeftOut(line, fields), "") << line;
  });
}

TEST_F(LineSamples, AreMostlyOfAFormat) {
  std::map<std::string, int> counts;
  ForEachLine([&counts](std::string_view, const EventReading& reading, const Fields&) {
    EXPECT_FALSE(reading.unparsable);
    counts[std::string(reading.in_syslog ? "syslog+" : "") + std::string(FormatName(reading.format))]++;
  });
  // As of the archive at hand; what became fewer is no longer recognised.
  const std::map<std::string, int> fewest = {{"access", 940},        {"cef", 3},
                                             {"keyvalue", 1400},     {"syslog+access", 23},
                                             {"syslog+cef", 2},      {"syslog+keyvalue", 80},
                                             {"syslog+syslog", 1060}};
  for (const auto& [format, count] : fewest) EXPECT_GE(counts[format], count) << format;
  EXPECT_LE(counts["text"], 2400);
}

TEST_F(LineSamples, HaveTimesThatAreRead) {
  std::size_t times = 0;
  ForEachLine([&times](std::string_view line, const EventReading&, const Fields& fields) {
    for (const auto& [path, value] : fields) {
      if (path != "syslog.timestamp" && path != "time_local") continue;
      EXPECT_TRUE(ParseEventTime(value, 0)) << value << " in " << line;
      ++times;
    }
  });
  EXPECT_GT(times, 2000U);
}

}  // namespace
}  // namespace polder
