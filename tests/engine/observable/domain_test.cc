#include "engine/observable/domain.h"

#include <gtest/gtest.h>

#include "engine/observable/digest.h"
#include "engine/observable/email.h"
#include "engine/observable/kind.h"

namespace polder {
namespace {

TEST(CanonicalDomain, IsLowerCaseWithoutOuterDots) {
  const struct {
    const char* name;
    std::optional<std::string> whole;
    std::optional<std::string> good_labels;
  } cases[] = {
      {"Evil.Example", "evil.example", "evil.example"},
      {"...evil.example..", "evil.example", "evil.example"},
      {"example", std::nullopt, std::nullopt},
      {"a..example", std::nullopt, std::nullopt},
      {"", std::nullopt, std::nullopt},
      {"...", std::nullopt, std::nullopt},
      {"1.2.3", std::nullopt, std::nullopt},
      {"v1.2.3a", "v1.2.3a", "v1.2.3a"},
      {"_x.-y.example", "_x.-y.example", "_x.-y.example"},
      {"b\xC3\xBC"
       "cher.example",
       "xn--bcher-kva.example", "xn--bcher-kva.example"},
      {"\xE4\xBE\x8B.\xE4\xB8\xAD\xE5\x9B\xBD", "xn--fsq.xn--fiqs8s", "xn--fsq.xn--fiqs8s"},
      // A label may not begin with a combining mark.
      {"\xCC\x81x.evil.example", std::nullopt, "evil.example"},
      {"a.\xCC\x81x.example", std::nullopt, std::nullopt},
      {"evil.\xEF\xBC\x91\xEF\xBC\x92", std::nullopt, std::nullopt},  // full-width digits
  };
  for (const auto& c : cases) {
    EXPECT_EQ(CanonicalDomain(c.name, false), c.whole) << c.name;
    EXPECT_EQ(CanonicalDomain(c.name, true), c.good_labels) << c.name;
  }
}

TEST(Domain, IsUnderItselfAndItsParents) {
  EXPECT_TRUE(IsSameOrUnder("evil.example", "evil.example"));
  EXPECT_TRUE(IsSameOrUnder("a.evil.example", "evil.example"));
  EXPECT_FALSE(IsSameOrUnder("notevil.example", "evil.example"));
  EXPECT_FALSE(IsSameOrUnder("example", "evil.example"));
  EXPECT_EQ(ParentDomain("a.evil.example"), "evil.example");
  EXPECT_EQ(ParentDomain("evil.example"), "");
  EXPECT_TRUE(IsName("a_b-c.\xC3\xA9"));
  EXPECT_FALSE(IsName("a b"));
  EXPECT_FALSE(IsName("a\xE2\x82\xAC"));
}

TEST(CanonicalEmail, IsLowerCaseAsAWhole) {
  const struct {
    std::string text;
    std::optional<std::string> canonical;
  } cases[] = {
      {"Bob@Evil.Example", "bob@evil.example"},
      {"a.b+c!#$%&'*/=?^_`{|}~-@evil.example", "a.b+c!#$%&'*/=?^_`{|}~-@evil.example"},
      {"bob@evil.example.", "bob@evil.example"},
      {"bob@b\xC3\xBC"
       "cher.example",
       "bob@xn--bcher-kva.example"},
      {std::string(64, 'l') + "@evil.example", std::string(64, 'l') + "@evil.example"},
      {std::string(65, 'l') + "@evil.example", std::nullopt},
      {"bob@example", std::nullopt},
      {"@evil.example", std::nullopt},
      {"bob@.evil.example", std::nullopt},
      {"b b@evil.example", std::nullopt},
      {"bob@evil example", std::nullopt},
      {"bob@1.2.3.4", std::nullopt},
      {"a@b@evil.example", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : cases) EXPECT_EQ(CanonicalEmail(c.text), c.canonical) << c.text;
}

TEST(CanonicaliseDigest, KnowsTheKindByTheLength) {
  for (const auto& [length, kind] : {std::pair(32, Kind::kMd5), std::pair(40, Kind::kSha1),
                                     std::pair(64, Kind::kSha256), std::pair(128, Kind::kSha512)}) {
    const auto digest = CanonicaliseDigest(std::string(static_cast<std::size_t>(length), 'A'));
    ASSERT_TRUE(digest.has_value());
    EXPECT_EQ(digest->kind, kind);
    EXPECT_EQ(digest->hex, std::string(static_cast<std::size_t>(length), 'a'));
  }
  EXPECT_FALSE(CanonicaliseDigest(std::string(33, 'a')));
  EXPECT_FALSE(CanonicaliseDigest(std::string(31, 'a') + 'g'));
  EXPECT_FALSE(CanonicaliseDigest(""));
}

TEST(Kind, IsKnownByItsName) {
  for (const Kind kind : kAllKinds) EXPECT_EQ(KindFromName(KindName(kind)), kind);
  EXPECT_EQ(KindFromName("IP"), std::nullopt);
  EXPECT_EQ(KindFromName(""), std::nullopt);
}

}  // namespace
}  // namespace polder
