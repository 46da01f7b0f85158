// The files of JSONTestSuite: what must be read, what must be refused, and what either may be done with. They
// are no part of the project: without them the test is skipped.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "engine/event/event_reader.h"
#include "tests/rules/read/data_folder.h"

namespace polder {
namespace {

class JsonTestSuite : public WithArchive {
 protected:
  void SetUp() override { Unpack("cases/JSONTestSuite.tar.zst"); }
};

EventReading ReadAsJson(const std::string& bytes) {
  EventReader reader;
  std::string padded = bytes;
  padded.resize(bytes.size() + kRecordPadding);
  std::size_t values = 0;
  const EventReading reading = reader.Read(
      {.bytes = std::string_view(padded).substr(0, bytes.size())}, Format::kJson,
      [&](std::string_view, std::string_view) { ++values; }, [&](std::string_view, double) { ++values; });
  EXPECT_TRUE(!reading.broken_json || values == 0);
  return reading;
}

TEST_F(JsonTestSuite, IsReadWhereItIsJsonAndRefusedWhereItIsNot) {
  std::map<char, int> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || !name.ends_with(".json") || name.size() < 2 || name[1] != '_') continue;
    ++files[name[0]];
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const EventReading reading = ReadAsJson(bytes);
    EXPECT_EQ(reading.broken_json, reading.format != Format::kJson) << name;
    EXPECT_EQ(reading.unparsable, reading.broken_json) << name;
    if (name[0] != 'i') {
      EXPECT_EQ(reading.format == Format::kJson, name[0] == 'y') << name;
    }
  }
  EXPECT_GT(files['y'], 90);
  EXPECT_GT(files['n'], 180);
  EXPECT_GT(files['i'], 30);
}

}  // namespace
}  // namespace polder
