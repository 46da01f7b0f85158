#include "engine/event/unescape.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

TEST(UnescapeLeniently, DecodesEscapesAndLeavesWhatIsNone) {
  const struct {
    std::string raw;
    std::string decoded;
  } cases[] = {
      {"", ""},
      {"plain", "plain"},
      {R"(\"\\\/\b\f\n\r\t)", "\"\\/\b\f\n\r\t"},
      {R"(\u0065vil)", "evil"},
      {R"(\u00E9\u4e2d)", "\xC3\xA9\xE4\xB8\xAD"},
      {R"(\ud83d\ude00)", "\xF0\x9F\x98\x80"},
      {R"(\ud83dx)", "\xEF\xBF\xBDx"},
      {R"(\ude00\ud83d)", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {R"(\ud83d\u0041)",
       "\xEF\xBF\xBD"
       "A"},
      {R"(\u0000)", std::string(1, '\0')},
      {R"(\x41)", R"(\x41)"},
      {R"(\u12)", R"(\u12)"},
      {R"(\u12g4)", R"(\u12g4)"},
      {R"(a\)", R"(a\)"},
      {R"(\\n)", R"(\n)"},
      {R"({"a":"C:\\new")", R"({"a":"C:\new")"},
      {"\xFF\\n", "\xFF\n"},
  };
  std::string out = "old";
  for (const auto& c : cases) {
    UnescapeLeniently(c.raw, out);
    EXPECT_EQ(out, c.decoded) << c.raw;
  }
}

}  // namespace
}  // namespace polder
