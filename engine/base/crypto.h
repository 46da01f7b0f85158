// The hashes Polder relies on for more than speed; libsodium computes them, and only here.
#ifndef POLDER_ENGINE_BASE_CRYPTO_H_
#define POLDER_ENGINE_BASE_CRYPTO_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace polder {

using Digest256 = std::array<std::uint8_t, 32>;

// BLAKE2b with a 256-bit result (RFC 7693), without a key.
Digest256 Blake2b256(std::string_view bytes);

// A secret of this process: under it nobody who supplies indicators or logs can prepare values that collide.
using FingerprintKey = std::array<std::uint8_t, 16>;

// SipHash-2-4 under a fixed key: the same on every machine.
std::uint64_t ValueHash(std::string_view bytes);

// A fresh key from the operating system's random source.
FingerprintKey RandomFingerprintKey();

std::string ToHex(const std::uint8_t* bytes, std::size_t count);
template <std::size_t N>
std::string ToHex(const std::array<std::uint8_t, N>& bytes) {
  return ToHex(bytes.data(), N);
}

}  // namespace polder

#endif  // POLDER_ENGINE_BASE_CRYPTO_H_
