// Indicators are sorted by the fingerprint of their value, so that all sources of a value stand together;
// then the gates of each value are opened once. The digest is a sum over the indicators, so that it needs no
// order.
#include "engine/snapshot/builder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "engine/snapshot/texts.h"

namespace polder {
namespace {

// What is looked up for an indicator. A network of full length is an address.
struct Target {
  Kind kind;
  std::string_view stated;         // by the indicator
  std::optional<Network> network;  // of addresses and networks
  std::string rewritten;

  std::string_view value() const { return rewritten.empty() ? stated : std::string_view(rewritten); }
};

Target TargetOf(const Indicator& indicator) {
  Target target{indicator.kind, indicator.value, std::nullopt, {}};
  if (indicator.kind == Kind::kIp) target.network = Network{*ParseIp(indicator.value), 128};
  if (indicator.kind == Kind::kNetwork) {
    target.network = ParseNetwork(indicator.value);
    if (target.network->prefix_bits == 128) {
      target.kind = Kind::kIp;
      target.rewritten = FormatIp(target.network->address);
    }
  }
  return target;
}

// Among the sources of one value.
auto OrderOf(const Indicator& i) {
  return std::tie(i.source, i.id, i.kind, i.valid_from, i.valid_until, i.modified, i.name);
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

// Adds the digest of one indicator to that of many, as 256-bit numbers in four parts.
void AddToDigest(const Indicator& indicator, std::string& scratch, std::array<std::uint64_t, 4>& sum) {
  scratch.clear();
  AppendForDigest(indicator, scratch);
  const Digest256 digest = Blake2b256(scratch);
  for (std::size_t i = 0; i < sum.size(); ++i) {
    std::uint64_t part = 0;
    std::memcpy(&part, digest.data() + i * 8, 8);
    sum[i] += part;
  }
}

std::string DigestText(const std::array<std::uint64_t, 4>& sum) {
  char bytes[32];
  std::memcpy(bytes, sum.data(), sizeof(bytes));
  const Digest256 digest = Blake2b256({bytes, sizeof(bytes)});
  return ToHex(digest.data(), 16);
}

}  // namespace

std::shared_ptr<const Snapshot> SnapshotBuilder::Build(std::span<const Indicator* const> indicators,
                                                       std::uint64_t generation) const {
  // A URL and an email address open two gates: their own and their host's.
  const auto twice = std::count_if(indicators.begin(), indicators.end(), [](const Indicator* i) {
    return i->kind == Kind::kUrl || i->kind == Kind::kEmail;
  });
  std::uint64_t gate_key = 0;
  std::memcpy(&gate_key, key_.data(), 8);
  std::shared_ptr<Snapshot> snapshot(
      new Snapshot(generation, key_, gate_key, indicators.size() + static_cast<std::size_t>(twice)));
  snapshot->values_.reserve(indicators.size());
  snapshot->provenances_.reserve(indicators.size());

  struct Placed {
    Fingerprint key;
    const Indicator* indicator;
  };
  std::vector<Placed> placed;
  placed.reserve(indicators.size());
  std::map<std::string_view, std::uint32_t> source_numbers;
  std::array<std::uint64_t, 4> digest{};
  std::string scratch;
  for (const Indicator* indicator : indicators) {
    const Target target = TargetOf(*indicator);
    placed.push_back({target.network
                          ? snapshot->KeyOfNetwork(target.network->address, target.network->prefix_bits)
                          : snapshot->KeyOf(target.kind, target.value()),
                      indicator});
    source_numbers.try_emplace(indicator->source, 0);
    AddToDigest(*indicator, scratch, digest);
  }
  snapshot->digest_ = DigestText(digest);
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    if (!(a.key == b.key)) return std::tie(a.key.high, a.key.low) < std::tie(b.key.high, b.key.low);
    return OrderOf(*a.indicator) < OrderOf(*b.indicator);
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
      const Target target = TargetOf(indicator);
      snapshot->values_.emplace(placed[i].key, static_cast<std::uint32_t>(i));
      snapshot->gates_.Open(target.kind, target.value());
      ++snapshot->value_counts_[static_cast<std::size_t>(target.kind)];
    }
    snapshot->provenances_.push_back({indicator.valid_from, indicator.valid_until, indicator.modified,
                                      snapshot->texts_.size(), source_numbers[indicator.source],
                                      static_cast<std::int16_t>(indicator.confidence), indicator.tlp, last});
    AppendText(indicator.id.empty() ? DerivedIndicatorId(indicator.source, indicator.kind, indicator.value)
                                    : indicator.id,
               snapshot->texts_);
    for (const std::string* text : {&indicator.provider, &indicator.name,
                                    &indicator.description, &indicator.reference}) {
      AppendText(*text, snapshot->texts_);
    }
  }
  return snapshot;
}

}  // namespace polder
