#include "engine/event/json_reader.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <string>

#include "engine/event/record.h"

namespace polder {
namespace {

// "path=value" for every scalar, numbers with a `#`; nothing if the record is not JSON.
std::optional<std::vector<std::string>> Read(const std::string& bytes) {
  JsonReader reader;
  std::vector<std::string> seen;
  const std::string padded = bytes + std::string(kRecordPadding, '"');
  const bool json = reader.Read(
      std::string_view(padded).substr(0, bytes.size()),
      [&](std::string_view path, std::string_view value) {
        seen.push_back(std::string(path) + '=' + std::string(value));
      },
      [&](std::string_view path, double value) {
        seen.push_back(std::string(path) + '#' + std::to_string(std::lround(value)));
      });
  if (!json) return std::nullopt;
  return seen;
}

using Seen = std::vector<std::string>;

TEST(JsonReader, GivesEveryStringAndNumberWithItsPath) {
  EXPECT_EQ(Read(R"({"a":{"b":["x",{"c":"y"},7]},"d":true,"e":null})"),
            (Seen{"a.b.0=x", "a.b.1.c=y", "a.b.2#7"}));
  EXPECT_EQ(Read(R"("alone")"), Seen{"=alone"});
  EXPECT_EQ(Read("[]"), Seen{});
  EXPECT_EQ(Read(R"({"":{"":"x"}})"), Seen{".=x"});
  EXPECT_EQ(Read(R"({"id.orig_h":"1.2.3.4"})"), Seen{"id.orig_h=1.2.3.4"});
}

TEST(JsonReader, GivesBothValuesOfADuplicateKey) {
  EXPECT_EQ(Read(R"({"a":"x","a":"y"})"), (Seen{"a=x", "a=y"}));
  // Through the second parser as well.
  const auto seen = Read(R"({"a":"x","a":"y","n":1e999})");
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(Seen(seen->begin(), seen->begin() + 2), (Seen{"a=x", "a=y"}));
}

TEST(JsonReader, DecodesEveryEscape) {
  EXPECT_EQ(Read(R"(["\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00"])"),
            Seen{"0=\"\\/\b\f\n\r\tA\xC3\xA9\xF0\x9F\x98\x80"});
  EXPECT_EQ(Read(R"(["a\u0000b"])"), (Seen{std::string("0=a\0b", 5)}));
}

TEST(JsonReader, ReadsHalfASurrogatePairAsTheReplacementCharacter) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(Read(R"(["\ud800"])"), Seen{"0=" + bad});
  EXPECT_EQ(Read(R"(["\uDFFFx"])"), Seen{"0=" + bad + "x"});
  EXPECT_EQ(Read(R"(["\ud800\ud83d\ude00"])"), Seen{"0=" + bad + "\xF0\x9F\x98\x80"});
  EXPECT_EQ(Read(R"(["\ud800\u0041"])"), Seen{"0=" + bad + "A"});
  EXPECT_EQ(Read(R"(["\ud800\\ud800"])"), Seen{"0=" + bad + "\\ud800"});
  EXPECT_EQ(Read(R"({"k\ud800":"x"})"), Seen{"k" + bad + "=x"});
}

TEST(JsonReader, ReadsNumbersOfAnySize) {
  for (const std::string number : {"18446744073709551616", "-9223372036854775809", "1e400", "-1.5E+999",
                                   "1e-400", "123456789012345678901234567890.5"}) {
    EXPECT_TRUE(Read("{\"n\":" + number + ",\"a\":\"x\"}").has_value()) << number;
  }
  EXPECT_TRUE(Read('[' + std::string(5000, '9') + ']').has_value());
  EXPECT_FALSE(Read("[1e]").has_value());
  EXPECT_FALSE(Read("[1e400e]").has_value());
  EXPECT_FALSE(Read("[01e999]").has_value());
  EXPECT_FALSE(Read("[-e999]").has_value());
  EXPECT_FALSE(Read("[1e+999.5]").has_value());
}

TEST(JsonReader, ReadsAnyDepth) {
  for (const std::size_t depth : {1000U, 1023U, 1024U, 1025U, 5000U, 100'000U}) {
    const auto seen = Read(std::string(depth, '[') + "\"x\"" + std::string(depth, ']'));
    ASSERT_TRUE(seen.has_value()) << depth;
    ASSERT_EQ(seen->size(), 1U);
    EXPECT_EQ(seen->front().size(), depth * 2 - 1 + 2);
    EXPECT_FALSE(Read(std::string(depth, '[') + "\"x\"" + std::string(depth - 1, ']')).has_value());
  }
  std::string objects;
  for (int i = 0; i < 3000; ++i) objects += "{\"k\":";
  EXPECT_TRUE(Read(objects + "\"x\"" + std::string(3000, '}')).has_value());
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  for (const std::string bytes : {"",
                                  " ",
                                  "{",
                                  "}",
                                  "{\"a\"}",
                                  "{\"a\":}",
                                  "{\"a\":1,}",
                                  "[1,]",
                                  "[1 2]",
                                  "{a:1}",
                                  "{'a':1}",
                                  "{\"a\":1}x",
                                  "{}{}",
                                  "[\"\\x\"]",
                                  "[\"\\u12\"]",
                                  "[\"\\ud8\"]",
                                  "[\"\n\"]",
                                  "[\"a]",
                                  "nul",
                                  "[NaN]",
                                  "[+1]",
                                  "[01]",
                                  "[.5]",
                                  "[1.]",
                                  "[\"\xFF\"]",
                                  "[\"\xC0\xAF\"]",
                                  "[\"\xED\xA0\x80\"]",
                                  "// x",
                                  "[\"\\"}) {
    EXPECT_FALSE(Read(bytes).has_value()) << bytes;
  }
  EXPECT_FALSE(Read(std::string("{}\0", 3)).has_value());
  EXPECT_FALSE(Read(std::string("[\"\0\"]", 5)).has_value());
  EXPECT_FALSE(Read(std::string("[1e999]\0x", 9)).has_value());
}

TEST(JsonReader, IsUnharmedByABrokenRecord) {
  JsonReader reader;
  std::vector<std::string> seen;
  const auto read = [&](std::string bytes) {
    const std::size_t size = bytes.size();
    bytes.resize(size + kRecordPadding);
    return reader.Read(
        std::string_view(bytes).substr(0, size),
        [&](std::string_view path, std::string_view) { seen.emplace_back(path); },
        [](std::string_view, double) {});
  };
  EXPECT_FALSE(read(R"({"a":{"b":[1e999,{"c":"x")"));
  EXPECT_FALSE(read(R"({"a":"{\"b\":\"x\"}","n":1e999,})"));
  EXPECT_EQ(seen, Seen{}) << "nothing is handed over of what is none";
  EXPECT_TRUE(read(R"({"d":["x"]})"));
  EXPECT_EQ(seen, Seen{"d.0"});
}

// `json` as the text of a string.
std::string Quoted(std::string_view json) {
  std::string out = "\"";
  for (const char c : json) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

TEST(JsonReader, ReadsJsonInStrings) {
  const struct {
    const char* json;
    Seen expected;
  } cases[] = {
      {R"({"a":"{\"b\":\"x\",\"n\":7}","c":"y"})", {"a.b=x", "a.n#7", "c=y"}},
      {R"({"a":{"b":["[\"x\",{\"c\":\"y\"}]"]}})", {"a.b.0.0=x", "a.b.0.1.c=y"}},
      {R"({"AuditData":"{\"ClientIP\":\"203.0.113.7\"}"})", {"AuditData.ClientIP=203.0.113.7"}},
      {R"({"a":"{\n \"b\" : \"x\" } \t"})", {"a.b=x"}},
      {R"({"a":" {\"b\":\"x\"}"})", {R"(a= {"b":"x"})"}},
      {R"({"a":"[14]"})", {"a.0#14"}},
      {R"({"a":"{\"u\":\"http:\\/\\/evil.example\\/\\u0041\"}"})", {"a.u=http://evil.example/A"}},
      {R"({"a":"{\"k\":\"x\",\"k\":\"y\"}"})", {"a.k=x", "a.k=y"}},
      // Two levels.
      {R"({"a":"{\"b\":\"{\\\"c\\\":\\\"x\\\"}\"}"})", {"a.b.c=x"}},
      // A lone string.
      {R"("{\"b\":\"x\"}")", {"b=x"}},
      // What only the second parser reads, outside and inside.
      {R"({"n":1e999,"a":"{\"b\":\"x\"}"})", {"n#", "a.b=x"}},
      {R"({"a":"{\"b\":\"x\",\"c\":\"\\ud800\"}"})", {"a.b=x", "a.c=\xEF\xBF\xBD"}},
      // What is none stays as it is: no member, no JSON, or a bare value.
      {R"({"a":"{}","b":"[]","c":"[ ]"})", {"a={}", "b=[]", "c=[ ]"}},
      {R"({"a":"{E1F4C3-0A}","b":"[ERROR] x","c":"{\"b\":\"x\"","d":"{\"b\":}","e":"{\"b\":1} x"})",
       {"a={E1F4C3-0A}", "b=[ERROR] x", "c={\"b\":\"x\"", "d={\"b\":}", "e={\"b\":1} x"}},
      {R"({"a":"12","b":"true","c":"\"x\"","d":"null","e":" ","f":"","g":"{","h":"[\n"})",
       {"a=12", "b=true", "c=\"x\"", "d=null", "e= ", "f=", "g={", "h=[\n"}},
      {R"({"a":"{\"b\":\"x\\u0000\"}","c":"{\"b\":\"x\"}\u0000"})",
       {std::string("a.b=x\0", 6), std::string("c={\"b\":\"x\"}\0", 12)}},
  };
  for (const auto& c : cases) {
    auto seen = Read(c.json);
    ASSERT_TRUE(seen.has_value()) << c.json;
    for (std::string& pair : *seen) {
      if (pair.starts_with("n#")) pair = "n#";  // too large to compare
    }
    EXPECT_EQ(*seen, c.expected) << c.json;
  }
}

TEST(JsonReader, ReadsJsonInStringsToItsLimits) {
  std::string nested = R"({"v":"x"})";
  std::string path = "v";
  for (int level = 1; level <= JsonReader::kMaxNesting; ++level) {
    nested = "{\"v\":" + Quoted(nested) + '}';
    path += ".v";
    EXPECT_EQ(Read(nested), Seen{path + "=x"}) << level;
  }
  // One level more is a string.
  EXPECT_EQ(Read("{\"v\":" + Quoted(nested) + '}'), Seen{path + R"(={"v":"x"})"});

  const std::string long_value(JsonReader::kMaxNestedBytes - 4, 'x');
  EXPECT_EQ(Read('[' + Quoted("[\"" + long_value + "\"]") + ']'), Seen{"0.0=" + long_value});
  const std::string too_long = "[\"" + long_value + "x\"]";
  EXPECT_EQ(Read('[' + Quoted(too_long) + ']'), Seen{"0=" + too_long});
}

TEST(JsonReader, ReadsDepthInStringsAtEveryLevel) {
  // As deep as simdjson goes, in each of the strings: the deepest that the walk recurses.
  constexpr std::size_t kDepth = 1000;
  std::string json = "\"x\"";
  for (int level = 0; level <= JsonReader::kMaxNesting; ++level) {
    json = std::string(kDepth, '[') + (level == 0 ? json : Quoted(json)) + std::string(kDepth, ']');
  }
  const auto seen = Read(json);
  ASSERT_TRUE(seen.has_value());
  ASSERT_EQ(seen->size(), 1U);
  EXPECT_TRUE(seen->front().ends_with(".0=x"));
  EXPECT_EQ(seen->front().size(), kDepth * (JsonReader::kMaxNesting + 1) * 2 - 1 + 2);
}

TEST(JsonReader, TakesLinearTimeForHostileStrings) {
  // Strings that look like JSON to their end, at every level.
  std::string one = "[";
  for (int i = 0; i < 300; ++i) one += "[1,";
  one += "{]";
  std::string json;
  for (int level = 0; level < 3; ++level) {
    json.clear();
    for (int i = 0; i < 20; ++i) json += (json.empty() ? "[" : ",") + Quoted(one);
    json += ']';
    one = json;
  }
  JsonReader reader;
  json.resize(json.size() + kRecordPadding);
  const std::string_view view = std::string_view(json).substr(0, json.size() - kRecordPadding);
  std::size_t bytes = 0;
  std::size_t strings = 0;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(reader.Read(
      view,
      [&](std::string_view, std::string_view value) {
        ++strings;
        bytes += value.size();
      },
      [](std::string_view, double) {}));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_EQ(strings, 8000U);
  EXPECT_LT(bytes, view.size());
  // Some 7 MB; a second even under a sanitizer is a hundred times what it takes.
  EXPECT_LT(seconds, 5.0) << view.size();
}

}  // namespace
}  // namespace polder
