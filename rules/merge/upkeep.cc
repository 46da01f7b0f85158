// Segments are few and of growing size towards the first: a small one at the end is joined at once with one
// that is not much larger, so that a row is moved a few times while the set grows; large ones are joined by a
// Compaction, beside everything else.
#include <algorithm>

#include "rules/merge/rule_set.h"

namespace polder {
namespace {

// A join of so many rows takes a few milliseconds.
constexpr std::size_t kRowsJoinedAtOnce = 32768;
constexpr std::size_t kGrowth = 4;
constexpr std::size_t kManyParts = 8;

}  // namespace

void RuleSet::JoinParts(std::size_t first, std::size_t last) {
  std::vector<SegmentPart> inputs;
  Part joined;
  for (std::size_t i = first; i < last; ++i) {
    inputs.push_back({parts_[i].segment.get(), &parts_[i].gone, &parts_[i].hidden});
    for (const auto& [delivery, count] : parts_[i].stated) joined.stated[delivery] += count;
  }
  MergedSegment merged = MergeSegments(inputs);
  joined.segment = std::move(merged.segment);
  joined.hidden = std::move(merged.hidden);
  parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(first),
               parts_.begin() + static_cast<std::ptrdiff_t>(last));
  if (joined.segment->size() > 0) {
    parts_.insert(parts_.begin() + static_cast<std::ptrdiff_t>(first), std::move(joined));
  }
  fresh_from_ = parts_.size();
  content_.reset();  // it knows a segment by its address
}

void RuleSet::JoinSmallParts() {
  const auto rows_of = [this](std::size_t i) { return parts_[i].segment->size() - parts_[i].gone.size(); };
  while (parts_.size() > compacting_last_ + 1) {
    const std::size_t last = parts_.size() - 1;
    const std::size_t rows = rows_of(last - 1) + rows_of(last);
    if (rows > kRowsJoinedAtOnce || rows_of(last - 1) >= kGrowth * rows_of(last)) break;
    JoinParts(last - 1, last + 1);
  }
  // Small parts that have lost most of their rows.
  for (std::size_t i = parts_.size(); i-- > compacting_last_;) {
    const std::size_t size = parts_[i].segment->size();
    if (size <= kRowsJoinedAtOnce && parts_[i].gone.size() * 2 > size) JoinParts(i, i + 1);
  }
}

void RuleSet::ReopenGates() {
  std::size_t values = 0;
  for (const Part& part : parts_) values += part.segment->size() + part.segment->host_gates().size();
  gates_ = std::make_shared<Gates>(hasher_, gates_->tables(), FilterSizeFor(values));
  for (const Part& part : parts_) OpenGates(*part.segment, gates_->filter());
}

std::optional<Compaction> RuleSet::PlanCompaction() {
  if (compacting_last_ > 0 || parts_.empty()) return std::nullopt;
  const std::size_t base = parts_.front().segment->size();
  std::size_t behind = 0;
  for (std::size_t i = 1; i < parts_.size(); ++i) behind += parts_[i].segment->size();
  const bool base_is_stale =
      std::max(behind, parts_.front().gone.size()) > std::max(base / kGrowth, kRowsJoinedAtOnce);
  if (!base_is_stale && parts_.size() <= kManyParts) return std::nullopt;
  Compaction compaction(hasher_);
  compaction.first_ = base_is_stale ? 0 : 1;
  if (base_is_stale) compaction.tables_ = gates_->tables();
  for (std::size_t i = compaction.first_; i < parts_.size(); ++i) {
    compaction.inputs_.push_back({parts_[i].segment, parts_[i].gone, parts_[i].hidden});
  }
  compacting_first_ = compaction.first_;
  compacting_last_ = parts_.size();
  return compaction;
}

void RuleSet::Adopt(Compaction compaction) {
  const Segment& merged = *compaction.merged_.segment;
  Part joined;
  joined.segment = compaction.merged_.segment;
  joined.hidden = std::move(compaction.merged_.hidden);
  // What has changed since: the row of the join that was this row.
  const auto row_in_merged = [&](const Segment& segment, std::uint32_t row) {
    const auto [first, last] = merged.Find(segment.key(row));
    for (std::uint32_t other = first; other < last; ++other) {
      if (merged.facts(other) == segment.facts(row) && merged.Content(other) == segment.Content(row)) {
        return std::optional(other);
      }
    }
    return std::optional<std::uint32_t>();
  };
  for (std::size_t i = 0; i < compaction.inputs_.size(); ++i) {
    const Compaction::Input& input = compaction.inputs_[i];
    const Part& part = parts_[compaction.first_ + i];
    for (const auto& [delivery, count] : part.stated) joined.stated[delivery] += count;
    part.gone.ForEachDifference(input.gone, [&](std::uint32_t row) {
      if (const auto at = row_in_merged(*input.segment, row)) joined.gone.Insert(*at);
    });
    part.hidden.ForEachDifference(input.hidden, [&](std::uint32_t row) {
      const auto at = row_in_merged(*input.segment, row);
      if (!at) return;
      if (part.hidden.Contains(row)) {
        joined.hidden.Insert(*at);
      } else {
        joined.hidden.Erase(*at);
      }
    });
  }
  parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(compacting_first_),
               parts_.begin() + static_cast<std::ptrdiff_t>(compacting_last_));
  parts_.insert(parts_.begin() + static_cast<std::ptrdiff_t>(compacting_first_), std::move(joined));
  if (compaction.gates_ != nullptr) {
    gates_ = std::move(compaction.gates_);
    for (std::size_t i = compacting_first_ + 1; i < parts_.size(); ++i) {
      OpenGates(*parts_[i].segment, gates_->filter());
    }
  }
  compacting_first_ = compacting_last_ = 0;
  fresh_from_ = parts_.size();
  content_.reset();
}

}  // namespace polder
