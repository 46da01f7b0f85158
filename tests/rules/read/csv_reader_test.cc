#include "rules/read/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "rules/read/csv_fields.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ReadResult Read(std::string_view text, std::string column = {}) {
  ReadContext context{"f.csv", "feed", Tlp::kGreen, -1};
  context.column = std::move(column);
  return ReadIndicators(text, context);
}

std::vector<std::string> Values(const ReadResult& result) {
  std::vector<std::string> values;
  for (const Indicator& one : result.indicators) {
    std::string text = std::string(KindName(one.kind)) + " " + one.value;
    for (const Condition& condition : one.conditions) {
      text += " + " + std::string(KindName(condition.kind)) + " " + condition.value;
    }
    values.push_back(text);
  }
  return values;
}

const std::string kHash(64, 'a');
const std::string kMd5(32, 'b');

std::vector<std::vector<std::string>> Split(std::string_view text, char delimiter = ',') {
  CsvRecords records(text, delimiter);
  std::vector<std::string_view> fields;
  std::vector<std::vector<std::string>> all;
  while (records.Next(&fields)) all.emplace_back(fields.begin(), fields.end());
  return all;
}

TEST(CsvRecords, UndoesQuotes) {
  EXPECT_THAT(Split("a,\"b,c\",\"d \"\"e\"\"\"\nf,, g \n"),
              ElementsAre(ElementsAre("a", "b,c", "d \"e\""), ElementsAre("f", "", "g")));
  EXPECT_THAT(Split("\"a\", \"b\"\r\n\"c\",\"d\"\r\n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "d")));
  EXPECT_THAT(Split("a;\"b;c\"", ';'), ElementsAre(ElementsAre("a", "b;c")));
}

TEST(CsvRecords, ReadsAFieldOverSeveralLines) {
  CsvRecords records("a,\"b\nc\r\nd\",e\r\nf,g\n", ',');
  std::vector<std::string_view> fields;
  ASSERT_TRUE(records.Next(&fields));
  EXPECT_THAT(fields, ElementsAre("a", "b\nc\r\nd", "e"));
  EXPECT_EQ(records.line(), 1U);
  ASSERT_TRUE(records.Next(&fields));
  EXPECT_THAT(fields, ElementsAre("f", "g"));
  EXPECT_EQ(records.line(), 4U);
  EXPECT_FALSE(records.Next(&fields));
}

TEST(CsvRecords, LosesOneLineAtMostToAStrayQuote) {
  const auto all = Split("a,\"b\n" + std::string(20'000, 'x') + "\nc,d\n");
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_THAT(all[0], ElementsAre("a", "\"b"));
  EXPECT_THAT(all[2], ElementsAre("c", "d"));
  EXPECT_THAT(Split("a,\"b\" c,d\ne,f\n"),
              ElementsAre(ElementsAre("a", "\"b\" c", "d"), ElementsAre("e", "f")));
}

TEST(CsvRecords, TakesTimeInProportionToHostileQuotes) {
  std::string quotes;
  for (int i = 0; i < 100'000; ++i) quotes += "\"\n";
  const auto start = std::chrono::steady_clock::now();
  Split(quotes);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(CsvReader, FindsTheValueByTheNameOfItsColumn) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"indicator,comment\nevil.example,x\n", "domain evil.example"},
      {"comment;ioc\nx;evil[.]example\n", "domain evil.example"},
      {"Date\tIP Address\n2024-01-01\t192.0.2.1\n", "ip 192.0.2.1"},
      {"id|url\n1|hxxp://evil[.]example/a\n", "url http://evil.example/a"},
      {"Name,SHA256\nx," + kHash + "\n", "sha256 " + kHash},
      {"Hash,File Name\n" + kMd5 + ",a.exe\n", "md5 " + kMd5},
      {"Filename,Note\nA.exe,x\n", "file_name a.exe"},
      {"Filename,Note\nC:\\x\\A.exe,x\n", "file_path c:\\x\\a.exe"},
      {"first_seen,Remote Template IP\n2024-01-01,192.0.2.1\n", "ip 192.0.2.1"},
      {"Domain,Domain Use\nreadme.txt,x\n", "domain readme.txt"},
      {"mutex,note\nGlobal\\Evil,x\n", "mutex global\\evil"},
      {"value,score\nevil.example,7\n", "domain evil.example"}};
  for (const auto& [text, expected] : cases) {
    const ReadResult result = Read(text);
    EXPECT_THAT(Values(result), ElementsAre(expected)) << text;
    EXPECT_THAT(result.refusals, IsEmpty()) << text;
    EXPECT_THAT(result.format, HasSubstr("table (columns ")) << text;
  }
}

TEST(CsvReader, TakesEveryColumnOfValues) {
  EXPECT_THAT(
      Values(
          Read("SHA256,MD5,C2 Server\n" + kHash + "," + kMd5 + ",evil.example:443\n" + kHash + ",N/A,-\n")),
      ElementsAre("sha256 " + kHash, "md5 " + kMd5, "domain evil.example + port 443", "sha256 " + kHash));
}

TEST(CsvReader, LetsAnIndicatorColumnStandAlone) {
  EXPECT_THAT(Values(Read("indicator,url,ip\nevil.example,http://report.example/,192.0.2.1\n")),
              ElementsAre("domain evil.example"));
}

TEST(CsvReader, GoesByTheTypeOfTheRow) {
  const ReadResult result = Read("type,value\nDomain,readme.txt\nip-dst,192.0.2.1\nFileHash-MD5," + kMd5 +
                                 "\nfilename,evil.exe\nCVE,CVE-2024-1\nsha256,zzz\nip:port,192.0.2.2:80\n");
  EXPECT_THAT(Values(result), ElementsAre("domain readme.txt", "ip 192.0.2.1", "md5 " + kMd5,
                                          "file_name evil.exe", "ip 192.0.2.2 + port 80"));
  ASSERT_THAT(result.refusals, SizeIs(2));
  EXPECT_EQ(result.refusals[0].category, "not matchable");
  EXPECT_EQ(result.refusals[0].line, 6U);
  EXPECT_EQ(result.refusals[1].category, "invalid value");
}

TEST(CsvReader, MakesAPortColumnACondition) {
  EXPECT_THAT(
      Values(Read("# first_seen,dst_ip,dst_port\n2024-01-01,192.0.2.1,443\n2024-01-02,192.0.2.2,0\n")),
      ElementsAre("ip 192.0.2.1 + port 443", "ip 192.0.2.2"));
}

TEST(CsvReader, FillsTheIndicatorFromTheOtherColumns) {
  const ReadResult result = Read(
      "ioc,malware,comment,confidence,first_seen,last_seen,valid_until,tlp,tags,reference,reporter,score\n"
      "evil.example,Evil,\"a, "
      "b\",80,2024-01-01,2024-02-01T00:00:00Z,2025-01-01,TLP:AMBER,\"x,y\",http://r.example/,me,7\n");
  ASSERT_THAT(result.indicators, SizeIs(1));
  const Indicator& one = result.indicators[0];
  EXPECT_EQ(one.source, "feed");
  EXPECT_EQ(one.name, "Evil");
  EXPECT_EQ(one.description, "a, b");
  EXPECT_EQ(one.confidence, 80);
  EXPECT_EQ(FormatIsoTime(one.valid_from), "2024-01-01T00:00:00Z");
  EXPECT_EQ(FormatIsoTime(one.modified), "2024-02-01T00:00:00Z");
  EXPECT_EQ(FormatIsoTime(one.valid_until), "2025-01-01T00:00:00Z");
  EXPECT_EQ(one.tlp, Tlp::kAmber);
  EXPECT_EQ(one.labels, "x,y, score 7");
  EXPECT_EQ(one.reference, "http://r.example/");
  EXPECT_EQ(one.provider, "me");
}

TEST(CsvReader, RefusesARowWhoseLimitsItCannotRead) {
  const ReadResult result = Read(
      "ioc,valid_until,tlp,confidence,first_seen\na.example,soon,,,\nb.example,,secret,,\n"
      "c.example,,,high,10/18/18 07:38\nd.example,2024-01-01,,,2025-01-01\n");
  EXPECT_THAT(Values(result), ElementsAre("domain c.example"));
  ASSERT_THAT(result.refusals, SizeIs(3));
  EXPECT_THAT(result.refusals[0].reason, HasSubstr("'soon'"));
  EXPECT_THAT(result.refusals[1].reason, HasSubstr("'secret'"));
  EXPECT_EQ(result.refusals[2].line, 5U);
}

TEST(CsvReader, TakesTheColumnThatIsAskedFor) {
  const std::string text = "indicator;seen at;port\nevil.example;192.0.2.1;80\n";
  EXPECT_THAT(Values(Read(text, "Seen At")), ElementsAre("ip 192.0.2.1 + port 80"));
  const ReadResult missing = Read(text, "victim");
  EXPECT_THAT(missing.indicators, IsEmpty());
  ASSERT_THAT(missing.refusals, SizeIs(1));
  EXPECT_THAT(missing.refusals[0].reason, HasSubstr("indicator, seen at, port"));
}

TEST(CsvReader, FindsTheValuesOfATableWithoutNames) {
  EXPECT_THAT(Values(Read("2018-07-24 03:00:39," + kHash + ",RTF\n2018-07-24 03:00:39," + kMd5 + ",PE\n")),
              ElementsAre("sha256 " + kHash, "md5 " + kMd5));
  EXPECT_THAT(Values(Read("hxxp://evil.example/,2017-07-27 06:20:28," + kHash +
                          "\nhxxp://b.example/,2017-07-27 06:20:28,\n")),
              ElementsAre("url http://evil.example/", "sha256 " + kHash, "url http://b.example/"));
  const ReadResult described = Read(kMd5 + ";Evil, v1\n" + kHash + ";Evil v2 http://r.example/\nc.example\n");
  EXPECT_THAT(Values(described), ElementsAre("md5 " + kMd5, "sha256 " + kHash, "domain c.example"));
  EXPECT_EQ(described.indicators[0].description, "Evil, v1");
}

TEST(CsvReader, DoesNotCutUrlsAtTheirOwnCommas) {
  EXPECT_THAT(Values(Read("http://a.example/x?16,0,0,305\nhttp://b.example/x?16,0,0,206\n")),
              ElementsAre("url http://a.example/x?16,0,0,305", "url http://b.example/x?16,0,0,206"));
}

TEST(CsvReader, DoesNotTakeAFormatInACommentForTheHeader) {
  EXPECT_THAT(Values(Read("# MD5;COMMENT\n# SHA256;COMMENT\n" + kMd5 + ";x\n" + kHash + ";y\n")),
              ElementsAre("md5 " + kMd5, "sha256 " + kHash));
}

TEST(CsvReader, TakesSeveralValuesOfOneCellIfAllAreClear) {
  const ReadResult result = Read("ip,x\n\"192.0.2.1, 192.0.2.2\",a\n192.0.2.3 maybe,b\n");
  EXPECT_THAT(Values(result), ElementsAre("ip 192.0.2.1", "ip 192.0.2.2"));
  EXPECT_THAT(result.refusals, SizeIs(1));
}

TEST(CsvReader, PassesOverEmptyRows) {
  const ReadResult result = Read("Domain,Use\nevil.example,x\n,\n,\n,only a use\n");
  EXPECT_EQ(result.read, 2U);
  EXPECT_THAT(result.refusals, SizeIs(1));
}

TEST(CsvReader, ShowsUnprintableBytesInTheNamesOfColumnsEscaped) {
  EXPECT_EQ(Read("sha256\x1B[31m,c2\n" + kHash + ",evil.example\n", "sha256 31m").format,
            "table (columns sha256\\x1b[31m)");
}

}  // namespace
}  // namespace polder
