#include "rules/read/list_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/read/text_decoding.h"

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
  EXPECT_THAT(Values(Read("a.example\rb.example\r")), ElementsAre("a.example", "b.example"));
  EXPECT_EQ(Read("a.example\rb.example\r\nlocalhost\n").refusals[0].line, 3U);
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
  EXPECT_EQ(result.refusals[0].category, "unclear value");
  EXPECT_EQ(result.refusals[1].line, 6U);
  EXPECT_EQ(result.refusals[1].category, "invalid value");
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

TEST(ListReader, TakesAPortAsACondition) {
  const ReadResult result =
      Read("192.0.2.1:4444\nevil.example:65535\n[2001:db8::1]:80\n192.0.2.2 port 443 - C2\n");
  EXPECT_THAT(Values(result), ElementsAre("192.0.2.1", "evil.example", "2001:db8::1", "192.0.2.2"));
  for (const Indicator& indicator : result.indicators) {
    ASSERT_THAT(indicator.conditions, SizeIs(1)) << indicator.value;
    EXPECT_EQ(indicator.conditions[0].kind, Kind::kPort);
  }
  EXPECT_EQ(result.indicators[1].conditions[0].value, "65535");
  EXPECT_EQ(result.indicators[3].description, "C2");
}

TEST(ListReader, TakesTheCommentBehindAClearValue) {
  const std::string hash(64, 'a');
  const std::vector<std::tuple<std::string, std::string, std::string>> cases = {
      {"evil.example Cobalt Strike", "evil.example", "Cobalt Strike"},
      {"evil[.]example\tCobalt Strike\t", "evil.example", "Cobalt Strike"},
      {"evil.example - seen in May", "evil.example", "seen in May"},
      {"evil.example // seen", "evil.example", "seen"},
      {"evil.example;note, with comma", "evil.example", "note, with comma"},
      {"evil.example,note", "evil.example", "note"},
      {"evil.example | note", "evil.example", "note"},
      {"evil.example # note", "evil.example", "note"},
      {"http://evil.example/a,b;c note", "http://evil.example/a,b;c", "note"},
      {"192.0.2.0/24,net", "192.0.2.0/24", "net"},
      {hash + "  setup.exe", hash, "setup.exe"},
      {hash + "\xC2\xA0  C:\\Users\\a.exe", hash, "C:\\Users\\a.exe"},
      {"- " + hash + "  order,07.20.doc", hash, "order,07.20.doc"},
      {"2018-06-12 -- " + hash + " -- 1,707,008 bytes", hash, "1,707,008 bytes"},
      {"|`" + hash + "` |`a.dll` |Loader", hash, "`a.dll` |Loader"},
      {"* `evil[.]example`", "evil.example", ""},
      {"SHA256: " + hash, hash, ""},
      {"\"evil.example\",", "evil.example", ""},
      {"<http://evil.example/>", "http://evil.example/", ""},
      {"evil.example caf\xE9", "evil.example", "caf\xC3\xA9"}};
  for (const auto& [line, value, comment] : cases) {
    const ReadResult result = Read(line);
    ASSERT_THAT(Values(result), ElementsAre(value)) << line;
    EXPECT_EQ(result.indicators[0].description, comment) << line;
    EXPECT_THAT(result.refusals, IsEmpty()) << line;
  }
}

TEST(ListReader, RefusesWhatCouldMeanTwoThings) {
  const std::string hash(64, 'a');
  for (const std::string& line :
       {std::string("evil.example and 192.0.2.1"), std::string("evil.example or others"),
        std::string("evil.example 192.0.2.1"), std::string("see evil.example"),
        hash + " " + std::string(32, 'b'), std::string("- port 443 - www.example"), std::string("readme.txt"),
        std::string("- GET /a.php?b=c.cab")}) {
    const ReadResult result = Read(line);
    EXPECT_THAT(result.indicators, IsEmpty()) << line;
    ASSERT_THAT(result.refusals, SizeIs(1)) << line;
    EXPECT_EQ(result.refusals[0].category, "unclear value") << line;
  }
}

TEST(ListReader, TakesSeveralValuesWithNothingButDelimitersBetweenThem) {
  EXPECT_THAT(Values(Read("a.example, b.example,192.0.2.1\n")),
              ElementsAre("a.example", "b.example", "192.0.2.1"));
  EXPECT_THAT(Values(Read("a[.]example - 192.0.2[.]1\n")), ElementsAre("a.example", "192.0.2.1"));
}

TEST(ListReader, ReadsAHostsFile) {
  const ReadResult result = Read(
      "127.0.0.1 localhost\n::1 ip6-localhost ip6-loopback\n255.255.255.255 broadcasthost\n"
      "0.0.0.0 0.0.0.0\n0.0.0.0 evil.example\n127.0.0.1\ta.example b.example # ads\n:: c.example\n"
      "0.0.0.0 localhost.localdomain\n");
  EXPECT_EQ(result.format, "hosts file");
  EXPECT_THAT(Values(result), ElementsAre("evil.example", "a.example", "b.example", "c.example"));
  EXPECT_EQ(result.read, 4U);
  EXPECT_THAT(result.refusals, IsEmpty());
}

TEST(ListReader, ReadsScoresAsLabels) {
  const ReadResult result = Read("# IP\tnumber of (black)lists\n#\n192.0.2.1\t10\n192.0.2.2\t9\n");
  EXPECT_THAT(Values(result), ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_EQ(result.indicators[0].labels, "score 10");
  EXPECT_EQ(result.indicators[0].confidence, 70);  // the context's
}

TEST(ListReader, TakesExpressionsBetweenValues) {
  const ReadResult result = Read(
      "evil.example\n"
      "vh[0-9]{6}\\.evil\\.example # hosts\n"
      "(gomon|perevod)[0-9]{2,3}\\.example\n"
      "^[a-z]{1,3}\\-bank\\.(com|info)$\n"
      "/gate[0-9]+\\.php/\n");
  EXPECT_THAT(result.refusals, IsEmpty());
  EXPECT_THAT(Values(result), ElementsAre("evil.example", "/vh[0-9]{6}\\.evil\\.example/i",
                                          "/(gomon|perevod)[0-9]{2,3}\\.example/i",
                                          "/^[a-z]{1,3}\\-bank\\.(com|info)$/i", "/gate[0-9]+\\.php/"));
  EXPECT_EQ(result.indicators[1].kind, Kind::kPattern);
}

TEST(ListReader, RefusesWhatIsNearlyAnExpression) {
  const ReadResult result = Read(
      "evil.example\ne*il.example\nevil[0-9]{1,40}{1,90}x\n[a-z]*\n/gate/x/*\n"
      "/gate/x/x\n%PROGRAMDATA%\\x\\.NET35\\y\n");
  EXPECT_THAT(Values(result), ElementsAre("evil.example"));
  std::vector<std::string> categories;
  for (const Refusal& refusal : result.refusals) categories.push_back(refusal.category);
  EXPECT_THAT(categories, ElementsAre("not yet supported", "dangerous", "guarded", "not matchable",
                                      "not matchable", "not yet supported"));
}

TEST(ListReader, SkipsHeadings) {
  const ReadResult result = Read("Hostnames:\nevil.example\n\nSHA256\n" + std::string(64, 'a') + "\n");
  EXPECT_THAT(result.indicators, SizeIs(2));
  EXPECT_THAT(result.refusals, IsEmpty());
}

TEST(ListReader, TakesOffInvisibleCharactersAroundValues) {
  using namespace std::string_view_literals;
  EXPECT_THAT(Values(Read("\xEF\xBB\xBF"
                          "a.example\n\xE2\x80\x8B"
                          "b.example\xC2\xA0\nc.example\0\0\nd.example\xCA\n"sv)),
              ElementsAre("a.example", "b.example", "c.example", "d.example"));
}

TEST(ListReader, ReadsAForcedKind) {
  ReadContext context = kContext;
  context.kind = Kind::kFileName;
  const ReadResult files = ReadIndicators("# names\nReadme.txt\nmy file.exe\nC:\\a\\b.exe\n", context);
  EXPECT_THAT(Values(files), ElementsAre("readme.txt", "my file.exe"));
  EXPECT_EQ(files.indicators[0].kind, Kind::kFileName);
  EXPECT_THAT(files.refusals, SizeIs(1));
  context.kind = Kind::kDomain;
  const ReadResult domains =
      ReadIndicators("readme.txt\nevil[.]example\n192.0.2.1\nb.example:80\nc.example # note\n", context);
  EXPECT_THAT(Values(domains), ElementsAre("readme.txt", "evil.example", "b.example", "c.example"));
  EXPECT_THAT(domains.refusals, SizeIs(1));
}

TEST(ListReader, HandsOnBareValuesWithoutARow) {
  std::vector<std::string> seen;
  const auto take = [&](const ListValue& value) {
    const char* row = value.row == nullptr ? " bare " : " row ";
    seen.push_back(std::to_string(value.line) + row + std::string(value.value));
  };
  const auto refuse = [](const Refusal& refusal) { ADD_FAILURE() << refusal.Message(); };
  const ListSummary summary =
      ReadList("a.example\n\nB.example\nc.example note\n192.0.2.1:80\n", kContext, ListSink{take, refuse});
  EXPECT_EQ(summary.read, 4U);
  EXPECT_THAT(seen,
              ElementsAre("1 bare a.example", "3 bare b.example", "4 row c.example", "5 bare 192.0.2.1"));
}

TEST(TextLines, CostsOnePassWhereLinesEndInCrAlone) {
  // A search for an LF from every line on to the end would take minutes.
  std::string text;
  while (text.size() < 8'000'000) text += "a.example\r";
  TextLines lines(text);
  std::string_view line;
  while (lines.Next(&line)) ASSERT_EQ(line, "a.example");
  EXPECT_EQ(lines.number(), text.size() / 10);
}

}  // namespace
}  // namespace polder
