#include "engine/expression/expression.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/regex/regex.h"

namespace polder {
namespace {

TEST(Expression, ItsTextIsReadBack) {
  const Expression expressions[] = {{"evil"},
                                    {"a/b"},
                                    {"/"},
                                    {"x", true},
                                    {"x", false, true},
                                    {"x", false, false, true},
                                    {"a/ims", true, true, true},
                                    {"", false}};
  for (const Expression& expression : expressions) {
    const auto read = ParseExpression(FormatExpression(expression));
    ASSERT_TRUE(read.ok()) << FormatExpression(expression);
    EXPECT_EQ(*read, expression);
  }
  EXPECT_EQ(FormatExpression({"a/b", true, true, true}), "/a/b/ims");
}

TEST(Expression, FlagsComeInAnyOrderAndLeaveInOne) {
  const auto read = ParseExpression("/x/smi");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(FormatExpression(*read), "/x/ims");
}

TEST(Expression, OtherFormsAreErrorsThatSayWhy) {
  const struct {
    std::string text;
    std::string reason;
  } cases[] = {{"", "not of the form"},         {"evil", "not of the form"},
               {"/evil", "not of the form"},    {"evil/i", "not of the form"},
               {"/evil/x", "unknown flag 'x'"}, {"/evil/ii", "second flag 'i'"}};
  for (const auto& c : cases) {
    const auto read = ParseExpression(c.text);
    ASSERT_FALSE(read.ok()) << c.text;
    EXPECT_NE(std::string(read.status().message()).find(c.reason), std::string::npos)
        << std::string(read.status().message());
  }
}

TEST(SubstringExpression, FindsTheTextItselfWhateverStandsInIt) {
  for (const std::string& text :
       {std::string("evil.example"), std::string(R"(C:\Users\x (1)[a]{2}^$*+?|)"), std::string("a\nb\tc"),
        std::string("with\0nul", 8), std::string("caf\xC3\xA9"), std::string("#comment here")}) {
    const Expression expression = SubstringExpression(text, false);
    const auto regex = Regex::Compile(expression.regex, {});
    ASSERT_TRUE(regex.ok()) << text;
    EXPECT_EQ(regex->Search("xx" + text + "yy"), Regex::Verdict::kMatch) << text;
    EXPECT_EQ(regex->Search("something else"), Regex::Verdict::kNoMatch) << text;
    EXPECT_EQ(expression.regex.find('\0'), std::string::npos);
  }
}

}  // namespace
}  // namespace polder
