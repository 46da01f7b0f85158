#include "rules/warninglist/network_index.h"

#include <algorithm>

namespace polder {
namespace {

std::size_t FamilyOf(const Network& network) {
  return network.prefix_bits >= 96 && network.address.IsV4() ? 1 : 0;
}

bool Holds(const std::array<std::uint8_t, 16>& first, std::uint8_t prefix_bits,
           const std::array<std::uint8_t, 16>& address) {
  return MaskAddress(IpAddress{address}, prefix_bits).bytes == first;
}

}  // namespace

void NetworkIndex::Add(const std::vector<Network>& networks, std::uint32_t tag) {
  for (std::size_t family = 0; family < families_.size(); ++family) {
    std::vector<Entry>& entries = families_[family];
    const auto before = static_cast<std::ptrdiff_t>(entries.size());
    for (const Network& network : networks) {
      if (FamilyOf(network) == family) {
        entries.push_back({network.address.bytes, network.prefix_bits, tag, kNone});
      }
    }
    const auto less = [](const Entry& a, const Entry& b) { return (a <=> b) < 0; };
    std::sort(entries.begin() + before, entries.end(), less);
    std::inplace_merge(entries.begin(), entries.begin() + before, entries.end(), less);
    std::vector<std::uint32_t> open;  // the chain around the last entry
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      Entry& entry = entries[i];
      while (!open.empty() &&
             !Holds(entries[open.back()].first, entries[open.back()].prefix_bits, entry.first)) {
        open.pop_back();
      }
      entry.parent = open.empty() ? kNone : open.back();
      open.push_back(i);
    }
  }
}

void NetworkIndex::Overlapping(const Network& network, absl::FunctionRef<void(std::uint32_t)> found) const {
  const std::vector<Entry>& entries = families_[FamilyOf(network)];
  Entry probe;
  probe.first = network.address.bytes;
  probe.prefix_bits = network.prefix_bits;
  const auto after = std::upper_bound(entries.begin(), entries.end(), probe,
                                      [](const Entry& a, const Entry& b) { return (a <=> b) < 0; });
  std::size_t inside = 0;
  for (auto entry = after; entry != entries.end() && inside < kMostInside; ++entry, ++inside) {
    if (!Holds(network.address.bytes, network.prefix_bits, entry->first)) break;
    found(entry->tag);
  }
  if (after == entries.begin()) return;
  for (auto at = static_cast<std::uint32_t>(after - entries.begin() - 1); at != kNone;
       at = entries[at].parent) {
    if (Holds(entries[at].first, entries[at].prefix_bits, network.address.bytes)) found(entries[at].tag);
  }
}

}  // namespace polder
