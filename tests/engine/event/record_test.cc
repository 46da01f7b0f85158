#include "engine/event/record.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

TEST(Format, OfARecordIsSeenFromItsFirstBytes) {
  const struct {
    const char* bytes;
    Format format;
    bool claims_json;
  } cases[] = {
      {"{}", Format::kJson, true},
      {" \t\r\n{", Format::kJson, true},
      {"[{}]", Format::kJson, false},
      {"[ \"a\"]", Format::kJson, false},
      {"[[", Format::kJson, false},
      {"[]", Format::kJson, false},
      {"[1, 2]", Format::kText, false},
      {"[12:00:00] x", Format::kText, false},
      {"[error] x", Format::kText, false},
      {"[", Format::kText, false},
      {"\"a\"", Format::kText, false},
      {"hello", Format::kText, false},
      {"", Format::kText, false},
      {"   ", Format::kText, false},
      {"\xEF\xBB\xBF{}", Format::kText, false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ResolveFormat(Format::kAuto, c.bytes), c.format) << c.bytes;
    EXPECT_EQ(ClaimsJson(Format::kAuto, c.bytes), c.claims_json) << c.bytes;
    EXPECT_EQ(ResolveFormat(Format::kJson, c.bytes), Format::kJson);
    EXPECT_TRUE(ClaimsJson(Format::kJson, c.bytes));
    EXPECT_EQ(ResolveFormat(Format::kText, c.bytes), Format::kText);
    EXPECT_FALSE(ClaimsJson(Format::kText, c.bytes));
  }
}

TEST(Format, IsKnownByItsName) {
  EXPECT_EQ(FormatFromName("auto"), Format::kAuto);
  EXPECT_EQ(FormatFromName("json"), Format::kJson);
  EXPECT_EQ(FormatFromName("text"), Format::kText);
  EXPECT_EQ(FormatFromName("yaml"), std::nullopt);
}

}  // namespace
}  // namespace polder
