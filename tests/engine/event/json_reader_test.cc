#include "engine/event/json_reader.h"

#include <gtest/gtest.h>

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
  seen.clear();
  EXPECT_TRUE(read(R"({"d":["x"]})"));
  EXPECT_EQ(seen, Seen{"d.0"});
}

}  // namespace
}  // namespace polder
