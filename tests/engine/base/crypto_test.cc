#include "engine/base/crypto.h"

#include <gtest/gtest.h>

#include <numeric>

#include "engine/base/uuid.h"

namespace polder {
namespace {

TEST(Blake2b256, GivesTheKnownDigests) {
  EXPECT_EQ(ToHex(Blake2b256("")), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  EXPECT_EQ(ToHex(Blake2b256("abc")), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(KeyedFingerprint, DependsOnKeyAndBytes) {
  FingerprintKey key{};
  std::iota(key.begin(), key.end(), std::uint8_t{0});
  const Fingerprint print = KeyedFingerprint(key, "evil.example");
  EXPECT_EQ(print, KeyedFingerprint(key, "evil.example"));
  EXPECT_NE(print, KeyedFingerprint(key, "evil.examplf"));
  key[0] ^= 1;
  EXPECT_NE(print, KeyedFingerprint(key, "evil.example"));
  EXPECT_NE(RandomFingerprintKey(), RandomFingerprintKey());
}

TEST(NameBasedUuid, IsOfVersion5AndTheSameForTheSameName) {
  const std::string uuid = NameBasedUuid(std::string_view("indicator\0x", 11));
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '5');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_EQ(uuid, NameBasedUuid(std::string_view("indicator\0x", 11)));
  EXPECT_NE(uuid, NameBasedUuid(std::string_view("indicator\0y", 11)));
}

}  // namespace
}  // namespace polder
