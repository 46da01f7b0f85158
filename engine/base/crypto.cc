#include "engine/base/crypto.h"

#include <sodium.h>

#include <cstdlib>
#include <cstring>

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

Fingerprint KeyedFingerprint(const FingerprintKey& key, std::string_view bytes) {
  static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(Fingerprint));
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == std::tuple_size_v<FingerprintKey>);
  std::array<unsigned char, crypto_shorthash_siphashx24_BYTES> out;
  crypto_shorthash_siphashx24(out.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                              key.data());
  Fingerprint fingerprint;
  std::memcpy(&fingerprint.low, out.data(), 8);
  std::memcpy(&fingerprint.high, out.data() + 8, 8);
  return fingerprint;
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
