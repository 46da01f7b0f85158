#include "engine/event/cef_reader.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/engine/event/read_fields.h"

namespace polder {
namespace {

std::string Read(std::string_view text) { return Shown(ReadFields(ReadCef, text)); }

constexpr std::string_view kHeader =
    "cefVersion = 0\ndeviceVendor = Acme\ndeviceProduct = Wall\ndeviceVersion = 1.2\n"
    "deviceEventClassId = 100\nname = worm stopped\nseverity = 10\n";

// The extension of an event, as it reads.
std::string Extension(std::string_view extension) {
  std::string text = "CEF:0|Acme|Wall|1.2|100|worm stopped|10|";
  text += extension;
  const std::string read = Read(text);
  EXPECT_TRUE(read.starts_with(kHeader)) << read;
  return read.substr(std::min(kHeader.size(), read.size()));
}

TEST(Cef, ReadsHeaderAndExtension) {
  EXPECT_EQ(Extension("src=192.0.2.1 dst=2001:db8::1 cs1Label=Policy cs1=no p2p"),
            "src = 192.0.2.1\ndst = 2001:db8::1\ncs1Label = Policy\ncs1 = no p2p\n");
}

TEST(Cef, ReadsEveryShapeOfAnExtension) {
  struct Case {
    std::string_view extension, read;
  };
  constexpr Case kCases[] = {
      {"", ""},
      {"   ", ""},
      {"act=", "act = \n"},
      {"act= src=192.0.2.1", "act = \nsrc = 192.0.2.1\n"},
      {"msg=a  b   src=1", "msg = a  b\nsrc = 1\n"},
      {"request=http://evil.example/a?b=c&d=e dpt=80", "request = http://evil.example/a?b=c&d=e\ndpt = 80\n"},
      {"msg=all \\= signs \\\\ and | pipes", "msg = all = signs \\ and | pipes\n"},
      {"msg=x\\=y z\\=1 k=v", "msg = x=y z=1\nk = v\n"},
      {"msg=one\\ntwo\\rthree", "msg = one\ntwo\rthree\n"},
      {"filePath=C:\\\\new\\\\run.exe", "filePath = C:\\new\\run.exe\n"},
      {"filePath=C:\\new\\run.exe msg=a\\nb", "filePath = C:\\new\\run.exe\nmsg = a\nb\n"},
      {"filePath=\\\\server\\new\\run.exe", "filePath = \\\\server\\new\\run.exe\n"},
      {"suser=ACME\\eve a=\\", "suser = ACME\\eve\na = \\\n"},
      {"free text src=192.0.2.1", "message = free text\nsrc = 192.0.2.1\n"},
      {"192.0.2.1=x src=1", "message = 192.0.2.1=x\nsrc = 1\n"},
      {"ad.loginName=eve flexString1Label=x _cefVer=0.1",
       "ad.loginName = eve\nflexString1Label = x\n_cefVer = 0.1\n"},
      {"src=1\tdst=2", "src = 1\ndst = 2\n"},
      {"src=1 src=2", "src = 1\nsrc = 2\n"},
      {"k[0]=a k[1]=b", "k[0] = a\nk[1] = b\n"},
      {"=x src=1", "message = =x\nsrc = 1\n"},
  };
  for (const auto& [extension, read] : kCases) EXPECT_EQ(Extension(extension), read) << extension;
}

TEST(Cef, UnescapesTheHeader) {
  EXPECT_EQ(Read("CEF:1|A\\|B|C:\\\\D|1|id\\=1|na\\\\me|High|"),
            "cefVersion = 1\ndeviceVendor = A|B\ndeviceProduct = C:\\D\ndeviceVersion = 1\n"
            "deviceEventClassId = id\\=1\nname = na\\me\nseverity = High\n");
}

TEST(Cef, NeedsNoExtensionAndToleratesASpaceBeforeTheVersion) {
  EXPECT_EQ(Read("CEF: 0|a|b||d|e|5"),
            "cefVersion = 0\ndeviceVendor = a\ndeviceProduct = b\ndeviceEventClassId = d\nname = e\nseverity "
            "= 5\n");
}

TEST(Cef, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "CEF", "CEF:", "CEF:0", "CEF:0|", "CEF:|a|b|c|d|e|5|", "CEF:x|a|b|c|d|e|5|", "CEF:0|a|b|c|d|e",
        "CEF:0|a|b|c|d\\|e|5", "cef:0|a|b|c|d|e|5|", " CEF:0|a|b|c|d|e|5|", "LEEF:1.0|a|b|c|d|",
        "CEF:0 a|b|c|d|e|5|"}) {
    EXPECT_EQ(Read(text), "refused") << text;
  }
  EXPECT_FALSE(LooksLikeCef("CEF:0"));
  EXPECT_TRUE(LooksLikeCef("CEF:0|"));
}

TEST(Cef, CopiesOnlyWhatItUnescapes) {
  EXPECT_EQ(CopiedValues(ReadCef, "CEF:0|a|b|c|d|e\\|f|5|src=1 msg=a\\=b path=C:\\x\\y"),
            (std::vector<std::string>{"e|f", "a=b"}));
}

std::string Escaped(std::string_view value, std::string_view special) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\n' || c == '\r') {
      escaped += c == '\n' ? "\\n" : "\\r";
      continue;
    }
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// A word of anything but blanks at its ends, which are not part of a value.
std::string AnyValue(std::mt19937_64& random, std::string_view alphabet) {
  std::string value = "x";
  for (std::size_t n = random() % 12; n > 0; --n) value += alphabet[random() % alphabet.size()];
  return value + "y";
}

TEST(Cef, GivesBackAnyFieldsThatWereWrittenAsTheFormatSays) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 5000; ++round) {
    Fields fields;
    fields.emplace_back("cefVersion", "0");
    std::string text = "CEF:0|";
    for (const std::string_view name :
         {"deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity"}) {
      fields.emplace_back(name, AnyValue(random, "ab|\\= /:.\t\"\xC3\xA9"));
      text += Escaped(fields.back().second, "|\\") + "|";
    }
    for (std::size_t n = random() % 6; n > 0; --n) {
      fields.emplace_back("key" + std::to_string(random() % 9),
                          AnyValue(random, "ab|\\= /.\t\n\r\"'\xC3\xA9"));
      text += fields.back().first + "=" + Escaped(fields.back().second, "=\\") + " ";
    }
    ASSERT_EQ(Read(text), Shown(fields)) << text;
  }
}

}  // namespace
}  // namespace polder
