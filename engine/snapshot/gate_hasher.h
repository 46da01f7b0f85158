// The hash that the gates ask for: fast, and under a secret key.
#ifndef POLDER_ENGINE_SNAPSHOT_GATE_HASHER_H_
#define POLDER_ENGINE_SNAPSHOT_GATE_HASHER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/base/crypto.h"
#include "engine/observable/ip.h"

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
    kNetwork,
    kFileName,
    kWholeText
  };

  explicit GateHasher(std::uint64_t key) : key_(Mix(key ^ 0x9E3779B97F4A7C15ULL, 0xD6E8FEB86659FD93ULL)) {}
  explicit GateHasher(const FingerprintKey& key) : GateHasher(Half(key, 0) ^ Half(key, 8) * kThird) {}

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

  static std::uint64_t Half(const FingerprintKey& key, std::size_t at) {
    std::uint64_t half = 0;
    std::memcpy(&half, key.data() + at, 8);
    return half;
  }
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

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_GATE_HASHER_H_
