#include "engine/snapshot/gates.h"

#include <algorithm>
#include <string>

#include "engine/observable/url.h"

namespace polder {
namespace {

// A copy with the readable bytes behind it that GateHasher asks for.
std::string Padded(std::string_view text) {
  std::string copy(text);
  copy.append(8, '\0');
  return copy;
}

void InsertSorted(std::vector<std::uint8_t>& lengths, std::uint8_t length) {
  const auto at = std::lower_bound(lengths.begin(), lengths.end(), length, std::greater<>());
  if (at == lengths.end() || *at != length) lengths.insert(at, length);
}

}  // namespace

GateFilter::GateFilter(std::size_t expected)
    : block_count_(std::max<std::size_t>(1, (expected * kBitsPerEntry + 511) / 512)), blocks_(block_count_) {}

void GateFilter::Add(std::uint64_t hash) {
  std::array<std::uint64_t, 8>& words = blocks_[(hash >> 32) * block_count_ >> 32].words;
  std::uint64_t bits = hash * kBitSpread;
  for (int i = 0; i < kProbes; ++i) {
    const std::uint64_t bit = bits >> 55;
    words[bit >> 6] |= 1ULL << (bit & 63);
    bits <<= 9;
  }
}

void Gates::OpenName(GateHasher::Role role, std::string_view name) {
  const std::string padded = Padded(name);
  const std::string_view view = std::string_view(padded).substr(0, name.size());
  top_labels_[hasher_.TopLabel(view.substr(view.rfind('.') + 1))] = true;
  filter_.Add(hasher_.Name(role, view));
}

void Gates::OpenText(GateHasher::Role role, std::string_view text) {
  const std::string padded = Padded(text);
  filter_.Add(hasher_.Text(role, std::string_view(padded).substr(0, text.size())));
}

void Gates::OpenSixteen(std::uint32_t sixteen) {
  v4_sixteens_[sixteen] = true;
  v4_eights_[sixteen >> 8] = true;
}

void Gates::OpenNetwork(const Network& network) {
  const bool holds_v4 = network.prefix_bits >= 96 && network.address.IsV4();
  InsertSorted(holds_v4 ? v4_lengths_ : v6_lengths_, network.prefix_bits);
  if (holds_v4) {
    const std::uint32_t first = network.address.V4() >> 16;
    const unsigned bits = network.prefix_bits - 96U;
    const std::uint32_t count = bits >= 16 ? 1 : 1U << (16 - bits);
    for (std::uint32_t i = 0; i < count; ++i) OpenSixteen(first + i);
  }
  filter_.Add(hasher_.Ip(GateHasher::Role::kNetwork, network.address, network.prefix_bits));
}

void Gates::Open(Kind kind, std::string_view canonical) {
  switch (kind) {
    case Kind::kIp:
      OpenNetwork(Network{*ParseIp(canonical), 128});
      return;
    case Kind::kNetwork:
      OpenNetwork(*ParseNetwork(canonical));
      return;
    case Kind::kDomain:
      OpenName(GateHasher::Role::kName, canonical);
      return;
    case Kind::kUrl: {
      has_urls_ = true;
      OpenText(GateHasher::Role::kUrl, canonical);
      // The host alone, for URLs that a format splits over fields.
      const auto url = CanonicaliseUrl(canonical);
      if (!url) return;
      if (const auto ip = ParseIp(url->host)) {
        if (ip->IsV4()) OpenSixteen(ip->V4() >> 16);
        filter_.Add(hasher_.Ip(GateHasher::Role::kUrlHostIp, *ip, 128));
      } else {
        OpenName(GateHasher::Role::kUrlHost, url->host);
      }
      return;
    }
    case Kind::kEmail:
      has_emails_ = true;
      OpenName(GateHasher::Role::kEmailHost, canonical.substr(canonical.rfind('@') + 1));
      OpenText(GateHasher::Role::kEmail, canonical);
      return;
    case Kind::kMd5:
    case Kind::kSha1:
    case Kind::kSha256:
    case Kind::kSha512:
      has_digests_ = true;
      OpenText(GateHasher::Role::kDigest, canonical);
      return;
    default:
      return;
  }
}

}  // namespace polder
