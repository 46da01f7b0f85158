#include "engine/snapshot/snapshot.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "absl/container/inlined_vector.h"
#include "engine/observable/domain.h"

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
    case MatchType::kPattern:
      return "pattern";
    case MatchType::kStix:
      return "stix";
  }
  return "unknown";
}

void AddToDigest(const ContentHash& content, Snapshot::DigestSum& sum) {
  sum[0] += content.low;
  sum[1] += content.high;
}

void RemoveFromDigest(const ContentHash& content, Snapshot::DigestSum& sum) {
  sum[0] -= content.low;
  sum[1] -= content.high;
}

Snapshot::Snapshot(std::uint64_t generation, std::vector<Part> parts, std::shared_ptr<const Gates> gates,
                   std::shared_ptr<const SourceNames> sources, const DigestSum& digest_sum,
                   ExpressionSets expressions)
    : generation_(generation),
      parts_(std::move(parts)),
      gates_(std::move(gates)),
      sources_(std::move(sources)),
      expressions_(std::move(expressions)) {
  std::uint32_t first = 0;
  for (Part& part : parts_) {
    part.first = first;
    first += part.segment->size();
    indicator_count_ += part.segment->size() - part.hidden.size();
  }
  char bytes[sizeof(DigestSum)];
  std::memcpy(bytes, digest_sum.data(), sizeof(bytes));
  digest_ = ToHex(Blake2b256({bytes, sizeof(bytes)}).data(), 16);
}

Snapshot::Place Snapshot::PlaceOf(std::uint32_t indicator) const {
  const auto after = std::upper_bound(parts_.begin(), parts_.end(), indicator,
                                      [](std::uint32_t i, const Part& part) { return i < part.first; });
  const Part& part = *(after - 1);
  return {&part, indicator - part.first};
}

bool Snapshot::Holds(const ValueKey& key) const {
  return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) {
    const auto [first, last] = part.segment->Find(key);
    return first != last;
  });
}

void Snapshot::Report(const ValueKey& key, MatchType type, Kind kind, std::string_view value,
                      MatchSink sink) const {
  // One source's word before another's, whichever came first.
  using Found = std::tuple<std::string_view, UuidBytes, Kind, std::uint32_t>;
  absl::InlinedVector<Found, 4> found;
  for (const Part& part : parts_) {
    const auto [first, last] = part.segment->Find(key);
    for (std::uint32_t row = first; row < last; ++row) {
      if (part.hidden.Contains(row)) continue;
      const RowFacts& facts = part.segment->facts(row);
      found.emplace_back((*sources_)[facts.source], part.segment->id(row), facts.kind, part.first + row);
    }
  }
  if (found.size() > 1) std::sort(found.begin(), found.end());
  for (const Found& one : found) {
    sink(Match{type, kind == Kind::kText ? std::get<Kind>(one) : kind, value, std::get<std::uint32_t>(one)});
  }
}

void Snapshot::FindIp(const IpAddress& ip, MatchSink sink) const {
  for (const std::uint8_t bits : ip.IsV4() ? gates_->v4_lengths() : gates_->v6_lengths()) {
    const IpAddress masked = MaskAddress(ip, bits);
    const ValueKey key = KeyOfNetwork(gates_->hasher(), masked, bits);
    if (!Holds(key)) continue;
    if (bits == 128) {
      Report(key, MatchType::kExact, Kind::kIp, FormatIp(ip), sink);
    } else {
      Report(key, MatchType::kNetwork, Kind::kNetwork, FormatNetwork(Network{masked, bits}), sink);
    }
  }
}

namespace {

MatchType TypeOf(Kind kind) {
  if (kind == Kind::kUrl) return MatchType::kUrl;
  return kind == Kind::kPattern ? MatchType::kPattern : MatchType::kExact;
}

}  // namespace

void Snapshot::Find(const Observable& observable, MatchSink sink) const {
  const GateHasher& hasher = gates_->hasher();
  switch (observable.kind) {
    case Kind::kIp:
      FindIp(observable.ip, sink);
      return;
    case Kind::kDomain:
      for (std::string_view name = observable.canonical; !name.empty(); name = ParentDomain(name)) {
        if (name.size() > kMaxDomain) continue;
        const MatchType type =
            name.size() == observable.canonical.size() ? MatchType::kExact : MatchType::kSubdomain;
        Report(KeyOf(hasher, Kind::kDomain, name), type, Kind::kDomain, name, sink);
      }
      return;
    case Kind::kNetwork:  // no observable is a network, or a port
    case Kind::kPort:
      return;
    default:
      Report(KeyOf(hasher, observable.kind, observable.canonical), TypeOf(observable.kind), observable.kind,
             observable.canonical, sink);
      return;
  }
}

bool Snapshot::ValidAt(std::uint32_t indicator, TimeUs time) const {
  const Place at = PlaceOf(indicator);
  return at.part->segment->valid_from(at.row) <= time && time < at.part->segment->valid_until(at.row);
}

const RowFacts& Snapshot::FactsOf(std::uint32_t indicator) const {
  const Place at = PlaceOf(indicator);
  return at.part->segment->facts(at.row);
}

std::vector<Condition> Snapshot::ConditionsOf(std::uint32_t indicator) const {
  const Place at = PlaceOf(indicator);
  return at.part->segment->texts(at.row).conditions;
}

std::string_view Snapshot::PatternOf(std::uint32_t indicator) const {
  const Place at = PlaceOf(indicator);
  if (!at.part->segment->facts(at.row).has_pattern) return {};
  return at.part->segment->texts(at.row).pattern;
}

IndicatorView Snapshot::Describe(std::uint32_t indicator, std::string_view value) const {
  const auto [part, row] = PlaceOf(indicator);
  const Segment& segment = *part->segment;
  const RowFacts& facts = segment.facts(row);
  RowTexts texts = segment.texts(row);
  const std::string& source = (*sources_)[facts.source];
  return {.id = IdentifierOf(segment, row, source, value),
          .source = source,
          .provider = texts.provider,
          .name = texts.name,
          .description = texts.description,
          .reference = texts.reference,
          .labels = texts.labels,
          .known_as = texts.known_as,
          .valid_from = segment.valid_from(row),
          .valid_until = segment.valid_until(row),
          .modified = segment.modified(row),
          .tlp = facts.tlp,
          .pap = facts.pap,
          .shadow = facts.shadow,
          .confidence = facts.confidence,
          .conditions = std::move(texts.conditions)};
}

std::vector<Snapshot::SourceFigures> Snapshot::CountBySource(TimeUs now) const {
  std::vector<SourceFigures> figures(sources_->size());
  for (std::size_t i = 0; i < figures.size(); ++i) figures[i].name = (*sources_)[i];
  for (const Part& part : parts_) {
    for (std::uint32_t row = 0; row < part.segment->size(); ++row) {
      if (part.hidden.Contains(row)) continue;
      const RowFacts& facts = part.segment->facts(row);
      SourceFigures& figure = figures[facts.source];
      ++figure.indicators;
      figure.shadow = figure.shadow || facts.shadow;
      figure.expired += part.segment->valid_until(row) <= now ? 1 : 0;
      const bool shared = std::any_of(parts_.begin(), parts_.end(), [&](const Part& other) {
        const auto [first, last] = other.segment->Find(part.segment->key(row));
        for (std::uint32_t i = first; i < last; ++i) {
          if (!other.hidden.Contains(i) && other.segment->facts(i).source != facts.source) return true;
        }
        return false;
      });
      figure.shared += shared ? 1 : 0;
    }
  }
  std::erase_if(figures, [](const SourceFigures& figure) { return figure.indicators == 0; });
  std::sort(figures.begin(), figures.end(),
            [](const SourceFigures& a, const SourceFigures& b) { return a.name < b.name; });
  return figures;
}

std::array<std::size_t, kAllKinds.size()> Snapshot::CountValues() const {
  std::array<std::size_t, kAllKinds.size()> counts{};
  const auto in_force = [](const Part& part, Segment::Rows rows) {
    for (std::uint32_t row = rows.first; row < rows.second; ++row) {
      if (!part.hidden.Contains(row)) return true;
    }
    return false;
  };
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Segment& segment = *parts_[i].segment;
    for (std::uint32_t row = 0; row < segment.size();) {
      std::uint32_t next = row + 1;
      while (next < segment.size() && segment.key(next) == segment.key(row)) ++next;
      bool counts_here = in_force(parts_[i], {row, next});
      for (std::size_t k = 0; k < i && counts_here; ++k) {
        counts_here = !in_force(parts_[k], parts_[k].segment->Find(segment.key(row)));
      }
      const Kind kind = segment.facts(row).kind;
      if (counts_here) ++counts[static_cast<std::size_t>(IsWholeText(kind) ? Kind::kText : kind)];
      row = next;
    }
  }
  return counts;
}

std::size_t Snapshot::memory_bytes() const {
  std::size_t bytes = sizeof(*this) + gates_->filter().bytes() + sizeof(GateTables);
  for (const Part& part : parts_) bytes += part.segment->memory_bytes() + part.hidden.bytes();
  for (const auto& set : expressions_) bytes += set->memory_bytes();
  return bytes;
}

std::size_t Snapshot::text_bytes() const {
  std::size_t bytes = 0;
  for (const Part& part : parts_) bytes += part.segment->text_bytes();
  return bytes;
}

}  // namespace polder
