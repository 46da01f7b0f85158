#include "engine/snapshot/segment_builder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <tuple>
#include <utility>

#include "engine/snapshot/texts.h"

namespace polder {
namespace {

constexpr std::string_view kIdPrefix = "indicator--";
// Rows that share the first bits of their key: few enough to be searched one by one.
constexpr std::size_t kRowsOfBucket = 8;

unsigned BucketBits(std::size_t rows) { return static_cast<unsigned>(std::bit_width(rows / kRowsOfBucket)); }

std::size_t BucketOf(const ValueKey& key, unsigned bits) { return bits == 0 ? 0 : key.gate >> (64 - bits); }

// In the order in which Segment::texts reads them.
void WriteBlock(const Indicator& indicator, std::string_view id, std::string& block) {
  block.clear();
  for (const std::string_view text :
       {id, std::string_view(indicator.provider), std::string_view(indicator.name),
        std::string_view(indicator.description), std::string_view(indicator.reference),
        std::string_view(indicator.labels), std::string_view(indicator.known_as),
        std::string_view(indicator.pattern)}) {
    AppendText(text, block);
  }
  std::vector<Condition> sorted = indicator.conditions;
  std::sort(sorted.begin(), sorted.end());
  std::string conditions;
  for (const Condition& condition : sorted) {
    AppendText(std::string(1, static_cast<char>(condition.kind)), conditions);
    AppendText(condition.value, conditions);
  }
  AppendText(conditions, block);
}

// Nothing if the identifier is none of STIX.
std::optional<UuidBytes> StixIdBits(std::string_view id) {
  if (!id.starts_with(kIdPrefix)) return std::nullopt;
  const auto uuid = ParseUuid(id.substr(kIdPrefix.size()));
  return uuid && *uuid != UuidBytes{} ? uuid : std::nullopt;
}

RowFacts FactsOf(const Indicator& indicator, std::uint32_t source, std::uint32_t delivery) {
  RowFacts facts;
  facts.source_hash = ValueHash(indicator.source);
  facts.source = source;
  facts.delivery = delivery;
  facts.confidence = static_cast<std::int16_t>(indicator.confidence);
  facts.kind = indicator.kind;
  facts.tlp = indicator.tlp;
  facts.pap = indicator.pap;
  facts.shadow = indicator.shadow;
  facts.revoked = indicator.revoked;
  facts.has_id = !indicator.id.empty();
  facts.has_conditions = !indicator.conditions.empty();
  facts.has_pattern = !indicator.pattern.empty();
  return facts;
}

}  // namespace

UuidBytes IdBits(std::string_view id) {
  if (id.empty()) return {};
  if (const auto uuid = StixIdBits(id)) return *uuid;
  const ContentHash hash = HashContent(id);
  UuidBytes bits;
  std::memcpy(bits.data(), &hash.low, 8);
  std::memcpy(bits.data() + 8, &hash.high, 8);
  return bits;
}

// --- SegmentWriter -------------------------------------------------------------------------------

std::uint32_t SegmentWriter::InternFacts(const RowFacts& facts) {
  const auto [at, is_new] =
      known_facts_.try_emplace(facts, static_cast<std::uint32_t>(segment_->facts_.size()));
  if (is_new) segment_->facts_.push_back(facts);
  return at->second;
}

std::uint64_t SegmentWriter::InternTexts(std::string_view block) {
  const auto [at, is_new] = known_texts_.try_emplace(HashContent(block), segment_->texts_.size());
  if (is_new) segment_->texts_ += block;
  return at->second;
}

void SegmentWriter::Reserve(std::size_t rows) {
  segment_->keys_.reserve(rows);
  for (auto* column : {&fact_numbers_, &text_offsets_, &valid_from_, &valid_until_, &modified_}) {
    column->Reserve(rows);
  }
}

void SegmentWriter::Append(const Row& row) {
  Segment& s = *segment_;
  if (row.host_gate) {
    s.host_rows_.push_back(s.size());
    s.host_gates_.push_back(*row.host_gate);
  }
  // The column of identifiers begins with the first row that has one.
  if (!has_ids_ && row.id != UuidBytes{}) {
    has_ids_ = true;
    s.ids_.reserve(s.keys_.capacity());
    s.ids_.resize(s.keys_.size());
  }
  s.keys_.push_back(row.key);
  if (has_ids_) s.ids_.push_back(row.id);
  fact_numbers_.Push(row.facts);
  text_offsets_.Push(static_cast<std::int64_t>(row.texts));
  valid_from_.Push(row.valid_from);
  valid_until_.Push(row.valid_until);
  modified_.Push(row.modified);
}

void SegmentWriter::Append(const Segment& other, std::uint32_t from, std::optional<std::uint64_t> host_gate) {
  Append({.key = other.key(from),
          .facts = InternFacts(other.facts(from)),
          .texts = InternTexts(other.TextBlock(from)),
          .id = other.id(from),
          .valid_from = other.valid_from(from),
          .valid_until = other.valid_until(from),
          .modified = other.modified(from),
          .host_gate = host_gate});
}

void SegmentWriter::IndexIds() {
  Segment& s = *segment_;
  for (std::uint32_t row = 0; row < s.size(); ++row) {
    if (s.facts_[static_cast<std::size_t>(fact_numbers_.At(row))].has_id) s.by_id_.push_back(row);
  }
  std::sort(s.by_id_.begin(), s.by_id_.end(), [&s](std::uint32_t a, std::uint32_t b) {
    return std::tie(s.ids_[a], a) < std::tie(s.ids_[b], b);
  });
  s.by_id_.shrink_to_fit();
}

std::shared_ptr<const Segment> SegmentWriter::Finish() {
  Segment& s = *segment_;
  s.bucket_bits_ = BucketBits(s.size());
  s.buckets_.assign((std::size_t{1} << s.bucket_bits_) + 1, 0);
  for (const ValueKey& key : s.keys_) ++s.buckets_[BucketOf(key, s.bucket_bits_) + 1];
  for (std::size_t i = 1; i < s.buckets_.size(); ++i) s.buckets_[i] += s.buckets_[i - 1];
  if (has_ids_) IndexIds();
  s.fact_numbers_ = fact_numbers_.Pack();
  s.text_offsets_ = text_offsets_.Pack();
  s.valid_from_ = valid_from_.Pack();
  s.valid_until_ = valid_until_.Pack();
  s.modified_ = modified_.Pack();
  s.keys_.shrink_to_fit();
  s.ids_.shrink_to_fit();
  s.host_rows_.shrink_to_fit();
  s.host_gates_.shrink_to_fit();
  s.facts_.shrink_to_fit();
  s.texts_.shrink_to_fit();
  return std::move(segment_);
}

// --- SegmentBuilder ------------------------------------------------------------------------------

SegmentBuilder::SegmentBuilder(const GateHasher& hasher) : hasher_(hasher) {
  WriteBlock(Indicator(), {}, block_);
  no_text_ = InternText(block_);
}

std::uint32_t SegmentBuilder::InternText(std::string_view block) {
  const std::uint64_t offset = writer_.InternTexts(block);
  if (texts_.empty() || texts_.back() != offset) texts_.push_back(offset);
  return static_cast<std::uint32_t>(texts_.size() - 1);
}

const SegmentBuilder::Extra& SegmentBuilder::ExtraOf(const Pending& row) const {
  static constexpr Extra kNone;
  return row.extra == kNothing ? kNone : extras_[row.extra];
}

void SegmentBuilder::Push(Kind kind, std::string_view canonical, std::uint32_t facts, Extra extra) {
  if (const auto host = HostGate(hasher_, kind, canonical)) {
    extra.host = *host;
    extra.has_host = true;
  }
  Pending row{KeyOf(hasher_, kind, canonical), facts, kNothing};
  if (extra.has_host || extra.own != kNothing || extra.text != kNothing) {
    row.extra = static_cast<std::uint32_t>(extras_.size());
    extras_.push_back(extra);
  }
  rows_.push_back(row);
}

void SegmentBuilder::Add(const Indicator& indicator, std::uint32_t source, std::uint32_t delivery) {
  RowFacts facts = FactsOf(indicator, source, delivery);
  facts.id_is_text = facts.has_id && !StixIdBits(indicator.id);
  WriteBlock(indicator, facts.id_is_text ? indicator.id : std::string_view(), block_);
  Extra extra{.text = InternText(block_)};
  if (facts.has_id || indicator.valid_from != kBeginningOfTime || indicator.valid_until != kEndOfTime ||
      indicator.modified != kBeginningOfTime) {
    extra.own = static_cast<std::uint32_t>(owns_.size());
    owns_.push_back({IdBits(indicator.id), indicator.valid_from, indicator.valid_until, indicator.modified});
  }
  if (indicator.revoked) {
    // It has no value; it is found by its identifier alone.
    facts.kind = Kind::kText;
    const std::uint64_t bits = ValueHash(indicator.id);
    rows_.push_back({{bits * 0x9E3779B97F4A7C15ULL, bits},
                     writer_.InternFacts(facts),
                     static_cast<std::uint32_t>(extras_.size())});
    extras_.push_back(extra);
    return;
  }
  Push(indicator.kind, indicator.value, writer_.InternFacts(facts), extra);
}

void SegmentBuilder::StartList(const Indicator& common, std::uint32_t source, std::uint32_t delivery) {
  list_facts_ = FactsOf(common, source, delivery);
  list_facts_of_kind_.fill(kNothing);
  WriteBlock(common, {}, block_);
  const std::uint32_t text = InternText(block_);
  list_extra_ = {.text = texts_[text] == texts_[no_text_] ? kNothing : text};
}

void SegmentBuilder::AddValue(Kind kind, std::string_view canonical) {
  std::uint32_t& facts = list_facts_of_kind_[static_cast<std::size_t>(kind)];
  if (facts == kNothing) {
    list_facts_.kind = kind;
    facts = writer_.InternFacts(list_facts_);
  }
  Push(kind, canonical, facts, list_extra_);
}

// Into buckets by the first bits of their keys, then each bucket. Rows that share a key stand by what else
// they say, so that equal statements stand together. Not in place: there each row would wait for the memory
// of the one before.
void SegmentBuilder::Sort() {
  const unsigned bits = BucketBits(rows_.size());
  std::vector<std::uint32_t> starts((std::size_t{1} << bits) + 1, 0);
  for (const Pending& row : rows_) ++starts[BucketOf(row.key, bits) + 1];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  std::vector<Pending> sorted(rows_.size());
  for (const Pending& row : rows_) sorted[starts[BucketOf(row.key, bits)]++] = row;
  // Each start has moved to the start of the next.
  std::uint32_t begin = 0;
  for (std::size_t bucket = 0; bucket + 1 < starts.size(); ++bucket) {
    const std::uint32_t end = starts[bucket];
    if (end - begin > 1) {
      std::sort(sorted.begin() + begin, sorted.begin() + end,
                [this](const Pending& a, const Pending& b) { return Order(a, b) < 0; });
    }
    begin = end;
  }
  rows_ = std::move(sorted);
}

std::strong_ordering SegmentBuilder::Order(const Pending& a, const Pending& b) const {
  if (const auto order = a.key <=> b.key; order != 0) return order;
  if (const auto order = a.facts <=> b.facts; order != 0) return order;
  const Extra& x = ExtraOf(a);
  const Extra& y = ExtraOf(b);
  const auto text_of = [this](const Extra& extra) {
    return texts_[extra.text == kNothing ? no_text_ : extra.text];
  };
  if (const auto order = text_of(x) <=> text_of(y); order != 0) return order;
  if (x.own == y.own || x.own == kNothing || y.own == kNothing) return x.own <=> y.own;
  return owns_[x.own] <=> owns_[y.own];
}

SegmentBuilder::Built SegmentBuilder::Build() {
  Built built;
  Sort();
  writer_.Reserve(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Pending& row = rows_[i];
    if (i > 0 && Order(rows_[i - 1], row) == 0) {
      ++built.repeated;
      continue;
    }
    const Extra& extra = ExtraOf(row);
    SegmentWriter::Row out{
        .key = row.key, .facts = row.facts, .texts = texts_[extra.text == kNothing ? no_text_ : extra.text]};
    if (extra.own != kNothing) {
      const Own& own = owns_[extra.own];
      out.id = own.id;
      out.valid_from = own.valid_from;
      out.valid_until = own.valid_until;
      out.modified = own.modified;
    }
    if (extra.has_host) out.host_gate = extra.host;
    writer_.Append(out);
  }
  std::vector<Pending>().swap(rows_);
  built.segment = writer_.Finish();
  return built;
}

// --- Out of other segments -----------------------------------------------------------------------

namespace {

// Walks the rows of a segment that are not gone, with the gates of their hosts.
class RowCursor {
 public:
  RowCursor(const Segment& segment, const RowSet& gone) : segment_(&segment), gone_(&gone) { SkipGone(); }

  bool AtEnd() const { return row_ == segment_->size(); }
  std::uint32_t row() const { return row_; }
  const ValueKey& key() const { return segment_->key(row_); }
  void Next() {
    ++row_;
    SkipGone();
  }
  std::optional<std::uint64_t> HostGate() {
    const auto rows = segment_->host_rows();
    while (host_ < rows.size() && rows[host_] < row_) ++host_;
    if (host_ == rows.size() || rows[host_] != row_) return std::nullopt;
    return segment_->host_gates()[host_];
  }

 private:
  void SkipGone() {
    while (row_ < segment_->size() && gone_->Contains(row_)) ++row_;
  }

  const Segment* segment_;
  const RowSet* gone_;
  std::uint32_t row_ = 0;
  std::size_t host_ = 0;
};

}  // namespace

MergedSegment MergeSegments(std::span<const SegmentPart> parts) {
  SegmentWriter writer;
  MergedSegment merged;
  std::vector<RowCursor> cursors;
  std::size_t rows = 0;
  for (const SegmentPart& part : parts) {
    cursors.emplace_back(*part.segment, *part.gone);
    rows += part.segment->size() - part.gone->size();
  }
  writer.Reserve(rows);
  for (std::uint32_t row = 0; row < rows; ++row) {
    std::size_t least = parts.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (cursors[i].AtEnd()) continue;
      if (least == parts.size() || cursors[i].key() < cursors[least].key()) least = i;
    }
    RowCursor& cursor = cursors[least];
    if (parts[least].hidden->Contains(cursor.row())) merged.hidden.Insert(row);
    writer.Append(*parts[least].segment, cursor.row(), cursor.HostGate());
    cursor.Next();
  }
  merged.segment = writer.Finish();
  return merged;
}

std::shared_ptr<const Segment> WithoutRows(const Segment& segment, const RowSet& dropped) {
  SegmentWriter writer;
  writer.Reserve(segment.size() - dropped.size());
  for (RowCursor cursor(segment, dropped); !cursor.AtEnd(); cursor.Next()) {
    writer.Append(segment, cursor.row(), cursor.HostGate());
  }
  return writer.Finish();
}

}  // namespace polder
