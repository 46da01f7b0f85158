#include "rules/guard/expression_guard.h"

#include <gtest/gtest.h>

#include <string>

namespace polder {
namespace {

TEST(ExpressionGuard, LetsInWhatRequiresALiteral) {
  for (const std::string_view canonical :
       {"/evil/", "/evil[0-9]+/i", "/(?:backdoor|trojan)x/", R"(/^\w+\.evil\.example$/)", "/[0-9]{8}evil/"}) {
    EXPECT_EQ(ExpressionGuardReason(canonical), std::nullopt) << canonical;
  }
}

TEST(ExpressionGuard, KeepsOutWhatWouldBeTriedOnEveryEvent) {
  for (const std::string_view canonical :
       {"/evi/", "/./", "/[a-z]{8,}/", R"(/\d+\.\d+/)", "/evil|x/", "/(?:evil)?[0-9]/", "/a.b.c.d/i"}) {
    const auto reason = ExpressionGuardReason(canonical);
    ASSERT_TRUE(reason.has_value()) << canonical;
    EXPECT_NE(reason->find("4 bytes"), std::string::npos) << *reason;
  }
}

TEST(ExpressionGuard, KeepsOutWhatIsNoExpression) {
  EXPECT_TRUE(ExpressionGuardReason("evil").has_value());
  EXPECT_TRUE(ExpressionGuardReason("/evil/q").has_value());
}

}  // namespace
}  // namespace polder
