// Indicators in columns, in the order of their keys: what snapshots and rule sets are made of.
//
// A row is what one source says of one value. The text of a value is not kept: whoever looks it up has it. A
// plain list takes 17 bytes a row, and one whose every row has an identifier and times of its own about 50,
// the author's texts not counted.
#ifndef POLDER_ENGINE_SNAPSHOT_SEGMENT_H_
#define POLDER_ENGINE_SNAPSHOT_SEGMENT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/content_hash.h"
#include "engine/base/time.h"
#include "engine/base/uuid.h"
#include "engine/indicator/indicator.h"
#include "engine/snapshot/packed_column.h"
#include "engine/snapshot/value_key.h"

namespace polder {

// What many rows have in common.
struct RowFacts {
  std::uint64_t source_hash = 0;  // of the source's name: the same on every machine
  std::uint32_t source = 0;       // number of the source, as whoever builds segments counts them
  std::uint32_t delivery = 0;     // number of the file or topic that stated it, likewise
  std::int16_t confidence = -1;
  Kind kind = Kind::kIp;
  Tlp tlp = Tlp::kUnmarked;
  Pap pap = Pap::kUnmarked;
  bool shadow = false;
  bool revoked = false;         // a statement that takes its identifier back; it has no value
  bool has_id = false;          // stated; without one it is derived from source, kind and value
  bool id_is_text = false;      // no UUID: it stands with the texts, and its hash instead of it
  bool has_conditions = false;  // they stand with the texts
  bool has_pattern = false;     // likewise

  // A conjunction or a pattern is another thing than the value by which it is looked for.
  bool is_more_than_value() const { return has_conditions || has_pattern; }

  friend bool operator==(const RowFacts&, const RowFacts&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const RowFacts& f) {
    return H::combine(std::move(state), f.source, f.delivery, f.confidence, f.kind, f.tlp, f.pap, f.shadow,
                      f.revoked, f.has_id, f.id_is_text, f.has_conditions, f.has_pattern);
  }
};

// What the author wrote, as views into the segment.
struct RowTexts {
  std::string_view id;  // if RowFacts::id_is_text
  std::string_view provider;
  std::string_view name;
  std::string_view description;
  std::string_view reference;
  std::string_view labels;
  std::string_view known_as;
  std::string_view pattern;  // if RowFacts::has_pattern
  std::vector<Condition> conditions;
};

// Immutable; any number of threads may read. Rows are counted from 0.
class Segment {
 public:
  using Rows = std::pair<std::uint32_t, std::uint32_t>;  // the first, and the one after the last

  std::uint32_t size() const { return static_cast<std::uint32_t>(keys_.size()); }
  const ValueKey& key(std::uint32_t row) const { return keys_[row]; }
  // The rows of a value.
  Rows Find(const ValueKey& key) const;

  const RowFacts& facts(std::uint32_t row) const { return facts_[fact_number(row)]; }
  // Rows with the same facts have the same number, an index of all_facts.
  std::size_t fact_number(std::uint32_t row) const { return static_cast<std::size_t>(fact_numbers_.At(row)); }
  std::span<const RowFacts> all_facts() const { return facts_; }
  TimeUs valid_from(std::uint32_t row) const { return valid_from_.At(row); }
  TimeUs valid_until(std::uint32_t row) const { return valid_until_.At(row); }
  TimeUs modified(std::uint32_t row) const { return modified_.At(row); }
  // All zero if none is stated.
  UuidBytes id(std::uint32_t row) const { return ids_.empty() ? UuidBytes{} : ids_[row]; }
  RowTexts texts(std::uint32_t row) const;

  // Places in the order of identifiers, of rows that have one.
  std::uint32_t id_count() const { return static_cast<std::uint32_t>(by_id_.size()); }
  std::uint32_t RowById(std::uint32_t place) const { return by_id_[place]; }
  // The places of the rows with this identifier.
  Rows FindId(const UuidBytes& id) const;

  // Of all that a hit can tell of the row, and not of the delivery: the same on every machine.
  ContentHash Content(std::uint32_t row) const { return Content(row, HashContent(TextBlock(row))); }
  // For many rows of the segment one after another, most of which have the texts of the one before.
  class ContentReader {
   public:
    explicit ContentReader(const Segment& segment) : segment_(&segment) {}
    ContentHash operator()(std::uint32_t row) {
      const std::int64_t texts = segment_->text_offsets_.At(row);
      if (texts != texts_) hash_ = HashContent(segment_->TextBlock(row));
      texts_ = texts;
      return segment_->Content(row, hash_);
    }
    const Segment* segment() const { return segment_; }

   private:
    const Segment* segment_;
    std::int64_t texts_ = -1;
    ContentHash hash_;
  };

  // The gates of the hosts of URLs and email addresses, with their rows, in the order of rows.
  std::span<const std::uint32_t> host_rows() const { return host_rows_; }
  std::span<const std::uint64_t> host_gates() const { return host_gates_; }

  // The memory held, in bytes: all of it, and that of the author's texts in it.
  std::size_t memory_bytes() const;
  std::size_t text_bytes() const { return texts_.capacity(); }

 private:
  friend class SegmentWriter;

  std::string_view TextBlock(std::uint32_t row) const;
  ContentHash Content(std::uint32_t row, const ContentHash& text) const;

  std::vector<ValueKey> keys_;
  std::vector<std::uint32_t> buckets_;  // where the rows begin whose gate begins with so many bits
  unsigned bucket_bits_ = 0;
  PackedColumn fact_numbers_;
  PackedColumn text_offsets_;
  PackedColumn valid_from_;
  PackedColumn valid_until_;
  PackedColumn modified_;
  std::vector<UuidBytes> ids_;        // empty if no row has one
  std::vector<std::uint32_t> by_id_;  // rows that have one, in the order of identifiers
  std::vector<std::uint32_t> host_rows_;
  std::vector<std::uint64_t> host_gates_;
  std::vector<RowFacts> facts_;
  std::string texts_;
};

// The identifier of a row, of which `canonical` is the value and `source` the name of the source.
std::string IdentifierOf(const Segment& segment, std::uint32_t row, std::string_view source,
                         std::string_view canonical);

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_SEGMENT_H_
