#include "rules/yaml/nearest.h"

#include <gtest/gtest.h>

#include <array>

namespace polder {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  const struct {
    std::string_view a, b;
    std::size_t distance;
  } kCases[] = {
      {"", "", 0},
      {"", "abc", 3},
      {"topics", "topics", 0},
      {"topcis", "topics", 1},
      {"topic", "topics", 1},
      {"tpoics", "topics", 1},
      {"kitten", "sitting", 3},
      {"ab", "ba", 1},
  };
  for (const auto& a_case : kCases) {
    EXPECT_EQ(EditDistance(a_case.a, a_case.b), a_case.distance) << a_case.a << " " << a_case.b;
    EXPECT_EQ(EditDistance(a_case.b, a_case.a), a_case.distance) << a_case.b << " " << a_case.a;
  }
}

TEST(NearestOf, IsTheNearestWithinThreeEditsOrNone) {
  constexpr std::array<std::string_view, 4> kKnown{"topics", "format", "tlp", "topic"};
  EXPECT_EQ(NearestOf("topcis", kKnown), "topics");
  EXPECT_EQ(NearestOf("topik", kKnown), "topic");
  EXPECT_EQ(NearestOf("fromat", kKnown), "format");
  EXPECT_EQ(NearestOf("retention", kKnown), "");
  EXPECT_EQ(NearestOf("xyz", kKnown), "") << "three edits make anything of three letters";
}

}  // namespace
}  // namespace polder
