#include "engine/event/zeek_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace polder {
namespace {

using Seen = std::vector<std::string>;

std::optional<Seen> Read(std::string_view line, const ZeekColumns& columns) {
  Seen seen;
  ZeekScratch scratch;
  const bool read = ReadZeek(
      line, columns, scratch,
      [&](std::string_view path, std::string_view value) {
        seen.push_back(fmt::format("{}={}", path, value));
      },
      [&](std::string_view path, double value) { seen.push_back(fmt::format("{}#{}", path, value)); });
  if (!read) {
    EXPECT_TRUE(seen.empty()) << "nothing is handed over of a line that is none";
    return std::nullopt;
  }
  return seen;
}

std::shared_ptr<const ZeekColumns> ColumnsOf(std::initializer_list<std::string_view> header) {
  ZeekHeader zeek;
  for (const std::string_view line : header) EXPECT_TRUE(zeek.See(line)) << line;
  return zeek.columns();
}

std::shared_ptr<const ZeekColumns> Columns(const std::string& names, const std::string& types) {
  return ColumnsOf({"#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-",
                    "#path\tlog", "#open\t2024-04-12-19-29-12", "#fields\t" + names, "#types\t" + types});
}

TEST(ZeekReader, GivesValuesAsZeeksJsonHasThem) {
  const auto dns = Columns("ts\tuid\tid.orig_h\tid.orig_p\tproto\trtt\tquery\tAA\tanswers\tTTLs\trejected",
                           "time\tstring\taddr\tport\tenum\tinterval\tstring\tbool\tvector[string]\t"
                           "vector[interval]\tbool");
  EXPECT_EQ(Read("1521911720.865716\tCqKst53\t10.47.1.100\t41772\tudp\t0.000870\tise.wrccdc.org\tF\t"
                 "ise.wrccdc.cpp.edu,134.71.3.16\t2230.000000,41830.000000\tT",
                 *dns),
            (Seen{"_path=log", "ts#1521911720.865716", "uid=CqKst53", "id.orig_h=10.47.1.100",
                  "id.orig_p#41772", "proto=udp", "rtt#0.00087", "query=ise.wrccdc.org",
                  "answers.0=ise.wrccdc.cpp.edu", "answers.1=134.71.3.16", "TTLs.0#2230", "TTLs.1#41830"}));
  EXPECT_EQ(Read("1.5\t-\t::1\t0\ticmp\t-\t(empty)\t-\t(empty)\t-\t-", *dns),
            (Seen{"_path=log", "ts#1.5", "id.orig_h=::1", "id.orig_p#0", "proto=icmp"}));
}

TEST(ZeekReader, ReadsEveryType) {
  const struct {
    const char* type;
    const char* raw;
    const char* expected;  // null: nothing
  } cases[] = {
      {"count", "18446744073709551615", "v#1.8446744073709552e+19"},
      {"int", "-42", "v#-42"},
      {"double", "3.14", "v#3.14"},
      {"interval", "4.294967296e+09", "v#4294967296"},
      {"time", "-1418429426.887384", "v#-1418429426.887384"},
      {"port", "443", "v#443"},
      {"bool", "T", nullptr},
      {"bool", "F", nullptr},
      {"addr", "2001:db8::1", "v=2001:db8::1"},
      {"subnet", "10.0.0.0/24", "v=10.0.0.0/24"},
      {"enum", "Notice::ACTION_LOG", "v=Notice::ACTION_LOG"},
      {"func", "SSH::foo\\x0a{ \\x0a}", "v=SSH::foo\n{ \n}"},
      {"string", "12", "v=12"},
      {"set[string]", "a,b", "v.0=a v.1=b"},
      {"set[count]", "4,2", "v.0#4 v.1#2"},
      {"table[addr]", "1.2.3.4,::1", "v.0=1.2.3.4 v.1=::1"},
      {"vector[bool]", "T,F", nullptr},
      // An element keeps its place whatever is before it.
      {"vector[string]", "a,-,(empty),d", "v.0=a v.3=d"},
      {"vector[string]", ",d", "v.1=d"},
      // What is not of its type is still searched.
      {"count", "many", "v=many"},
      {"count", "1 ", "v=1 "},
      {"time", "XXXXXXXXXX.XXXXXX", "v=XXXXXXXXXX.XXXXXX"},
      {"double", "inf", "v=inf"},
      {"double", "1e999", "v=1e999"},
      {"port", "80/tcp", "v=80/tcp"},
      {"bool", "yes", "v=yes"},
      {"of another kind", "x", "v=x"},
      {"set[string", "a,b", "v=a,b"},
  };
  for (const auto& c : cases) {
    const auto seen =
        Read(c.raw, *ColumnsOf({"#separator \\x09", "#fields\tv", std::string("#types\t") + c.type}));
    ASSERT_TRUE(seen.has_value()) << c.raw;
    EXPECT_EQ(fmt::format("{}", fmt::join(*seen, " ")), c.expected != nullptr ? c.expected : "")
        << c.type << ' ' << c.raw;
  }
}

TEST(ZeekReader, DecodesEscapes) {
  const struct {
    const char* raw;
    std::string value;
  } cases[] = {
      {"a\\x09b", "a\tb"},
      {"\\x2d", "-"},  // the text, where the column would be unset
      {"\\x28empty)", "(empty)"},
      {"\\x23comment", "#comment"},
      {"C:\\\\x41\\\\Users", "C:\\x41\\Users"},
      {"O=VMware\\\\, Inc", "O=VMware\\, Inc"},
      {"m\\xc3\\xbcnchen.example", "m\xC3\xBCnchen.example"},
      {"\\xFFevil.example",
       "\xFF"
       "evil.example"},
      {"evil.example\\x00", std::string("evil.example\0", 13)},
      {"\\x", "\\x"},
      {"\\xg1", "\\xg1"},
      {"\\x4", "\\x4"},
      {"end\\", "end\\"},
      {"\\n", "\\n"},
  };
  const auto columns = ColumnsOf({"#separator \\x09", "#fields\tv", "#types\tstring"});
  for (const auto& c : cases) EXPECT_EQ(Read(c.raw, *columns), Seen{"v=" + c.value}) << c.raw;
  const auto sets = ColumnsOf({"#separator \\x09", "#fields\tv", "#types\tset[string]"});
  EXPECT_EQ(Read("\\x2c,CC,\\x2c\\x2c,AA", *sets), (Seen{"v.0=,", "v.1=CC", "v.2=,,", "v.3=AA"}));
}

TEST(ZeekReader, RefusesALineWithAnotherNumberOfColumns) {
  const auto columns = Columns("a\tb\tc", "string\tstring\tstring");
  for (const char* line : {"", "x", "x\ty", "x\ty\tz\t", "\t\t\t", "Nov 22 00:30:56 host sshd[1]: hello"}) {
    EXPECT_EQ(Read(line, *columns), std::nullopt) << line;
  }
  EXPECT_EQ(Read("\t\t", *columns), Seen{"_path=log"});
  EXPECT_EQ(Read("x\t\tz", *columns), (Seen{"_path=log", "a=x", "c=z"}));
}

TEST(ZeekHeader, TakesAnySeparatorThatCanBePartOfNoValue) {
  const auto pipes =
      ColumnsOf({"#separator ||", "#set_separator||,", "#empty_field||(empty)", "#unset_field||-",
                 "#path||ssh", "#fields||t||id.orig_h||status", "#types||time||addr||string"});
  ASSERT_NE(pipes, nullptr);
  EXPECT_EQ(Read("1.5||1.2.3.4||fa\\x7c\\x7cure", *pipes),
            (Seen{"_path=ssh", "t#1.5", "id.orig_h=1.2.3.4", "status=fa||ure"}));
  const auto bytes =
      ColumnsOf({"#separator \\x09", "#set_separator\t\\x01\\x02", "#fields\tss", "#types\tset[string]"});
  EXPECT_EQ(Read("a\x01\x02"
                 "b\\x01\\x02",
                 *bytes),
            (Seen{"ss.0=a", "ss.1=b\x01\x02"}));
  // What could be part of a name or an address parts no values.
  for (const std::string separator : {"a", "-", ":", "\\xc2\\xae", "+"}) {
    ZeekHeader zeek;
    EXPECT_FALSE(zeek.See("#separator " + separator)) << separator;
    zeek.See("#fields" + separator + "x" + separator + "y");
    EXPECT_EQ(zeek.columns(), nullptr) << separator;
  }
  const auto own_words =
      ColumnsOf({"#separator \\x20", "#unset_field NONE", "#empty_field EMPTY", "#fields a b c"});
  EXPECT_EQ(Read("NONE EMPTY -", *own_words), Seen{"c=-"});
}

TEST(ZeekHeader, SaysWhichLinesItConsistsOf) {
  ZeekHeader zeek;
  EXPECT_FALSE(zeek.See("#fields\ta\tb")) << "no separator was named";
  EXPECT_FALSE(zeek.See("#close\t2024"));
  EXPECT_FALSE(zeek.See("#separator "));
  EXPECT_EQ(zeek.columns(), nullptr);
  EXPECT_TRUE(zeek.See("#separator \\x09"));
  EXPECT_EQ(zeek.columns(), nullptr);
  EXPECT_TRUE(zeek.See("#open XXXX-XX-XX-XX-XX-XX")) << "with a space whatever the separator";
  EXPECT_TRUE(zeek.See("#fields\ta\tb"));
  ASSERT_NE(zeek.columns(), nullptr);
  EXPECT_EQ(zeek.columns()->columns.size(), 2U);
  for (const char* line : {"", "x\ty", "#", "### a comment", "# fields\ta", "#Fields: date time"}) {
    EXPECT_FALSE(zeek.See(line)) << line;
  }
  EXPECT_NE(zeek.columns(), nullptr) << "a comment ends nothing";
  const auto before = zeek.columns();
  EXPECT_TRUE(zeek.See("#types\tstring")) << "of another number: not taken";
  EXPECT_EQ(zeek.columns(), before);
  EXPECT_TRUE(zeek.See("#close\t2024-04-12-19-34-07"));
  EXPECT_EQ(zeek.columns(), nullptr);
  EXPECT_EQ(before->columns.size(), 2U) << "whoever holds them still does";
}

TEST(ZeekHeader, BeginsAnewAtTheNextLog) {
  ZeekHeader zeek;
  for (const char* line :
       {"#separator ,", "#set_separator,;", "#path,conn", "#fields,a,b", "#types,count,count"}) {
    zeek.See(line);
  }
  zeek.See("#separator \\x09");
  EXPECT_EQ(zeek.columns(), nullptr);
  zeek.See("#fields\tc");
  ASSERT_NE(zeek.columns(), nullptr);
  EXPECT_EQ(zeek.columns()->path, "");
  EXPECT_EQ(zeek.columns()->set_separator, ",");
  EXPECT_EQ(Read("5", *zeek.columns()), Seen{"c=5"}) << "without types all are texts";
}

TEST(ZeekHeader, IsNoneWithTooManyColumns) {
  ZeekHeader zeek;
  zeek.See("#separator ,");
  zeek.See("#fields" + [] {
    std::string names;
    for (std::size_t i = 0; i <= ZeekHeader::kMaxColumns; ++i) names += ",a";
    return names;
  }());
  EXPECT_EQ(zeek.columns(), nullptr);
}

TEST(ZeekHeader, GivesEachLineOfABatchItsColumns) {
  ZeekHeader zeek;
  ZeekHeader::Kept kept;
  EXPECT_EQ(zeek.Follow("text", kept), nullptr);
  for (const char* line : {"#separator \\x09", "#fields\ta", "#types\tcount"}) {
    EXPECT_EQ(zeek.Follow(line, kept), nullptr) << "a header line is text";
  }
  const ZeekColumns* const first = zeek.Follow("1", kept);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(zeek.Follow("2", kept), first);
  EXPECT_EQ(zeek.Follow("#close\t2024", kept), nullptr);
  EXPECT_EQ(zeek.Follow("text", kept), nullptr);
  for (const char* line : {"#separator \\x09", "#fields\ta\tb"}) zeek.Follow(line, kept);
  const ZeekColumns* const second = zeek.Follow("1\t2", kept);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].get(), first);
  EXPECT_EQ(kept[1].get(), second);
  EXPECT_EQ(Read("7", *first), Seen{"a#7"});
  // The next batch keeps its own.
  ZeekHeader::Kept next;
  EXPECT_EQ(zeek.Follow("3\t4", next), second);
  ASSERT_EQ(next.size(), 1U);
}

}  // namespace
}  // namespace polder
