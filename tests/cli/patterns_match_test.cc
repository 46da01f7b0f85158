// polder match and polder check with expressions and STIX patterns.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Json = nlohmann::json;

struct Named {
  std::string name;
  std::string pattern;
  Json more = Json::object();  // further properties of the indicator
};

// The same name is the same indicator.
std::string Bundle(const std::vector<Named>& indicators) {
  Json objects = Json::array();
  for (const Named& one : indicators) {
    const auto digits = std::hash<std::string>()(one.name) & 0xFFFFFFFFFFFFU;
    Json object = {{"type", "indicator"},
                   {"spec_version", "2.1"},
                   {"id", fmt::format("indicator--00000000-0000-4000-8000-{:012x}", digits)},
                   {"created", "2020-01-01T00:00:00.000Z"},
                   {"modified", "2020-01-01T00:00:00.000Z"},
                   {"name", one.name},
                   {"pattern", one.pattern},
                   {"pattern_type", "stix"},
                   {"valid_from", "2010-01-01T00:00:00Z"}};
    object.update(one.more);
    objects.push_back(std::move(object));
  }
  return Json({{"type", "bundle"},
               {"id", "bundle--00000000-0000-4000-8000-000000000000"},
               {"objects", std::move(objects)}})
      .dump();
}

// An event of Suricata, `second` seconds into the year 2020.
std::string Event(int second, Json more) {
  Json event = {{"timestamp", fmt::format("2020-01-01T00:{:02}:{:02}Z", second / 60, second % 60)},
                {"flow_id", 1},
                {"event_type", "flow"},
                {"dest_ip", "198.51.100.9"},
                {"dest_port", 443}};
  event.update(more);
  return event.dump() + "\n";
}
std::string Name(int second, std::string_view name) { return Event(second, {{"dns", {{"rrname", name}}}}); }
std::string Address(int second, std::string_view ip, int port = 443) {
  return Event(second, {{"dest_ip", ip}, {"dest_port", port}});
}

class PatternsMatchTest : public CliTest {
 protected:
  // "LINE: NAME" of every hit, in order.
  std::vector<std::string> Hits(const std::vector<std::string>& feeds, const std::string& log,
                                const std::string& threads = "1") {
    const std::string path = folder_.Write("events.log", log);
    std::vector<std::string> arguments = {"match", "--threads", threads, path};
    for (const std::string& feed : feeds) arguments.insert(arguments.end(), {"-i", feed});
    const Ran ran = RunPolder(arguments);
    EXPECT_THAT(ran.code, ::testing::Lt(2)) << ran.err;
    std::vector<std::string> hits;
    for (const Json& document : JsonLines(ran.out)) {
      const std::size_t offset = document["log"]["offset"];
      const auto line = std::count(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(offset), '\n') + 1;
      for (const Json& found : document["threat"]["enrichments"]) {
        const std::string said = found["indicator"].value("description", "unnamed");
        hits.push_back(fmt::format("{}: {}", line, said));
      }
    }
    return hits;
  }
};

TEST_F(PatternsMatchTest, ReadsARuleFileOfExpressions) {
  const std::string rules = folder_.Write("evil.expressions",
                                          "# comment\n"
                                          "gate-17: /\\/gate\\.php\\?id=[0-9a-f]{32}$/i\n"
                                          "1001:/evil(?:one|two)/\n"
                                          "/MSIE 6\\.0; [a-z]{8}\\)/   # no name\n"
                                          "back: /(abcd)\\1efgh/\n"
                                          "look: /look(?!ing)here/\n");
  EXPECT_THAT(Hits({rules},
                   "GET /GATE.php?id=0123456789ABCDEF0123456789abcdef\n"
                   "GET /gate.php?id=0123456789abcdef0123456789abcdef and more\n"
                   "{\"a\":\"evil\\u006fne\",\"b\":\"x\"}\n"
                   "Mozilla (MSIE 6.0; abcdefgh)\n"
                   "abcdabcdefgh\nabcdxbcdefgh\nlookinghere lookhere\nlookinghere\n"),
              ElementsAre("1: gate-17", "3: 1001", "4: unnamed", "5: back", "7: look"));
  EXPECT_EQ(RunPolder({"check", rules}).code, 0);
}

TEST_F(PatternsMatchTest, SaysWhyAnExpressionIsRefused) {
  const std::string rules = folder_.Write("bad.expressions",
                                          "good: /goodone/\nhuge: /a{100000}/\nempty: /x*/\nflag: /abcd/Q\n"
                                          "open: /abcd(/\nno slash\nshort: /[a-z]{3}/\n");
  const Ran ran = RunPolder({"check", rules});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(
      ran.out,
      AllOf(HasSubstr(rules + ":2: with its repeats written out it weighs "),
            HasSubstr(rules + ":3: it matches the empty string"),
            HasSubstr(rules + ":4: the unknown flag 'Q'"),
            HasSubstr(rules + ":5: no regular expression: at byte 5: missing closing parenthesis"),
            HasSubstr(rules + ":6: no expression in slashes; expected NAME: /regex/flags"),
            HasSubstr("no text of 4 bytes has to stand in what it matches"), HasSubstr("'/[a-z]{3}/'"),
            HasSubstr("7 read, 1 taken, 6 refused (1 dangerous, 2 guarded, 3 invalid value)")));
  EXPECT_THAT(Hits({rules}, "aaaa abc goodone\n"), ElementsAre("1: good"));
  EXPECT_THAT(RunPolder({"check", "--guard", "off", rules}).out, HasSubstr("7 read, 2 taken, 5 refused"));
}

TEST_F(PatternsMatchTest, JudgesPatternsOverOneEvent) {
  const std::string bundle = folder_.Write(
      "bundle.json",
      Bundle(
          {{"like", "[domain-name:value LIKE '%.evil.example']"},
           {"matches", "[url:value MATCHES '^https?://[^/]+/gate[0-9]+\\\\.php']"},
           {"not", "[network-traffic:dst_port NOT = 443 AND ipv4-addr:value = '203.0.113.77']"},
           {"in", "[network-traffic:dst_port IN (80, 8080) AND ipv4-addr:value ISSUBSET '203.0.113.0/24']"},
           {"command",
            "[process:command_line MATCHES '(?i)powershell.*-e(nc)? ' AND process:image_ref.name = "
            "'powershell.exe']"},
           {"exists", "[EXISTS file:hashes.MD5 AND file:name = 'evil.exe']"}}));
  const std::string log =
      Event(0, {{"http", {{"hostname", "www.evil.example"}, {"url", "/gate12.php"}}}}) +
      Address(1, "203.0.113.77", 8080) + Address(2, "203.0.113.77", 443) + Name(3, "evil.example") +
      R"({"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\x\\powershell.exe","CommandLine":"PowerShell -enc AAAA"})"
      "\n" +
      Event(4, {{"fileinfo", {{"filename", "/x/evil.exe"}, {"md5", std::string(32, 'b')}}}}) +
      Event(5, {{"fileinfo", {{"filename", "/x/evil.exe"}}}});
  EXPECT_THAT(Hits({bundle}, log), ::testing::UnorderedElementsAre("1: like", "1: matches", "2: not", "2: in",
                                                                   "5: command", "6: exists"));
}

TEST_F(PatternsMatchTest, SearchesUrlsThatStandInSeveralFields) {
  const std::string rules = folder_.Write("evil.expressions", "rule: /www\\.evil\\.example\\/gate/\n");
  const std::string bundle =
      folder_.Write("bundle.json", Bundle({{"begins", "[url:value LIKE 'http://www.evil.example/gate%']"},
                                           {"holds", "[url:value MATCHES 'evil\\\\.example/gate[0-9]+']"}}));
  const std::string log =
      Event(0, {{"http", {{"hostname", "www.evil.example"}, {"url", "/gate12.php"}}}}) +
      R"({"ts":1600000000.5,"uid":"C1","host":"www.evil.example","uri":"/gate12.php"})"
      "\nCEF:0|v|p|1|1|n|1|dhost=www.evil.example request=/gate12.php\n"
      R"({"@timestamp":"2020-01-01T00:00:00Z","ecs":{"version":"8"},"url":{"domain":"www.evil.example","path":"/gate12.php"}})"
      "\nGET http://www.evil.example/gate12.php\n" +
      Event(5, {{"http", {{"hostname", "www.good.example"}, {"url", "/gate12.php"}}}});
  std::vector<std::string> hits = Hits({rules, bundle}, log), expected;
  for (const int line : {1, 2, 3, 4, 5})
    for (const std::string name : {"begins", "holds", "rule"})
      expected.push_back(fmt::format("{}: {}", line, name));
  std::sort(hits.begin(), hits.end());
  EXPECT_EQ(hits, expected);
}

TEST_F(PatternsMatchTest, DoesNotMindTheCaseOfNamesAndDigests) {
  const std::string bundle =
      folder_.Write("bundle.json", Bundle({{"name", "[domain-name:value LIKE '%.evil.example']"},
                                           {"digest", "[file:hashes.'SHA-256' LIKE 'abcdef12%']"}}));
  EXPECT_THAT(Hits({bundle}, Name(0, "WWW.Evil.EXAMPLE") +
                                 Event(1, {{"fileinfo", {{"sha256", "ABCDEF12" + std::string(56, 'A')}}}})),
              ElementsAre("1: name", "2: digest"));
}

TEST_F(PatternsMatchTest, JudgesPatternsOverSeveralEvents) {
  const std::string bundle = folder_.Write(
      "bundle.json",
      Bundle({{"followed",
               "([domain-name:value = 'a.test'] FOLLOWEDBY [ipv4-addr:value = '203.0.113.77']) WITHIN 60 "
               "SECONDS"},
              {"repeats", "[ipv4-addr:value = '203.0.113.88'] REPEATS 3 TIMES WITHIN 10 SECONDS"},
              {"both", "[domain-name:value = 'a.test'] AND [domain-name:value = 'b.test']"},
              {"while",
               "[ipv4-addr:value = '203.0.113.99'] START t'2020-01-01T00:00:00Z' STOP "
               "t'2020-01-01T00:00:02Z'"}}));
  const std::string log = Address(0, "203.0.113.77") + Name(1, "a.test") + Address(61, "203.0.113.77") +
                          Address(62, "203.0.113.77") + Address(70, "203.0.113.88") +
                          Address(75, "203.0.113.88") + Address(81, "203.0.113.88") +
                          Address(84, "203.0.113.88") + Name(90, "b.test") + Address(1, "203.0.113.99") +
                          Address(2, "203.0.113.99");
  EXPECT_THAT(Hits({bundle}, log), ElementsAre("3: followed", "8: repeats", "9: both", "10: while"));
}

TEST_F(PatternsMatchTest, FindsSequencesThatSpanBatchesOnAnyNumberOfThreads) {
  const std::string bundle = folder_.Write(
      "bundle.json",
      Bundle({{"rare", "[ipv4-addr:value = '203.0.113.77'] FOLLOWEDBY [domain-name:value = 'b.test']"},
              {"often", "[ipv4-addr:value = '203.0.113.88'] REPEATS 40 TIMES WITHIN 600 SECONDS"}}));
  std::string log = Address(0, "203.0.113.77");
  std::vector<std::string> expected;
  for (int i = 2; i <= 40'000; ++i) {
    if (i % 1000 != 0) {
      log += Address(i / 100, "198.51.100.1");
    } else {
      log += i % 8000 == 0 ? Name(i / 100, "b.test") : Address(i / 100, "203.0.113.88");
      if (i % 8000 == 0) expected.push_back(fmt::format("{}: rare", i));
    }
  }
  for (int i = 0; i < 5; ++i) log += Address(401, "203.0.113.88");
  expected.push_back("40005: often");
  for (const std::string threads : {"1", "2", "5"})
    EXPECT_EQ(Hits({bundle}, log, threads), expected) << threads;
}

TEST_F(PatternsMatchTest, AnEventWithAWrongClockDoesNotBlindAPattern) {
  const std::string bundle = folder_.Write(
      "bundle.json",
      Bundle(
          {{"followed",
            "([domain-name:value = 'a.test'] FOLLOWEDBY [domain-name:value = 'b.test']) WITHIN 5 SECONDS"}}));
  const std::string future = "{\"timestamp\":\"2099-01-01T00:00:00Z\",\"q\":\"a.test\"}\n";
  EXPECT_THAT(Hits({bundle}, future + Name(1, "a.test") + Name(2, "b.test") + future + Name(10, "a.test") +
                                 Name(16, "b.test") + Name(17, "a.test") + Name(18, "b.test")),
              ElementsAre("3: followed", "8: followed"));
}

TEST_F(PatternsMatchTest, KeepsThePatternOfASourceWhenTheOtherWithdrawsIt) {
  const std::string same = "[domain-name:value LIKE '%.evil.example']";
  const std::string one = folder_.Write("one.json", Bundle({{"one", same}}));
  const std::string two = folder_.Write("two.json", Bundle({{"two", same}}));
  const std::string gone = folder_.Write(
      "gone.json",
      Bundle({{"two", same}, {"two", same, {{"revoked", true}, {"modified", "2021-01-01T00:00:00.000Z"}}}}));
  const std::string log = Name(0, "www.evil.example");
  EXPECT_THAT(Hits({one, two}, log), ElementsAre("1: one", "1: two"));
  EXPECT_THAT(Hits({one, gone}, log), ElementsAre("1: one"));
  EXPECT_THAT(Hits({gone, one}, log), ElementsAre("1: one"));
  EXPECT_THAT(Hits({gone}, log), IsEmpty());
}

TEST_F(PatternsMatchTest, RespectsTheValidityOfPatterns) {
  const Json january = {{"valid_from", "2020-01-01T00:00:10Z"}, {"valid_until", "2020-01-01T00:00:20Z"}};
  const std::string bundle = folder_.Write(
      "bundle.json",
      Bundle({{"one", "[domain-name:value LIKE '%.evil.example']", january},
              {"two", "[domain-name:value = 'a.test'] FOLLOWEDBY [domain-name:value = 'b.test']", january}}));
  EXPECT_THAT(Hits({bundle}, Name(9, "x.evil.example") + Name(10, "x.evil.example") + Name(11, "a.test") +
                                 Name(19, "b.test") + Name(20, "b.test") + Name(20, "x.evil.example")),
              ElementsAre("2: one", "4: two"));
}

TEST_F(PatternsMatchTest, SaysWhyAPatternIsRefused) {
  const std::string bundle = folder_.Write(
      "bundle.json",
      Bundle({{"good", "[file:name = 'evil.exe']"},
              {"open", "[domain-name:value = ]"},
              {"broad", "[network-traffic:dst_port != 443]"},
              {"all", "[domain-name:value LIKE '%']"},
              {"long", "[ipv4-addr:value = '203.0.113.88'] REPEATS 5000 TIMES"},
              {"deep", "[" + std::string(5000, '(') + "a:b = 1" + std::string(5000, ')') + "]"}}));
  const Ran ran = RunPolder({"check", bundle});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("not a STIX pattern: at character 22: expected a value"),
                    HasSubstr("nothing in [network-traffic:dst_port != 443] can be looked for"),
                    HasSubstr("nothing in [domain-name:value LIKE '%'] can be looked for"),
                    HasSubstr("it takes 5000 events to match; no more than 4096 are kept"),
                    HasSubstr("more than 100 parentheses inside each other"), HasSubstr("5 refused")));
}

TEST_F(PatternsMatchTest, ReadsThePatternsOfMispEvents) {
  const std::vector<std::pair<std::string, std::string>> values = {
      {"pattern-in-traffic", "/gate\\.php\\?id=[0-9a-f]{8}/i"},
      {"pattern-in-traffic", "evil-substring"},
      {"user-agent", "/Mozilla\\/4\\.0 \\(evil[a-z]+\\)/"},
      {"filename-pattern", "set*up.scr"},
      {"stix2-pattern", "[domain-name:value LIKE '%.evil.example']"}};
  Json event = {{"uuid", "5f0e4bd3-1111-4444-8888-000000000000"},
                {"info", "campaign"},
                {"date", "2020-01-01"},
                {"timestamp", "1577836800"},
                {"Attribute", Json::array()}};
  std::vector<std::string> expected;
  for (const auto& [type, value] : values) {
    expected.push_back(fmt::format("5f0e4bd3-1111-4444-8888-{:012}", expected.size() + 1));
    event["Attribute"].push_back({{"uuid", expected.back()},
                                  {"type", type},
                                  {"category", "Network activity"},
                                  {"to_ids", true},
                                  {"value", value},
                                  {"timestamp", "1577836800"}});
  }
  const std::string feed = folder_.Write("event.json", Json{{"Event", event}}.dump());
  const Ran ran = RunPolder({"match", "-i", feed, "--output", "misp"},
                            "GET /GATE.php?id=0123abcd\nan EVIL-substring\nMozilla/4.0 (evilz)\n"
                            "/tmp/set_1up.scr\nwww.evil.example\nnothing\n");
  std::vector<std::string> found;
  for (const Json& sighting : JsonLines(ran.out)) found.push_back(sighting["attribute_uuid"]);
  EXPECT_EQ(found, expected) << ran.err;
}

TEST_F(PatternsMatchTest, WritesHitsOfPatternsInEveryOutput) {
  const std::string bundle =
      folder_.Write("bundle.json", Bundle({{"like", "[domain-name:value LIKE '%.evil.example']"}}));
  const std::string event = Name(0, "www.evil.example");
  const auto output = [&](const std::string& name) {
    return RunPolder({"match", "-i", bundle, "--output", name}, event).out;
  };
  const Json found = JsonLines(output("ecs")).at(0)["threat"]["enrichments"][0];
  EXPECT_EQ(found["matched"]["type"], "stix");
  EXPECT_EQ(found["matched"]["atomic"], "www.evil.example");
  EXPECT_EQ(found["matched"]["field"], "dns.rrname");
  EXPECT_EQ(found["indicator"]["name"], "[domain-name:value LIKE '%.evil.example']");
  const Json objects = JsonLines(output("stix")).at(0)["objects"];
  EXPECT_EQ(objects.back()["type"], "sighting");
  EXPECT_EQ(objects.back()["sighting_of_ref"], found["matched"]["id"]);
  EXPECT_THAT(JsonLines(output("misp")), SizeIs(1));
  EXPECT_THAT(output("text"), HasSubstr("stix_pattern [domain-name:value LIKE '%.evil.example'] "
                                        "(stix www.evil.example)  in dns.rrname of -:1"));
}

TEST_F(PatternsMatchTest, BenchTimesExpressionsToo) {
  const std::string rules = folder_.Write("evil.expressions", "one: /evil(?:one|two)/\n");
  const Ran ran = RunPolder({"bench", "-i", rules, folder_.Write("a.log", "evilone\nnothing\n")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("1 indicators of 1 values in force"),
                             HasSubstr("1 events with 1 hits"), Not(HasSubstr("nan"))));
}

}  // namespace
}  // namespace polder
