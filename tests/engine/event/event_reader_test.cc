#include "engine/event/event_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/zeek_reader.h"

namespace polder {
namespace {

using Seen = std::vector<std::string>;

struct Result {
  EventReading reading;
  Seen seen;  // "path=value", numbers with a `#`
};

Result Read(const std::string& bytes, Format format = Format::kAuto, const ZeekColumns* columns = nullptr) {
  // Garbage behind the record: nobody may take it for a part of it.
  std::string padded = bytes + std::string(kRecordPadding, '}');
  EventReader reader;
  Result result;
  result.reading = reader.Read(
      {std::string_view(padded).substr(0, bytes.size()), 0, columns}, format,
      [&](std::string_view path, std::string_view value) {
        result.seen.push_back(fmt::format("{}={}", path, value));
      },
      [&](std::string_view path, double value) { result.seen.push_back(fmt::format("{}#{}", path, value)); });
  return result;
}

bool Has(const Result& result, std::string_view pair) {
  return std::find(result.seen.begin(), result.seen.end(), pair) != result.seen.end();
}

constexpr std::string_view kHeader = "<134>1 2024-05-06T07:08:09.123Z fw1.example app 42 ID7 - ";
const Seen kHeaderSeen = {"syslog.priority#134",
                          "syslog.timestamp=2024-05-06T07:08:09.123Z",
                          "syslog.hostname=fw1.example",
                          "syslog.appname=app",
                          "syslog.procid=42",
                          "syslog.msgid=ID7"};

Seen WithHeader(const Seen& rest) {
  Seen all = kHeaderSeen;
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

TEST(EventReader, FindsOutWhatARecordIs) {
  const struct {
    const char* bytes;
    Format format;
    bool in_syslog;
    const char* pair;  // one of those that show it
  } cases[] = {
      {R"({"src_ip":"203.0.113.7","dest_port":443})", Format::kJson, false, "dest_port#443"},
      {R"([{"a":"x"}])", Format::kJson, false, "0.a=x"},
      {R"(CEF:0|Vendor|Product|1.0|100|Blocked|5|src=203.0.113.7 request=http://evil.example/a)",
       Format::kCef, false, "src=203.0.113.7"},
      {R"(<134>May  6 07:08:09 fw1 CEF:0|Vendor|Product|1.0|100|Blocked|5|src=203.0.113.7)", Format::kCef,
       true, "src=203.0.113.7"},
      {"LEEF:1.0|IBM|QRadar|7|4000|src=203.0.113.7\tdst=10.0.0.1", Format::kLeef, false, "dst=10.0.0.1"},
      {"<13>May  6 07:08:09 host LEEF:2.0|IBM|QRadar|7|4000|^|src=203.0.113.7^dst=10.0.0.1", Format::kLeef,
       true, "src=203.0.113.7"},
      {"<86>May  6 07:08:09 web1 sshd[421]: Failed password for root from 203.0.113.7 port 22 ssh2",
       Format::kSyslog, true, "message=Failed password for root from 203.0.113.7 port 22 ssh2"},
      {"May  6 07:08:09 web1 sshd[421]: Connection closed by 203.0.113.7", Format::kSyslog, true,
       "message=Connection closed by 203.0.113.7"},
      {R"(203.0.113.7 - bob [06/May/2024:07:08:09 +0200] "GET /a?b HTTP/1.1" 200 12 "http://r.example/" "c")",
       Format::kAccessLog, false, "remote_addr=203.0.113.7"},
      {"<190>May  6 07:08:09 web1 nginx: "
       R"(203.0.113.7 - - [06/May/2024:07:08:09 +0200] "GET /a HTTP/1.1" 200 12 "-" "-")",
       Format::kAccessLog, true, "request_uri=/a"},
      {R"(date=2024-05-06 time=07:08:09 devname="FGT" srcip=203.0.113.7 dstip=10.0.0.1 action="deny")",
       Format::kKeyValue, false, "srcip=203.0.113.7"},
      {R"(<189>date=2024-05-06 time=07:08:09 devname="FGT" srcip=203.0.113.7 dstip=10.0.0.1 action="deny")",
       Format::kKeyValue, true, "action=deny"},
      {"just a line about evil.example", Format::kText, false, "message=just a line about evil.example"},
      {"[error] no such file", Format::kText, false, "message=[error] no such file"},
      {"#fields\tts\tuid", Format::kText, false, "message=#fields\tts\tuid"},
  };
  for (const auto& c : cases) {
    const Result result = Read(c.bytes);
    EXPECT_EQ(FormatName(result.reading.format), FormatName(c.format)) << c.bytes;
    EXPECT_EQ(result.reading.in_syslog, c.in_syslog) << c.bytes;
    EXPECT_FALSE(result.reading.unparsable) << c.bytes;
    EXPECT_FALSE(result.reading.broken_json) << c.bytes;
    EXPECT_TRUE(Has(result, c.pair)) << c.bytes << "\nhas "
                                     << fmt::format("{}", fmt::join(result.seen, "\n"));
  }
}

TEST(EventReader, ReadsJsonThatSyslogCarries) {
  for (const char* before : {"", " ", "@cee:", "@cee: ", "@json:", "\xEF\xBB\xBF", "\xEF\xBB\xBF@cee: "}) {
    const Result result =
        Read(fmt::format("{}{}{}", kHeader, before, R"({"a":"x","n":7,"d":"{\"e\":\"y\"}"} )"));
    EXPECT_EQ(result.reading.format, Format::kJson) << before;
    EXPECT_TRUE(result.reading.in_syslog);
    EXPECT_EQ(result.seen, WithHeader({"a=x", "n#7", "d.e=y"})) << before;
  }
}

TEST(EventReader, TakesBrokenJsonInSyslogForAMessage) {
  const struct {
    const char* message;
    Seen seen;
    bool unparsable;
  } cases[] = {
      {R"({"url":"http:\/\/evil.example\/a","cut)",
       {R"(message={"url":"http:\/\/evil.example\/a","cut)",
        R"(message={"url":"http://evil.example/a","cut)"},
       true},
      {R"(@cee: {"a":"x")", {R"(message=@cee: {"a":"x")"}, true},
      {R"({"a":"x"} and more)", {R"(message={"a":"x"} and more)"}, true},
      {R"([["a"] b)", {R"(message=[["a"] b)"}, false},
      {R"(@ {"a":"x"})", {R"(message=@ {"a":"x"})"}, false},
      {"", {}, false},
  };
  for (const auto& c : cases) {
    const Result result = Read(std::string(kHeader) + c.message);
    EXPECT_EQ(result.reading.format, Format::kSyslog) << c.message;
    EXPECT_EQ(result.reading.unparsable, c.unparsable) << c.message;
    EXPECT_FALSE(result.reading.broken_json) << c.message;
    EXPECT_EQ(result.seen, WithHeader(c.seen)) << c.message;
  }
}

TEST(EventReader, HandsOverNothingOfBrokenJson) {
  const struct {
    const char* bytes;
    Format format;
    bool unparsable;
  } cases[] = {
      {R"({"a":"x","b":)", Format::kAuto, true},
      {R"(["a","b")", Format::kAuto, false},
      {R"({"a":"{\"b\":\"x\"}","n":1e999)", Format::kAuto, true},
      {"hello", Format::kJson, true},
      {"", Format::kJson, true},
      {R"(<34>1 - - - - - - {"a":"x"})", Format::kJson, true},
  };
  for (const auto& c : cases) {
    const Result result = Read(c.bytes, c.format);
    EXPECT_TRUE(result.reading.broken_json) << c.bytes;
    EXPECT_EQ(result.reading.unparsable, c.unparsable) << c.bytes;
    EXPECT_EQ(result.reading.format, Format::kText) << c.bytes;
    EXPECT_EQ(result.seen, Seen{}) << c.bytes;
  }
}

TEST(EventReader, ForcesAFormat) {
  const std::string cef = "CEF:0|V|P|1|100|N|5|src=203.0.113.7";
  const struct {
    std::string bytes;
    Format forced;
    Format format;
    bool in_syslog;
    bool unparsable;
  } cases[] = {
      {cef, Format::kCef, Format::kCef, false, false},
      {"<13>May  6 07:08:09 h " + cef, Format::kCef, Format::kCef, true, false},
      {"<13>May  6 07:08:09 h hello", Format::kCef, Format::kSyslog, true, true},
      {"hello", Format::kCef, Format::kText, false, true},
      {cef, Format::kText, Format::kText, false, false},
      {R"({"a":"x"})", Format::kText, Format::kText, false, false},
      {"<13>May  6 07:08:09 h " + cef, Format::kSyslog, Format::kCef, true, false},
      {"hello", Format::kSyslog, Format::kText, false, true},
      {"a=x", Format::kKeyValue, Format::kKeyValue, false, false},
      {"<13>May  6 07:08:09 h app: a=x", Format::kKeyValue, Format::kKeyValue, true, false},
      {"hello", Format::kKeyValue, Format::kText, false, true},
      {"hello", Format::kAccessLog, Format::kText, false, true},
      {"hello", Format::kLeef, Format::kText, false, true},
      {"a\tb", Format::kZeek, Format::kText, false, true},
      {"#close\t2024-05-06-07-08-09", Format::kZeek, Format::kText, false, false},
  };
  for (const auto& c : cases) {
    const Result result = Read(c.bytes, c.forced);
    EXPECT_EQ(FormatName(result.reading.format), FormatName(c.format)) << c.bytes;
    EXPECT_EQ(result.reading.in_syslog, c.in_syslog) << c.bytes;
    EXPECT_EQ(result.reading.unparsable, c.unparsable) << c.bytes;
    if (c.format == Format::kText) {
      EXPECT_EQ(result.seen, Seen{"message=" + c.bytes});
    }
  }
}

std::shared_ptr<const ZeekColumns> ColumnsOf(std::initializer_list<std::string_view> header) {
  ZeekHeader zeek;
  for (const std::string_view line : header) zeek.See(line);
  return zeek.columns();
}

TEST(EventReader, ReadsALineByItsColumns) {
  const auto columns =
      ColumnsOf({"#separator \\x09", "#path\tdns", "#fields\tts\tquery", "#types\ttime\tstring"});
  Result result = Read("1.5\tevil.example", Format::kAuto, columns.get());
  EXPECT_EQ(result.reading.format, Format::kZeek);
  EXPECT_EQ(result.seen, (Seen{"_path=dns", "ts#1.5", "query=evil.example"}));
  result = Read("1.5\tevil.example\tmore", Format::kAuto, columns.get());
  EXPECT_EQ(result.reading.format, Format::kText);
  EXPECT_TRUE(result.reading.unparsable);
  EXPECT_EQ(result.seen, Seen{"message=1.5\tevil.example\tmore"});
  // JSON is JSON, and a header line is text.
  EXPECT_EQ(Read(R"({"a":"x"})", Format::kAuto, columns.get()).reading.format, Format::kJson);
  EXPECT_FALSE(Read("#close\t2024", Format::kAuto, columns.get()).reading.unparsable);
  // Another format that is forced counts for more than the columns.
  EXPECT_EQ(Read("1.5\tevil.example", Format::kText, columns.get()).seen, Seen{"message=1.5\tevil.example"});
}

// The same content in every dress.
TEST(EventReader, GivesTheSameValuesInEveryFormat) {
  const Seen content = {
      "_path=http",      "ts#1714979289.5",   "uid=CqKst53mF3det3eDV9", "id.orig_h=10.47.1.2",
      "id.orig_p#41772", "host=evil.example", "uri=/a?b=\"c\"\\d",      "user_agent=caf\xC3\xA9",
      "tags.0=x,y",      "tags.1=z"};
  const std::string json =
      R"({"_path":"http","ts":1714979289.5,"uid":"CqKst53mF3det3eDV9","id.orig_h":"10.47.1.2",)"
      R"("id.orig_p":41772,"host":"evil.example","uri":"\/a?b=\"c\"\\d","user_agent":"caf\u00e9",)"
      R"("tags":["x,y","z"],"trusted":true,"referrer":null})";
  std::string quoted;
  for (const char c : json) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  const auto columns =
      ColumnsOf({"#separator \\x09", "#path\thttp",
                 "#fields\tts\tuid\tid.orig_h\tid.orig_p\thost\turi\tuser_agent\ttags\ttrusted\treferrer",
                 "#types\ttime\tstring\taddr\tport\tstring\tstring\tstring\tset[string]\tbool\tstring"});

  EXPECT_EQ(Read(json).seen, content);
  EXPECT_EQ(Read("1714979289.500000\tCqKst53mF3det3eDV9\t10.47.1.2\t41772\tevil.example\t/a?b=\"c\"\\\\d\t"
                 "caf\\xc3\\xa9\tx\\x2cy,z\tT\t-",
                 Format::kAuto, columns.get())
                .seen,
            content);
  EXPECT_EQ(Read(std::string(kHeader) + json).seen, WithHeader(content));
  EXPECT_EQ(Read(std::string(kHeader) + "@cee: " + json).seen, WithHeader(content));
  EXPECT_EQ(Read('"' + quoted + '"', Format::kJson).seen, content);
  Seen under_a_key;
  for (const std::string& pair : content) under_a_key.push_back("e." + pair);
  EXPECT_EQ(Read("{\"e\":\"" + quoted + "\"}").seen, under_a_key);
  EXPECT_EQ(Read(std::string(kHeader) + "{\"e\":\"" + quoted + "\"}").seen, WithHeader(under_a_key));
}

TEST(EventReader, SurvivesWhatIsCutOffAnywhere) {
  const std::string records[] = {
      std::string(kHeader) + R"(@cee: {"a":"{\"b\":\"\\u00e9\"}","n":1e5})",
      R"(<134>May  6 07:08:09 fw1 CEF:0|V\|1|P|1|100|N|5|src=203.0.113.7 msg=a\=b\\)",
      "<13>May  6 07:08:09 host LEEF:2.0|IBM|QRadar|7|4000|x09|src=203.0.113.7\tdst=10.0.0.1",
      R"(203.0.113.7 - bob [06/May/2024:07:08:09 +0200] "GET /a HTTP/1.1" 200 12 "http://r.example/" "a\"b")",
      R"(<189>date=2024-05-06 time=07:08:09 devname="F\"GT" srcip=203.0.113.7)",
      R"({"a":"{\"b\":\"x\"}","c":["\ud83d\ude00",1e999]})",
      "1.5\tm\\xc3\\xbc\ta,b",
  };
  const auto columns =
      ColumnsOf({"#separator \\x09", "#fields\ta\tb\tc", "#types\ttime\tstring\tset[string]"});
  for (const std::string& record : records) {
    for (std::size_t length = 0; length <= record.size(); ++length) {
      for (const Format format : {Format::kAuto, Format::kJson, Format::kSyslog, Format::kCef, Format::kLeef,
                                  Format::kZeek, Format::kAccessLog, Format::kKeyValue, Format::kText}) {
        const Result result =
            Read(record.substr(0, length), format, format == Format::kZeek ? columns.get() : nullptr);
        const bool all_is_handed_over = result.reading.broken_json || length == 0 || !result.seen.empty() ||
                                        result.reading.format == Format::kJson;
        EXPECT_TRUE(all_is_handed_over) << FormatName(format) << ' ' << record.substr(0, length);
        if (format != Format::kAuto && result.reading.format != format && format != Format::kSyslog) {
          EXPECT_TRUE(result.reading.unparsable) << FormatName(format) << ' ' << record.substr(0, length);
        }
      }
    }
  }
}

}  // namespace
}  // namespace polder
