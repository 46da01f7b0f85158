#include "rules/guard/guard.h"

#include <fmt/format.h>
#include <libpsl.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/observable/ip.h"

namespace polder {
namespace {

constexpr unsigned kWidestV4 = 8;
constexpr unsigned kWidestV6 = 19;

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

std::optional<std::string> NetworkReason(const Network& network) {
  const bool v4 = network.prefix_bits >= 96 && network.address.IsV4();
  const unsigned length = v4 ? network.prefix_bits - 96U : network.prefix_bits;
  const unsigned widest = v4 ? kWidestV4 : kWidestV6;
  if (length < widest) {
    return fmt::format("the network is wider than /{}, the widest that is let in", widest);
  }
  for (const SpecialRange& special : SpecialRanges()) {
    const bool inside = special.network.Contains(network.address);
    const bool around = network.Contains(special.network.address);
    if (inside || around) return fmt::format("{} addresses are in everyone's logs", special.what);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> GuardReason(const Indicator& indicator) {
  switch (indicator.kind) {
    case Kind::kIp:
      return NetworkReason(Network{*ParseIp(indicator.value), 128});
    case Kind::kNetwork:
      return NetworkReason(*ParseNetwork(indicator.value));
    case Kind::kDomain:
      if (psl_is_public_suffix(psl_builtin(), indicator.value.c_str()) != 0) {
        return "the name is a public suffix: everyone's names stand under it";
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace polder
