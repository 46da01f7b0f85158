#include "connectors/files/line_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Line {
  std::uint64_t number;
  std::uint64_t offset;
  std::string bytes;
  bool operator==(const Line&) const = default;
};

void PrintTo(const Line& line, std::ostream* to) {
  *to << fmt::format("{}@{} '{}'", line.number, line.offset, line.bytes.substr(0, 50));
}

struct Result {
  std::vector<Line> lines;
  std::uint64_t oversized = 0;
  std::size_t batches = 0;
  absl::Status status;
};

void Append(const LineBatch& batch, std::vector<Line>& lines) {
  for (std::size_t i = 0; i < batch.records().size(); ++i) {
    lines.push_back({batch.LineNumberOf(i), batch.OffsetOf(i), std::string(batch.records()[i].bytes)});
  }
}

Result ReadLines(const std::string& path, const LineReaderOptions& options = {}) {
  LineReader reader(ByteSource::Open(path).value(), options);
  Result result;
  LineBatch batch;
  while (true) {
    absl::StatusOr<bool> more = reader.Next(batch);
    if (!more.ok()) {
      result.status = more.status();
      EXPECT_EQ(reader.Next(batch).status(), result.status) << "an error stays";
    }
    if (!more.ok() || !*more) break;
    EXPECT_FALSE(batch.records().empty());
    ++result.batches;
    Append(batch, result.lines);
  }
  result.oversized = reader.oversized_lines();
  return result;
}

// One character at a time, against which the reader is judged.
Result ExpectedLines(std::string_view stream, std::size_t max_line_bytes) {
  Result result;
  std::uint64_t number = 1;
  std::size_t start = stream.starts_with("\xef\xbb\xbf") ? 3 : 0;
  for (std::size_t at = start; at <= stream.size(); ++at) {
    if (at < stream.size() && stream[at] != '\n') continue;
    if (at == stream.size() && start == at) break;
    std::size_t end = at;
    if (end > start && stream[end - 1] == '\r') --end;
    if (end - start > max_line_bytes) {
      ++result.oversized;
    } else {
      result.lines.push_back({number, start, std::string(stream.substr(start, end - start))});
    }
    ++number;
    start = at + 1;
  }
  return result;
}

TEST(LineReader, GivesEachLineWithItsNumberAndOffset) {
  const TemporaryFolder folder;
  const struct {
    std::string_view stream;
    std::vector<Line> lines;
  } kCases[] = {
      {"", {}},
      {"\n", {{1, 0, ""}}},
      {"a", {{1, 0, "a"}}},
      {"a\nb", {{1, 0, "a"}, {2, 2, "b"}}},
      {"a\n\nb\n", {{1, 0, "a"}, {2, 2, ""}, {3, 3, "b"}}},
      {"a\r\nb\r", {{1, 0, "a"}, {2, 3, "b"}}},
      {"a\r\r\n\r\n", {{1, 0, "a\r"}, {2, 4, ""}}},
      {"\xef\xbb\xbf"
       "a\nb\n",
       {{1, 3, "a"}, {2, 5, "b"}}},
      {"\xef\xbb\xbf", {}},
      {"\xef\xbb", {{1, 0, "\xef\xbb"}}},
      {"\xff", {{1, 0, "\xff"}}},
      {"a\xef\xbb\xbf\n", {{1, 0, "a\xef\xbb\xbf"}}},
  };
  for (const auto& a_case : kCases) {
    const Result result = ReadLines(folder.Write("lines.log", a_case.stream));
    EXPECT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(result.lines, a_case.lines) << a_case.stream;
  }
}

TEST(LineReader, AgreesWithANaiveReaderWhateverTheSizes) {
  const TemporaryFolder folder;
  std::string stream;
  for (std::size_t i = 0; i < 400; ++i) {
    stream.append((i * 37) % 91, static_cast<char>('a' + i % 26)).append(i % 5 == 0 ? "\r\n" : "\n");
    if (i % 50 == 49) stream.append(700 + i, 'L').append("\n");
  }
  for (const std::string& text : {stream, stream + "no line end", stream + std::string(900, 'z')}) {
    const std::string path = folder.Write("lines.log", text);
    for (std::size_t batch_bytes : {1u, 16u, 17u, 64u, 100u, 1000u, 1u << 20}) {
      for (std::size_t max_line_bytes : {1u, 30u, 64u, 89u, 90u, 800u, 1u << 20}) {
        SCOPED_TRACE(fmt::format("batches of {}, lines of {}", batch_bytes, max_line_bytes));
        const Result expected = ExpectedLines(text, max_line_bytes);
        const Result result = ReadLines(path, {batch_bytes, max_line_bytes});
        EXPECT_TRUE(result.status.ok());
        EXPECT_TRUE(result.lines == expected.lines);
        EXPECT_EQ(result.oversized, expected.oversized);
      }
    }
  }
}

TEST(LineReader, KeepsALineThatSpansTwoBlocks) {
  const TemporaryFolder folder;
  const std::string text = SomeText(5'000'000);
  for (const std::string& stored : {text, Gzip(text), Zstd(text)}) {
    const Result result = ReadLines(folder.Write("spans", stored));
    EXPECT_TRUE(result.lines == ExpectedLines(text, 1 << 20).lines);
    EXPECT_GE(result.batches, 5u);
    EXPECT_LE(result.batches, 7u);
  }
}

TEST(LineReader, SkipsAndCountsALineThatIsTooLongAndGoesOn) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("long.log", "before\n" + std::string(3'000'000, 'x') + "\nafter\n");
  const Result result = ReadLines(path, {.batch_bytes = 4096, .max_line_bytes = 100'000});
  EXPECT_THAT(result.lines, ElementsAre(Line{1, 0, "before"}, Line{3, 3'000'008, "after"}));
  EXPECT_EQ(result.oversized, 1u);
}

TEST(LineReader, LeavesReadablePaddingBehindEveryLine) {
  const TemporaryFolder folder;
  LineReader reader(ByteSource::Open(folder.Write("a.log",
                                                  "abcdefghijklmno\n"
                                                  "0123456789abcdef"))
                        .value(),
                    {.batch_bytes = 16});
  LineBatch batch;
  int sum = 0;
  while (reader.Next(batch).value()) {
    for (const Record& record : batch.records()) {
      const char* const end = record.bytes.data() + record.bytes.size();
      for (std::size_t i = 0; i < kRecordPadding; ++i) sum += end[i];
    }
  }
  EXPECT_NE(sum, -1) << "the sanitizer watches";
}

TEST(LineReader, TellsEachLineWhatTheHeaderOfItsLogSays) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("zeek.log",
                                        "before\n"
                                        "#separator \\x09\n#fields\ta\n#types\tcount\n1\n2\n#close\t2024\n"
                                        "between\n"
                                        "#separator ,\n#path,dns\n#fields,b,c\n3,4\n\n5,6");
  // The header may stand batches before its lines.
  for (const std::size_t batch_bytes : {16U, 17U, 40U, 1000U}) {
    LineReader reader(ByteSource::Open(path).value(), {.batch_bytes = batch_bytes});
    std::vector<LineBatch> batches(1);
    while (reader.Next(batches.back()).value()) batches.emplace_back();
    std::vector<std::string> seen;
    for (const LineBatch& batch : batches) {
      for (const Record& record : batch.records()) {
        std::string names;
        if (record.columns != nullptr) {
          for (const auto& column : record.columns->columns) names += column.name;
        }
        if (!record.bytes.starts_with('#') || record.columns != nullptr) {
          seen.push_back(fmt::format("{}:{}", record.bytes, names));
        }
      }
    }
    EXPECT_THAT(seen, ElementsAre("before:", "1:a", "2:a", "between:", "3,4:bc", ":bc", "5,6:bc"))
        << batch_bytes;
  }
}

TEST(LineReader, BeginsEveryStreamWithoutAHeader) {
  const TemporaryFolder folder;
  const std::string log = folder.Write("a.log", "#separator ,\n#fields,a\n1\n");
  const std::string other = folder.Write("b.log", "1\n");
  LineBatch batch;
  ASSERT_TRUE(LineReader(ByteSource::Open(log).value()).Next(batch).value());
  EXPECT_NE(batch.records().back().columns, nullptr);
  ASSERT_TRUE(LineReader(ByteSource::Open(other).value()).Next(batch).value());
  EXPECT_EQ(batch.records().back().columns, nullptr) << "a batch that is used again forgets as well";
}

TEST(LineReader, GivesBatchesThatOutliveTheReaderAndAMove) {
  const TemporaryFolder folder;
  std::optional<LineReader> reader(std::in_place,
                                   ByteSource::Open(folder.Write("a.log", "one\ntwo\n")).value());
  LineBatch batch;
  ASSERT_TRUE(reader->Next(batch).value());
  reader.reset();
  const LineBatch moved = std::move(batch);
  std::vector<Line> lines;
  Append(moved, lines);
  EXPECT_THAT(lines, ElementsAre(Line{1, 0, "one"}, Line{2, 4, "two"}));
}

TEST(LineReader, StampsLinesWithTheArrivalThatIsAskedFor) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("a.log", "one\n");
  LineBatch batch;
  LineReader fixed(ByteSource::Open(path).value(), {.arrival = 42});
  ASSERT_TRUE(fixed.Next(batch).value());
  EXPECT_EQ(batch.records()[0].arrival, 42);
  LineReader now(ByteSource::Open(path).value());
  ASSERT_TRUE(now.Next(batch).value());
  EXPECT_GT(batch.records()[0].arrival, 1'700'000'000 * kSecondUs);
}

TEST(LineReader, DeliversTheLinesBeforeBrokenInputIncludingTheOneCutShort) {
  const TemporaryFolder folder;
  const std::string text = SomeText(300'000);
  const std::string whole = Gzip(text);
  const Result result = ReadLines(folder.Write("cut.gz", whole.substr(0, whole.size() / 2)));
  EXPECT_EQ(result.status.code(), absl::StatusCode::kDataLoss);
  const std::vector<Line> expected = ExpectedLines(text, 1000).lines;
  ASSERT_GT(result.lines.size(), expected.size() / 4);
  for (std::size_t i = 0; i + 1 < result.lines.size(); ++i) ASSERT_EQ(result.lines[i], expected[i]);
  EXPECT_TRUE(expected[result.lines.size() - 1].bytes.starts_with(result.lines.back().bytes));
}

TEST(LineReader, RefusesUtf16WithTheCommandThatConvertsIt) {
  using namespace std::string_view_literals;
  const TemporaryFolder folder;
  for (std::string_view stream : {"\xff\xfe"
                                  "a\0\n\0"sv,
                                  "\xfe\xff\0a\0\n"sv, "\xff\xfe"sv}) {
    const std::string path = folder.Write("windows.log", stream);
    const Result result = ReadLines(path);
    EXPECT_THAT(result.lines, IsEmpty());
    EXPECT_EQ(result.status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(result.status.message()),
                HasSubstr(fmt::format("convert it first: iconv -f UTF-16 -t UTF-8 '{}'", path)));
    EXPECT_THAT(std::string(ReadLines(folder.Write("windows.gz", Gzip(stream))).status.message()),
                HasSubstr("zcat"));
  }
}

TEST(LineReader, HandsOnTheLinesOfAPipeBeforeItWaits) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  auto source = ByteSource::Open(fmt::format("/dev/fd/{}", ends[0]));
  ASSERT_TRUE(source.ok());
  ::close(ends[0]);
  LineReader reader(std::move(*source));
  LineBatch batch;
  const auto write = [&ends](std::string_view text) {
    ASSERT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  };
  const auto next = [&reader, &batch] {
    std::vector<Line> lines;
    if (reader.Next(batch).value()) Append(batch, lines);
    return lines;
  };
  write("a\nb");
  EXPECT_THAT(next(), ElementsAre(Line{1, 0, "a"}));
  write("c\nd\n");
  EXPECT_THAT(next(), ElementsAre(Line{2, 2, "bc"}, Line{3, 5, "d"}));
  write("e");
  ::close(ends[1]);
  EXPECT_THAT(next(), ElementsAre(Line{4, 7, "e"}));
  EXPECT_THAT(next(), IsEmpty());
}

}  // namespace
}  // namespace polder
