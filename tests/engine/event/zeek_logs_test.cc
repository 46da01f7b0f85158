// Zeek's logs as it wrote them: the same traffic as tab-separated values and as JSON, and every log of Zeek's
// own test baselines. They are no part of the project: without them the tests are skipped.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "connectors/files/line_reader.h"
#include "engine/base/time.h"
#include "engine/event/event_reader.h"
#include "engine/event/zeek_reader.h"
#include "tests/rules/read/data_folder.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

// Zeek's JSON has the double itself, its columns have six digits behind the point.
std::string NumberText(double value) {
  return std::abs(value) < 1e12 ? fmt::format("#{}", std::llround(value * 1e6)) : fmt::format("#{}", value);
}

// `2018-03-24T17:15:20.865716Z`, as this JSON has all times.
bool IsTime(std::string_view value) {
  return value.size() == 27 && value[10] == 'T' && value.ends_with('Z') && ParseIsoTime(value).has_value();
}

// The length of the UTF-8 sequence that `text` begins with; 0 if it is none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; };
  const std::size_t length = byte(0) < 0x80   ? 1
                             : byte(0) < 0xC2 ? 0
                             : byte(0) < 0xE0 ? 2
                             : byte(0) < 0xF0 ? 3
                                              : 4;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

// Zeek's JSON has control characters and what is not UTF-8 as the text `\xNN`: the one difference between
// the formats, since columns are read as the bytes that were logged.
std::string AsJsonHasIt(std::string_view value) {
  std::string out;
  while (!value.empty()) {
    const char c = value.front();
    const std::size_t length = SequenceLength(value);
    const bool plain = length > 1 || (length == 1 && c >= ' ' && c != 0x7F) ||
                       std::string_view("\b\f\n\r\t").find(c) != std::string_view::npos;
    out += plain ? std::string(value.substr(0, length))
                 : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    value.remove_prefix(plain ? length : 1);
  }
  return out;
}

struct Event {
  EventReading reading;
  std::string text;  // all pairs, sorted
};

Event ReadEvent(EventReader& reader, const Record& record) {
  std::vector<std::string> pairs;
  Event event;
  event.reading = reader.Read(
      record, Format::kAuto,
      [&](std::string_view path, std::string_view value) {
        // Only JSON has the time of writing, and empty texts.
        if (path == "_write_ts" || value.empty()) return;
        if (IsTime(value)) {
          pairs.push_back(fmt::format("{}=#{}", path, *ParseIsoTime(value)));
        } else {
          pairs.push_back(fmt::format("{}={}", path, record.columns != nullptr ? AsJsonHasIt(value) : value));
        }
      },
      [&](std::string_view path, double value) {
        pairs.push_back(fmt::format("{}={}", path, NumberText(value)));
      });
  std::sort(pairs.begin(), pairs.end());
  for (const std::string& pair : pairs) event.text += pair + '\n';
  return event;
}

// Calls `sink` for every line of a file, however it is compressed.
template <typename Sink>
void ReadLines(const fs::path& path, Sink sink) {
  auto source = ByteSource::Open(path.string());
  ASSERT_TRUE(source.ok()) << source.status();
  LineReader lines(*std::move(source));
  LineBatch batch;
  while (true) {
    const auto more = lines.Next(batch);
    ASSERT_TRUE(more.ok()) << more.status();
    if (!*more) return;
    for (const Record& record : batch.records()) sink(record);
  }
}

class ZeekTraffic : public WithArchive {};

TEST_F(ZeekTraffic, IsTheSameAsColumnsAndAsJson) {
  ASSERT_NO_FATAL_FAILURE(Unpack("logs/zed-zeek-tsv.tar.zst"));
  if (IsSkipped()) return;
  EventReader reader;
  std::map<std::string, int> balance;
  std::size_t events = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    ReadLines(entry.path(), [&](const Record& record) {
      if (ZeekHeader::MayBeHeader(record.bytes)) return;
      const Event event = ReadEvent(reader, record);
      ASSERT_EQ(event.reading.format, Format::kZeek) << record.bytes;
      ++balance[event.text];
      ++events;
    });
  }
  ReadLines(DataFolder() / "logs/zed_zeek_wrccdc.ndjson.zst", [&](const Record& record) {
    const Event event = ReadEvent(reader, record);
    ASSERT_EQ(event.reading.format, Format::kJson) << record.bytes;
    --balance[event.text];
  });
  EXPECT_EQ(events, 158'439U);
  for (const auto& [text, count] : balance) {
    if (count == 0) continue;
    FAIL() << (count > 0 ? "only as columns:\n" : "only as JSON:\n") << text;
  }
}

class ZeekBaselines : public WithArchive {};

TEST_F(ZeekBaselines, AreReadToTheLastLine) {
  ASSERT_NO_FATAL_FAILURE(Unpack("logs/zeek-btest-baselines.tar.zst"));
  if (IsSkipped()) return;
  EventReader reader;
  std::size_t files = 0;
  std::size_t values = 0;
  std::size_t read = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    bool in_log = false;
    ReadLines(entry.path(), [&](const Record& record) {
      const std::string_view line = record.bytes;
      if (line.starts_with("#fields")) in_log = true;
      if (line.starts_with("#close")) in_log = false;
      if (in_log && !line.starts_with('#')) ++values;
      const EventReading reading = ReadEvent(reader, record).reading;
      read += reading.format == Format::kZeek ? 1 : 0;
      // Six lines of JSON, whose times were replaced by that.
      if (line.starts_with('{') && line.find("XXXXXXXXXX.XXXXXX") != std::string_view::npos) return;
      EXPECT_FALSE(reading.unparsable) << entry.path() << ": " << line.substr(0, 200);
    });
  }
  EXPECT_EQ(files, 1244U);
  EXPECT_EQ(read, values);
  EXPECT_GT(read, 8000U);
}

}  // namespace
}  // namespace polder
