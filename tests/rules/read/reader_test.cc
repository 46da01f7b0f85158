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
      {"\xFF\xFE"
       "a",
       "UTF-16"},
      {"\xFE\xFF"
       "a",
       "UTF-16"},
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
