#include "connectors/files/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Everything {
  std::string bytes;
  absl::Status status;
  std::uint64_t position = 0;
};

Everything ReadAll(const std::string& path, std::size_t step = 65536) {
  Everything all;
  auto source = ByteSource::Open(path);
  if (!source.ok()) {
    all.status = source.status();
    return all;
  }
  std::string piece(step, '\0');
  while (true) {
    auto got = (*source)->Read(piece.data(), piece.size());
    all.position = (*source)->CompressedPosition();
    if (!got.ok()) {
      all.status = got.status();
      EXPECT_EQ((*source)->Read(piece.data(), piece.size()).status(), all.status) << "an error stays";
      return all;
    }
    if (*got == 0) return all;
    all.bytes.append(piece, 0, *got);
  }
}

TEST(ByteSource, ReadsWhatWasCompressedWhateverTheStepAndTheName) {
  const std::string text = SomeText(1'000'000);
  const struct {
    const char* what;
    std::string stored;
    std::string expected;
  } kCases[] = {
      {"plain", text, text},
      {"nothing", "", ""},
      {"one byte of a magic number", "\x1f", "\x1f"},
      {"three bytes of a magic number", "\x28\xb5\x2f", "\x28\xb5\x2f"},
      {"text that begins as a skippable frame does", "P*MP", "P*MP"},
      {"gzip", Gzip(text), text},
      {"gzip of nothing", Gzip(""), ""},
      {"gzip members", Gzip(text) + Gzip("") + Gzip("a\n") + Gzip(text), text + "a\n" + text},
      {"gzip with padding", Gzip(text) + std::string(1000, '\0'), text},
      {"zstd", Zstd(text), text},
      {"zstd of nothing", Zstd(""), ""},
      {"zstd frames", Zstd(text) + Zstd("") + Zstd("a\n") + Zstd(text), text + "a\n" + text},
      {"zstd with skippable frames",
       SkippableFrame("index") + Zstd(text) + SkippableFrame("") + Zstd("b") +
           SkippableFrame(std::string(5000, 'x')),
       text + "b"},
  };
  const TemporaryFolder folder;
  for (const auto& a_case : kCases) {
    const std::string path = folder.Write("stored.bin", a_case.stored);
    for (std::size_t step : {1u, 7u, 4096u, 1u << 20}) {
      if (step == 1 && a_case.expected.size() > 1'500'000) continue;
      const Everything all = ReadAll(path, step);
      EXPECT_TRUE(all.status.ok()) << a_case.what << ": " << all.status;
      EXPECT_TRUE(all.bytes == a_case.expected) << a_case.what << " in steps of " << step;
      EXPECT_EQ(all.position, a_case.stored.size()) << a_case.what;
    }
  }
}

TEST(ByteSource, ReportsSizeAndPositionForProgress) {
  const TemporaryFolder folder;
  const std::string stored = Gzip(SomeText(3'000'000));
  auto source = ByteSource::Open(folder.Write("a.gz", stored));
  ASSERT_TRUE(source.ok());
  EXPECT_EQ((*source)->CompressedSize(), stored.size());
  EXPECT_EQ((*source)->CompressedPosition(), 0u);
  std::string piece(100'000, '\0');
  ASSERT_TRUE((*source)->Read(piece.data(), piece.size()).ok());
  EXPECT_EQ((*source)->compression(), Compression::kGzip);
  EXPECT_GT((*source)->CompressedPosition(), 0u);
  EXPECT_LT((*source)->CompressedPosition(), stored.size() / 2);
}

TEST(ByteSource, DeliversEverythingBeforeTheEndOfACutFile) {
  const TemporaryFolder folder;
  const std::string text = SomeText(1'000'000);
  for (const std::string& whole : {Gzip(text), Zstd(text)}) {
    for (std::size_t cut : {whole.size() / 2, whole.size() - 1}) {
      const std::string path = folder.Write("cut.log", whole.substr(0, cut));
      for (std::size_t step : {std::size_t{1000}, std::size_t{1} << 20}) {
        const Everything all = ReadAll(path, step);
        EXPECT_THAT(std::string(all.status.message()),
                    AllOf(StartsWith(fmt::format("{}: byte {}: ", path, cut)), HasSubstr("cut short")));
        EXPECT_GT(all.bytes.size(), cut == whole.size() / 2 ? text.size() / 4 : text.size() * 9 / 10);
        EXPECT_TRUE(text.starts_with(all.bytes));
      }
    }
  }
}

TEST(ByteSource, DeliversEverythingBeforeACorruptByte) {
  const TemporaryFolder folder;
  const std::string text = SomeText(1'000'000);
  for (const std::string& good : {Gzip(text), Zstd(text)}) {
    std::string bad = good;
    bad.back() = static_cast<char>(~bad.back());  // the checksum
    Everything all = ReadAll(folder.Write("bad.log", good + bad), 1 << 21);
    EXPECT_EQ(all.status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(all.status.message()), AllOf(HasSubstr("bad.log: byte "), HasSubstr("corrupt")));
    EXPECT_TRUE(all.bytes == text + text) << "the text is there when its checksum is found to be wrong";

    bad = good;
    for (std::size_t i = bad.size() / 2; i < bad.size() / 2 + 64; ++i) bad[i] = '\xff';
    all = ReadAll(folder.Write("bad.log", good + bad), 1 << 21);
    EXPECT_EQ(all.status.code(), absl::StatusCode::kDataLoss);
    EXPECT_GT(all.bytes.size(), text.size() * 5 / 4);
    EXPECT_TRUE(all.bytes.starts_with(text));
  }
}

TEST(ByteSource, RefusesWhatFollowsTheCompressedDataAndIsNoMore) {
  const TemporaryFolder folder;
  for (const std::string& stored : {Gzip("abc\n"), Zstd("abc\n")}) {
    const std::string path = folder.Write("tail.log", stored + "garbage");
    const Everything all = ReadAll(path);
    EXPECT_EQ(all.bytes, "abc\n");
    EXPECT_THAT(std::string(all.status.message()),
                AllOf(StartsWith(path + ": byte "), HasSubstr("after the end")));
  }
}

TEST(ByteSource, SaysHowToReadAFrameWithAVeryLongWindow) {
  const TemporaryFolder folder;
  const Everything all = ReadAll(folder.Write("long.zst", Zstd(SomeText(100'000), 29)));
  EXPECT_THAT(std::string(all.status.message()), HasSubstr("zstd -d --long=31"));
}

TEST(ByteSource, NamesWhatCannotBeOpened) {
  const TemporaryFolder folder;
  EXPECT_EQ(ReadAll(folder / "absent.log").status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(ReadAll(folder / "absent.log").status.message()),
              AllOf(StartsWith(folder / "absent.log"), HasSubstr("No such file")));
  EXPECT_THAT(std::string(ReadAll(folder.path()).status.message()),
              AllOf(StartsWith(folder.path()), HasSubstr("is a folder")));
}

TEST(ByteSource, SaysThatItMayNotRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TemporaryFolder folder;
  const std::string path = folder.Write("secret.log", "x");
  ::chmod(path.c_str(), 0);
  EXPECT_THAT(std::string(ReadAll(path).status.message()), AllOf(StartsWith(path), HasSubstr("denied")));
}

TEST(ByteSource, ReadsAPipeAsItComes) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  auto source = ByteSource::Open(fmt::format("/dev/fd/{}", ends[0]));
  ASSERT_TRUE(source.ok()) << source.status();
  ::close(ends[0]);
  EXPECT_EQ((*source)->CompressedSize(), std::nullopt);
  EXPECT_TRUE((*source)->WouldWait());

  const std::string stored = Gzip("first\n");
  ASSERT_EQ(::write(ends[1], stored.data(), stored.size()), static_cast<ssize_t>(stored.size()));
  EXPECT_FALSE((*source)->WouldWait());
  std::string piece(100, '\0');
  EXPECT_EQ((*source)->Read(piece.data(), piece.size()).value(), 6u);
  EXPECT_TRUE((*source)->WouldWait());
  ::close(ends[1]);
  EXPECT_EQ((*source)->Read(piece.data(), piece.size()).value(), 0u);
}

TEST(ByteSource, TakesADashForStandardInput) {
  const TemporaryFolder folder;
  const int saved = ::dup(STDIN_FILENO);
  const int fd = ::open(folder.Write("in.gz", Gzip("from standard input\n")).c_str(), O_RDONLY);
  ::dup2(fd, STDIN_FILENO);
  ::close(fd);
  const Everything all = ReadAll("-");
  EXPECT_EQ(all.bytes, "from standard input\n");
  EXPECT_NE(::fcntl(STDIN_FILENO, F_GETFD), -1) << "it stays open";
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
}

}  // namespace
}  // namespace polder
