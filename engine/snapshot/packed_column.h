// A column of numbers, as small as they allow: each is kept as its distance from the smallest, in units of
// what divides all distances, in as many bytes as the greatest needs. A column of one and the same number
// takes nothing, whole seconds over a century four bytes each.
#ifndef POLDER_ENGINE_SNAPSHOT_PACKED_COLUMN_H_
#define POLDER_ENGINE_SNAPSHOT_PACKED_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

namespace polder {

// Immutable and lossless. The least and the greatest number of the type, which stand for "since ever" and
// "without end", cost no more than others.
class PackedColumn {
 public:
  PackedColumn() = default;
  explicit PackedColumn(std::span<const std::int64_t> values);

  // For an empty or default column, 0 at every row.
  std::int64_t At(std::size_t row) const {
    if (width_ == 0) return base_;
    std::uint64_t code = 0;
    std::memcpy(&code, bytes_.data() + row * width_, sizeof(code));
    code &= mask_;
    if (has_bounds_ && code >= lowest_code_) {
      return code == lowest_code_ ? std::numeric_limits<std::int64_t>::min()
                                  : std::numeric_limits<std::int64_t>::max();
    }
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(base_) + code * unit_);
  }
  std::size_t bytes() const { return bytes_.capacity(); }

 private:
  std::size_t width_ = 0;  // bytes of a code; 0: every number is base_
  std::int64_t base_ = 0;
  std::uint64_t unit_ = 1;
  std::uint64_t mask_ = 0;
  bool has_bounds_ = false;
  // The code of the least number of the type; that of the greatest is one more.
  std::uint64_t lowest_code_ = 0;
  std::vector<unsigned char> bytes_;
};

// Collects the numbers of a column; one and the same number over and over takes nothing here either.
class ColumnWriter {
 public:
  void Push(std::int64_t value) {
    if (values_.empty()) {
      if (count_ == 0) first_ = value;
      if (value == first_) {
        ++count_;
        return;
      }
      values_.reserve(expected_);
      values_.assign(count_, first_);
    }
    values_.push_back(value);
  }
  void Reserve(std::size_t rows) { expected_ = rows; }
  std::int64_t At(std::size_t row) const { return values_.empty() ? first_ : values_[row]; }
  // Leaves the writer as new.
  PackedColumn Pack() {
    const PackedColumn packed = values_.empty() ? PackedColumn({&first_, 1}) : PackedColumn(values_);
    *this = ColumnWriter();
    return packed;
  }

 private:
  std::size_t expected_ = 0;
  std::size_t count_ = 0;  // while values_ is empty
  std::int64_t first_ = 0;
  std::vector<std::int64_t> values_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_PACKED_COLUMN_H_
