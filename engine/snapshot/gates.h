// The gates: a compact, approximate image of a snapshot that the first look asks. A gate may be open for a
// value that is no indicator (a few in a thousand); it is never closed for one that is.
//
// Everything hashed here is hashed under a key of this process, so that nobody can prepare log lines or
// indicators that all fall on open gates. Immutable once built; any number of threads may ask.
#ifndef POLDER_ENGINE_SNAPSHOT_GATES_H_
#define POLDER_ENGINE_SNAPSHOT_GATES_H_

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "engine/observable/ip.h"
#include "engine/observable/kind.h"

namespace polder {

// A keyed 64-bit hash for gates. Text is taken as lower case: 0x20 is set in every byte, which among the
// bytes that names, digests and addresses consist of joins only the two cases of a letter.
class GateHasher {
 public:
  // What a hash stands for; different roles of one value have different hashes.
  enum class Role : std::uint64_t {
    kName = 1,
    kUrlHost,
    kUrl,
    kEmailHost,
    kEmail,
    kDigest,
    kIp,
    kUrlHostIp,
    kNetwork
  };

  explicit GateHasher(std::uint64_t key) : key_(Mix(key ^ 0x9E3779B97F4A7C15ULL, 0xD6E8FEB86659FD93ULL)) {}

  // The hash of a name, built label by label from the right: Label(Label(Start(), "example"), "evil").
  std::uint64_t StartName() const { return key_; }
  // `label` is followed by at least 8 readable bytes.
  std::uint64_t AddLabel(std::uint64_t state, std::string_view label) const {
    return Mix(state ^ Bytes(label), kSecond);
  }
  std::uint64_t Finish(Role role, std::uint64_t state) const {
    return Mix(state ^ (static_cast<std::uint64_t>(role) * kThird), key_ | 1);
  }
  // The hash of a whole name; followed by at least 8 readable bytes.
  std::uint64_t Name(Role role, std::string_view name) const;
  // The hash of a whole text; it is followed by at least 8 readable bytes.
  std::uint64_t Text(Role role, std::string_view text) const { return Finish(role, AddLabel(key_, text)); }
  std::uint64_t Ip(Role role, const IpAddress& ip, unsigned prefix_bits) const {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, ip.bytes.data(), 8);
    std::memcpy(&low, ip.bytes.data() + 8, 8);
    return Finish(role, Mix(high ^ key_, kSecond) ^ Mix(low ^ prefix_bits * kThird, kFirst ^ key_));
  }
  // The first bytes of a top-level label, for the table of known ones; followed by 8 readable bytes.
  std::uint32_t TopLabel(std::string_view label) const {
    return static_cast<std::uint32_t>(
        Mix(LoadLower(label.data(), std::min<std::size_t>(label.size(), 8)) ^ key_, kFirst + label.size()) >>
        48);
  }

 private:
  static constexpr std::uint64_t kFirst = 0xA0761D6478BD642FULL;
  static constexpr std::uint64_t kSecond = 0xE7037ED1A0B428DBULL;
  static constexpr std::uint64_t kThird = 0x8EBC6AF09C88C6E3ULL;

  static std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  // The first `count` (0 to 8) bytes at `at` in lower case, the rest zero; reads 8 bytes.
  static std::uint64_t LoadLower(const char* at, std::size_t count) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    word |= 0x2020202020202020ULL;
    return count >= 8 ? word : word & ((1ULL << (count * 8)) - 1);
  }
  std::uint64_t Bytes(std::string_view text) const {
    const char* at = text.data();
    std::size_t left = text.size();
    std::uint64_t state = key_ ^ left;
    while (left > 8) {
      state = Mix(state ^ LoadLower(at, 8), kFirst);
      at += 8;
      left -= 8;
    }
    return Mix(state ^ LoadLower(at, left), kFirst ^ key_);
  }

  std::uint64_t key_;
};

inline std::uint64_t GateHasher::Name(Role role, std::string_view name) const {
  std::uint64_t state = StartName();
  std::size_t end = name.size();
  while (true) {
    const std::size_t dot = end == 0 ? std::string_view::npos : name.rfind('.', end - 1);
    const std::size_t start = dot == std::string_view::npos ? 0 : dot + 1;
    state = AddLabel(state, name.substr(start, end - start));
    if (start == 0) return Finish(role, state);
    end = start - 1;
  }
}

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
      if ((block[bit >> 6] >> (bit & 63) & 1) == 0) return false;
      bits <<= 9;
    }
    return true;
  }
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

  std::size_t block_count_;
  std::vector<Block> blocks_;
};

class Gates {
 public:
  Gates(std::uint64_t key, std::size_t expected) : hasher_(key), filter_(expected) {}

  // Opens the gates for one indicator; `canonical` as CanonicaliseValue returns it.
  void Open(Kind kind, std::string_view canonical);

  const GateHasher& hasher() const { return hasher_; }
  const GateFilter& filter() const { return filter_; }
  // Whether any name ends in this label. Reads 8 bytes at label.data().
  bool KnownTopLabel(std::string_view label) const { return top_labels_[hasher_.TopLabel(label)]; }
  // Whether any indicator address or network lies in the /16 of this IPv4 address.
  bool MayHoldV4(std::uint32_t address) const { return v4_sixteens_[address >> 16]; }
  // Whether any lies in the /8 that the first number of this dotted quad names. True for what is none.
  bool MayHoldV4Starting(std::string_view quad) const {
    const std::size_t dot = quad.find('.');
    if (dot == 0 || dot > 3) return true;
    unsigned first = 0;
    for (std::size_t i = 0; i < dot; ++i) first = first * 10 + static_cast<unsigned char>(quad[i] - '0');
    return first > 255 || v4_eights_[first];
  }
  // The lengths of networks to try, addresses included (128), as prefix bits in the 128-bit space.
  std::span<const std::uint8_t> v4_lengths() const { return v4_lengths_; }
  std::span<const std::uint8_t> v6_lengths() const { return v6_lengths_; }
  bool has_urls() const { return has_urls_; }
  bool has_emails() const { return has_emails_; }
  bool has_digests() const { return has_digests_; }

 private:
  void OpenName(GateHasher::Role role, std::string_view name);
  void OpenText(GateHasher::Role role, std::string_view text);
  void OpenSixteen(std::uint32_t sixteen);
  void OpenNetwork(const Network& network);

  GateHasher hasher_;
  GateFilter filter_;
  std::bitset<65536> top_labels_;
  std::bitset<256> v4_eights_;
  std::bitset<65536> v4_sixteens_;
  std::vector<std::uint8_t> v4_lengths_;
  std::vector<std::uint8_t> v6_lengths_;
  bool has_urls_ = false;
  bool has_emails_ = false;
  bool has_digests_ = false;
};

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_GATES_H_
