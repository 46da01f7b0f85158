#include "engine/snapshot/segment.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/snapshot/texts.h"

namespace polder {
namespace {

constexpr std::string_view kIdPrefix = "indicator--";
// Of the texts that follow each other: see SegmentWriter::InternTexts.
constexpr int kTextsOfRow = 9;
// Longer only where very many say something of one value.
constexpr std::uint32_t kLongBucket = 64;

template <typename T>
std::size_t BytesOf(const std::vector<T>& vector) {
  return vector.capacity() * sizeof(T);
}

}  // namespace

Segment::Rows Segment::Find(const ValueKey& key) const {
  if (keys_.empty()) return {0, 0};
  const std::size_t bucket = bucket_bits_ == 0 ? 0 : key.gate >> (64 - bucket_bits_);
  const std::uint32_t end = buckets_[bucket + 1];
  std::uint32_t first = buckets_[bucket];
  if (end - first > kLongBucket) {
    const auto rows = std::equal_range(keys_.begin() + first, keys_.begin() + end, key);
    return {static_cast<std::uint32_t>(rows.first - keys_.begin()),
            static_cast<std::uint32_t>(rows.second - keys_.begin())};
  }
  while (first < end && keys_[first] < key) ++first;
  std::uint32_t last = first;
  while (last < end && keys_[last] == key) ++last;
  return {first, last};
}

Segment::Rows Segment::FindId(const UuidBytes& id) const {
  const auto before = [this](std::uint32_t row, const UuidBytes& wanted) { return ids_[row] < wanted; };
  const auto after = [this](const UuidBytes& wanted, std::uint32_t row) { return wanted < ids_[row]; };
  const auto first = std::lower_bound(by_id_.begin(), by_id_.end(), id, before);
  const auto last = std::upper_bound(first, by_id_.end(), id, after);
  return {static_cast<std::uint32_t>(first - by_id_.begin()),
          static_cast<std::uint32_t>(last - by_id_.begin())};
}

std::string_view Segment::TextBlock(std::uint32_t row) const {
  const auto begin = static_cast<std::size_t>(text_offsets_.At(row));
  TextReader reader(texts_, begin);
  for (int i = 0; i < kTextsOfRow; ++i) reader.Next();
  return std::string_view(texts_).substr(begin, texts_.size() - reader.rest() - begin);
}

RowTexts Segment::texts(std::uint32_t row) const {
  RowTexts texts;
  TextReader reader(texts_, static_cast<std::size_t>(text_offsets_.At(row)));
  for (std::string_view* text : {&texts.id, &texts.provider, &texts.name, &texts.description,
                                 &texts.reference, &texts.labels, &texts.known_as, &texts.pattern}) {
    *text = reader.Next();
  }
  const std::string_view conditions = reader.Next();
  for (TextReader each(conditions, 0); each.rest() > 0;) {
    const auto kind = static_cast<Kind>(each.Next().front());
    texts.conditions.push_back({kind, std::string(each.Next())});
  }
  return texts;
}

ContentHash Segment::Content(std::uint32_t row, const ContentHash& text) const {
  const RowFacts& f = facts(row);
  const UuidBytes uuid = id(row);
  std::array<std::uint64_t, 10> content = {keys_[row].value,
                                           f.source_hash,
                                           static_cast<std::uint64_t>(valid_from(row)),
                                           static_cast<std::uint64_t>(valid_until(row)),
                                           static_cast<std::uint64_t>(modified(row)),
                                           text.low,
                                           text.high,
                                           0,
                                           0,
                                           0};
  std::memcpy(&content[7], uuid.data(), uuid.size());
  const std::array<std::uint8_t, 8> small = {
      static_cast<std::uint8_t>(f.confidence), static_cast<std::uint8_t>(f.confidence >> 8),
      static_cast<std::uint8_t>(f.kind),       static_cast<std::uint8_t>(f.tlp),
      static_cast<std::uint8_t>(f.pap),        static_cast<std::uint8_t>(f.shadow),
      static_cast<std::uint8_t>(f.revoked),    static_cast<std::uint8_t>(f.has_id)};
  std::memcpy(&content[9], small.data(), small.size());
  return HashContent({reinterpret_cast<const char*>(content.data()), sizeof(content)});
}

std::size_t Segment::memory_bytes() const {
  std::size_t bytes = sizeof(*this) + BytesOf(keys_) + BytesOf(buckets_) + BytesOf(ids_) + BytesOf(by_id_) +
                      BytesOf(host_rows_) + BytesOf(host_gates_) + BytesOf(facts_) + texts_.capacity();
  for (const PackedColumn* column :
       {&fact_numbers_, &text_offsets_, &valid_from_, &valid_until_, &modified_}) {
    bytes += column->bytes();
  }
  return bytes;
}

std::string IdentifierOf(const Segment& segment, std::uint32_t row, std::string_view source,
                         std::string_view canonical) {
  const RowFacts& facts = segment.facts(row);
  if (!facts.has_id) return DerivedIndicatorId(source, facts.kind, canonical);
  if (facts.id_is_text) return std::string(segment.texts(row).id);
  std::string id(kIdPrefix);
  id += FormatUuid(segment.id(row));
  return id;
}

}  // namespace polder
