// What was staged becomes one segment. Of its rows those that are there already, word for word, are dropped;
// what its deliveries stated before and no longer do is marked as gone. Then every group that lost or gained
// a row is judged anew: rows of one identifier, or of one value without identifier, from one source. Judging
// is in judgement.cc, the joining of segments in upkeep.cc.
#include "rules/merge/rule_set.h"

#include <algorithm>
#include <utility>

namespace polder {
namespace {

std::uint32_t NumberOf(const std::string& name, std::map<std::string, std::uint32_t>& numbers) {
  return numbers.try_emplace(name, static_cast<std::uint32_t>(numbers.size())).first->second;
}

}  // namespace

RuleSet::RuleSet(const FingerprintKey& key, ExpressionCache* cache)
    : hasher_(key),
      gates_(std::make_shared<Gates>(hasher_, FilterSizeFor(0))),
      staged_(std::make_unique<Staged>(hasher_)),
      expressions_(cache) {}

std::uint32_t RuleSet::NumberOfSource(const std::string& name) {
  const std::uint32_t number = NumberOf(name, source_numbers_);
  if (number == sources_->size()) {
    // Snapshots hold on to the names as they were.
    if (sources_.use_count() > 1) sources_ = std::make_shared<SourceNames>(*sources_);
    sources_->push_back(name);
  }
  return number;
}

std::uint32_t RuleSet::NumberOfDelivery(const std::string& name) { return NumberOf(name, delivery_numbers_); }

void RuleSet::Begin(const std::string& delivery) {
  staging_delivery_ = NumberOfDelivery(delivery);
  // Replaced twice, or after single objects: what was staged before must not mingle with it.
  const bool has_objects =
      std::any_of(staged_->objects.begin(), staged_->objects.end(),
                  [this](const Staged::Object& object) { return object.delivery == staging_delivery_; });
  if (staged_->replaced.contains(staging_delivery_) || has_objects) Commit();
  staged_->replaced.insert(staging_delivery_);
}

// Open for nothing until Commit, which harms nobody.
void RuleSet::OpenFor(Kind kind, std::string_view canonical) {
  gates_->tables()->Open(hasher_, kind, canonical);
  if (kind == Kind::kPattern) expressions_.Add(canonical);
}

void RuleSet::StageIndicator(const Indicator& indicator, std::uint32_t delivery) {
  if (!indicator.revoked) OpenFor(indicator.kind, indicator.value);
  staged_->builder.Add(indicator, NumberOfSource(indicator.source), delivery);
}

void RuleSet::Add(const Indicator& indicator) { StageIndicator(indicator, staging_delivery_); }

void RuleSet::StartList(const Indicator& common) {
  staged_->builder.StartList(common, NumberOfSource(common.source), staging_delivery_);
}

void RuleSet::AddValue(Kind kind, std::string_view canonical) {
  OpenFor(kind, canonical);
  staged_->builder.AddValue(kind, canonical);
}

bool RuleSet::Put(const std::string& delivery, const std::string& source, const std::string& id,
                  std::span<const Indicator> statements, bool unless_older) {
  const std::uint32_t delivery_number = NumberOfDelivery(delivery);
  const std::uint32_t source_number = NumberOfSource(source);
  std::string name = source;
  name += '\0';
  name += id;
  if (staged_->replaced.contains(delivery_number) || staged_->object_names.contains(name)) Commit();
  const UuidBytes bits = IdBits(id);
  if (unless_older && !statements.empty()) {
    const TimeUs modified =
        std::max_element(statements.begin(), statements.end(), [](const Indicator& a, const Indicator& b) {
          return a.modified < b.modified;
        })->modified;
    for (const RowRef& at : WithId(bits)) {
      const RowFacts& facts = FactsOf(at);
      if (facts.source != source_number || facts.delivery != delivery_number) continue;
      if (SegmentOf(at).modified(at.row) > modified) return false;
    }
  }
  staged_->object_names.insert(std::move(name));
  staged_->objects.push_back({delivery_number, source_number, bits});
  for (const Indicator& statement : statements) StageIndicator(statement, delivery_number);
  return true;
}

void RuleSet::Rollback() { staged_ = std::make_unique<Staged>(hasher_); }

// The rows of what was staged that are there already; in `kept` those of the parts that they repeat.
RowSet RuleSet::FindKept(const Segment& staged, std::vector<RowSet>& kept) const {
  RowSet repeated;
  for (std::uint32_t row = 0; row < staged.size(); ++row) {
    const std::uint32_t delivery = staged.facts(row).delivery;
    std::optional<ContentHash> content;
    for (std::size_t i = 0; i < parts_.size() && !repeated.Contains(row); ++i) {
      const Part& part = parts_[i];
      if (!part.stated.contains(delivery)) continue;
      const auto [first, last] = part.segment->Find(staged.key(row));
      for (std::uint32_t other = first; other < last; ++other) {
        if (part.gone.Contains(other) || part.segment->facts(other).delivery != delivery) continue;
        if (!content) content = staged.Content(row);
        if (part.segment->Content(other) != *content || !kept[i].Insert(other)) continue;
        repeated.Insert(row);
        break;
      }
    }
  }
  return repeated;
}

// What the replaced deliveries and objects stated and no longer do.
std::vector<RuleSet::RowRef> RuleSet::FindRemoved(const std::vector<RowSet>& kept) const {
  std::vector<RowRef> removed;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    std::size_t stated = 0;
    for (const std::uint32_t delivery : staged_->replaced) {
      const auto found = part.stated.find(delivery);
      if (found != part.stated.end()) stated += found->second;
    }
    // What was kept may be of objects as well: then it is looked at all the same.
    if (stated == 0 || (stated == kept[i].size() && staged_->objects.empty())) continue;
    std::vector<bool> replaced;
    for (const RowFacts& facts : part.segment->all_facts()) {
      replaced.push_back(staged_->replaced.contains(facts.delivery));
    }
    for (std::uint32_t row = 0; row < part.segment->size(); ++row) {
      if (!replaced[part.segment->fact_number(row)]) continue;
      if (!part.gone.Contains(row) && !kept[i].Contains(row)) removed.push_back({i, row});
    }
  }
  for (const Staged::Object& object : staged_->objects) {
    for (const RowRef& at : WithId(object.id)) {
      const RowFacts& facts = FactsOf(at);
      const bool same = facts.source == object.source && facts.delivery == object.delivery;
      if (same && !kept[at.part].Contains(at.row)) removed.push_back(at);
    }
  }
  return removed;
}

void RuleSet::Remove(const std::vector<RowRef>& removed) {
  for (const RowRef& at : removed) {
    SetInForce(at, false);
    Part& part = parts_[at.part];
    part.gone.Insert(at.row);
    const auto stated = part.stated.find(FactsOf(at).delivery);
    if (--stated->second == 0) part.stated.erase(stated);
  }
}

void RuleSet::Append(std::shared_ptr<const Segment> fresh) {
  Part part;
  part.segment = std::move(fresh);
  // Facts are few, rows are many.
  std::vector<std::uint32_t> counts(part.segment->all_facts().size(), 0);
  for (std::uint32_t row = 0; row < part.segment->size(); ++row) ++counts[part.segment->fact_number(row)];
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) part.stated[part.segment->all_facts()[i].delivery] += counts[i];
  }
  parts_.push_back(std::move(part));
  content_.reset();
  GateFilter& filter = gates_->filter();
  const Segment& segment = *parts_.back().segment;
  if (filter.added() + segment.size() + segment.host_gates().size() >
      filter.expected() + filter.expected() / 2) {
    ReopenGates();
  } else {
    OpenGates(segment, filter);
  }
}

RuleSet::Change RuleSet::Commit() {
  Change change;
  if (staged_->replaced.empty() && staged_->objects.empty()) return change;
  SegmentBuilder::Built built = staged_->builder.Build();
  change.repeated = built.repeated;
  std::vector<RowSet> kept(parts_.size());
  const RowSet repeated = FindKept(*built.segment, kept);
  const std::vector<RowRef> removed = FindRemoved(kept);
  Remove(removed);
  change.removed = removed.size();
  change.added = built.segment->size() - repeated.size();
  fresh_from_ = parts_.size();
  if (change.added > 0) {
    Append(repeated.empty() ? std::move(built.segment) : WithoutRows(*built.segment, repeated));
    JudgeFresh();
  }
  JudgeRemoved(removed);
  fresh_from_ = parts_.size();
  Rollback();
  JoinSmallParts();
  return change;
}

std::shared_ptr<const Snapshot> RuleSet::Publish() {
  std::vector<Snapshot::Part> parts;
  for (const Part& part : parts_) parts.push_back({part.segment, part.hidden, 0});
  expression_problem_ = expressions_.Update([this](std::string_view canonical) {
    const ValueKey key = KeyOf(hasher_, Kind::kPattern, canonical);
    return std::any_of(parts_.begin(), parts_.end(), [&key](const Part& part) {
      const auto [first, last] = part.segment->Find(key);
      for (std::uint32_t row = first; row < last; ++row) {
        if (!part.gone.Contains(row)) return true;
      }
      return false;
    });
  });
  return std::make_shared<Snapshot>(++generation_, std::move(parts), gates_, sources_, digest_,
                                    expressions_.sets());
}

std::size_t RuleSet::StatementsOf(const std::string& delivery) const {
  const auto number = delivery_numbers_.find(delivery);
  if (number == delivery_numbers_.end()) return 0;
  std::size_t count = 0;
  for (const Part& part : parts_) {
    const auto stated = part.stated.find(number->second);
    if (stated != part.stated.end()) count += stated->second;
  }
  return count;
}

std::size_t RuleSet::StatementsOf(const std::string& delivery, const std::string& source,
                                  const std::string& id) const {
  const auto delivery_number = delivery_numbers_.find(delivery);
  const auto source_number = source_numbers_.find(source);
  if (delivery_number == delivery_numbers_.end() || source_number == source_numbers_.end()) return 0;
  const std::vector<RowRef> rows = WithId(IdBits(id));
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const RowRef& at) {
    const RowFacts& facts = FactsOf(at);
    return facts.delivery == delivery_number->second && facts.source == source_number->second;
  }));
}

std::size_t RuleSet::memory_bytes() const {
  std::size_t bytes = sizeof(*this) + sizeof(GateTables) + gates_->filter().bytes();
  for (const Part& part : parts_) {
    bytes += part.segment->memory_bytes() + part.hidden.bytes() + part.gone.bytes() +
             part.stated.capacity() * (sizeof(*part.stated.begin()) + 1);
  }
  return bytes;
}

}  // namespace polder
