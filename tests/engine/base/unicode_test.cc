#include "engine/base/unicode.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

TEST(LetterLength, IsThatOfLettersOutsideAsciiOnly) {
  const struct {
    std::string_view text;
    std::size_t length;
  } cases[] = {
      {"\xC3\xA9x", 2},         // e acute
      {"\xE4\xB8\xAD", 3},      // a Han character
      {"\xF0\x90\x8D\x88", 4},  // a Gothic letter
      {"\xD9\xA3", 2},          // an Arabic-Indic digit
      {"\xE2\x82\xAC", 0},      // the euro sign
      {"\xC2\xA0", 0},          // no-break space
      {"\xE3\x80\x82", 0},      // ideographic full stop
      {"\xF0\x9F\x98\x80", 0},  // an emoji
      {"a", 0},
      {"", 0},
      {"\xC3", 0},
      {"\xA9", 0},
      {"\xC0\xAF", 0},
      {"\xED\xA0\x80", 0},  // half a surrogate pair
  };
  for (const auto& c : cases) EXPECT_EQ(LeadingLetterLength(c.text), c.length) << c.text;
  for (const auto& c : cases) {
    if (c.length != 0 && c.length != c.text.size()) continue;
    EXPECT_EQ(TrailingLetterLength(c.text), c.length) << c.text;
  }
  EXPECT_EQ(TrailingLetterLength("ab\xC3\xA9"), 2U);
  EXPECT_EQ(TrailingLetterLength("\xC3\xA9x"), 0U);
}

TEST(ALabel, FollowsUts46AndIdna2008) {
  EXPECT_EQ(ToALabel("b\xC3\xBC"
                     "cher"),
            "xn--bcher-kva");
  EXPECT_EQ(ToALabel("B\xC3\x9C"
                     "CHER"),
            "xn--bcher-kva");
  EXPECT_EQ(ToALabel("stra\xC3\x9F"
                     "e"),
            "xn--strae-oqa");                      // non-transitional
  EXPECT_EQ(ToALabel("\xEF\xBD\x85vil"), "evil");  // full width
  EXPECT_EQ(ToALabel("\xCC\x81x"), std::nullopt);  // begins with a combining mark
  EXPECT_EQ(ToALabel(std::string(300, 'a') + "\xC3\xA9"), std::nullopt);
}

}  // namespace
}  // namespace polder
