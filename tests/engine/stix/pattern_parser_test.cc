#include "engine/stix/pattern_parser.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/stix/compiled_pattern.h"
#include "engine/stix/hash_constants.h"
#include "tests/rules/read/data_folder.h"

namespace polder {
namespace {

using ::testing::HasSubstr;

std::string Shape(const StixPattern& pattern, const ComparisonNode& node, const ObservationExpression& leaf) {
  if (node.type == ComparisonNode::Type::kComparison) {
    const Comparison& comparison = leaf.comparisons[node.comparison];
    std::string text = comparison.path.text + (comparison.negated ? " NOT " : " ") + comparison.written;
    for (const PatternConstant& constant : comparison.constants) text += " " + constant.text;
    return text;
  }
  std::string text = node.type == ComparisonNode::Type::kAnd ? "(and" : "(or";
  for (const ComparisonNode& operand : node.operands) text += " " + Shape(pattern, operand, leaf);
  return text + ")";
}

std::string Shape(const StixPattern& pattern, const ObservationNode& node) {
  std::string text;
  if (node.type == ObservationNode::Type::kLeaf) {
    const ObservationExpression& leaf = pattern.leaves[node.leaf];
    text = "[" + Shape(pattern, leaf.root, leaf) + "]";
  } else {
    text = node.type == ObservationNode::Type::kAnd  ? "(and"
           : node.type == ObservationNode::Type::kOr ? "(or"
                                                     : "(then";
    for (const ObservationNode& operand : node.operands) text += " " + Shape(pattern, operand);
    text += ")";
  }
  for (const Qualifier& qualifier : node.qualifiers) {
    switch (qualifier.type) {
      case Qualifier::Type::kWithin:
        text += fmt::format(" within {}", qualifier.within);
        break;
      case Qualifier::Type::kRepeats:
        text += fmt::format(" x{}", qualifier.repeats);
        break;
      case Qualifier::Type::kStartStop:
        text += fmt::format(" {}..{}", FormatIsoTime(qualifier.start), FormatIsoTime(qualifier.stop));
        break;
    }
  }
  return text;
}

std::string Shape(std::string_view text) {
  const auto pattern = ParseStixPattern(text);
  if (!pattern.ok()) return std::string(pattern.status().message());
  return Shape(*pattern, pattern->root);
}

TEST(PatternParser, BindsAndBeforeOrBeforeFollowedBy) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"[a:b = 1]", "[a:b = 1]"},
      {"[a:b = 1 OR a:c = 2 AND a:d = 3]", "[(or a:b = 1 (and a:c = 2 a:d = 3))]"},
      {"[(a:b = 1 OR a:c = 2) AND a:d = 3]", "[(and (or a:b = 1 a:c = 2) a:d = 3)]"},
      {"[a:b = 1] FOLLOWEDBY [a:b = 2] OR [a:b = 3] AND [a:b = 4]",
       "(then [a:b = 1] (or [a:b = 2] (and [a:b = 3] [a:b = 4])))"},
      {"([a:b = 1] FOLLOWEDBY [a:b = 2]) AND [a:b = 3]", "(and (then [a:b = 1] [a:b = 2]) [a:b = 3])"},
      {"[a:b NOT IN (1, 2.5, 'x', true)]", "[a:b NOT IN 1 2.5 x true]"},
      {"[EXISTS a:b.c]", "[a:b.c EXISTS]"}};
  for (const auto& [text, shape] : cases) EXPECT_EQ(Shape(text), shape) << text;
}

TEST(PatternParser, GivesAQualifierToWhatStandsRightBeforeIt) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"[a:b = 1] AND [a:b = 2] WITHIN 5 SECONDS", "(and [a:b = 1] [a:b = 2] within 5000000)"},
      {"([a:b = 1] AND [a:b = 2]) WITHIN 0.5 SECONDS", "(and [a:b = 1] [a:b = 2]) within 500000"},
      {"[a:b = 1] REPEATS 5 TIMES WITHIN 1800 SECONDS", "[a:b = 1] x5 within 1800000000"},
      {"([a:b = 1] WITHIN 1 SECONDS) WITHIN 2 SECONDS", "[a:b = 1] within 1000000 within 2000000"},
      {"[a:b = 1] START t'2024-01-01T00:00:00.5Z' STOP '2024-01-02T00:00:60Z'",
       "[a:b = 1] 2024-01-01T00:00:00.500000Z..2024-01-02T00:01:00Z"}};
  for (const auto& [text, shape] : cases) EXPECT_EQ(Shape(text), shape) << text;
}

TEST(PatternParser, KeepsTheStepsOfAPathApart) {
  const auto pattern =
      ParseStixPattern("[file:extensions.'windows-pebinary-ext'.sections[*].hashes.'SHA-256' = 'x']");
  ASSERT_TRUE(pattern.ok()) << pattern.status();
  const ObjectPath& path = pattern->leaves[0].comparisons[0].path;
  EXPECT_EQ(path.type, "file");
  ASSERT_EQ(path.steps.size(), 6U);
  EXPECT_EQ(path.steps[1].key, "windows-pebinary-ext");
  EXPECT_EQ(path.steps[3].type, PathStep::Type::kAnyIndex);
  EXPECT_EQ(path.steps[5].key, "SHA-256");
  EXPECT_EQ(path.normal, "file:extensions.windows-pebinary-ext.sections.hashes.sha256");
}

TEST(PatternParser, DecodesConstants) {
  const auto pattern = ParseStixPattern(
      R"([a:b IN ('it\'s \\ here', h'FFd8', b'YWI=', -12, +1.5, 9223372036854775807, false, t'2024-02-30T00:00:00Z')])");
  ASSERT_TRUE(pattern.ok()) << pattern.status();
  const auto& constants = pattern->leaves[0].comparisons[0].constants;
  ASSERT_EQ(constants.size(), 8U);
  EXPECT_EQ(constants[0].text, R"(it's \ here)");
  EXPECT_EQ(constants[1].text, "\xFF\xD8");
  EXPECT_EQ(constants[2].text, "ab");
  EXPECT_EQ(constants[3].number, -12);
  EXPECT_EQ(constants[4].number, 1.5);
  EXPECT_EQ(static_cast<std::int64_t>(constants[5].number), std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(constants[6].boolean);
  EXPECT_EQ(FormatIsoTime(constants[7].time), "2024-03-01T00:00:00Z");
}

TEST(PatternParser, RefusesCountsAndDurationsThatAreNone) {
  EXPECT_THAT(Shape("[a:b = 1] REPEATS 0 TIMES"),
              HasSubstr("at character 19: expected a positive whole number"));
  EXPECT_THAT(Shape("[a:b = 1] REPEATS 1.5 TIMES"), HasSubstr("expected a positive whole number"));
  EXPECT_THAT(Shape("[a:b = 1] WITHIN 0 SECONDS"), HasSubstr("expected a positive number, saw '0 SECONDS'"));
  EXPECT_EQ(Shape("[a:b = 1] REPEATS 99999999999999999999999999 TIMES"), "[a:b = 1] x1000000000000");
}

TEST(PatternParser, BoundsTheStepsOfAPath) {
  std::string path = "a:b";
  for (int i = 0; i < 100'000; ++i) path += ".b";
  EXPECT_THAT(Shape("[" + path + " = 1]"), HasSubstr("no more than 64 steps"));
}

TEST(PatternParser, KnowsTheLengthOfHashes) {
  const auto check = [](std::string_view text) {
    const auto pattern = ParseStixPattern(text);
    return pattern.ok() ? std::string(CheckHashConstants(*pattern).message()) : std::string("no pattern");
  };
  EXPECT_THAT(
      check("[file:hashes.'SHA-256' = 'f00']"),
      HasSubstr(
          "at character 26: expected a SHA-256 hash: 64 hexadecimal digits in single quotes, saw 'f00'"));
  EXPECT_THAT(check("[file:hashes.md5 IN ('cead3f77f6cda6ec00f57d76c9a6879f', 5)]"),
              HasSubstr("32 hexadecimal"));
  EXPECT_EQ(check("[file:hashes.MD5 = 'cead3f77f6cda6ec00f57d76c9a6879f']"), "");
  EXPECT_EQ(check("[file:hashes.MD5 LIKE 'cead%' AND file:hashes.SSDEEP = 'x']"), "");
}

// The cases are no part of the project: without them the test is skipped.
TEST(PatternParser, JudgesTheCasesOfThePatternValidator) {
  const auto path = DataFolder() / "cases" / "stix_pattern_validator.json";
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is not there";
  const auto cases = nlohmann::json::parse(file);
  for (const auto& one : cases) {
    const std::string text = one["pattern"];
    const auto pattern = ParseStixPattern(text);
    const bool valid =
        pattern.ok() && CheckHashConstants(*pattern).ok() && CompiledPattern::Compile(text).ok();
    EXPECT_EQ(valid, one["valid"] == true) << text << ": " << pattern.status();
  }
  fmt::print("{} patterns judged\n", cases.size());
}

}  // namespace
}  // namespace polder
