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

TEST(Sha256, GivesTheKnownDigests) {
  EXPECT_EQ(ToHex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ToBase64, PadsToFours) {
  const std::string text = "foobar";
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  EXPECT_EQ(ToBase64(bytes, 0), "");
  EXPECT_EQ(ToBase64(bytes, 4), "Zm9vYg==");
  EXPECT_EQ(ToBase64(bytes, 6), "Zm9vYmFy");
}

TEST(RandomFingerprintKey, IsAnotherEachTime) { EXPECT_NE(RandomFingerprintKey(), RandomFingerprintKey()); }

TEST(ValueHash, IsTheSameOnEveryMachine) {
  // By another implementation.
  EXPECT_EQ(ValueHash(""), 1460965042565292659U);
  EXPECT_EQ(ValueHash("evil.example"), 15660399954972626140U);
  EXPECT_NE(ValueHash("evil.example"), ValueHash("evil.examplf"));
}

// RFC 8032 section 7.1, test 2.
TEST(Sign, GivesTheSignatureOfTheSpecification) {
  SecretBytes<32> seed;
  ASSERT_TRUE(
      FromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", seed.bytes.data(), 32));
  const SigningKeys keys = SigningKeysFromSeed(seed);
  EXPECT_EQ(ToHex(keys.public_key), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const Signature signature = Sign("\x72", keys);
  EXPECT_EQ(ToHex(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(IsSignedBy("\x72", signature, keys.public_key));
  EXPECT_FALSE(IsSignedBy("\x73", signature, keys.public_key));
}

TEST(Seal, IsOpenedByItsRecipientAlone) {
  const SealingKeys keys = NewSealingKeys();
  const auto sealed = Seal("secret", keys.public_key);
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->size(), 6 + kSealBytes);
  EXPECT_EQ(Unseal(*sealed, keys), "secret");
  EXPECT_FALSE(Unseal(*sealed, NewSealingKeys()));
  EXPECT_FALSE(Unseal(sealed->substr(1), keys));
  EXPECT_FALSE(Unseal("", keys));
  EXPECT_FALSE(Seal("secret", PublicKey{})) << "a key that seals to nobody";
}

TEST(FromHex, ReadsWhatToHexWroteAndNothingElse) {
  EXPECT_EQ(FromHex<2>("0aFf"), (std::array<std::uint8_t, 2>{0x0a, 0xff}));
  for (const char* bad : {"", "0a", "0aff0", "0aff00", "0xff", "0agf", " 0af"})
    EXPECT_FALSE(FromHex<2>(bad)) << bad;
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
