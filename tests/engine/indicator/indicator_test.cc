#include "engine/indicator/indicator.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

TEST(CanonicaliseValue, GivesTheFormThatIsComparedOrSaysWhatIsWrong) {
  const struct {
    Kind kind;
    const char* value;
    const char* canonical;  // null if it is refused
  } cases[] = {
      {Kind::kIp, "::FFFF:1.2.3.4", "1.2.3.4"},
      {Kind::kIp, "1.2.3.4/32", "1.2.3.4"},
      {Kind::kIp, "2001:DB8::1/128", "2001:db8::1"},
      {Kind::kIp, "1.2.3.4/31", nullptr},
      {Kind::kIp, "1.2.3.4:80", nullptr},
      {Kind::kNetwork, "1.2.3.4/8", "1.0.0.0/8"},
      {Kind::kNetwork, "1.2.3.4", "1.2.3.4/32"},
      {Kind::kNetwork, "2001:db8::1", "2001:db8::1/128"},
      {Kind::kNetwork, "evil.example", nullptr},
      {Kind::kDomain, "Evil.Example.", "evil.example"},
      {Kind::kDomain, "evil", nullptr},
      {Kind::kDomain, "evil.example/x", nullptr},
      {Kind::kDomain, "1.2.3.4", nullptr},
      {Kind::kUrl, "evil.example/a", "http://evil.example/a"},
      {Kind::kUrl, "HTTPS://Evil.Example", "https://evil.example/"},
      {Kind::kUrl, "http://evil.example/a b", nullptr},
      {Kind::kUrl, "http://evil/", nullptr},
      {Kind::kEmail, "Bob@Evil.Example", "bob@evil.example"},
      {Kind::kEmail, "bob", nullptr},
      {Kind::kMd5, "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"},
      {Kind::kSha1, "d41d8cd98f00b204e9800998ecf8427e", nullptr},
  };
  for (const auto& c : cases) {
    const auto canonical = CanonicaliseValue(c.kind, c.value);
    ASSERT_EQ(canonical.ok(), c.canonical != nullptr) << c.value;
    if (canonical.ok()) {
      EXPECT_EQ(*canonical, c.canonical);
    } else {
      EXPECT_FALSE(canonical.status().message().empty());
    }
  }
}

TEST(CanonicaliseValue, RefusesADomainLongerThanDnsCarries) {
  std::string name;
  while (name.size() < 244) name += "a.";
  EXPECT_TRUE(CanonicaliseValue(Kind::kDomain, name + "b.example").ok());    // 253 characters
  EXPECT_FALSE(CanonicaliseValue(Kind::kDomain, name + "bb.example").ok());  // 254
}

TEST(Indicator, IsValidFromItsBeginningUntilBeforeItsEnd) {
  Indicator indicator;
  EXPECT_TRUE(indicator.ValidAt(0));
  indicator.valid_from = 10;
  indicator.valid_until = 20;
  EXPECT_FALSE(indicator.ValidAt(9));
  EXPECT_TRUE(indicator.ValidAt(10));
  EXPECT_TRUE(indicator.ValidAt(19));
  EXPECT_FALSE(indicator.ValidAt(20));
}

TEST(DerivedIndicatorId, TellsSourceKindAndValueApart) {
  const std::string id = DerivedIndicatorId("feed", Kind::kDomain, "evil.example");
  EXPECT_TRUE(id.starts_with("indicator--"));
  EXPECT_EQ(id, DerivedIndicatorId("feed", Kind::kDomain, "evil.example"));
  EXPECT_NE(id, DerivedIndicatorId("other", Kind::kDomain, "evil.example"));
  EXPECT_NE(id, DerivedIndicatorId("feed", Kind::kUrl, "evil.example"));
  EXPECT_NE(id, DerivedIndicatorId("feed", Kind::kDomain, "evil.test"));
}

}  // namespace
}  // namespace polder
