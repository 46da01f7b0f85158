#include "engine/expression/expression_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/expression/check.h"
#include "engine/expression/literals.h"
#include "tests/engine/expression/random_expression.h"

namespace polder {
namespace {

std::shared_ptr<const ExpressionSet> SetOf(const std::vector<Expression>& expressions,
                                           CompileReport* report = nullptr) {
  auto set = ExpressionSet::Compile(expressions, nullptr, report);
  EXPECT_TRUE(set.ok()) << std::string(set.status().message());
  return set.ok() ? *set : nullptr;
}

std::vector<std::uint32_t> Found(const ExpressionSet& set, std::string_view value,
                                 ExpressionSet::Scratch& scratch) {
  std::vector<std::uint32_t> found;
  set.Find(value, scratch, [&](std::uint32_t index) { found.push_back(index); });
  std::sort(found.begin(), found.end());
  return found;
}

using Indices = std::vector<std::uint32_t>;

TEST(ExpressionSet, FindsEachExpressionOnceInAValue) {
  const auto set =
      SetOf({{"evil"}, {"EVIL"}, {"EVIL", true}, {"^evil$"}, {R"((ev)il\1)"}, {"evil"}, {"e.il"}});
  ASSERT_NE(set, nullptr);
  ExpressionSet::Scratch scratch;
  EXPECT_EQ(Found(*set, "evil evil evil", scratch), (Indices{0, 2, 5, 6}));
  EXPECT_EQ(Found(*set, "evil", scratch), (Indices{0, 2, 3, 5, 6}));
  EXPECT_EQ(Found(*set, "EVIL", scratch), (Indices{1, 2}));
  EXPECT_EQ(Found(*set, "evilev", scratch), (Indices{0, 2, 4, 5, 6}));
  EXPECT_EQ(Found(*set, "good", scratch), Indices{});
  EXPECT_EQ(Found(*set, "", scratch), Indices{});
  EXPECT_EQ(set->size(), 7U);
  EXPECT_EQ(set->expression(2).regex, "EVIL");
  EXPECT_GT(set->memory_bytes(), 1000U);
}

TEST(ExpressionSet, FlagsMeanWhatPcreSays) {
  const auto set = SetOf({{"evil.x"}, {"evil.x", false, true}, {"^evilx"}, {"^evilx", false, false, true}});
  ASSERT_NE(set, nullptr);
  ExpressionSet::Scratch scratch;
  EXPECT_EQ(Found(*set, "evil\nx", scratch), (Indices{1}));
  EXPECT_EQ(Found(*set, "a\nevilx", scratch), (Indices{3}));
}

TEST(ExpressionSet, AnEmptySetFindsNothing) {
  const auto set = SetOf({});
  ASSERT_NE(set, nullptr);
  ExpressionSet::Scratch scratch;
  EXPECT_FALSE(set->MayMatch("anything", scratch));
  EXPECT_FALSE(set->MayMatchDecoded("anything", scratch));
  EXPECT_FALSE(set->has_escapable());
  EXPECT_EQ(Found(*set, "anything", scratch), Indices{});
}

TEST(ExpressionSet, TheSieveKeepsOutWhatHoldsNoLiteral) {
  const auto set = SetOf({{"evilone"}, {R"(a\\b\\c)"}});
  ASSERT_NE(set, nullptr);
  ExpressionSet::Scratch scratch;
  EXPECT_TRUE(set->has_escapable());
  EXPECT_TRUE(set->MayMatch(R"({"a":"xEVILONEx"})", scratch));
  EXPECT_FALSE(set->MayMatch(R"({"a":"a\\b\\c"})", scratch));
  EXPECT_TRUE(set->MayMatchDecoded(R"(a\b\c)", scratch));
  EXPECT_TRUE(set->MayMatchDecoded("evilone", scratch));
  EXPECT_FALSE(set->MayMatchDecoded("good", scratch));
}

TEST(ExpressionSet, WithoutALiteralEverythingPassesTheSieve) {
  CompileReport report;
  const auto set = SetOf({{"evilone"}, {"[x-z]{3}"}}, &report);
  ASSERT_NE(set, nullptr);
  ExpressionSet::Scratch scratch;
  EXPECT_EQ(report.unsieved, 1U);
  EXPECT_TRUE(set->MayMatch("good", scratch));
  EXPECT_EQ(Found(*set, "xyz", scratch), (Indices{1}));
}

TEST(ExpressionSet, ReportsWhatItCompiled) {
  std::vector<Expression> expressions;
  for (int i = 0; i < 1200; ++i) expressions.push_back({"evil" + std::to_string(i) + "x"});
  expressions.push_back({"evil7x"});
  expressions.push_back({"Evil", true});
  expressions.push_back({R"((evil)\1)"});
  CompileReport report;
  const auto set = SetOf(expressions, &report);
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(report.distinct, 1202U);
  EXPECT_EQ(report.prefiltered, 1U);
  EXPECT_EQ(report.unsieved, 0U);
  std::size_t judged = 0;
  for (const CompileReport::Chunk& chunk : report.chunks) {
    EXPECT_GT(chunk.bytes, 0U);
    EXPECT_FALSE(chunk.from_cache);
    if (chunk.what.starts_with("sieve")) continue;
    EXPECT_LT(chunk.expressions, 2 * ExpressionSet::kExpressionsPerDatabase) << chunk.what;
    judged += chunk.expressions;
  }
  EXPECT_EQ(judged, 1202U);
}

TEST(ExpressionSet, NamesTheExpressionThatDoesNotCompile) {
  const std::vector<Expression> expressions = {{"evil"}, {R"(\Gevil)"}};
  const auto set = ExpressionSet::Compile(expressions, nullptr, nullptr);
  ASSERT_FALSE(set.ok());
  EXPECT_NE(std::string(set.status().message()).find(R"(/\Gevil/)"), std::string::npos)
      << std::string(set.status().message());
}

TEST(ExpressionSet, CountsWhereConfirmationGaveUp) {
  // Its backtracking is polynomial, which passes the check and not the limits.
  const auto set = SetOf({{R"((evil)a*a*a*a*a*a*b\1)"}});
  ASSERT_NE(set, nullptr);
  ExpressionSet::Scratch scratch;
  EXPECT_EQ(Found(*set, "evil" + std::string(2000, 'a') + "bevil", scratch), (Indices{0}));
  EXPECT_EQ(scratch.gave_up(), 0U);
  Found(*set, "evil" + std::string(2000, 'a') + "b evil bevi", scratch);
  EXPECT_EQ(scratch.gave_up(), 1U);
  EXPECT_EQ(scratch.failed(), 0U);
}

TEST(ExpressionSet, OneScratchServesManySets) {
  ExpressionSet::Scratch scratch;
  std::vector<std::shared_ptr<const ExpressionSet>> sets;
  for (int i = 0; i < 7; ++i) {
    std::vector<Expression> expressions;
    for (int j = 0; j <= i * 40; ++j) expressions.push_back({"evil" + std::to_string(j) + "x.*y{2,9}z"});
    sets.push_back(SetOf(expressions));
  }
  for (int round = 0; round < 3; ++round) {
    for (const auto& set : sets) EXPECT_EQ(Found(*set, "evil0x yyyz", scratch), (Indices{0}));
  }
}

// What PCRE2 says of each expression is the norm.
void CompareWithPcre(RandomExpressions* random, std::size_t sets, std::size_t in_each, std::size_t* hits) {
  for (std::size_t i = 0; i < sets; ++i) {
    std::vector<Expression> expressions;
    std::vector<Regex> regexes;
    std::vector<std::string> texts;
    while (expressions.size() < in_each) {
      auto sample = random->Next();
      if (!CheckExpression(sample.expression).ok()) continue;
      texts.push_back(sample.text);
      texts.push_back(random->Mutated(sample.text));
      regexes.push_back(*AsRegex(sample.expression));
      expressions.push_back(std::move(sample.expression));
    }
    const auto set = SetOf(expressions);
    ASSERT_NE(set, nullptr);
    ExpressionSet::Scratch scratch;
    for (const std::string& text : texts) {
      Indices expected;
      Indices unknown;
      for (std::uint32_t j = 0; j < regexes.size(); ++j) {
        const Regex::Verdict verdict = regexes[j].Search(text);
        if (verdict == Regex::Verdict::kGaveUp) unknown.push_back(j);
        if (verdict == Regex::Verdict::kMatch) expected.push_back(j);
      }
      const Indices found = Found(*set, text, scratch);
      Indices differing;
      std::set_symmetric_difference(expected.begin(), expected.end(), found.begin(), found.end(),
                                    std::back_inserter(differing));
      for (const std::uint32_t j : differing) {
        if (std::binary_search(unknown.begin(), unknown.end(), j)) continue;
        ADD_FAILURE() << FormatExpression(expressions[j]) << " in '" << text << "': PCRE2 says "
                      << std::binary_search(expected.begin(), expected.end(), j);
      }
      *hits += expected.size();
      if (!expected.empty()) {
        EXPECT_TRUE(set->MayMatchDecoded(text, scratch)) << text;
      }
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(ExpressionSet, FindsWhatPcreFindsInRandomTexts) {
  for (const bool exotic : {false, true}) {
    RandomExpressions random(exotic ? 5 : 4, exotic);
    std::size_t hits = 0;
    CompareWithPcre(&random, 15, 50, &hits);
    EXPECT_GT(hits, 1000U);
  }
}

TEST(ExpressionSet, IsSharedByThreads) {
  std::vector<Expression> expressions;
  for (int i = 0; i < 600; ++i)
    expressions.push_back({"evil" + std::to_string(i) + R"(\.(?:com|net)$)", i % 2 == 0});
  expressions.push_back({R"((evil)\1)"});
  const auto set = SetOf(expressions);
  ASSERT_NE(set, nullptr);
  std::vector<std::thread> threads;
  std::vector<std::size_t> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      ExpressionSet::Scratch scratch;
      for (std::uint32_t i = 0; i < 5000; ++i) {
        const std::uint32_t which = (i * 7 + static_cast<std::uint32_t>(t)) % 600;
        const std::string value = "evil" + std::to_string(which) + ".com";
        if (!set->MayMatch(value, scratch) || Found(*set, value, scratch) != Indices{which}) ++wrong[t];
        if (Found(*set, "evilevil", scratch) != Indices{600}) ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<std::size_t>(4, 0));
}

}  // namespace
}  // namespace polder
