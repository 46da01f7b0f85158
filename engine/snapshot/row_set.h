// A set of row numbers that is copied cheaply and changed often.
#ifndef POLDER_ENGINE_SNAPSHOT_ROW_SET_H_
#define POLDER_ENGINE_SNAPSHOT_ROW_SET_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace polder {

// One bit a row, in chunks that copies share until one is changed: a copy costs a pointer for 32,768 rows, a
// change at most the copy of one chunk. A copy may be read by other threads while the original changes.
class RowSet {
 public:
  RowSet() = default;
  // Whatever is changed from here on is no longer shared with `other`, nor `other` with this.
  RowSet(const RowSet& other) : chunks_(other.chunks_), own_(chunks_.size(), false), size_(other.size_) {
    other.own_.assign(other.own_.size(), false);
  }
  RowSet& operator=(const RowSet& other) {
    RowSet copy(other);
    *this = std::move(copy);
    return *this;
  }
  RowSet(RowSet&&) noexcept = default;
  RowSet& operator=(RowSet&&) noexcept = default;
  ~RowSet() = default;

  bool Contains(std::uint32_t row) const {
    const std::size_t chunk = row / kChunkRows;
    return chunk < chunks_.size() && chunks_[chunk] != nullptr &&
           ((*chunks_[chunk])[row % kChunkRows / 64] >> (row % 64) & 1) != 0;
  }
  // True if the set changed.
  bool Insert(std::uint32_t row) {
    if (Contains(row)) return false;
    Writable(row)[row % kChunkRows / 64] |= std::uint64_t{1} << (row % 64);
    ++size_;
    return true;
  }
  bool Erase(std::uint32_t row) {
    if (!Contains(row)) return false;
    Writable(row)[row % kChunkRows / 64] &= ~(std::uint64_t{1} << (row % 64));
    --size_;
    return true;
  }
  // Calls `visit(row)` for every row that is in one of the two and not in the other. Costs the chunks that
  // they do not share.
  template <typename Visit>
  void ForEachDifference(const RowSet& other, Visit visit) const {
    for (std::size_t chunk = 0; chunk < std::max(chunks_.size(), other.chunks_.size()); ++chunk) {
      const Chunk* a = chunk < chunks_.size() ? chunks_[chunk].get() : nullptr;
      const Chunk* b = chunk < other.chunks_.size() ? other.chunks_[chunk].get() : nullptr;
      if (a == b) continue;
      for (std::size_t word = 0; word < kChunkRows / 64; ++word) {
        std::uint64_t bits = (a == nullptr ? 0 : (*a)[word]) ^ (b == nullptr ? 0 : (*b)[word]);
        for (; bits != 0; bits &= bits - 1) {
          const auto bit = static_cast<std::size_t>(std::countr_zero(bits));
          visit(static_cast<std::uint32_t>(chunk * kChunkRows + word * 64 + bit));
        }
      }
    }
  }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::size_t bytes() const {
    std::size_t bytes = chunks_.capacity() * sizeof(chunks_[0]);
    for (const auto& chunk : chunks_) bytes += chunk == nullptr ? 0 : sizeof(*chunk);
    return bytes;
  }

 private:
  static constexpr std::size_t kChunkRows = 32768;
  using Chunk = std::array<std::uint64_t, kChunkRows / 64>;

  Chunk& Writable(std::uint32_t row) {
    const std::size_t chunk = row / kChunkRows;
    if (chunk >= chunks_.size()) {
      chunks_.resize(chunk + 1);
      own_.resize(chunk + 1, false);
    }
    if (!own_[chunk]) {
      chunks_[chunk] =
          chunks_[chunk] == nullptr ? std::make_shared<Chunk>() : std::make_shared<Chunk>(*chunks_[chunk]);
      own_[chunk] = true;
    }
    return *chunks_[chunk];
  }

  std::vector<std::shared_ptr<Chunk>> chunks_;
  mutable std::vector<bool> own_;  // chunks that no copy shares; given up by being copied
  std::size_t size_ = 0;
};

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_ROW_SET_H_
