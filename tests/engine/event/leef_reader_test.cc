#include "engine/event/leef_reader.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/engine/event/read_fields.h"

namespace polder {
namespace {

std::string Read(std::string_view text) { return Shown(ReadFields(ReadLeef, text)); }

// The attributes of an event whose header begins with `version`, as they read.
std::string Attributes(std::string_view version, std::string_view rest) {
  std::string text = "LEEF:";
  text += version;
  text += "|Acme|Wall|4.0 SP1|15345|";
  text += rest;
  const std::string header = "leefVersion = " + std::string(version) +
                             "\nvendor = Acme\nproduct = Wall\nversion = 4.0 SP1\neventId = 15345\n";
  const std::string read = Read(text);
  if (read == "refused") return read;
  EXPECT_TRUE(read.starts_with(header)) << read;
  return read.substr(std::min(header.size(), read.size()));
}

TEST(Leef, ReadsVersion1) {
  struct Case {
    std::string_view attributes, read;
  };
  constexpr Case kCases[] = {
      {"", ""},
      {"src=192.0.2.1\tdst=2001:db8::1\tsev=5\tmsg=there are spaces",
       "src = 192.0.2.1\ndst = 2001:db8::1\nsev = 5\nmsg = there are spaces\n"},
      {"src=192.0.2.1\t\tsev=\t", "src = 192.0.2.1\nsev = \n"},
      {"url=http://evil.example/?a=b\tpath=C:\\new\\x.exe\tusrName=ACME\\nora",
       "url = http://evil.example/?a=b\npath = C:\\new\\x.exe\nusrName = ACME\\nora\n"},
      {"q=a\\=b\tx=1", "q = a=b\nx = 1\n"},
      {"no key\tsrc=1\tnot a key=x", "message = no key\nsrc = 1\nmessage = not a key=x\n"},
      {"src=192.0.2.1 dst=192.0.2.2 msg=tabs became spaces sev=5",
       "src = 192.0.2.1\ndst = 192.0.2.2\nmsg = tabs became spaces\nsev = 5\n"},
      {"^|src=1\tdst=2", "message = ^|src=1\ndst = 2\n"},
  };
  for (const auto& [attributes, read] : kCases) EXPECT_EQ(Attributes("1.0", attributes), read) << attributes;
}

TEST(Leef, ReadsVersion2WithTheDelimiterThatItNames) {
  struct Case {
    std::string_view rest, read;
  };
  constexpr Case kCases[] = {
      {"^|src=192.0.2.1^msg=a\tb c^x=", "src = 192.0.2.1\nmsg = a\tb c\nx = \n"},
      {"x5E|src=1^dst=2", "src = 1\ndst = 2\n"},
      {"0x5e|src=1^dst=2", "src = 1\ndst = 2\n"},
      {"0x09|src=1\tdst=2 3", "src = 1\ndst = 2 3\n"},
      {"x7C|src=1|dst=2", "src = 1\ndst = 2\n"},
      {"||src=1", "message = |src=1\n"},
      {"|src=1\tdst=2", "src = 1\ndst = 2\n"},
      {"src=1\tdst=a|b", "src = 1\ndst = a|b\n"},
      {"#|", ""},
      {"", ""},
  };
  for (const auto& [rest, read] : kCases) EXPECT_EQ(Attributes("2.0", rest), read) << rest;
}

TEST(Leef, RefusesADelimiterThatMayBePartOfAName) {
  for (const std::string_view rest : {"a|src=1adst=2", ".|src=1.dst=2", "-|x", "_|x", "x2E|x", "0x41|x",
                                      "=|a=b", "0xE9|x", "x0130|x", "\xE9|x", "7|x"}) {
    EXPECT_EQ(Attributes("2.0", rest), "refused") << rest;
  }
}

TEST(Leef, UnescapesTheHeader) {
  EXPECT_EQ(Read("LEEF:1.0|A\\|B|C:\\\\D|1|id|a=1"),
            "leefVersion = 1.0\nvendor = A|B\nproduct = C:\\D\nversion = 1\neventId = id\na = 1\n");
}

TEST(Leef, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "LEEF:", "LEEF:1.0", "LEEF:1.0|", "LEEF:|a|b|c|d|", "LEEF:1.0|a|b|c", "leef:1.0|a|b|c|d|",
        "CEF:0|a|b|c|d|e|5|", "LEEF:1.0 |a|b|c|d|"}) {
    EXPECT_EQ(Read(text), "refused") << text;
  }
}

TEST(Leef, CopiesOnlyWhatItUnescapes) {
  EXPECT_EQ(CopiedValues(ReadLeef, "LEEF:1.0|a|b|c|d|src=1\tmsg=a\\=b\tpath=C:\\x\\y"),
            (std::vector<std::string>{"a=b"}));
}

TEST(Leef, GivesBackAnyFieldsThatWereWrittenAsTheFormatSays) {
  std::mt19937_64 random(4);
  constexpr std::string_view kDelimiters = "\t^#;|, ~";
  for (int round = 0; round < 5000; ++round) {
    const char delimiter = kDelimiters[random() % kDelimiters.size()];
    Fields fields = {
        {"leefVersion", "2.0"}, {"vendor", "a b"}, {"product", "c"}, {"version", "1"}, {"eventId", "2"}};
    std::string text = "LEEF:2.0|a b|c|1|2|";
    text += delimiter == '|' ? std::string("x7C") : std::string(1, delimiter);
    text += '|';
    // With one attribute there is no delimiter, and then a blank would be taken for one.
    for (std::size_t n = 2 + random() % 6; n > 0; --n) {
      std::string value = "x";
      constexpr std::string_view kAlphabet = "ab|\\ /:.\t^#;,\"'\xC3\xA9";
      for (std::size_t size = random() % 12; size > 0; --size) {
        const char c = kAlphabet[random() % kAlphabet.size()];
        if (c != delimiter) value += c;
      }
      fields.emplace_back("key" + std::to_string(random() % 9), value + "y");
      text += fields.back().first + "=" + fields.back().second + delimiter;
    }
    ASSERT_EQ(Read(text), Shown(fields)) << text;
  }
}

}  // namespace
}  // namespace polder
