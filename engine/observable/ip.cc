#include "engine/observable/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "engine/observable/characters.h"

namespace polder {
namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

std::optional<std::uint32_t> ParseQuad(std::string_view text) {
  std::uint32_t value = 0;
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (at >= text.size() || text[at] != '.') return std::nullopt;
      ++at;
    }
    const std::size_t start = at;
    std::uint32_t number = 0;
    while (at < text.size() && IsDigit(text[at]) && at - start < 4) {
      number = number * 10 + static_cast<std::uint32_t>(text[at] - '0');
      ++at;
    }
    const std::size_t digits = at - start;
    if (digits == 0 || digits > 3 || number > 255 || (digits > 1 && text[start] == '0')) return std::nullopt;
    value = value << 8 | number;
  }
  if (at != text.size()) return std::nullopt;
  return value;
}

}  // namespace

bool IpAddress::IsV4() const { return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin()); }

std::uint32_t IpAddress::V4() const {
  std::uint32_t network_order = 0;
  std::memcpy(&network_order, bytes.data() + 12, 4);
  return ntohl(network_order);
}

IpAddress IpAddress::FromV4(std::uint32_t host_order) {
  IpAddress address;
  std::copy(kV4Prefix.begin(), kV4Prefix.end(), address.bytes.begin());
  const std::uint32_t network_order = htonl(host_order);
  std::memcpy(address.bytes.data() + 12, &network_order, 4);
  return address;
}

IpAddress MaskAddress(const IpAddress& address, unsigned prefix_bits) {
  IpAddress masked = address;
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned first_bit = i * 8;
    if (prefix_bits >= first_bit + 8) continue;
    const unsigned kept = prefix_bits > first_bit ? prefix_bits - first_bit : 0;
    masked.bytes[i] = static_cast<std::uint8_t>(masked.bytes[i] & (0xFF00U >> kept));
  }
  return masked;
}

bool Network::Contains(const IpAddress& ip) const {
  const bool holds_v4 = prefix_bits >= 96 && address.IsV4();
  return holds_v4 == ip.IsV4() && MaskAddress(ip, prefix_bits) == address;
}

std::optional<IpAddress> ParseIpv4(std::string_view text) {
  const auto value = ParseQuad(text);
  if (!value) return std::nullopt;
  return IpAddress::FromV4(*value);
}

std::optional<IpAddress> ParseIpv6(std::string_view text) {
  std::array<std::uint16_t, 8> groups{};
  std::size_t count = 0;
  std::optional<std::size_t> gap;  // how many groups stand before the `::`
  std::size_t at = 0;
  if (text.starts_with("::")) {
    gap = 0;
    at = 2;
  }
  while (at < text.size()) {
    if (count >= groups.size()) return std::nullopt;
    const std::string_view rest = text.substr(at);
    const std::size_t group_end = std::min(rest.find(':'), rest.size());
    const std::string_view group = rest.substr(0, group_end);
    if (group.find('.') != std::string_view::npos) {
      // The last 32 bits as a dotted quad.
      const auto quad = ParseQuad(group);
      if (!quad || group_end != rest.size() || count + 2 > groups.size()) return std::nullopt;
      groups[count++] = static_cast<std::uint16_t>(*quad >> 16);
      groups[count++] = static_cast<std::uint16_t>(*quad & 0xFFFF);
      at = text.size();
      break;
    }
    if (group.empty() || group.size() > 4) return std::nullopt;
    unsigned value = 0;
    for (const char c : group) {
      const int digit = HexValue(c);
      if (digit < 0) return std::nullopt;
      value = value << 4 | static_cast<unsigned>(digit);
    }
    groups[count++] = static_cast<std::uint16_t>(value);
    at += group_end;
    if (at == text.size()) break;
    ++at;  // the colon
    if (at == text.size()) return std::nullopt;
    if (text[at] == ':') {
      if (gap) return std::nullopt;
      gap = count;
      ++at;
    }
  }
  if (gap ? count > 7 : count != 8) return std::nullopt;

  IpAddress address;
  // The zeros of the gap push what stands behind it to the end.
  const std::size_t before = gap.value_or(8);
  for (std::size_t to = 0, from = 0; to < 8; ++to) {
    if (to >= before && to < before + 8 - count) continue;
    address.bytes[to * 2] = static_cast<std::uint8_t>(groups[from] >> 8);
    address.bytes[to * 2 + 1] = static_cast<std::uint8_t>(groups[from] & 0xFF);
    ++from;
  }
  return address;
}

std::optional<IpAddress> ParseIp(std::string_view text) {
  return text.find(':') == std::string_view::npos ? ParseIpv4(text) : ParseIpv6(text);
}

std::optional<Network> ParseNetwork(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view base = text.substr(0, slash);
  const std::string_view length = text.substr(slash + 1);
  const auto address = ParseIp(base);
  if (!address || length.empty() || length.size() > 3) return std::nullopt;
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  const bool dotted = base.find(':') == std::string_view::npos;
  if (error != std::errc() || end != length.data() + length.size() || bits > (dotted ? 32U : 128U)) {
    return std::nullopt;
  }
  const unsigned prefix_bits = dotted ? bits + 96 : bits;
  return Network{MaskAddress(*address, prefix_bits), static_cast<std::uint8_t>(prefix_bits)};
}

std::string FormatIp(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.IsV4()) {
    inet_ntop(AF_INET, address.bytes.data() + 12, text.data(), text.size());
    return text.data();
  }
  // Not inet_ntop: it writes ::/96 with a dotted quad, which RFC 5952 section 5 leaves for known prefixes
  // only.
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = address.bytes[i * 2] * 256U + address.bytes[i * 2 + 1];
  std::size_t gap_at = 8;
  std::size_t gap_length = 1;  // a single zero group is written out (section 4.2.2)
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t length = 0;
    while (i + length < 8 && groups[i + length] == 0) ++length;
    if (length > gap_length) {
      gap_at = i;
      gap_length = length;
    }
  }
  std::string out;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap_at) {
      out += "::";
      i += gap_length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    std::array<char, 5> hex{};
    const auto [end, error] = std::to_chars(hex.data(), hex.data() + hex.size(), groups[i], 16);
    out.append(hex.data(), end);
  }
  return out;
}

std::string FormatNetwork(const Network& network) {
  const bool holds_v4 = network.prefix_bits >= 96 && network.address.IsV4();
  const int length = holds_v4 ? network.prefix_bits - 96 : network.prefix_bits;
  return FormatIp(network.address) + "/" + std::to_string(length);
}

}  // namespace polder
