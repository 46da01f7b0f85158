#include "rules/read/expression_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/expression/expression.h"
#include "engine/regex/regex.h"
#include "rules/read/expression_spelling.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ReadContext Context(std::string path = "rules.txt") {
  ReadContext context;
  context.path = std::move(path);
  context.source = "team";
  return context;
}

std::vector<std::string> Values(const ReadResult& result) {
  std::vector<std::string> values;
  for (const Indicator& indicator : result.indicators) {
    EXPECT_EQ(indicator.kind, Kind::kPattern);
    values.push_back(indicator.value);
  }
  return values;
}

bool Matches(const std::string& canonical, std::string_view text) {
  const auto expression = ParseExpression(canonical);
  if (!expression.ok()) return false;
  const auto regex = Regex::Compile(expression->regex, {.caseless = expression->caseless});
  return regex.ok() && regex->Search(text) == Regex::Verdict::kMatch;
}

TEST(ExpressionList, ReadsOneExpressionALine) {
  const std::string text =
      "# our rules\n"
      "\n"
      "gate-17: /\\/gate\\.php\\?id=[0-9a-f]{32}$/i\r\n"
      "1001:/evil(?:one|two)/\n"
      "  Emotet loader: /loader\\.exe/  # seen at http://x.example/y\n"
      "/a # b c d/i\n"
      "/evil/smi\n";
  ASSERT_TRUE(IsExpressionList(text, Context()));
  const ReadResult result = ReadIndicators(text, Context());
  EXPECT_EQ(result.format, "list of expressions");
  EXPECT_EQ(result.read, 5U);
  EXPECT_THAT(result.refusals, IsEmpty());
  EXPECT_THAT(Values(result), ElementsAre("/\\/gate\\.php\\?id=[0-9a-f]{32}$/i", "/evil(?:one|two)/",
                                          "/loader\\.exe/", "/a # b c d/i", "/evil/ims"));
  EXPECT_EQ(result.indicators[0].name, "gate-17");
  EXPECT_EQ(result.indicators[1].name, "1001");
  EXPECT_EQ(result.indicators[2].name, "Emotet loader");
  EXPECT_EQ(result.indicators[3].name, "");
  EXPECT_EQ(result.indicators[0].source, "team");
}

TEST(ExpressionList, RefusesALineWithItsReasonAndKeepsTheRest) {
  const std::string text =
      "a: /evilone/\n"
      "b: /evil(/\n"
      "c: /.*/\n"
      "d: /evil(?:[a-z]b){1,3000}/\n"
      "e: /evil/u\n"
      "f: /\\Gevil/\n"
      "no expression\n"
      "g: /eviltwo/\n";
  const ReadResult result = ReadExpressionList(text, Context("x.expressions"));
  EXPECT_EQ(result.read, 8U);
  EXPECT_THAT(Values(result), ElementsAre("/evilone/", "/eviltwo/"));
  std::vector<std::string> refused;
  for (const Refusal& refusal : result.refusals) {
    refused.push_back(std::to_string(refusal.line) + " " + refusal.category);
    EXPECT_FALSE(refusal.reason.empty());
    EXPECT_EQ(refusal.path, "x.expressions");
  }
  EXPECT_THAT(refused, ElementsAre("2 invalid value", "3 guarded", "4 dangerous", "5 invalid value",
                                   "6 not yet supported", "7 invalid value"));
  EXPECT_THAT(result.refusals[0].Message(), HasSubstr("x.expressions:2: no regular expression: at byte 5"));
  EXPECT_THAT(result.refusals[5].Message(), HasSubstr("expected NAME: /regex/flags"));
}

TEST(ExpressionList, AnOrdinaryListIsNone) {
  for (const std::string_view text :
       {"evil.example\n192.0.2.1\n", "http://evil.example/i\n", "hxxp://evil.example/panel/\n", "/panel/\n",
        "/panel/\n/gate/\n", "/tmp/i\n/usr/lib/libevil.so\n", "# only a comment\n", "",
        "0.0.0.0 evil.example\n", "value;score\nevil.example;80\n", "192.0.2.1;80;seen\n192.0.2.2;90\n",
        "alert http any any -> any any (msg:\"x\"; pcre:\"/evil/i\"; sid:1;)\n", "AS: 64496\n",
        "/a/i: evil.example\n", "evil.example # see /x/i\n"}) {
    EXPECT_FALSE(IsExpressionList(text, Context())) << text;
  }
}

TEST(ExpressionList, TheNameOfTheFileMayTell) {
  EXPECT_TRUE(IsExpressionList("/panel/\n", Context("x.expressions")));
}

TEST(ExpressionList, FlagsOfOtherToolsAreReadWhereTheyMeanNothingElse) {
  const ReadResult result = ReadExpressionList("a: /ev il/xi\nb: /evil/gHo\n", Context());
  EXPECT_THAT(Values(result), ElementsAre("/(?x)ev il/i", "/evil/"));
}

TEST(ExpressionList, ReadsScoredExpressions) {
  const std::string text =
      "# Format: REGEX;SCORE\n"
      "\n"
      "# Some Loader\n"
      "\\\\svcsstat\\.exe;70\n"
      "(?i)\\\\procdump(64)?(a)?\\.(exe|zip);50;(?i)(SysInternals\\\\)\n"
      "\\\\evil\\.dll$;250\n";
  ASSERT_TRUE(IsExpressionList(text, Context("filename-iocs.txt")));
  const ReadResult result = ReadIndicators(text, Context("filename-iocs.txt"));
  EXPECT_EQ(result.format, "list of expressions with scores");
  ASSERT_EQ(result.indicators.size(), 3U);
  EXPECT_EQ(result.indicators[0].value, "/\\\\svcsstat\\.exe/");
  EXPECT_EQ(result.indicators[0].confidence, 70);
  EXPECT_EQ(result.indicators[0].description, "Some Loader");
  EXPECT_EQ(result.indicators[2].confidence, 100);
  const std::string& excepting = result.indicators[1].value;
  EXPECT_TRUE(Matches(excepting, "C:\\Temp\\ProcDump64.exe"));
  EXPECT_FALSE(Matches(excepting, "C:\\SysInternals\\procdump64.exe"));
  EXPECT_FALSE(Matches(excepting, "C:\\procdump\\sysinternals\\procdump.exe\\procdump.zip"));
  EXPECT_FALSE(Matches(excepting, "C:\\Temp\\other.exe"));
}

TEST(LooksLikeExpression, TellsExpressionsFromNamesAndPaths) {
  for (const std::string_view text :
       {R"(vh[0-9]{6}\.eurodir\.ru)", "^[a-z]{1,3}-bank$", R"(\bfoo\b)", "nut[0-9a-z]+x", "foo.*bar",
        "(a|b)c", "x(yz)?", "[^.]x", "evil.+", R"(C:\\Temp\\.*\.exe)"}) {
    EXPECT_TRUE(LooksLikeExpression(text)) << text;
  }
  for (const std::string_view text :
       {"evil.example", "*.evil.example", "e*il.example", "/tmp/x", R"(C:\Temp\x.exe)",
        "hxxp[:]//evil[.]example", "[fe80::1]:443", "*.*", "a|b", "x (1).exe", "/get/[home|dashboard]",
        "$NOTA", R"(\\server\share)", "ends in \\"}) {
    EXPECT_FALSE(LooksLikeExpression(text)) << text;
  }
}

std::string Pattern(const absl::StatusOr<std::vector<TypedValue>>& values) {
  return values.ok() ? values->front().value : "error: " + std::string(values.status().message());
}

TEST(PatternText, IsAnExpressionWhereItCanBeNothingElse) {
  const struct {
    std::string text;
    std::string canonical;
  } cases[] = {{"/evil[0-9]+/i", "/evil[0-9]+/i"},
               {"/evil/i", "/evil/i"},
               {"evil[0-9]+", "/evil[0-9]+/i"},
               {"/tmp/x/i", "//tmp/x/i/i"},
               {"/panel/", "//panel//i"},
               {"/panel/gate.php", "//panel/gate\\.php/i"},
               {"GET /x HTTP", "/GET /x HTTP/i"},
               {"evil (1)", "/evil \\(1\\)/i"},
               {R"(C:\.hidden\x)", R"(/C:\\\.hidden\\x/i)"},
               {"evil(.*", "/evil\\(\\.\\*/i"}};
  for (const auto& c : cases) EXPECT_EQ(Pattern(ReadPatternText(c.text)), c.canonical) << c.text;
  EXPECT_THAT(Pattern(ReadPatternText("/[a-z]*/")), HasSubstr("matches the empty string"));
}

TEST(FilePattern, HasWildcards) {
  const std::string between = Pattern(ReadFilePattern("inv*ice?.doc"));
  EXPECT_TRUE(Matches(between, "C:\\Temp\\INVoice1.doc"));
  EXPECT_TRUE(Matches(between, "invice1.doc"));
  EXPECT_FALSE(Matches(between, "xinvoice1.doc"));
  EXPECT_FALSE(Matches(between, "invoice1.docx"));
  EXPECT_FALSE(Matches(between, "inv/oice1.doc"));
  const std::string ending = Pattern(ReadFilePattern("*.evilext"));
  EXPECT_TRUE(Matches(ending, "/tmp/a.evilext"));
  EXPECT_FALSE(Matches(ending, "/tmp/a.evilext.txt"));
  EXPECT_EQ(Pattern(ReadFilePattern("/evil[0-9]\\.exe$/")), "/evil[0-9]\\.exe$/");
  EXPECT_EQ(Pattern(ReadFilePattern("evil.exe")), "/evil\\.exe/i");
}

}  // namespace
}  // namespace polder
