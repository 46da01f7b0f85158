#include "engine/snapshot/snapshot.h"

#include "engine/observable/domain.h"
#include "engine/snapshot/texts.h"

namespace polder {

std::string_view MatchTypeName(MatchType type) {
  switch (type) {
    case MatchType::kExact:
      return "exact";
    case MatchType::kSubdomain:
      return "subdomain";
    case MatchType::kNetwork:
      return "network";
    case MatchType::kUrl:
      return "url";
  }
  return "unknown";
}

Fingerprint Snapshot::KeyOf(Kind kind, std::string_view canonical) const {
  // On the stack for all but the longest URLs.
  std::array<char, 512> buffer;
  if (canonical.size() + 1 <= buffer.size()) {
    buffer[0] = static_cast<char>(kind);
    canonical.copy(buffer.data() + 1, canonical.size());
    return KeyedFingerprint(key_, {buffer.data(), canonical.size() + 1});
  }
  std::string text(1, static_cast<char>(kind));
  text += canonical;
  return KeyedFingerprint(key_, text);
}

Fingerprint Snapshot::KeyOfNetwork(const IpAddress& address, unsigned prefix_bits) const {
  std::array<char, 18> buffer;
  buffer[0] = static_cast<char>(Kind::kNetwork);
  std::copy(address.bytes.begin(), address.bytes.end(), buffer.begin() + 1);
  buffer[17] = static_cast<char>(prefix_bits);
  return KeyedFingerprint(key_, {buffer.data(), buffer.size()});
}

void Snapshot::Report(Fingerprint key, MatchType type, Kind kind, std::string_view value,
                      MatchSink sink) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return;
  for (std::uint32_t i = found->second;; ++i) {
    sink(Match{type, kind, value, i});
    if (provenances_[i].last) return;
  }
}

void Snapshot::FindIp(const IpAddress& ip, MatchSink sink) const {
  for (const std::uint8_t bits : ip.IsV4() ? gates_.v4_lengths() : gates_.v6_lengths()) {
    const IpAddress masked = MaskAddress(ip, bits);
    const Fingerprint key = KeyOfNetwork(masked, bits);
    if (!values_.contains(key)) continue;
    if (bits == 128) {
      Report(key, MatchType::kExact, Kind::kIp, FormatIp(ip), sink);
    } else {
      Report(key, MatchType::kNetwork, Kind::kNetwork, FormatNetwork(Network{masked, bits}), sink);
    }
  }
}

void Snapshot::Find(const Observable& observable, MatchSink sink) const {
  switch (observable.kind) {
    case Kind::kIp:
      FindIp(observable.ip, sink);
      return;
    case Kind::kDomain:
      for (std::string_view name = observable.canonical; !name.empty(); name = ParentDomain(name)) {
        if (name.size() > kMaxDomain) continue;
        const MatchType type =
            name.size() == observable.canonical.size() ? MatchType::kExact : MatchType::kSubdomain;
        Report(KeyOf(Kind::kDomain, name), type, Kind::kDomain, name, sink);
      }
      return;
    case Kind::kUrl:
      Report(KeyOf(Kind::kUrl, observable.canonical), MatchType::kUrl, Kind::kUrl, observable.canonical,
             sink);
      return;
    case Kind::kNetwork:  // no observable is a network
      return;
    default:
      Report(KeyOf(observable.kind, observable.canonical), MatchType::kExact, observable.kind,
             observable.canonical, sink);
      return;
  }
}

IndicatorView Snapshot::Describe(std::uint32_t indicator) const {
  const Provenance& provenance = provenances_[indicator];
  TextReader texts(texts_, provenance.texts);
  IndicatorView view{};
  view.source = sources_[provenance.source];
  view.id = texts.Next();
  view.provider = texts.Next();
  view.name = texts.Next();
  view.description = texts.Next();
  view.reference = texts.Next();
  view.valid_from = provenance.valid_from;
  view.valid_until = provenance.valid_until;
  view.modified = provenance.modified;
  view.tlp = provenance.tlp;
  view.confidence = provenance.confidence;
  return view;
}

std::size_t Snapshot::memory_bytes() const {
  // flat_hash_map: one control byte beside each slot.
  return values_.capacity() * (sizeof(*values_.begin()) + 1) + provenances_.capacity() * sizeof(Provenance) +
         texts_.capacity() + gates_.filter().bytes() + sizeof(*this);
}

}  // namespace polder
