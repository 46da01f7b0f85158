// Makes segments: from indicators as they are read, and from other segments.
#ifndef POLDER_ENGINE_SNAPSHOT_SEGMENT_BUILDER_H_
#define POLDER_ENGINE_SNAPSHOT_SEGMENT_BUILDER_H_

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/indicator/indicator.h"
#include "engine/snapshot/row_set.h"
#include "engine/snapshot/segment.h"

namespace polder {

// What stands for a stated identifier in a segment: the bits of its UUID, or of anything else a hash.
UuidBytes IdBits(std::string_view id);

// Takes rows in the order of their keys and packs them.
class SegmentWriter {
 public:
  struct Row {
    ValueKey key;
    std::uint32_t facts = 0;  // from InternFacts
    std::uint64_t texts = 0;  // from InternTexts
    UuidBytes id{};
    TimeUs valid_from = kBeginningOfTime;
    TimeUs valid_until = kEndOfTime;
    TimeUs modified = kBeginningOfTime;
    std::optional<std::uint64_t> host_gate = std::nullopt;
  };

  std::uint32_t InternFacts(const RowFacts& facts);
  // `block` is what BlockOf made of an indicator, or Segment::TextBlock.
  std::uint64_t InternTexts(std::string_view block);
  const RowFacts& facts(std::uint32_t number) const { return segment_->facts_[number]; }

  void Reserve(std::size_t rows);
  // Keys do not descend.
  void Append(const Row& row);
  // Row `from` of another segment.
  void Append(const Segment& other, std::uint32_t from, std::optional<std::uint64_t> host_gate);
  std::shared_ptr<const Segment> Finish();

 private:
  void IndexIds();

  std::shared_ptr<Segment> segment_ = std::make_shared<Segment>();
  ColumnWriter fact_numbers_;
  ColumnWriter text_offsets_;
  ColumnWriter valid_from_;
  ColumnWriter valid_until_;
  ColumnWriter modified_;
  bool has_ids_ = false;
  absl::flat_hash_map<RowFacts, std::uint32_t> known_facts_;
  absl::flat_hash_map<ContentHash, std::uint64_t> known_texts_;
};

// Collects indicators in any order. Not thread-safe. Indicators are not merged: only what one delivery states
// twice, word for word, is taken once.
class SegmentBuilder {
 public:
  // `hasher` outlives it.
  explicit SegmentBuilder(const GateHasher& hasher);

  // `source` and `delivery` are the caller's numbers for them.
  void Add(const Indicator& indicator, std::uint32_t source, std::uint32_t delivery);

  // For many values of which nothing but kind and value differ: what `common` says holds for those that
  // AddValue takes, until the next StartList.
  void StartList(const Indicator& common, std::uint32_t source, std::uint32_t delivery);
  void AddValue(Kind kind, std::string_view canonical);

  // About so many are to come. Asked for each of many small lists it still grows by doubling.
  void Expect(std::size_t indicators) {
    const std::size_t wanted = rows_.size() + indicators;
    if (wanted > rows_.capacity()) rows_.reserve(std::max(wanted, 2 * rows_.capacity()));
  }
  std::size_t size() const { return rows_.size(); }
  struct Built {
    std::shared_ptr<const Segment> segment;
    std::size_t repeated = 0;  // dropped, since the same delivery states the same
  };
  // Leaves the builder unusable.
  Built Build();

 private:
  static constexpr std::uint32_t kNothing = ~std::uint32_t{0};
  // What only some rows have.
  struct Own {
    UuidBytes id;
    TimeUs valid_from;
    TimeUs valid_until;
    TimeUs modified;
    friend auto operator<=>(const Own&, const Own&) = default;
  };
  // What few rows have beside their facts.
  struct Extra {
    std::uint64_t host = 0;         // its gate
    std::uint32_t own = kNothing;   // in owns_
    std::uint32_t text = kNothing;  // in texts_
    bool has_host = false;
  };
  // Small: a million of them are moved about.
  struct Pending {
    ValueKey key;
    std::uint32_t facts;
    std::uint32_t extra;  // in extras_, or kNothing
  };

  std::strong_ordering Order(const Pending& a, const Pending& b) const;
  void Sort();
  const Extra& ExtraOf(const Pending& row) const;
  void Push(Kind kind, std::string_view canonical, std::uint32_t facts, Extra extra);
  std::uint32_t InternText(std::string_view block);

  const GateHasher& hasher_;
  SegmentWriter writer_;
  std::vector<Pending> rows_;
  std::vector<Own> owns_;
  std::vector<Extra> extras_;
  std::vector<std::uint64_t> texts_;
  std::uint32_t no_text_;  // of one who says nothing
  std::string block_;
  // Of the list that was started.
  RowFacts list_facts_;
  std::array<std::uint32_t, kAllKinds.size()> list_facts_of_kind_{};
  Extra list_extra_;
};

// One segment out of several, without the rows in `gone`. `hidden` are the rows of the result that were
// hidden before.
struct SegmentPart {
  const Segment* segment;
  const RowSet* gone;
  const RowSet* hidden;
};
struct MergedSegment {
  std::shared_ptr<const Segment> segment;
  RowSet hidden;
};
MergedSegment MergeSegments(std::span<const SegmentPart> parts);

// The rows of `segment` that are not in `dropped`.
std::shared_ptr<const Segment> WithoutRows(const Segment& segment, const RowSet& dropped);

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_SEGMENT_BUILDER_H_
