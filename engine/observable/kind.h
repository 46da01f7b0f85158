// The kinds of value that Polder compares.
#ifndef POLDER_ENGINE_OBSERVABLE_KIND_H_
#define POLDER_ENGINE_OBSERVABLE_KIND_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace polder {

// A network is a kind of indicator only; every other kind is also a kind of observable. The numbers are
// internal; the names are part of the formats that Polder writes.
enum class Kind : std::uint8_t { kIp, kNetwork, kDomain, kUrl, kEmail, kMd5, kSha1, kSha256, kSha512 };

inline constexpr std::array<Kind, 9> kAllKinds = {Kind::kIp,   Kind::kNetwork, Kind::kDomain,
                                                  Kind::kUrl,  Kind::kEmail,   Kind::kMd5,
                                                  Kind::kSha1, Kind::kSha256,  Kind::kSha512};

// "ip", "network", "domain", "url", "email", "md5", "sha1", "sha256", "sha512".
std::string_view KindName(Kind kind);
std::optional<Kind> KindFromName(std::string_view name);

// The kind of a hexadecimal digest of so many digits (32, 40, 64 or 128).
std::optional<Kind> DigestKind(std::size_t hex_digits);

}  // namespace polder

#endif  // POLDER_ENGINE_OBSERVABLE_KIND_H_
