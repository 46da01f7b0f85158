// polder match on every log format: what is found, in which field, and when it happened.
#include <gmock/gmock.h>

#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FormatsTest : public CliTest {
 protected:
  FormatsTest() {
    list_ = folder_.Write("list.txt",
                          "evil.example\n203.0.113.77\nhttp://evil.example/a/b?c=1\n"
                          "44d88612fea8a8f36de82e1278abb02f\n");
  }

  // "TIME KIND FIELD FORMAT" for every hit; the time is left out where it is that of arrival.
  std::vector<std::string> Hits(std::string_view log, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"match", "-i", list_, "--output", "ecs"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::vector<std::string> hits;
    for (const auto& document : JsonLines(RunPolder(arguments, log).out)) {
      const std::string time = document["@timestamp"];
      for (const auto& found : document["threat"]["enrichments"]) {
        hits.push_back(time == found["matched"]["occurred"] || time > "2025" ? "" : time + " ");
        hits.back() += std::string(found["indicator"]["type"]) + " " + std::string(found["matched"]["field"]);
        hits.back() += " " + std::string(document["polder"]["format"]);
      }
    }
    return hits;
  }

  std::string list_;
};

struct Sample {
  std::string_view format;  // as --format
  std::string_view line;
  std::vector<std::string> hits;
};

const std::vector<Sample>& Samples() {
  static const std::vector<Sample> samples = {
      {"json",
       R"({"timestamp":"2020-01-01T00:00:00.000000+0000","flow_id":1,"event_type":"http","http":{"hostname":"evil.example","url":"/a/b?c=1"}})",
       {"2020-01-01T00:00:00Z domain-name http.hostname suricata",
        "2020-01-01T00:00:00Z url http.url suricata"}},
      {"syslog",
       R"(<165>1 2003-10-11T22:14:15.003Z host app - ID47 [ex@32473 q="evil.example" r="10\"11"] 203.0.113.77)",
       {"2003-10-11T22:14:15.003000Z domain-name syslog.structured_data.ex@32473.q syslog",
        "2003-10-11T22:14:15.003000Z ipv4-addr message syslog"}},
      {"cef",
       R"(CEF:0|v|p|1|100|na\|me|10|src=203.0.113.77 dhost=evil.example request=/a/b?c\=1 dpt=80 rt=Sep 19 2020 08:26:10)",
       {"2020-09-19T08:26:10Z ipv4-addr src cef", "2020-09-19T08:26:10Z domain-name dhost cef",
        "2020-09-19T08:26:10Z url request cef"}},
      {"cef",
       R"(<13>Oct 11 22:14:15 host CEF:0|v|p|1|100|n|10|rt=1600503970000 msg=two\nevil.example)",
       {"2020-09-19T08:26:10Z domain-name msg cef"}},
      {"leef",
       "LEEF:1.0|V|P|1|id|src=203.0.113.77\tdevTime=2020-09-19T08:26:10Z",
       {"2020-09-19T08:26:10Z ipv4-addr src leef"}},
      {"leef",
       "<13>Oct 11 22:14:15 host LEEF:2.0|V|P|1|id|x5E|src=203.0.113.77^devTime=Sep 19 2020 08:26:10"
       "^devTimeFormat=MMM dd yyyy HH:mm:ss",
       {"2020-09-19T08:26:10Z ipv4-addr src leef"}},
      {"access",
       R"(evil.example:80 203.0.113.77 - - [10/Oct/2000:13:55:36 -0700] "GET /a/b?c=1 HTTP/1.0" 200 2326 "-" "x")",
       {"2000-10-10T20:55:36Z domain-name host access_log",
        "2000-10-10T20:55:36Z ipv4-addr remote_addr access_log",
        "2000-10-10T20:55:36Z url request_uri access_log"}},
      {"keyvalue",
       R"(date=2020-01-02 time=03:04:05 tz="+0200" srcip=203.0.113.77 hostname="evil.example" url="/a/b?c=1")",
       {"2020-01-02T01:04:05Z ipv4-addr srcip keyvalue", "2020-01-02T01:04:05Z domain-name hostname keyvalue",
        "2020-01-02T01:04:05Z url url keyvalue"}},
      {"text", "see evil.example.", {"domain-name message text"}},
  };
  return samples;
}

TEST_F(FormatsTest, FindsWhatEachFormatHoldsAndWhereAndWhen) {
  for (const Sample& sample : Samples()) {
    const std::string line = std::string(sample.line) + "\n";
    EXPECT_EQ(Hits(line), sample.hits) << line;
    EXPECT_EQ(Hits(line, {"--format", std::string(sample.format)}), sample.hits) << line;
  }
}

TEST_F(FormatsTest, FindsTheSameInOneFileOfAllFormats) {
  std::string log;
  std::vector<std::string> expected;
  for (const Sample& sample : Samples()) {
    log.append(sample.line).append("\r\n");
    expected.insert(expected.end(), sample.hits.begin(), sample.hits.end());
  }
  EXPECT_EQ(Hits(log), expected);
  for (const std::string& path : {folder_.Write("a.gz", Gzip(log)), folder_.Write("a.zst", Zstd(log))})
    EXPECT_EQ(Hits("", {path, "--threads", "3"}), expected) << path;
}

TEST_F(FormatsTest, SearchesWhatIsNotOfTheForcedFormatAsText) {
  for (const std::string format :
       {"auto", "json", "syslog", "cef", "leef", "zeek", "access", "keyvalue", "text"}) {
    EXPECT_THAT(Hits("see evil.example now\n", {"--format", format}), SizeIs(1)) << format;
    EXPECT_THAT(Hits("{\"a\":\"evil.example\"\n", {"--format", format}), SizeIs(1)) << format;
    EXPECT_THAT(Hits("nothing to see\n\n \n{\n[\n", {"--format", format}), IsEmpty()) << format;
  }
  EXPECT_EQ(RunPolder({"match", "-i", list_, "--format", "xml"}, "x\n").code, 2);
}

TEST_F(FormatsTest, ReadsZeekTablesByTheirHeaders) {
  const std::string first =
      "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\thttp\n"
      "#fields\tts\tuid\thost\turi\ttags\n#types\ttime\tstring\tstring\tstring\tset[string]\n"
      "1600503970.5\tC1\tevil\\x2eexample\t/a/b?c=1\t(empty)\n"
      "1600503971.5\tC2\t-\t-\tx,203.0.113.77\n";
  const std::string second = "#close\n#separator \\x09\n#fields\turi\thost\n/a/b?c=1\tevil.example\n";
  EXPECT_THAT(Hits(first + second), ElementsAre("2020-09-19T08:26:10.500000Z domain-name host zeek",
                                                "2020-09-19T08:26:10.500000Z url uri zeek",
                                                "2020-09-19T08:26:11.500000Z ipv4-addr tags.1 zeek",
                                                "domain-name host zeek", "url uri zeek"));
  EXPECT_EQ(Hits(R"({"ts":1600503970.5,"uid":"C1","host":"evil.example","uri":"/a/b?c=1"})"
                 "\n"),
            std::vector<std::string>({"2020-09-19T08:26:10.500000Z domain-name host zeek",
                                      "2020-09-19T08:26:10.500000Z url uri zeek"}));
}

TEST_F(FormatsTest, ReadsJsonInsideJsonAndInsideSyslog) {
  EXPECT_THAT(
      Hits(
          R"({"CreationTime":"2021-01-01T00:00:00","AuditData":"{\"ClientIP\":\"203.0.113.77\",\"x\":\"{\\\"y\\\":\\\"evil.example\\\"}\"}"})"
          "\n<13>1 2021-01-01T00:00:00Z host app - - - @cee: {\"q\":\"evil.exam\\u0070le\"}\n"),
      ElementsAre("2021-01-01T00:00:00Z ipv4-addr AuditData.ClientIP json",
                  "2021-01-01T00:00:00Z domain-name AuditData.x.y json",
                  "2021-01-01T00:00:00Z domain-name q json"));
}

TEST_F(FormatsTest, FindsWhatWindowsPacksAndWhatIsOdd) {
  EXPECT_THAT(
      Hits(
          R"({"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","UtcTime":"2020-01-01 00:00:44.000","Hashes":"SHA1=DA39A3EE5E6B4B0D3255BFEF95601890AFD80709,MD5=44D88612FEA8A8F36DE82E1278ABB02F"})"
          "\n"
          R"({"a":"evil.example\u0000","k":"x","k":"203.0.113.77"})"
          "\n[{\"a\":\"evil.example\"}]\n"),
      ElementsAre("2020-01-01T00:00:44Z file Hashes windows", "domain-name a json", "ipv4-addr k json",
                  "domain-name 0.a json"));
}

TEST_F(FormatsTest, SurvivesHostileRecordsOfEveryFormat) {
  const auto repeated = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  const std::string log =
      repeated("CEF:0|", 3000) + "\nCEF:0|a|b|c|d|e|f|" + repeated("a=b ", 100'000) +
      "\nLEEF:2.0|a|b|c|d|xZZ|a=b\n<999999999999>1 - - - - - -\n<34>1 2003-10-11T22:14:15Z h a - - [x y=\"" +
      repeated("\\\\", 50'000) + "\n#separator \\xZZ\n#fields\t" + repeated("\t", 9000) + "\n#types\n" +
      repeated("{\"a\":", 5000) + "\n" + repeated("[", 100'000) + "\n{\"a\":\"" +
      repeated("{\\\"a\\\":", 2000) + "\"}\n203.0.113.1 - - [99/Foo/2000:99:99:99 +9999] \"GET\" 1 2\n" +
      std::string("\0\xFF\x80\n", 4) + repeated("x", 2'000'000) + " evil.example\n";
  for (const std::string format :
       {"auto", "json", "syslog", "cef", "leef", "zeek", "access", "keyvalue", "text"}) {
    const Ran ran = RunPolder({"match", "-i", list_, "--format", format, "--output", "text"}, log);
    EXPECT_EQ(ran.code, 0) << format << "\n" << ran.err;
    EXPECT_THAT(Lines(ran.out), SizeIs(1)) << format;
  }
  EXPECT_THAT(RunPolder({"match", "-i", list_, folder_.Write("cut.gz", Gzip(log).substr(0, 200))}).err,
              HasSubstr("cut.gz: byte 200: "));
}

}  // namespace
}  // namespace polder
