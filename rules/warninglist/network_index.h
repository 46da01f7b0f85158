// Networks, and which of them overlap with an address or another network.
#ifndef POLDER_RULES_WARNINGLIST_NETWORK_INDEX_H_
#define POLDER_RULES_WARNINGLIST_NETWORK_INDEX_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/observable/ip.h"

namespace polder {

// Networks nest or are disjoint, so those around an address are a chain: the one that begins last before it,
// and what that lies in. One binary search finds the chain. Const calls may run at the same time.
class NetworkIndex {
 public:
  // All of one list at once: costs in proportion to what is there already.
  void Add(const std::vector<Network>& networks, std::uint32_t tag);

  // Calls `found` with the tag of every network that holds `network`, equals it or lies in it; a tag may come
  // several times. Of the networks inside, no more than kMostInside are looked at.
  void Overlapping(const Network& network, absl::FunctionRef<void(std::uint32_t)> found) const;

  static constexpr std::size_t kMostInside = 1024;

 private:
  struct Entry {
    std::array<std::uint8_t, 16> first{};
    std::uint8_t prefix_bits = 0;
    std::uint32_t tag = 0;
    std::uint32_t parent = kNone;  // the nearest entry that holds this one

    friend auto operator<=>(const Entry& a, const Entry& b) {
      const auto order = a.first <=> b.first;
      return order != 0 ? order : a.prefix_bits <=> b.prefix_bits;
    }
  };
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // By family: a network of IPv6 addresses holds no IPv4 (engine/observable/ip.h).
  std::array<std::vector<Entry>, 2> families_;
};

}  // namespace polder

#endif  // POLDER_RULES_WARNINGLIST_NETWORK_INDEX_H_
