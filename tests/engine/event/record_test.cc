#include "engine/event/record.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

TEST(Format, JsonIsSeenFromItsFirstBytes) {
  const struct {
    const char* bytes;
    bool json;
    bool claims_json;
  } cases[] = {
      {"{}", true, true},
      {" \t\r\n{", true, true},
      {"[{}]", true, false},
      {"[ \"a\"]", true, false},
      {"[[", true, false},
      {"[]", true, false},
      {"[1, 2]", false, false},
      {"[12:00:00] x", false, false},
      {"[error] x", false, false},
      {"[", false, false},
      {"\"a\"", false, false},
      {"hello", false, false},
      {"<34>Oct 11 22:14:15 host app: {}", false, false},
      {"", false, false},
      {"   ", false, false},
      {"\xEF\xBB\xBF{}", false, false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(IsTakenForJson(Format::kAuto, c.bytes), c.json) << c.bytes;
    EXPECT_EQ(ClaimsJson(Format::kAuto, c.bytes), c.claims_json) << c.bytes;
    EXPECT_TRUE(IsTakenForJson(Format::kJson, c.bytes));
    EXPECT_TRUE(ClaimsJson(Format::kJson, c.bytes));
    for (const Format other :
         {Format::kSyslog, Format::kCef, Format::kZeek, Format::kKeyValue, Format::kText}) {
      EXPECT_FALSE(IsTakenForJson(other, c.bytes)) << c.bytes;
      EXPECT_FALSE(ClaimsJson(other, c.bytes)) << c.bytes;
    }
  }
}

TEST(Format, IsKnownByItsName) {
  for (const Format format : {Format::kAuto, Format::kJson, Format::kSyslog, Format::kCef, Format::kLeef,
                              Format::kZeek, Format::kAccessLog, Format::kKeyValue, Format::kText}) {
    EXPECT_EQ(FormatFromName(FormatName(format)), format) << FormatName(format);
  }
  EXPECT_EQ(FormatName(Format::kAccessLog), "access");
  EXPECT_EQ(FormatFromName("yaml"), std::nullopt);
  EXPECT_EQ(FormatFromName(""), std::nullopt);
}

}  // namespace
}  // namespace polder
