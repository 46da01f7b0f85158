#include "engine/base/crypto.h"

#include <sodium.h>

#include <cstdlib>

namespace polder {
namespace {

// libsodium picks its implementations and opens the random source here; calling it twice is harmless.
void EnsureSodium() {
  static const int status = sodium_init();
  if (status < 0) std::abort();
}

}  // namespace

Digest256 Blake2b256(std::string_view bytes) {
  Digest256 digest{};
  crypto_generichash_blake2b(digest.data(), digest.size(),
                             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr, 0);
  return digest;
}

Digest256 Sha256(std::string_view bytes) {
  Digest256 digest{};
  static_assert(crypto_hash_sha256_BYTES == std::tuple_size_v<Digest256>);
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return digest;
}

std::uint64_t ValueHash(std::string_view bytes) {
  static constexpr std::array<unsigned char, crypto_shorthash_siphash24_KEYBYTES> kKey = {
      'p', 'o', 'l', 'd', 'e', 'r', ' ', 'v', 'a', 'l', 'u', 'e', ' ', 'k', 'e', 'y'};
  std::uint64_t hash = 0;
  static_assert(crypto_shorthash_siphash24_BYTES == sizeof(hash));
  crypto_shorthash_siphash24(reinterpret_cast<unsigned char*>(&hash),
                             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), kKey.data());
  return hash;
}

FingerprintKey RandomFingerprintKey() {
  EnsureSodium();
  FingerprintKey key;
  randombytes_buf(key.data(), key.size());
  return key;
}

void Wipe(std::uint8_t* bytes, std::size_t count) { sodium_memzero(bytes, count); }

namespace {

// libsodium's form of the secret key: the seed and what it needs beside it.
using SigningSecret = SecretBytes<crypto_sign_SECRETKEYBYTES>;

SecretBytes<32> RandomSeed() {
  EnsureSodium();
  SecretBytes<32> seed;
  randombytes_buf(seed.bytes.data(), seed.bytes.size());
  return seed;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

SigningKeys SigningKeysFromSeed(const SecretBytes<32>& seed) {
  EnsureSodium();
  SigningKeys keys;
  keys.seed = seed;
  SigningSecret secret;
  crypto_sign_seed_keypair(keys.public_key.data(), secret.bytes.data(), seed.bytes.data());
  return keys;
}

SealingKeys SealingKeysFromSeed(const SecretBytes<32>& seed) {
  EnsureSodium();
  SealingKeys keys;
  keys.seed = seed;
  SecretBytes<32> secret;
  crypto_box_seed_keypair(keys.public_key.data(), secret.bytes.data(), seed.bytes.data());
  return keys;
}

SigningKeys NewSigningKeys() { return SigningKeysFromSeed(RandomSeed()); }
SealingKeys NewSealingKeys() { return SealingKeysFromSeed(RandomSeed()); }

Signature Sign(std::string_view bytes, const SigningKeys& keys) {
  PublicKey public_key;
  SigningSecret secret;
  crypto_sign_seed_keypair(public_key.data(), secret.bytes.data(), keys.seed.bytes.data());
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, Bytes(bytes), bytes.size(), secret.bytes.data());
  return signature;
}

bool IsSignedBy(std::string_view bytes, const Signature& signature, const PublicKey& key) {
  EnsureSodium();
  return crypto_sign_verify_detached(signature.data(), Bytes(bytes), bytes.size(), key.data()) == 0;
}

std::optional<std::string> Seal(std::string_view bytes, const PublicKey& recipient) {
  EnsureSodium();
  static_assert(kSealBytes == crypto_box_SEALBYTES);
  std::string sealed(bytes.size() + kSealBytes, '\0');
  if (crypto_box_seal(reinterpret_cast<unsigned char*>(sealed.data()), Bytes(bytes), bytes.size(),
                      recipient.data()) != 0) {
    return std::nullopt;
  }
  return sealed;
}

std::optional<std::string> Unseal(std::string_view sealed, const SealingKeys& keys) {
  EnsureSodium();
  if (sealed.size() < kSealBytes) return std::nullopt;
  PublicKey public_key;
  SecretBytes<32> secret;
  crypto_box_seed_keypair(public_key.data(), secret.bytes.data(), keys.seed.bytes.data());
  std::string bytes(sealed.size() - kSealBytes, '\0');
  if (crypto_box_seal_open(reinterpret_cast<unsigned char*>(bytes.data()), Bytes(sealed), sealed.size(),
                           public_key.data(), secret.bytes.data()) != 0) {
    return std::nullopt;
  }
  return bytes;
}

std::uint32_t RandomBelow(std::uint32_t bound) {
  EnsureSodium();
  return randombytes_uniform(bound);
}

bool FromHex(std::string_view hex, std::uint8_t* bytes, std::size_t count) {
  std::size_t written = 0;
  return hex.size() == count * 2 &&
         sodium_hex2bin(bytes, count, hex.data(), hex.size(), nullptr, &written, nullptr) == 0 &&
         written == count;
}

std::string ToHex(const std::uint8_t* bytes, std::size_t count) {
  std::string hex(count * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, count);
  hex.pop_back();
  return hex;
}

std::string ToBase64(const std::uint8_t* bytes, std::size_t count) {
  std::string text(sodium_base64_ENCODED_LEN(count, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, count, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &length, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  bytes.resize(length);
  return bytes;
}

}  // namespace polder
