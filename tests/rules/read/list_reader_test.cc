#include "rules/read/list_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const ReadContext kContext{"lists/bad.txt", "bad", Tlp::kGreen, 70};

ReadResult Read(std::string_view text) { return ReadIndicators(text, kContext); }

std::vector<std::string> Values(const ReadResult& result) {
  std::vector<std::string> values;
  for (const Indicator& indicator : result.indicators) values.push_back(indicator.value);
  return values;
}

TEST(ListReader, TakesOneValueALine) {
  const ReadResult result = Read("192.0.2.1\nevil.example\nhxxp://evil[.]example/x\n");
  EXPECT_EQ(result.format, "plain list");
  EXPECT_EQ(result.read, 3U);
  EXPECT_FALSE(result.unreadable);
  EXPECT_THAT(result.refusals, IsEmpty());
  EXPECT_THAT(Values(result), ElementsAre("192.0.2.1", "evil.example", "http://evil.example/x"));
}

TEST(ListReader, GivesEveryIndicatorWhatTheContextSays) {
  const ReadResult result = Read("evil.example");
  ASSERT_THAT(result.indicators, SizeIs(1));
  const Indicator& indicator = result.indicators[0];
  EXPECT_EQ(indicator.kind, Kind::kDomain);
  EXPECT_EQ(indicator.source, "bad");
  EXPECT_EQ(indicator.tlp, Tlp::kGreen);
  EXPECT_EQ(indicator.confidence, 70);
  EXPECT_EQ(indicator.id, "");  // derived when it is asked for
  EXPECT_EQ(indicator.valid_from, kBeginningOfTime);
  EXPECT_EQ(indicator.valid_until, kEndOfTime);
}

TEST(ListReader, SkipsCommentsAndEmptyLines) {
  EXPECT_THAT(Values(Read("# a list\n\n   \n\t# indented\nevil.example # seen 2024\n192.0.2.1\t#tab\n")),
              ElementsAre("evil.example", "192.0.2.1"));
}

TEST(ListReader, KeepsAHashSignInsideAValue) {
  EXPECT_THAT(Values(Read("http://evil.example/a?b=%23#fragment\n")),
              ElementsAre("http://evil.example/a?b=%23"));
}

TEST(ListReader, ReadsEveryKindOfLineEnd) {
  EXPECT_THAT(Values(Read("a.example\r\nb.example\r\n")), ElementsAre("a.example", "b.example"));
  EXPECT_THAT(Values(Read("a.example\nb.example")), ElementsAre("a.example", "b.example"));
  EXPECT_THAT(Values(Read("a.example\r\n\r\nb.example")), ElementsAre("a.example", "b.example"));
}

TEST(ListReader, TakesOffWhiteSpaceAroundValues) {
  EXPECT_THAT(Values(Read("\ta.example  \n  \tb.example\t\r\n")), ElementsAre("a.example", "b.example"));
}

TEST(ListReader, DropsAByteOrderMark) {
  EXPECT_THAT(Values(Read("\xEF\xBB\xBF"
                          "a.example\nb.example\n")),
              ElementsAre("a.example", "b.example"));
}

TEST(ListReader, TakesNothingFromAnEmptyFile) {
  for (const std::string_view text : {"", "\n", "\r\n\r\n", "\xEF\xBB\xBF", "# only a comment", " \t "}) {
    const ReadResult result = Read(text);
    EXPECT_EQ(result.read, 0U) << text;
    EXPECT_FALSE(result.unreadable) << text;
    EXPECT_THAT(result.indicators, IsEmpty()) << text;
    EXPECT_THAT(result.refusals, IsEmpty()) << text;
  }
}

TEST(ListReader, RefusesALineWithItsNumberAndKeepsTheRest) {
  const ReadResult result = Read("# head\r\na.example\r\n\r\nnot a name\r\nb.example\r\nlocalhost");
  EXPECT_THAT(Values(result), ElementsAre("a.example", "b.example"));
  EXPECT_EQ(result.read, 4U);
  ASSERT_THAT(result.refusals, SizeIs(2));
  EXPECT_EQ(result.refusals[0].line, 4U);
  EXPECT_EQ(result.refusals[0].value, "not a name");
  EXPECT_EQ(result.refusals[0].category, "invalid value");
  EXPECT_EQ(result.refusals[1].line, 6U);
  EXPECT_THAT(result.refusals[0].Message(), ::testing::MatchesRegex("lists/bad.txt:4: .+: 'not a name'"));
}

TEST(ListReader, RefusesNulAndLatin1BytesAndShowsThemEscaped) {
  using namespace std::string_view_literals;
  const ReadResult result = Read(
      "evil\0.example\ncaf\xE9.example\nb\xC3\xBC"
      "cher.example\n"sv);
  EXPECT_THAT(Values(result), ElementsAre("xn--bcher-kva.example"));
  ASSERT_THAT(result.refusals, SizeIs(2));
  EXPECT_THAT(result.refusals[0].Message(), HasSubstr("'evil\\x00.example'"));
  EXPECT_THAT(result.refusals[1].Message(), HasSubstr("'caf\\xe9.example'"));
}

TEST(ListReader, ShowsOnlyTheBeginningOfALongValue) {
  const ReadResult result = Read(std::string(1'000'000, 'x') + "\n");
  ASSERT_THAT(result.refusals, SizeIs(1));
  EXPECT_LT(result.refusals[0].Message().size(), 400U);
  EXPECT_THAT(result.refusals[0].Message(), HasSubstr("xxx...'"));
}

TEST(ListReader, GivesTheSameIndicatorForAValueThatStandsTwice) {
  const ReadResult result = Read("evil.example\nEVIL[.]example.\n");
  ASSERT_THAT(result.indicators, SizeIs(2));
  EXPECT_EQ(result.indicators[0].id, result.indicators[1].id);
}

}  // namespace
}  // namespace polder
