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

TEST(RandomFingerprintKey, IsAnotherEachTime) { EXPECT_NE(RandomFingerprintKey(), RandomFingerprintKey()); }

TEST(ValueHash, IsTheSameOnEveryMachine) {
  // By another implementation.
  EXPECT_EQ(ValueHash(""), 1460965042565292659U);
  EXPECT_EQ(ValueHash("evil.example"), 15660399954972626140U);
  EXPECT_NE(ValueHash("evil.example"), ValueHash("evil.examplf"));
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
