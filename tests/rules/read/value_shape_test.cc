#include "rules/read/value_shape.h"

#include <gtest/gtest.h>

#include <random>

#include "rules/read/refang.h"
#include "rules/read/value_kind.h"

namespace polder {
namespace {

TEST(CanonicalShape, KnowsTheCommonKinds) {
  const std::vector<std::pair<std::string, Kind>> cases = {
      {"192.0.2.1", Kind::kIp},
      {"evil.example", Kind::kDomain},
      {"a-b_c.evil.example", Kind::kDomain},
      {"http://evil.example/", Kind::kUrl},
      {"https://192.0.2.1:8443/a/B.php?c=d&e", Kind::kUrl},
      {std::string(32, 'a'), Kind::kMd5},
      {std::string(40, '0'), Kind::kSha1},
      {std::string(64, 'f'), Kind::kSha256},
      {std::string(128, '9'), Kind::kSha512}};
  for (const auto& [value, kind] : cases) EXPECT_EQ(CanonicalShape(value), kind) << value;
}

TEST(CanonicalShape, LeavesTheRestToTheLongWay) {
  for (const std::string_view value : {"",
                                       ".",
                                       "evil",
                                       "Evil.example",
                                       "evil.example.",
                                       ".evil.example",
                                       "evil..example",
                                       "1.2.3",
                                       "1.2.3.256",
                                       "01.2.3.4",
                                       "evil.1",
                                       "evil.e",
                                       "readme.txt",
                                       "evil[.]example",
                                       "http://evil.example",
                                       "http://evil.example/a.",
                                       "http://evil.example:80/",
                                       "http://evil.example/%41",
                                       "http://evil.example/#a",
                                       "hxxp://evil.example/",
                                       "HTTP://evil.example/",
                                       "evil.example ",
                                       "evil.example:80",
                                       "evil.example/a",
                                       "a@evil.example",
                                       "http://u@evil.example/",
                                       "2001:db8::1"}) {
    EXPECT_EQ(CanonicalShape(value), std::nullopt) << value;
  }
}

// The short way and the long way may not disagree.
TEST(CanonicalShape, AgreesWithTypeValueOnRandomValues) {
  std::mt19937 random(7);
  static constexpr std::string_view kPieces[] = {
      "a",       "evil",     ".",        "..",
      "example", "com",      "1",        "23",
      "255",     "256",      "/",        "//",
      "http://", "https://", ":",        "80",
      "443",     "8080",     "?",        "=",
      "&",       "#",        "%",        "%41",
      "_",       "-",        "@",        "A",
      "[",       "]",        "(",        "\\",
      "~",       "+",        ",",        ";",
      "!",       "*",        "$",        "'",
      "txt",     "e",        "\xC3\xBC", "0123456789abcdef0123456789abcdef",
      "0"};
  std::size_t shaped = 0;
  for (int round = 0; round < 300'000; ++round) {
    std::string value = round % 3 == 0 ? "http://evil.example" : "";
    const unsigned pieces = random() % 8;
    for (unsigned i = 0; i < pieces; ++i) value += kPieces[random() % std::size(kPieces)];
    const auto shape = CanonicalShape(value);
    if (!shape) continue;
    ++shaped;
    ASSERT_EQ(Refang(value), value);
    const auto canonical = CanonicaliseValue(*shape, value);
    ASSERT_TRUE(canonical.ok()) << value;
    ASSERT_EQ(*canonical, value);
  }
  EXPECT_GT(shaped, 1000U);
}

}  // namespace
}  // namespace polder
