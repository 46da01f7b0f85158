// The gates: a compact, approximate image of a rule set that the first look asks. A gate may be open for a
// value that is no indicator (a few in a thousand); it is never closed for one that is.
//
// Everything hashed here is hashed under a key of this process, so that nobody can prepare log lines or
// indicators that all fall on open gates.
//
// Gates only ever open, one by one and in place, while any number of threads ask: a snapshot is published
// after the gates of its new values were opened, and the snapshots before it lose nothing by a gate that is
// open for nothing. So a change costs what it changes. One thread opens at a time. The gates of values that
// have gone stay open until the filter is built anew (rules/merge/rule_set.h, compaction).
#ifndef POLDER_ENGINE_SNAPSHOT_GATES_H_
#define POLDER_ENGINE_SNAPSHOT_GATES_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/observable/ip.h"
#include "engine/observable/kind.h"
#include "engine/snapshot/gate_hasher.h"
#include "engine/snapshot/text_gates.h"

namespace polder {

// Words whose bits are set by one thread and read by others, without any order between them.
inline std::uint64_t LoadBits(const std::uint64_t& word) { return __atomic_load_n(&word, __ATOMIC_RELAXED); }
inline void SetBits(std::uint64_t& word, std::uint64_t bits) {
  __atomic_store_n(&word, LoadBits(word) | bits, __ATOMIC_RELAXED);
}

template <std::size_t kBits>
class GateBits {
 public:
  bool operator[](std::size_t bit) const { return (LoadBits(words_[bit / 64]) >> (bit % 64) & 1) != 0; }
  void Set(std::size_t bit) { SetBits(words_[bit / 64], std::uint64_t{1} << (bit % 64)); }

 protected:
  std::array<std::uint64_t, (kBits + 63) / 64> words_{};
};

// The lengths of networks, as prefix bits in the 128-bit space; iterated from the longest to the shortest.
class PrefixLengths : public GateBits<129> {
 public:
  class Iterator {
   public:
    explicit Iterator(const std::array<std::uint64_t, 3>& words) : words_(words) {}
    std::uint8_t operator*() const {
      return static_cast<std::uint8_t>(word_ * 64 + 63 -
                                       static_cast<unsigned>(std::countl_zero(words_[word_])));
    }
    Iterator& operator++() {
      words_[word_] &= ~(std::uint64_t{1} << (**this % 64));
      return *this;
    }
    bool operator!=(std::nullptr_t /*end*/) {
      while (words_[word_] == 0) {
        if (word_ == 0) return false;
        --word_;
      }
      return true;
    }

   private:
    std::array<std::uint64_t, 3> words_;
    unsigned word_ = 2;
  };

  Iterator begin() const { return Iterator({LoadBits(words_[0]), LoadBits(words_[1]), LoadBits(words_[2])}); }
  std::nullptr_t end() const { return nullptr; }
};

// A blocked Bloom filter: one cache line per question.
class GateFilter {
 public:
  GateFilter() : GateFilter(0) {}
  explicit GateFilter(std::size_t expected);

  void Add(std::uint64_t hash);
  void Prefetch(std::uint64_t hash) const { __builtin_prefetch(BlockOf(hash)); }
  bool MayHold(std::uint64_t hash) const {
    const std::uint64_t* block = BlockOf(hash);
    std::uint64_t bits = hash * kBitSpread;
    for (int i = 0; i < kProbes; ++i) {
      const std::uint64_t bit = bits >> 55;
      if ((LoadBits(block[bit >> 6]) >> (bit & 63) & 1) == 0) return false;
      bits <<= 9;
    }
    return true;
  }
  // How many it was made for, and how many were added, some perhaps twice.
  std::size_t expected() const { return expected_; }
  std::size_t added() const { return added_; }
  std::size_t bytes() const { return block_count_ * sizeof(Block); }

 private:
  static constexpr std::uint64_t kBitSpread = 0x9FB21C651E98DF25ULL;
  static constexpr int kProbes = 6;
  static constexpr std::size_t kBitsPerEntry = 16;
  struct alignas(64) Block {
    std::array<std::uint64_t, 8> words{};
  };

  const std::uint64_t* BlockOf(std::uint64_t hash) const {
    return blocks_[(hash >> 32) * block_count_ >> 32].words.data();
  }

  std::size_t expected_;
  std::size_t added_ = 0;
  std::size_t block_count_;
  std::vector<Block> blocks_;
};

// The small, exact part: what kinds of value there are, and where.
class GateTables {
 public:
  // `canonical` as CanonicaliseValue returns it.
  void Open(const GateHasher& hasher, Kind kind, std::string_view canonical);

 private:
  friend class Gates;

  void OpenTopLabel(const GateHasher& hasher, std::string_view name);
  void OpenSixteen(std::uint32_t sixteen);
  void OpenNetwork(const Network& network);

  GateBits<65536> top_labels_;
  GateBits<256> v4_eights_;
  GateBits<65536> v4_sixteens_;
  PrefixLengths v4_lengths_;
  PrefixLengths v6_lengths_;
  GateBits<64> kinds_;
  TextGates texts_;
};

class Gates {
 public:
  Gates(const GateHasher& hasher, std::size_t expected)
      : Gates(hasher, std::make_shared<GateTables>(), expected) {}
  // With the tables of other gates, which both open from then on.
  Gates(const GateHasher& hasher, std::shared_ptr<GateTables> tables, std::size_t expected)
      : hasher_(hasher), tables_(std::move(tables)), filter_(expected) {}

  // Opens the gates for one indicator; `canonical` as CanonicaliseValue returns it.
  void Open(Kind kind, std::string_view canonical);

  const GateHasher& hasher() const { return hasher_; }
  const GateFilter& filter() const { return filter_; }
  GateFilter& filter() { return filter_; }
  const std::shared_ptr<GateTables>& tables() const { return tables_; }
  // Whether any name ends in this label. Reads 8 bytes at label.data().
  bool KnownTopLabel(std::string_view label) const { return tables_->top_labels_[hasher_.TopLabel(label)]; }
  // Whether any indicator address or network lies in the /16 of this IPv4 address.
  bool MayHoldV4(std::uint32_t address) const { return tables_->v4_sixteens_[address >> 16]; }
  // Whether any lies in the /8 that the first number of this dotted quad names. True for what is none.
  bool MayHoldV4Starting(std::string_view quad) const {
    const std::size_t dot = quad.find('.');
    if (dot == 0 || dot > 3) return true;
    unsigned first = 0;
    for (std::size_t i = 0; i < dot; ++i) first = first * 10 + static_cast<unsigned char>(quad[i] - '0');
    return first > 255 || tables_->v4_eights_[first];
  }
  // The lengths of networks to try, addresses included (128).
  const PrefixLengths& v4_lengths() const { return tables_->v4_lengths_; }
  const PrefixLengths& v6_lengths() const { return tables_->v6_lengths_; }
  const TextGates& texts() const { return tables_->texts_; }
  bool has_urls() const { return Has(Kind::kUrl); }
  bool has_emails() const { return Has(Kind::kEmail); }
  bool has_digests() const { return Has(Kind::kMd5); }

 private:
  bool Has(Kind kind) const { return tables_->kinds_[static_cast<std::size_t>(kind)]; }

  GateHasher hasher_;
  std::shared_ptr<GateTables> tables_;
  GateFilter filter_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_GATES_H_
