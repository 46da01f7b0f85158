// The hashes, signatures and seals that Polder relies on; libsodium computes them, and only here.
#ifndef POLDER_ENGINE_BASE_CRYPTO_H_
#define POLDER_ENGINE_BASE_CRYPTO_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polder {

using Digest256 = std::array<std::uint8_t, 32>;

// BLAKE2b with a 256-bit result (RFC 7693), without a key.
Digest256 Blake2b256(std::string_view bytes);

// SHA-256 (FIPS 180-4), where a format asks for it.
Digest256 Sha256(std::string_view bytes);

// A secret of this process: under it nobody who supplies indicators or logs can prepare values that collide.
using FingerprintKey = std::array<std::uint8_t, 16>;

// SipHash-2-4 under a fixed key: the same on every machine.
std::uint64_t ValueHash(std::string_view bytes);

// A fresh key from the operating system's random source.
FingerprintKey RandomFingerprintKey();

// --- Signatures and seals ------------------------------------------------------------------------
using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

// Overwrites, in a way that no compiler leaves out.
void Wipe(std::uint8_t* bytes, std::size_t count);

// Bytes that nobody else may see: overwritten when they go. Never print or log one.
template <std::size_t N>
struct SecretBytes {
  std::array<std::uint8_t, N> bytes{};

  SecretBytes() = default;
  SecretBytes(const SecretBytes&) = default;
  SecretBytes& operator=(const SecretBytes&) = default;
  ~SecretBytes() { Wipe(bytes.data(), N); }
};

// Ed25519 (RFC 8032). Both parts follow from the seed, which is what is stored.
struct SigningKeys {
  PublicKey public_key{};
  SecretBytes<32> seed;
};
// X25519 (RFC 7748), likewise.
struct SealingKeys {
  PublicKey public_key{};
  SecretBytes<32> seed;
};
SigningKeys NewSigningKeys();
SealingKeys NewSealingKeys();
SigningKeys SigningKeysFromSeed(const SecretBytes<32>& seed);
SealingKeys SealingKeysFromSeed(const SecretBytes<32>& seed);

Signature Sign(std::string_view bytes, const SigningKeys& keys);
bool IsSignedBy(std::string_view bytes, const Signature& signature, const PublicKey& key);

// libsodium's sealed box: only the recipient opens it, and nothing in it says who sealed it.
inline constexpr std::size_t kSealBytes = 48;  // that a seal adds
// Nothing if `recipient` is no usable key.
std::optional<std::string> Seal(std::string_view bytes, const PublicKey& recipient);
// Nothing unless it was sealed to these keys and is whole.
std::optional<std::string> Unseal(std::string_view sealed, const SealingKeys& keys);

// From the operating system's random source: 0 <= result < bound, evenly.
std::uint32_t RandomBelow(std::uint32_t bound);

std::string ToHex(const std::uint8_t* bytes, std::size_t count);
template <std::size_t N>
std::string ToHex(const std::array<std::uint8_t, N>& bytes) {
  return ToHex(bytes.data(), N);
}
// False unless `hex` is exactly `count` bytes, in either case.
bool FromHex(std::string_view hex, std::uint8_t* bytes, std::size_t count);
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> FromHex(std::string_view hex) {
  std::array<std::uint8_t, N> bytes;
  return FromHex(hex, bytes.data(), N) ? std::optional(bytes) : std::nullopt;
}

// RFC 4648 section 4, with padding.
std::string ToBase64(const std::uint8_t* bytes, std::size_t count);
// Nothing if the text is not exactly that.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace polder

#endif  // POLDER_ENGINE_BASE_CRYPTO_H_
