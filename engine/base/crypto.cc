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

std::string ToHex(const std::uint8_t* bytes, std::size_t count) {
  std::string hex(count * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, count);
  hex.pop_back();
  return hex;
}

}  // namespace polder
