// polder match: every way to give it logs and indicators.
#include <gmock/gmock.h>

#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using MatchInputTest = CliTest;

std::vector<std::string> Originals(const Ran& ran) {
  std::vector<std::string> originals;
  for (const auto& document : JsonLines(ran.out)) originals.push_back(document["event"]["original"]);
  return originals;
}

TEST_F(MatchInputTest, ReadsStandardInputByDefaultAndByName) {
  EXPECT_THAT(Originals(RunPolder({"match", "-i", bad_}, "evil.example")), ElementsAre("evil.example"));
  EXPECT_THAT(Originals(RunPolder({"match", "-i", bad_, "-"}, "evil.example\r\n")),
              ElementsAre("evil.example"));
}

TEST_F(MatchInputTest, ReadsPlainAndCompressedLogsInTheOrderGiven) {
  const std::string plain = folder_.Write("1.log", "1 evil.example\n");
  const std::string gzip = folder_.Write("2.gz", Gzip("2 evil.example\n") + Gzip("3 evil.example\n"));
  const std::string zstd = folder_.Write("3.zst", Zstd("4 evil.example\n"));
  const Ran ran = RunPolder({"match", "-i", bad_, zstd, plain, gzip});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(Originals(ran),
              ElementsAre("4 evil.example", "1 evil.example", "2 evil.example", "3 evil.example"));
  EXPECT_THAT(Originals(RunPolder({"match", "-i", bad_}, Gzip("evil.example"))), ElementsAre("evil.example"));
}

TEST_F(MatchInputTest, GoesOnAfterAnInputThatCannotBeRead) {
  const std::string log = folder_.Write("1.log", "1 evil.example\n");
  const std::string whole = Gzip(SomeText(100'000) + "\nevil.example\n");
  const std::string broken = folder_.Write("2.gz", "");
  folder_.Write("2.gz", whole.substr(0, whole.size() / 2));
  const std::string other = folder_.Write("3.log", "3 evil.example\n");
  const Ran ran = RunPolder({"match", "-i", bad_, log, folder_ / "absent", broken, other});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(Originals(ran), ElementsAre("1 evil.example", "3 evil.example"));
  EXPECT_THAT(ran.err, HasSubstr("error: " + (folder_ / "absent")));
  EXPECT_THAT(ran.err, HasSubstr("error: " + (folder_ / "2.gz")));
}

TEST_F(MatchInputTest, ReadsAFolderOfIndicators) {
  folder_.Write("feeds/a.txt", "a.example\n");
  folder_.Write(
      "feeds/deep/b.json",
      R"({"type":"bundle","objects":[{"type":"indicator","pattern_type":"stix",)"
      R"("id":"indicator--6f1d2c3b-0000-4000-8000-000000000001","valid_from":"2020-01-01T00:00:00Z",)"
      R"("pattern":"[domain-name:value = 'b.example']"}]})");
  folder_.Write("feeds/c.gz", Gzip("c.example\n"));
  EXPECT_THAT(Originals(RunPolder({"match", "-i", folder_ / "feeds"},
                                  "a.example\nb.example\nc.example\nd.example\n")),
              ElementsAre("a.example", "b.example", "c.example"));
}

TEST_F(MatchInputTest, StopsAtIndicatorsThatCannotBeRead) {
  const Ran broken = RunPolder({"match", "-i", folder_.Write("x.json", "{\"type\":\n")}, "x\n");
  EXPECT_EQ(broken.code, 2);
  EXPECT_THAT(broken.err, HasSubstr("x.json:"));
  EXPECT_THAT(broken.err, HasSubstr("not valid JSON"));
  const Ran other = RunPolder({"match", "-i", folder_.Write("m.json", R"({"some":{}})")}, "x\n");
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("m.json: JSON, but neither"));
  EXPECT_EQ(other.err.find("m.json"), other.err.rfind("m.json")) << "it is said once";
}

TEST_F(MatchInputTest, ReadsEveryLineAsTextWhenAsked) {
  const std::string event = "{\"a\":\"evil\\u002eexample\"}\n";
  EXPECT_EQ(RunPolder({"match", "-i", bad_, "--format", "json"}, event).code, 0);
  EXPECT_EQ(RunPolder({"match", "-i", bad_, "--format", "auto"}, event).code, 0);
  EXPECT_EQ(RunPolder({"match", "-i", bad_, "--format", "text"}, event).code, 1);
  EXPECT_EQ(
      RunPolder({"match", "-i", bad_, "--format", "syslog"}, "<13>May  6 13:00:00 h a: evil.example\n").code,
      0);
}

TEST_F(MatchInputTest, TellsDirtyEventsFromCleanOnes) {
  using namespace std::string_view_literals;
  const Ran ran =
      RunPolder({"match", "-i", bad_}, "\xE9\xFE evil.example \0\x1B[2J\n{\"broken\": \"evil.example\n"sv);
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(JsonLines(ran.out), SizeIs(2));
}

}  // namespace
}  // namespace polder
