#include "engine/expression/check.h"

#include <gtest/gtest.h>

#include <string>

namespace polder {
namespace {

TEST(CheckExpression, LetsInWhatCanBeFound) {
  const Expression expressions[] = {{"evil"},
                                    {R"(^/[a-z]{3,20}\.php\?id=\d+$)"},
                                    {"(?i)evil(?-i)X"},
                                    {"evil(?=one)one"},
                                    {R"((evil)\1)"},
                                    {"(?>evil)x"},
                                    {"evil++x"},
                                    {"caf\xC3\xA9"},
                                    {"[a-z]+"},  // its lack of a literal is the guard's business
                                    {std::string(kLongestRegex, 'a')},
                                    {"evil.{1,2000}x"},
                                    {"evil(?:[A-Za-z0-9+/]{4}){10,}x"},
                                    {"evil(?:[0-9a-f]{2} ){16,64}x"},
                                    {R"((?:\w+\.){1,60}evil)"}};
  for (const Expression& expression : expressions) {
    const absl::Status status = CheckExpression(expression);
    EXPECT_TRUE(status.ok()) << expression.regex.substr(0, 60) << ": " << std::string(status.message());
  }
}

TEST(CheckExpression, RefusesTheRestAndSaysWhy) {
  const struct {
    std::string regex;
    std::string category;
    std::string reason;
  } cases[] = {
      {"", "guarded", "empty"},
      {".*", "guarded", "matches the empty string"},
      {"a?", "guarded", "matches the empty string"},
      {"^$", "guarded", "matches the empty string"},
      {"(?=evil)", "guarded", "matches the empty string"},
      {"evil|", "guarded", "matches the empty string"},
      {"(evil", "invalid value", "at byte 5"},
      {"evil[", "invalid value", "at byte"},
      {"*evil", "invalid value", "at byte"},
      {R"(\Cevil)", "invalid value", "at byte"},
      {"(*UTF)evil", "invalid value", "control verbs"},
      {"evil(*ACCEPT)x", "invalid value", "control verbs"},
      {std::string("ev\0il", 5), "invalid value", "NUL at byte 2"},
      {R"(\Gevil)", "not yet supported", "Hyperscan: \\G"},
      {R"(e\Kvil)", "not yet supported", "Hyperscan: \\K"},
      {"(evil)(?1)", "not yet supported", "Hyperscan"},
      {std::string(kLongestRegex + 1, 'a'), "dangerous", "4097 bytes"},
      {"evil(?:[a-z]b){1,3000}", "dangerous", "weighs"},
      {"(?:a?b?c?){500}evil", "dangerous", "weighs"},
      {"evil(?:[A-Za-z0-9+/]{4}){10,200}x", "dangerous", "weighs"},
      {"evil[a-z]{40000}x", "dangerous", "Hyperscan"},
      {"(?:(?:evil.{100}){10}){10}", "dangerous", "weighs"},
      {R"((evil)(?:x+y*)+z\1)", "dangerous", "repeats inside repeats"},
      {"(?=evil)(?:a+)+b", "dangerous", "repeats inside repeats"},
      {std::string(100, '(') + "evil" + std::string(100, ')'), "dangerous", "nested deeper than 64"},
  };
  for (const auto& c : cases) {
    const absl::Status status = CheckExpression({c.regex});
    const std::string shown = c.regex.substr(0, 60) + ": " + std::string(status.message());
    ASSERT_FALSE(status.ok()) << shown;
    EXPECT_EQ(ExpressionRefusalCategory(status), c.category) << shown;
    EXPECT_NE(std::string(status.message()).find(c.reason), std::string::npos) << shown;
  }
}

TEST(CheckExpression, SaysWhatAnExpressionCosts) {
  const auto plain = CostOf({"evil.{10}x"});
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE(plain->prefiltered);
  EXPECT_EQ(plain->weight, 15U);
  EXPECT_GT(plain->database_bytes, 0U);
  const auto candidate = CostOf({R"((evil)\1)"});
  ASSERT_TRUE(candidate.ok());
  EXPECT_TRUE(candidate->prefiltered);
}

}  // namespace
}  // namespace polder
