// Indicators are sorted by kind and value, so that all sources of a value stand together and the result does
// not depend on the order of reading; then each value is fingerprinted once and its gates are opened.
#include "engine/snapshot/builder.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>
#include <vector>

#include "engine/snapshot/texts.h"

namespace polder {
namespace {

// A network of full length is an address.
Kind EffectiveKind(const Indicator& indicator) {
  if (indicator.kind == Kind::kNetwork && ParseNetwork(indicator.value)->prefix_bits == 128) return Kind::kIp;
  return indicator.kind;
}

std::string EffectiveValue(const Indicator& indicator) {
  if (indicator.kind == Kind::kNetwork) {
    const auto network = ParseNetwork(indicator.value);
    if (network->prefix_bits == 128) return FormatIp(network->address);
  }
  return indicator.value;
}

auto SortKey(const Indicator& i) {
  return std::tie(i.kind, i.value, i.source, i.id, i.valid_from, i.valid_until);
}

void AddNumber(std::int64_t number, std::string& out) {
  char bytes[8];
  std::memcpy(bytes, &number, 8);
  out.append(bytes, 8);
}

// Everything that a hit can tell of an indicator, in a form without ambiguity.
void AppendForDigest(const Indicator& i, std::string& out) {
  out += static_cast<char>(i.kind);
  for (const std::string* text :
       {&i.value, &i.source, &i.id, &i.provider, &i.name, &i.description, &i.reference}) {
    AppendText(*text, out);
  }
  AddNumber(i.valid_from, out);
  AddNumber(i.valid_until, out);
  AddNumber(i.modified, out);
  AddNumber(i.confidence, out);
  out += static_cast<char>(i.tlp);
}

}  // namespace

std::shared_ptr<const Snapshot> SnapshotBuilder::Build(std::span<const Indicator* const> indicators,
                                                       std::uint64_t generation) const {
  std::vector<const Indicator*> sorted(indicators.begin(), indicators.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const Indicator* a, const Indicator* b) { return SortKey(*a) < SortKey(*b); });

  // A URL and an email address open two gates: their own and their host's.
  const auto twice = std::count_if(sorted.begin(), sorted.end(), [](const Indicator* i) {
    return i->kind == Kind::kUrl || i->kind == Kind::kEmail;
  });
  std::uint64_t gate_key = 0;
  std::memcpy(&gate_key, key_.data(), 8);
  std::shared_ptr<Snapshot> snapshot(
      new Snapshot(generation, key_, gate_key, sorted.size() + static_cast<std::size_t>(twice)));
  snapshot->values_.reserve(sorted.size());
  snapshot->provenances_.reserve(sorted.size());

  // Networks of full length join the addresses, which stand elsewhere in the order: they are placed by key.
  struct Placed {
    const Indicator* indicator;
    Fingerprint key;
  };
  std::map<std::string_view, std::uint32_t> source_numbers;
  std::vector<Placed> placed;
  placed.reserve(sorted.size());
  for (const Indicator* indicator : sorted) {
    const Kind kind = EffectiveKind(*indicator);
    Fingerprint key;
    if (kind == Kind::kIp) {
      key = snapshot->KeyOfNetwork(*ParseIp(EffectiveValue(*indicator)), 128);
    } else if (kind == Kind::kNetwork) {
      const auto network = ParseNetwork(indicator->value);
      key = snapshot->KeyOfNetwork(network->address, network->prefix_bits);
    } else {
      key = snapshot->KeyOf(kind, indicator->value);
    }
    placed.push_back({indicator, key});
    source_numbers.try_emplace(indicator->source, 0);
  }
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return std::tie(a.key.high, a.key.low) < std::tie(b.key.high, b.key.low);
  });
  for (auto& [source, number] : source_numbers) {
    number = static_cast<std::uint32_t>(snapshot->sources_.size());
    snapshot->sources_.emplace_back(source);
  }

  for (std::size_t i = 0; i < placed.size(); ++i) {
    const Indicator& indicator = *placed[i].indicator;
    const bool first = i == 0 || !(placed[i - 1].key == placed[i].key);
    const bool last = i + 1 == placed.size() || !(placed[i + 1].key == placed[i].key);
    if (first) {
      const Kind kind = EffectiveKind(indicator);
      snapshot->values_.emplace(placed[i].key, static_cast<std::uint32_t>(i));
      snapshot->gates_.Open(kind, EffectiveValue(indicator));
      ++snapshot->value_counts_[static_cast<std::size_t>(kind)];
    }
    snapshot->provenances_.push_back({indicator.valid_from, indicator.valid_until, indicator.modified, snapshot->texts_.size(),
                                      source_numbers[indicator.source],
                                      static_cast<std::int16_t>(indicator.confidence), indicator.tlp, last});
    for (const std::string* text : {&indicator.id, &indicator.provider, &indicator.name, &indicator.description,
                                    &indicator.reference}) {
      AppendText(*text, snapshot->texts_);
    }
  }

  // Over the sorted order, not the placed one: that depends on the key.
  std::string all;
  for (const Indicator* indicator : sorted) AppendForDigest(*indicator, all);
  const Digest256 digest = Blake2b256(all);
  snapshot->digest_ = ToHex(digest.data(), 16);
  return snapshot;
}

}  // namespace polder
