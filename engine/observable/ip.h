// IP addresses and networks as numbers.
#ifndef POLDER_ENGINE_OBSERVABLE_IP_H_
#define POLDER_ENGINE_OBSERVABLE_IP_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polder {

// An address in network byte order. IPv4 is held v4-mapped (::ffff:0:0/96, RFC 4291 section 2.5.5.2), so that
// 192.0.2.1 and ::ffff:192.0.2.1 are one value.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  bool IsV4() const;
  std::uint32_t V4() const;  // host byte order; only when IsV4()
  static IpAddress FromV4(std::uint32_t host_order);

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// The leading `prefix_bits` of `address`, counted in the 128-bit space: 192.0.2.0/24 has 120. The bits after
// the prefix are zero. A network of at least 96 bits within ::ffff:0:0/96 holds IPv4 addresses and no others;
// any other holds IPv6 addresses and no IPv4.
struct Network {
  IpAddress address;
  std::uint8_t prefix_bits = 128;

  bool Contains(const IpAddress& ip) const;
  friend bool operator==(const Network&, const Network&) = default;
};

IpAddress MaskAddress(const IpAddress& address, unsigned prefix_bits);

// The whole of `text` as a dotted quad: four decimal numbers up to 255 without leading zeros.
std::optional<IpAddress> ParseIpv4(std::string_view text);
// The whole of `text` in any spelling of RFC 4291 section 2.2; no zone, no prefix length, no brackets.
std::optional<IpAddress> ParseIpv6(std::string_view text);
std::optional<IpAddress> ParseIp(std::string_view text);
// `address/length`. Bits set after the prefix are cleared.
std::optional<Network> ParseNetwork(std::string_view text);

// A dotted quad, or RFC 5952's spelling.
std::string FormatIp(const IpAddress& address);
std::string FormatNetwork(const Network& network);

}  // namespace polder

#endif  // POLDER_ENGINE_OBSERVABLE_IP_H_
