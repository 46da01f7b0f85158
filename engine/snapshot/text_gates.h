// The gates of file names and whole texts (Kind::kFileName and IsWholeText): a sieve before the filter, small
// enough for the first-level cache, since every string of an event is asked for.
//
// A text is asked for by its first and its last eight bytes and its length. As with all gates a bit may be
// set for nothing, and is never clear for what is an indicator. One thread opens while any number ask; bits
// are only ever set, and those of a snapshot are set before it is published.
#ifndef POLDER_ENGINE_SNAPSHOT_TEXT_GATES_H_
#define POLDER_ENGINE_SNAPSHOT_TEXT_GATES_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/observable/kind.h"
#include "engine/snapshot/gate_hasher.h"

namespace polder {

class TextGates {
 public:
  // For kFileName and the whole-text kinds; others are passed over. `canonical` as CanonicaliseValue returns
  // it. The filter is the caller's to open, with hasher.Text(kFileName or kWholeText, canonical).
  void Open(const GateHasher& hasher, Kind kind, std::string_view canonical);

  bool any() const { return has_names() || has_texts(); }
  bool has_names() const { return names_.longest.load(std::memory_order_relaxed) > 0; }
  bool has_texts() const { return texts_.longest.load(std::memory_order_relaxed) > 0; }
  // In bytes; 0 if there is none.
  std::size_t longest() const {
    return std::max(names_.longest.load(std::memory_order_relaxed),
                    texts_.longest.load(std::memory_order_relaxed));
  }
  // Whether any file name holds a double quote.
  bool has_quoted_names() const { return quoted_names_.load(std::memory_order_relaxed); }

  // What a text is asked for by, in any case. `text` is followed by at least 8 readable bytes; for Front and
  // Prefix only its first 8 bytes need be there.
  static std::uint32_t Front(const GateHasher& hasher, std::string_view text) {
    return hasher.TopLabel(text);
  }
  static std::uint32_t Back(const GateHasher& hasher, std::string_view text) {
    return hasher.TopLabel(text.substr(text.size() - std::min<std::size_t>(text.size(), 8)));
  }
  // Whatever its length.
  static std::uint32_t Prefix(const GateHasher& hasher, std::string_view text) {
    return hasher.TopLabel(text.substr(0, 8));
  }
  // Either of the two next.
  bool MayBegin(std::uint32_t front) const { return fronts_[front]; }
  bool MayBeginName(std::uint32_t front) const { return names_.front[front]; }
  bool MayBeginText(std::uint32_t front) const { return texts_.front[front]; }
  bool MayEndName(std::uint32_t back) const { return names_.back[back]; }
  bool MayEndText(std::uint32_t back) const { return texts_.back[back]; }
  bool MayHavePrefix(std::uint32_t prefix) const { return prefixes_[prefix]; }

 private:
  class Bits {
   public:
    bool operator[](std::size_t bit) const {
      return (words_[bit / 64].load(std::memory_order_relaxed) >> (bit % 64) & 1) != 0;
    }
    void Set(std::size_t bit) {
      words_[bit / 64].fetch_or(std::uint64_t{1} << (bit % 64), std::memory_order_relaxed);
    }

   private:
    std::array<std::atomic<std::uint64_t>, 1024> words_{};
  };
  struct Tables {
    Bits front;
    Bits back;
    std::atomic<std::size_t> longest{0};
  };

  Tables names_;
  Tables texts_;
  Bits fronts_;    // of both
  Bits prefixes_;  // of both
  std::atomic<bool> quoted_names_{false};
};

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_TEXT_GATES_H_
