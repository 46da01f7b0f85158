// What of all that is stated is in force. A group is what one source says under one identifier, or, of what
// has no identifier, of one value. Each group is judged by itself and from all its rows, so the order in
// which they came does not matter.
#include <algorithm>
#include <tuple>

#include "rules/merge/rule_set.h"

namespace polder {

std::vector<RuleSet::RowRef> RuleSet::WithId(const UuidBytes& id) const {
  std::vector<RowRef> rows;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto [first, last] = parts_[i].segment->FindId(id);
    for (std::uint32_t place = first; place < last; ++place) {
      const std::uint32_t row = parts_[i].segment->RowById(place);
      if (!parts_[i].gone.Contains(row)) rows.push_back({i, row});
    }
  }
  return rows;
}

std::vector<RuleSet::RowRef> RuleSet::WithoutId(const ValueKey& key) const {
  std::vector<RowRef> rows;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto [first, last] = parts_[i].segment->Find(key);
    for (std::uint32_t row = first; row < last; ++row) {
      if (!parts_[i].segment->facts(row).has_id && !parts_[i].gone.Contains(row)) rows.push_back({i, row});
    }
  }
  return rows;
}

void RuleSet::SetInForce(const RowRef& at, bool in_force) {
  Part& part = parts_[at.part];
  const bool fresh = at.part >= fresh_from_;
  const bool was = !fresh && !part.hidden.Contains(at.row);
  if (in_force) {
    part.hidden.Erase(at.row);
  } else {
    part.hidden.Insert(at.row);
  }
  if (was == in_force) return;
  if (!content_ || content_->segment() != part.segment.get()) content_.emplace(*part.segment);
  const ContentHash content = (*content_)(at.row);
  if (in_force) {
    AddToDigest(content, digest_);
  } else {
    RemoveFromDigest(content, digest_);
  }
}

// `group` is all that one source says under one identifier, or of one value under none.
void RuleSet::Judge(std::span<const RowRef> group) {
  TimeUs latest = kBeginningOfTime;
  bool revoked = false;
  for (const RowRef& at : group) {
    const TimeUs modified = SegmentOf(at).modified(at.row);
    if (modified > latest) revoked = false;
    if (modified >= latest) revoked = revoked || FactsOf(at).revoked;
    latest = std::max(latest, modified);
  }
  struct Candidate {
    ValueKey key;
    bool more;  // RowFacts::is_more_than_value
    ContentHash said;
    int openness;
    RowRef at;
  };
  std::vector<Candidate> candidates;
  for (const RowRef& at : group) {
    const Segment& segment = SegmentOf(at);
    if (revoked || segment.modified(at.row) != latest) {
      SetInForce(at, false);
      continue;
    }
    const RowFacts& facts = segment.facts(at.row);
    const Tlp tlp = facts.tlp == Tlp::kUnmarked ? Tlp::kAmberStrict : facts.tlp;
    candidates.push_back({segment.key(at.row), facts.is_more_than_value(), segment.Content(at.row),
                          -static_cast<int>(tlp), at});
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.key, a.more, a.openness, a.said) < std::tie(b.key, b.more, b.openness, b.said);
  });
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& one = candidates[i];
    const bool first = i == 0 || candidates[i - 1].key != one.key;
    const bool another = one.more && (first || candidates[i - 1].said != one.said);
    SetInForce(one.at, first || another);
  }
}

void RuleSet::JudgeGroups(std::vector<RowRef>& rows) {
  if (rows.size() > 1) {
    std::sort(rows.begin(), rows.end(), [this](const RowRef& a, const RowRef& b) {
      return std::tuple(FactsOf(a).source, a.part, a.row) < std::tuple(FactsOf(b).source, b.part, b.row);
    });
  }
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && FactsOf(rows[end]).source == FactsOf(rows[begin]).source) ++end;
    Judge(std::span(rows).subspan(begin, end - begin));
    begin = end;
  }
}

// Every group with a row in the last part.
void RuleSet::JudgeFresh() {
  const std::size_t last = parts_.size() - 1;
  const Segment& segment = *parts_[last].segment;
  for (std::uint32_t place = 0; place < segment.id_count();) {
    const UuidBytes id = segment.id(segment.RowById(place));
    std::vector<RowRef> rows = WithId(id);
    JudgeGroups(rows);
    while (place < segment.id_count() && segment.id(segment.RowById(place)) == id) ++place;
  }
  for (std::uint32_t row = 0; row < segment.size();) {
    std::uint32_t next = row;
    bool any = false;
    while (next < segment.size() && segment.key(next) == segment.key(row)) {
      any = any || !segment.facts(next).has_id;
      ++next;
    }
    if (any && next == row + 1 && last == 0) {
      // Nearly all of a first load: there is nothing else of this value.
      SetInForce({last, row}, true);
    } else if (any) {
      std::vector<RowRef> rows = WithoutId(segment.key(row));
      JudgeGroups(rows);
    }
    row = next;
  }
}

// Every group that lost a row and has none in the last part, if that is fresh: those were judged.
void RuleSet::JudgeRemoved(const std::vector<RowRef>& removed) {
  const Segment* fresh = fresh_from_ < parts_.size() ? parts_.back().segment.get() : nullptr;
  std::vector<UuidBytes> ids;
  std::vector<ValueKey> keys;
  for (const RowRef& at : removed) {
    if (FactsOf(at).has_id) {
      ids.push_back(SegmentOf(at).id(at.row));
    } else {
      keys.push_back(SegmentOf(at).key(at.row));
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const UuidBytes& id : ids) {
    if (fresh != nullptr) {
      if (const auto [first, last] = fresh->FindId(id); first != last) continue;
    }
    std::vector<RowRef> rows = WithId(id);
    JudgeGroups(rows);
  }
  for (const ValueKey& key : keys) {
    std::vector<RowRef> rows = WithoutId(key);
    const bool judged = fresh != nullptr && std::any_of(rows.begin(), rows.end(), [&](const RowRef& at) {
                          return at.part >= fresh_from_;
                        });
    if (!judged) JudgeGroups(rows);
  }
}

RuleSet::Dropped RuleSet::CountDropped() const {
  Dropped dropped;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    for (std::uint32_t row = 0; row < part.segment->size(); ++row) {
      if (!part.hidden.Contains(row) || part.gone.Contains(row)) continue;
      const RowFacts& facts = part.segment->facts(row);
      if (!facts.has_id) {
        ++dropped.repeated;
        continue;
      }
      // The latest version of its identifier.
      TimeUs latest = kBeginningOfTime;
      bool revoked = false;
      for (const RowRef& at : WithId(part.segment->id(row))) {
        if (FactsOf(at).source != facts.source) continue;
        const TimeUs modified = SegmentOf(at).modified(at.row);
        if (modified > latest) revoked = false;
        if (modified >= latest) revoked = revoked || FactsOf(at).revoked;
        latest = std::max(latest, modified);
      }
      if (revoked) {
        ++dropped.revoked;
      } else if (part.segment->modified(row) != latest) {
        ++dropped.superseded;
      } else {
        ++dropped.repeated;
      }
    }
  }
  return dropped;
}

}  // namespace polder
