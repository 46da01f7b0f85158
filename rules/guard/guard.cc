#include "rules/guard/guard.h"

#include <fmt/format.h>
#include <libpsl.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <utility>

#include "engine/observable/domain.h"
#include "engine/observable/ip.h"
#include "rules/guard/expression_guard.h"

namespace polder {
namespace {

constexpr unsigned kWidestV4 = 8;
constexpr unsigned kWidestV6 = 19;
constexpr std::size_t kShortestText = 4;

struct SpecialRange {
  Network network;
  std::string_view what;
};

const auto& SpecialRanges() {
  static const auto ranges = [] {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kRanges = {
        {{"0.0.0.0/8", "unspecified"},
         {"10.0.0.0/8", "private"},
         {"100.64.0.0/10", "shared (carrier NAT)"},
         {"127.0.0.0/8", "loopback"},
         {"169.254.0.0/16", "link-local"},
         {"172.16.0.0/12", "private"},
         {"192.168.0.0/16", "private"},
         {"224.0.0.0/4", "multicast"},
         {"255.255.255.255/32", "broadcast"},
         {"::/128", "unspecified"},
         {"::1/128", "loopback"},
         {"fc00::/7", "private (unique local)"},
         {"fe80::/10", "link-local"},
         {"fec0::/10", "private (site local)"},
         {"ff00::/8", "multicast"}}};
    std::array<SpecialRange, kRanges.size()> parsed;
    std::transform(kRanges.begin(), kRanges.end(), parsed.begin(), [](const auto& range) {
      return SpecialRange{*ParseNetwork(range.first), range.second};
    });
    return parsed;
  }();
  return ranges;
}

// The first numbers of IPv4 addresses that are in a special range.
const std::bitset<256>& SpecialEights() {
  static const std::bitset<256> eights = [] {
    std::bitset<256> found;
    for (std::uint32_t eight = 0; eight < found.size(); ++eight) {
      const Network network = *ParseNetwork(fmt::format("{}.0.0.0/8", eight));
      for (const SpecialRange& special : SpecialRanges()) {
        if (special.network.Contains(network.address) || network.Contains(special.network.address))
          found[eight] = true;
      }
    }
    return found;
  }();
  return eights;
}

std::optional<std::string> NetworkReason(const Network& network) {
  const bool v4 = network.prefix_bits >= 96 && network.address.IsV4();
  const unsigned length = v4 ? network.prefix_bits - 96U : network.prefix_bits;
  const unsigned widest = v4 ? kWidestV4 : kWidestV6;
  if (length < widest) {
    return fmt::format("the network is wider than /{}, the widest that is let in", widest);
  }
  // Most addresses are in none, which their first number tells.
  if (v4 && length >= 8 && !SpecialEights()[network.address.V4() >> 24]) return std::nullopt;
  for (const SpecialRange& special : SpecialRanges()) {
    const bool inside = special.network.Contains(network.address);
    const bool around = network.Contains(special.network.address);
    if (inside || around) return fmt::format("{} addresses are in everyone's logs", special.what);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> GuardReason(Kind kind, std::string_view value) {
  if (kind == Kind::kIp) return NetworkReason(Network{*ParseIp(value), 128});
  if (kind == Kind::kNetwork) return NetworkReason(*ParseNetwork(value));
  if (kind == Kind::kDomain) {
    // libpsl reads up to a NUL.
    std::array<char, kMaxDomain + 1> name{};
    value.copy(name.data(), kMaxDomain);
    if (psl_is_public_suffix(psl_builtin(), name.data()) == 0) return std::nullopt;
    return "the name is a public suffix: everyone's names stand under it";
  }
  if (kind == Kind::kPattern) return ExpressionGuardReason(value);
  if ((kind == Kind::kFileName || IsWholeText(kind)) && value.size() < kShortestText) {
    return fmt::format("a text of fewer than {} bytes is in everyone's logs", kShortestText);
  }
  return std::nullopt;
}

}  // namespace polder
