#include "engine/expression/literals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/observable/characters.h"
#include "tests/engine/expression/random_expression.h"

namespace polder {
namespace {

using Literals = std::vector<std::string>;

TEST(RequiredLiterals, AreWhatEveryMatchHolds) {
  const struct {
    std::string regex;
    Literals literals;
  } cases[] = {
      {"evil", {"evil"}},
      {"EVIL", {"evil"}},
      {"evi", {}},
      {R"(evil\.example)", {"evil.example"}},
      {"evil(?:one|two)", {"evilone", "eviltwo"}},
      {"evilone|eviltwo|x", {}},
      {"evil[ab]c", {"evilac", "evilbc"}},
      {"evil[a-z]c", {"evil"}},
      {"evil.*backdoor", {"backdoor"}},
      {"backdoors?", {"backdoor"}},  // with and without: the shorter stands in both
      {"evil(?:backdoor)?", {"evil"}},
      {"evil(?:backdoor)+", {"evilbackdoor"}},
      {"(?:abcd){0,3}efgh", {"efgh"}},
      {"a{4}", {"aaaa"}},
      {"ab{3,}c", {"abbb"}},
      {"xyz+vwq", {"zvwq"}},
      {R"(^evil\b$)", {"evil"}},
      {"ev(?#comment)il", {"evil"}},
      {"(?x) e v i l # comment", {"evil"}},
      {R"(\Qe.v*\E)", {"e.v*"}},
      {R"(\Q)", {}},
      {R"(evil\Q)", {"evil"}},
      {"evil(?=abcdefgh)", {"evil"}},
      {"evil(?!abcdefgh)", {"evil"}},
      {R"((evil)\1)", {"evil"}},
      {"(?>evil)", {"evil"}},
      {"(?<name>evil)", {"evil"}},
      {"(?:(?:(?:evil)))", {"evil"}},
      {R"(\x65vil)", {"evil"}},
      {".*", {}},
      {"[a-z]+", {}},
      {"", {}},
      {"(?R)abcdef", {"abcdef"}},
      {"abc(*ACCEPT)def", {}},
      {"(unclosed", {}},
      // Pieces that may be written as escapes are kept only if there is nothing else.
      {R"(C:\\Temp\\evilfile)", {"evilfile"}},
      {R"(a\\b\\c)", {R"(a\b\c)"}},
      {"caf\xC3\xA9s", {"caf\xC3\xA9s"}},
      // What everyone's logs hold is kept only if there is nothing else.
      {"windows.*zxqj", {"zxqj"}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(RequiredLiterals({c.regex}), c.literals) << c.regex;
  }
}

TEST(RequiredLiterals, OfManyAlternativesThereIsNoSet) {
  std::string regex = "evil0000";
  for (int i = 1; i < 200; ++i) regex += "|evil" + std::to_string(1000 + i);
  EXPECT_TRUE(RequiredLiterals({regex}).empty());
}

TEST(RequiredLiterals, StayWithinTheirBounds) {
  const Expression expressions[] = {{std::string(4000, 'a')},
                                    {"(?:a|b)(?:c|d)(?:e|f)(?:g|h)(?:i|j)(?:k|l)(?:m|n)(?:o|p)"},
                                    {"(?:abcdefgh){1000}"},
                                    {"[ab]{2000}"}};
  for (const Expression& expression : expressions) {
    const Literals literals = RequiredLiterals(expression);
    EXPECT_FALSE(literals.empty()) << expression.regex.substr(0, 40);
    EXPECT_LE(literals.size(), kMostLiterals);
    for (const std::string& literal : literals) {
      EXPECT_GE(literal.size(), kShortestLiteral);
      EXPECT_LE(literal.size(), kLongestLiteral);
    }
  }
}

TEST(RequiredLiterals, DeepNestingIsGivenUp) {
  std::string regex;
  for (int i = 0; i < 2000; ++i) regex += '(';
  EXPECT_TRUE(RequiredLiterals({regex}).empty());
  EXPECT_TRUE(RequiredLiterals({regex + "evil" + std::string(2000, ')')}).empty());
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), ToLowerAscii);
  return text;
}

// Whether one of the literals is there; where there are none, nothing is claimed.
bool Holds(const Literals& literals, const std::string& text) {
  return literals.empty() || std::any_of(literals.begin(), literals.end(), [&](const std::string& literal) {
           return Lower(text).find(literal) != std::string::npos;
         });
}

TEST(RequiredLiterals, StandInEveryTextThatARandomExpressionMatches) {
  RandomExpressions random(20240611, true);
  std::size_t matched = 0;
  std::size_t claimed = 0;
  for (int i = 0; i < 40'000; ++i) {
    const auto sample = random.Next();
    const auto regex = AsRegex(sample.expression);
    ASSERT_TRUE(regex.ok()) << sample.expression.regex << ": " << std::string(regex.status().message());
    if (regex->Search(sample.text) != Regex::Verdict::kMatch) continue;
    const Literals literals = RequiredLiterals(sample.expression);
    ++matched;
    claimed += literals.empty() ? 0 : 1;
    ASSERT_TRUE(Holds(literals, sample.text)) << FormatExpression(sample.expression) << "\n" << sample.text;
  }
  // Else the test says little.
  EXPECT_GT(matched, 15'000U);
  EXPECT_GT(claimed, 4'000U);
}

TEST(RequiredLiterals, HoldForOddSyntaxAsWell) {
  RandomExpressions random(7, true);
  std::size_t claimed = 0;
  for (int i = 0; i < 60'000; ++i) {
    auto sample = random.Next();
    sample.expression.regex = random.Mutated(sample.expression.regex);
    const auto regex = AsRegex(sample.expression);
    if (!regex.ok()) continue;
    const Literals literals = RequiredLiterals(sample.expression);
    for (const std::string& text : {sample.text, random.Mutated(sample.text), random.Mutated(sample.text)}) {
      if (regex->Search(text) != Regex::Verdict::kMatch) continue;
      claimed += literals.empty() ? 0 : 1;
      ASSERT_TRUE(Holds(literals, text)) << FormatExpression(sample.expression) << "\n" << text;
    }
  }
  EXPECT_GT(claimed, 4'000U);
}

}  // namespace
}  // namespace polder
