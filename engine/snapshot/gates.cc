#include "engine/snapshot/gates.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/observable/url.h"
#include "engine/snapshot/value_key.h"

namespace polder {

GateFilter::GateFilter(std::size_t expected)
    : expected_(expected),
      block_count_(std::max<std::size_t>(1, (expected * kBitsPerEntry + 511) / 512)),
      blocks_(block_count_) {}

void GateFilter::Add(std::uint64_t hash) {
  std::array<std::uint64_t, 8>& words = blocks_[(hash >> 32) * block_count_ >> 32].words;
  std::uint64_t bits = hash * kBitSpread;
  for (int i = 0; i < kProbes; ++i) {
    const std::uint64_t bit = bits >> 55;
    SetBits(words[bit >> 6], 1ULL << (bit & 63));
    bits <<= 9;
  }
  ++added_;
}

void GateTables::OpenTopLabel(const GateHasher& hasher, std::string_view name) {
  // With the readable bytes behind it that the hasher asks for.
  const std::string_view top = name.substr(name.rfind('.') + 1);
  std::array<char, 64 + 8> padded{};
  const std::size_t size = top.copy(padded.data(), 64);
  top_labels_.Set(hasher.TopLabel({padded.data(), size}));
}

void GateTables::OpenSixteen(std::uint32_t sixteen) {
  v4_sixteens_.Set(sixteen);
  v4_eights_.Set(sixteen >> 8);
}

void GateTables::OpenNetwork(const Network& network) {
  const bool holds_v4 = network.prefix_bits >= 96 && network.address.IsV4();
  (holds_v4 ? v4_lengths_ : v6_lengths_).Set(network.prefix_bits);
  if (!holds_v4) return;
  const std::uint32_t first = network.address.V4() >> 16;
  const unsigned bits = network.prefix_bits - 96U;
  const std::uint32_t count = bits >= 16 ? 1 : 1U << (16 - bits);
  for (std::uint32_t i = 0; i < count; ++i) OpenSixteen(first + i);
}

void GateTables::Open(const GateHasher& hasher, Kind kind, std::string_view canonical) {
  kinds_.Set(static_cast<std::size_t>(IsDigest(kind) ? Kind::kMd5 : kind));
  switch (kind) {
    case Kind::kIp:
      OpenNetwork(Network{*ParseIp(canonical), 128});
      return;
    case Kind::kNetwork:
      OpenNetwork(*ParseNetwork(canonical));
      return;
    case Kind::kDomain:
      OpenTopLabel(hasher, canonical);
      return;
    case Kind::kEmail:
      OpenTopLabel(hasher, canonical.substr(canonical.rfind('@') + 1));
      return;
    case Kind::kUrl: {
      const std::string_view host = HostOfCanonicalUrl(canonical);
      const auto ip = ParseIp(host);
      if (ip && ip->IsV4()) OpenSixteen(ip->V4() >> 16);
      if (!ip) OpenTopLabel(hasher, host);
      return;
    }
    case Kind::kPattern:  // Hyperscan looks for it
    case Kind::kStixPattern:
    case Kind::kPort:
      return;
    default:
      texts_.Open(hasher, kind, canonical);
      return;
  }
}

void Gates::Open(Kind kind, std::string_view canonical) {
  tables_->Open(hasher_, kind, canonical);
  filter_.Add(KeyOf(hasher_, kind, canonical).gate);
  if (const auto host = HostGate(hasher_, kind, canonical)) filter_.Add(*host);
}

}  // namespace polder
