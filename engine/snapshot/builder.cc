#include "engine/snapshot/builder.h"

#include <map>
#include <string_view>

#include "engine/snapshot/segment_builder.h"

namespace polder {

std::shared_ptr<const Snapshot> SnapshotBuilder::Build(std::span<const Indicator* const> indicators,
                                                       std::uint64_t generation) const {
  const GateHasher hasher(key_);
  const auto tables = std::make_shared<GateTables>();
  auto sources = std::make_shared<SourceNames>();
  std::map<std::string_view, std::uint32_t> numbers;
  SegmentBuilder builder(hasher);
  std::vector<Expression> expressions;
  for (const Indicator* indicator : indicators) {
    const auto [source, is_new] =
        numbers.try_emplace(indicator->source, static_cast<std::uint32_t>(sources->size()));
    if (is_new) sources->push_back(indicator->source);
    tables->Open(hasher, indicator->kind, indicator->value);
    builder.Add(*indicator, source->second, /*delivery=*/0);
    if (indicator->kind == Kind::kPattern) expressions.push_back(ParseExpression(indicator->value).value());
  }
  const std::shared_ptr<const Segment> segment = builder.Build().segment;
  const auto gates = std::make_shared<Gates>(hasher, tables, segment->size() + segment->host_gates().size());
  Snapshot::DigestSum digest{};
  for (std::uint32_t row = 0; row < segment->size(); ++row) {
    gates->filter().Add(segment->key(row).gate);
    AddToDigest(segment->Content(row), digest);
  }
  for (const std::uint64_t gate : segment->host_gates()) gates->filter().Add(gate);
  std::vector<Snapshot::Part> parts;
  parts.push_back({segment, {}, 0});
  ExpressionSets sets;
  if (!expressions.empty()) {
    sets.push_back(ExpressionSet::Compile(expressions, nullptr, nullptr).value());
  }
  return std::make_shared<Snapshot>(generation, std::move(parts), gates, sources, digest, std::move(sets));
}

}  // namespace polder
