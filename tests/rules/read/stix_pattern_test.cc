#include "rules/read/stix_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Atoms(std::string_view pattern) {
  const auto atoms = ReadPatternAtoms(pattern);
  if (!atoms.ok()) return {"error: " + std::string(atoms.status().message())};
  std::vector<std::string> texts;
  for (const PatternAtom& atom : atoms->values) {
    texts.push_back(std::string(KindName(atom.kind)) + " " + atom.value);
    EXPECT_THAT(atom.conditions, IsEmpty()) << pattern;
  }
  return texts;
}

std::vector<std::string> Refused(std::string_view pattern) {
  const auto atoms = ReadPatternAtoms(pattern);
  if (!atoms.ok()) return {"error: " + std::string(atoms.status().message())};
  std::vector<std::string> reasons;
  for (const PatternRefusal& refusal : atoms->refused) reasons.push_back(refusal.reason);
  return reasons;
}

TEST(StixPattern, ReadsAlternativesInsideAndBetweenBracketsAndParentheses) {
  const std::string a = "domain-name:value = 'a.example'", b = "domain-name:value = 'b.example'";
  for (const std::string& pattern : {"[" + a + " OR " + b + "]", "[" + a + "] OR [" + b + "]",
                                     "[(" + a + " OR " + b + ")]", "[(" + a + ") OR ((" + b + "))]",
                                     "([" + a + "] OR [" + b + "])", "(([" + a + "])) OR ([" + b + "])"}) {
    EXPECT_THAT(Atoms(pattern), ElementsAre("domain a.example", "domain b.example")) << pattern;
  }
}

TEST(StixPattern, ReadsSetsAndSubsets) {
  EXPECT_THAT(Atoms("[domain-name:value IN ('a.example','b.example' , 'c.example')]"),
              ElementsAre("domain a.example", "domain b.example", "domain c.example"));
  EXPECT_THAT(Atoms("[ipv4-addr:value ISSUBSET '192.0.2.77/24']"), ElementsAre("network 192.0.2.0/24"));
  EXPECT_THAT(Atoms("[ipv6-addr:value ISSUBSET '2001:db8::/32']"), ElementsAre("network 2001:db8::/32"));
  EXPECT_THAT(Refused("[domain-name:value IN ()]"), ElementsAre(HasSubstr("empty set")));
  EXPECT_THAT(Refused("[domain-name:value ISSUBSET 'evil.example']"),
              ElementsAre(HasSubstr("only addresses")));
}

TEST(StixPattern, UndoesTheEscapesOfAString) {
  EXPECT_THAT(Atoms(R"([email-addr:value = 'o\'eve@evil.example'])"),
              ElementsAre("email o'eve@evil.example"));
  EXPECT_THAT(Refused(R"([domain-name:value = 'a\'\\b'])"), ElementsAre(HasSubstr(R"('a'\b')")));
}

TEST(StixPattern, LetsWhiteSpaceAndCommentsStandBetweenTokens) {
  for (const std::string_view pattern :
       {"[domain-name:value='evil.example']", " [ domain-name:value  =  'evil.example' ] ",
        "\n[\r\n\tdomain-name:value\n=\n'evil.example'\n]\n",
        "[domain-name:value\xC2\xA0=\xE2\x80\x83'evil.example']",
        "[/* why */ domain-name:value = 'evil.example' // at home\n]"}) {
    EXPECT_THAT(Atoms(pattern), ElementsAre("domain evil.example")) << pattern;
  }
}

TEST(StixPattern, HandsOnWhatIsForThePatternEngine) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"[domain-name:value = 'a.example'] AND [domain-name:value = 'b.example']", "AND between observations"},
      {"[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']", "FOLLOWEDBY"},
      {"[url:value = 'x'] OR [a:b = 'x'] FOLLOWEDBY [c:d = 'x']", "FOLLOWEDBY"},
      {"[domain-name:value LIKE '%.example']", "LIKE"},
      {"[domain-name:value MATCHES '^evil']", "MATCHES"},
      {"[ipv4-addr:value ISSUPERSET '192.0.2.0/24']", "ISSUPERSET"},
      {"[domain-name:value NOT = 'a.example']", "NOT"},
      {"[domain-name:value NOT IN ('a.example', 'b.example')]", "NOT"},
      {"[domain-name:value NOT LIKE 'a.example']", "NOT"},
      {"[domain-name:value != 'a.example']", "the comparison !="},
      {"[domain-name:value <> 'a.example']", "the comparison <>"},
      {"[file:size < 10]", "the comparison <"},
      {"[file:size >= 10]", "the comparison >="},
      {"[EXISTS domain-name:value]", "EXISTS"},
      {"[domain-name:value = 'a.example'] WITHIN 5 SECONDS", "WITHIN"},
      {"([domain-name:value = 'a.example']) WITHIN 0.5 SECONDS", "WITHIN"},
      {"[domain-name:value = 'a.example'] REPEATS 5 TIMES", "REPEATS"},
      {"[domain-name:value = 'a.example'] REPEATS 5 TIMES WITHIN 60 SECONDS", "WITHIN"},
      {"[domain-name:value = 'a.example'] START t'2024-01-01T00:00:00Z' STOP t'2024-01-02T00:00:00.5Z'",
       "START"}};
  for (const auto& [pattern, what] : cases) {
    const auto atoms = ReadPatternAtoms(pattern);
    ASSERT_TRUE(atoms.ok()) << pattern << ": " << atoms.status();
    EXPECT_THAT(atoms->values, IsEmpty()) << pattern;
    EXPECT_THAT(Refused(pattern),
                ElementsAre("not yet supported: " + std::string(what) + " needs the STIX pattern engine"))
        << pattern;
    EXPECT_EQ(atoms->refused[0].category, "not yet supported") << pattern;
  }
}

TEST(StixPattern, KeepsTheAlternativesThatItCanMatch) {
  const std::string_view pattern =
      "[file:size = 5 OR file:ctime = 6 OR domain-name:value = 'evil.example' OR url:value LIKE 'x%' OR "
      "domain-name:value = 'junk'] OR ([domain-name:value = 'b.example'] FOLLOWEDBY [a:b = 'x']) OR "
      "[domain-name:value = 'c.example']";
  EXPECT_THAT(Atoms(pattern), ElementsAre("domain evil.example", "domain c.example"));
  EXPECT_THAT(Refused(pattern), ElementsAre("not yet supported: the object path file:size",
                                            "not yet supported: the object path file:ctime",
                                            "not yet supported: LIKE needs the STIX pattern engine",
                                            HasSubstr("domain-name:value = 'junk': "),
                                            "not yet supported: FOLLOWEDBY needs the STIX pattern engine"));
}

TEST(StixPattern, NamesAPathThatItDoesNotKnowOnceForASet) {
  EXPECT_THAT(Refused("[file:size IN (1, 2, 3, 4)]"),
              ElementsAre("not yet supported: the object path file:size"));
}

TEST(StixPattern, RefusesAValueOfAnotherTypeThanText) {
  for (const std::string_view value :
       {"5", "-1.5", "true", "h'00ff'", "b'AAAA'", "t'2024-01-01T00:00:00Z'"}) {
    const std::string pattern = "[domain-name:value = " + std::string(value) + "]";
    EXPECT_THAT(Atoms(pattern), IsEmpty());
    EXPECT_THAT(Refused(pattern), ElementsAre(HasSubstr("expected a text in single quotes"))) << pattern;
  }
}

TEST(StixPattern, SaysWhereAPatternIsMalformed) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"", "at character 1: expected '[', saw the end"},
      {"file:size = 1", "at character 1: expected '['"},
      {"[", "at character 2: expected an object path"},
      {"[]", "at character 2: expected an object path"},
      {"[domain-name:value]", "at character 19: expected a comparison operator"},
      {"[domain-name:value = ]", "at character 22: expected a value"},
      {"[domain-name:value = 'a.example'",
       "at character 33: expected OR, AND or a closing bracket, saw the end"},
      {"[domain-name:value = 'a.example", "at character 22: expected a string with a closing quote"},
      {"[domain-name:value = 'a.example\\", "at character 22: expected a string with a closing quote"},
      {"[domain-name:value = 'a\\.example']", "at character 25: expected a quote or a second backslash"},
      {"[domain-name:value = \"a.example\"]", "at character 22: expected a word"},
      {"[domain-name:value = a.example]", "at character 22: expected a value"},
      {"[domain-name.value = 'a.example']", "at character 2: expected an object path"},
      {"[domain-name: = 'a.example']", "at character 14: expected a name in the object path"},
      {"[file:hashes.SHA-256 = 'aa']", "at character 17: expected single quotes around"},
      {"[file:hashes[x] = 'aa']", "at character 13: expected [*] or a number"},
      {"[domain-name:value = 'a.example' OR]", "at character 36: expected an object path"},
      {"[domain-name:value = 'a.example'] OR", "at character 37: expected '['"},
      {"[domain-name:value = 'a.example']]", "at character 34: expected the end"},
      {"([domain-name:value = 'a.example']", "at character 35: expected ')'"},
      {"[domain-name:value IN ('a.example' 'b.example')]", "at character 36: expected ',' or ')'"},
      {"[domain-name:value IN 'a.example']", "at character 23: expected '('"},
      {"[domain-name:value LIKE 5]", "at character 25: expected a value in single quotes"},
      {"[domain-name:value = 'a.example'] WITHIN 5 HOURS", "at character 44: expected SECONDS"},
      {"[domain-name:value = 'a.example'] WITHIN -5 SECONDS", "at character 42: expected a positive number"},
      {"[domain-name:value = 'a.example'] START 'x'", "at character 41: expected a time"},
      {"[domain-name:value = 'a.example'] WITHIN 5 SECONDS WITHIN 6 SECONDS",
       "at character 52: expected no second WITHIN"},
      {"[domain-name:value = 'a.example' or url:value = 'x']", "keywords are in capitals: OR"},
      {"[domain-name:value = t'2024-13-01T00:00:00Z']", "at character 22: expected a time"},
      {"[domain-name:value = h'0']", "at character 22: expected pairs of hexadecimal digits"},
      {"[domain-name:value = b'====']", "at character 22: expected base 64"},
      {"[domain-name:value = 'a.example' /* ]", "at character 34: expected a comment"}};
  for (const auto& [pattern, where] : cases) {
    const auto atoms = ReadPatternAtoms(pattern);
    EXPECT_TRUE(absl::IsInvalidArgument(atoms.status())) << pattern << ": " << atoms.status();
    EXPECT_THAT(std::string(atoms.status().message()),
                AllOf(::testing::StartsWith("not a STIX pattern: "), HasSubstr(std::string(where))))
        << pattern;
  }
}

TEST(StixPattern, CountsCharactersNotBytes) {
  EXPECT_THAT(Atoms("[file:name = '\xD0\xBF\xD1\x80' ?]"), ElementsAre(HasSubstr("at character 19: ")));
}

TEST(StixPattern, ReportsBadSyntaxBehindWhatIsNotSupported) {
  EXPECT_TRUE(absl::IsInvalidArgument(ReadPatternAtoms("[a:b LIKE 'x' AND]").status()));
}

TEST(StixPattern, SurvivesDeepParentheses) {
  const std::string deep(1'000'000, '(');
  EXPECT_TRUE(absl::IsUnimplemented(ReadPatternAtoms(deep).status()));
  EXPECT_TRUE(absl::IsUnimplemented(ReadPatternAtoms("[" + deep).status()));
  std::string fits =
      "[" + std::string(100, '(') + "domain-name:value = 'a.example'" + std::string(100, ')') + "]";
  EXPECT_THAT(Atoms(fits), ElementsAre("domain a.example"));
}

TEST(StixPattern, ReadsAVeryLongPattern) {
  std::string pattern = "[domain-name:value IN (";
  for (int i = 0; i < 100'000; ++i) pattern += (i > 0 ? ",'a" : "'a") + std::to_string(i) + ".example'";
  pattern += ")]";
  EXPECT_EQ(Atoms(pattern).size(), 100'000U);
}

}  // namespace
}  // namespace polder
