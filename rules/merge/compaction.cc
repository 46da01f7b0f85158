#include "rules/merge/compaction.h"

namespace polder {

std::size_t FilterSizeFor(std::size_t values) { return values + values / 8 + 1024; }

void OpenGates(const Segment& segment, GateFilter& filter) {
  for (std::uint32_t row = 0; row < segment.size(); ++row) filter.Add(segment.key(row).gate);
  for (const std::uint64_t gate : segment.host_gates()) filter.Add(gate);
}

void Compaction::Run() {
  std::vector<SegmentPart> parts;
  for (const Input& input : inputs_) parts.push_back({input.segment.get(), &input.gone, &input.hidden});
  merged_ = MergeSegments(parts);
  if (tables_ == nullptr) return;
  const Segment& segment = *merged_.segment;
  gates_ =
      std::make_shared<Gates>(hasher_, tables_, FilterSizeFor(segment.size() + segment.host_gates().size()));
  OpenGates(segment, gates_->filter());
}

}  // namespace polder
