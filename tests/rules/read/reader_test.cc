#include "rules/read/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ReadIndicators, TellsTheFormatByTheContent) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {R"({"type":"bundle","objects":[]})", "STIX 2.1 bundle"},
      {"\xEF\xBB\xBF \r\n"
       R"({"type":"bundle","objects":[]})",
       "STIX 2.1 bundle"},
      {R"([ {"type":"indicator"} ])", "STIX 2.1 bundle"},
      {"[evil.example]\n", "plain list"},
      {"[.]evil.example\n", "plain list"},
      {"# {\nevil.example", "plain list"},
      {"", "plain list"}};
  for (const auto& [bytes, format] : cases) {
    const ReadResult result = ReadIndicators(bytes, {"f", "s", Tlp::kUnmarked, -1});
    EXPECT_EQ(result.format, format) << bytes;
    EXPECT_FALSE(result.unreadable) << bytes;
  }
}

TEST(ReadIndicators, RefusesWhatItCannotReadByName) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"\x1F\x8B\x08junk", "gzip"},
      {"%PDF-1.4", "PDF"},
      {"<?xml version=\"1.0\"?>", "XML"},
      {"{\"type\":", "not valid JSON"},
      {"{\"list\":[\"evil.example\"]}", "neither a STIX bundle nor a STIX object"}};
  for (const auto& [bytes, reason] : cases) {
    const ReadResult result = ReadIndicators(bytes, {"in/f", "s", Tlp::kUnmarked, -1});
    EXPECT_TRUE(result.unreadable) << reason;
    EXPECT_THAT(result.indicators, IsEmpty());
    ASSERT_THAT(result.refusals, SizeIs(1));
    EXPECT_THAT(result.refusals[0].Message(),
                ::testing::AllOf(HasSubstr("in/f"), HasSubstr(std::string(reason))));
    EXPECT_EQ(result.refusals[0].category, "unreadable file");
  }
}

TEST(ReadIndicators, ReadsUtf16WithAndWithoutAMark) {
  using namespace std::string_view_literals;
  for (const std::string_view bytes :
       {"\xFF\xFE"
        "a\0.\0i\0o\0\r\0\n\0"sv,
        "\xFE\xFF\0a\0.\0i\0o\0\n"sv, "a\0.\0i\0o\0\n\0"sv, "\0a\0.\0i\0o\0\n"sv}) {
    const ReadResult result = ReadIndicators(bytes, {"f", "s", Tlp::kUnmarked, -1});
    ASSERT_THAT(result.indicators, SizeIs(1));
    EXPECT_EQ(result.indicators[0].value, "a.io");
    EXPECT_THAT(result.refusals, IsEmpty());
  }
}

TEST(ReadIndicators, TakesNothingFromTheHashesOfAMispFeed) {
  const ReadResult result = ReadIndicators(
      "d41d8cd98f00b204e9800998ecf8427e,5a5b5c5d-0000-4000-8000-000000000000\n"
      "d41d8cd98f00b204e9800998ecf84270,5a5b5c5d-0000-4000-8000-000000000001\n",
      {"hashes.csv", "s", Tlp::kUnmarked, -1});
  EXPECT_EQ(result.format, "MISP feed hashes");
  EXPECT_EQ(result.read, 0U);
  EXPECT_THAT(result.indicators, IsEmpty());
  EXPECT_THAT(result.refusals, IsEmpty());
}

TEST(Refusal, SaysWhereWhyAndWhatWasSeen) {
  EXPECT_EQ((Refusal{"a/b.txt", 7, "x", "no name", "c"}).Message(), "a/b.txt:7: no name: 'x'");
  EXPECT_EQ((Refusal{"a/b.txt", 0, "", "no name", "c"}).Message(), "a/b.txt: no name");
}

TEST(Refusal, LetsNoControlByteThrough) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (std::size_t part = 0; part < 256; part += 64) {
    const std::string message =
        Refusal{"f", 1, all.substr(part, 64), "reason " + all.substr(part, 64), "c"}.Message();
    for (const char c : message) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << static_cast<int>(c);
  }
}

TEST(Refusal, ShowsLettersOfEveryScript) {
  EXPECT_EQ((Refusal{"f", 1, "\xD0\xBF\xD1\x80.x y", "no", "c"}).Message(),
            "f:1: no: '\xD0\xBF\xD1\x80.x y'");
}

}  // namespace
}  // namespace polder
