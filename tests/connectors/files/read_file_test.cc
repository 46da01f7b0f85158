#include "connectors/files/read_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ReadWholeFile, DecompressesAndDropsTheByteOrderMark) {
  const TemporaryFolder folder;
  const std::string text = SomeText(500'000);
  EXPECT_TRUE(ReadWholeFile(folder.Write("a", text), 1 << 20).value() == text);
  EXPECT_TRUE(ReadWholeFile(folder.Write("a", Gzip(text)), 1 << 20).value() == text);
  EXPECT_TRUE(ReadWholeFile(folder.Write("a", Zstd("\xef\xbb\xbf" + text)), 1 << 20).value() == text);
  EXPECT_EQ(ReadWholeFile(folder.Write("a", ""), 10).value(), "");
}

TEST(ReadWholeFile, RefusesAFileThatDecompressesToTooMuch) {
  const TemporaryFolder folder;
  EXPECT_EQ(ReadWholeFile(folder.Write("a", "0123456789"), 10).value(), "0123456789");
  const auto result = ReadWholeFile(folder.Write("bomb.gz", Gzip(std::string(10'000'000, 'x'))), 1'000'000);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(result.status().message()),
              AllOf(StartsWith(folder / "bomb.gz"), HasSubstr("1000000 bytes"), HasSubstr("(decompressed)")));
}

TEST(ReadWholeFile, RefusesWhatItCannotReadWhole) {
  const TemporaryFolder folder;
  EXPECT_EQ(ReadWholeFile(folder / "absent", 10).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadWholeFile(folder.Write("cut", Gzip("abc").substr(0, 15)), 10).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(ReadWholeFile(folder.Write("utf16",
                                                     "\xff\xfe"
                                                     "a"),
                                        10)
                              .status()
                              .message()),
              HasSubstr("iconv"));
}

}  // namespace
}  // namespace polder
