// The immutable, compiled form of a rule set that workers match against.
//
// Built off the hot path (builder.h), published through a SnapshotHolder (holder.h), then shared by any
// number of threads. Values are held as 128-bit fingerprints under a secret key of this process, not as text:
// two values that collide cannot be found without the key.
#ifndef POLDER_ENGINE_SNAPSHOT_SNAPSHOT_H_
#define POLDER_ENGINE_SNAPSHOT_SNAPSHOT_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "engine/base/crypto.h"
#include "engine/base/time.h"
#include "engine/indicator/indicator.h"
#include "engine/observable/extract.h"
#include "engine/snapshot/gates.h"

namespace polder {

// How an observable met an indicator; the names are `matched.type` of a sighting.
enum class MatchType : std::uint8_t { kExact, kSubdomain, kNetwork, kUrl };
std::string_view MatchTypeName(MatchType type);

// What one source says about one value, as views into the snapshot; valid as long as that lives.
struct IndicatorView {
  std::string_view id;
  std::string_view source;
  std::string_view provider;
  std::string_view name;
  std::string_view description;
  std::string_view reference;
  TimeUs valid_from;
  TimeUs valid_until;
  TimeUs modified;
  Tlp tlp;
  int confidence;
};

class Snapshot {
 public:
  // One indicator that an observable hits. The views last for the call that hands it over.
  struct Match {
    MatchType type;
    Kind kind;                // of the indicator
    std::string_view value;   // of the indicator, canonical
    std::uint32_t indicator;  // for Describe
  };
  using MatchSink = absl::FunctionRef<void(const Match&)>;

  // Calls `sink` for every indicator that `observable` hits, valid now or not (ValidAt tells): every source
  // of a value; the closest value first (the exact name before the names above it, the longest network
  // first).
  void Find(const Observable& observable, MatchSink sink) const;

  bool ValidAt(std::uint32_t indicator, TimeUs time) const {
    return provenances_[indicator].valid_from <= time && time < provenances_[indicator].valid_until;
  }

  IndicatorView Describe(std::uint32_t indicator) const;

  const Gates& gates() const { return gates_; }
  // Counts up with every snapshot that a process builds.
  std::uint64_t generation() const { return generation_; }
  // Hexadecimal; the same for the same indicators, in whatever order they were read, on any machine.
  const std::string& digest() const { return digest_; }
  std::size_t indicator_count() const { return provenances_.size(); }
  std::size_t value_count(Kind kind) const { return value_counts_[static_cast<std::size_t>(kind)]; }
  std::size_t value_count() const { return values_.size(); }
  // An estimate of the memory held, in bytes.
  std::size_t memory_bytes() const;

 private:
  friend class SnapshotBuilder;

  // What one source says about one value.
  struct Provenance {
    TimeUs valid_from;
    TimeUs valid_until;
    TimeUs modified;
    std::uint64_t texts;  // where in texts_ the id and the rest stand
    std::uint32_t source;
    std::int16_t confidence;
    Tlp tlp;
    bool last;  // of its value
  };

  Snapshot(std::uint64_t generation, const FingerprintKey& key, std::uint64_t gate_key,
           std::size_t gates_expected)
      : generation_(generation), key_(key), gates_(gate_key, gates_expected) {}

  Fingerprint KeyOf(Kind kind, std::string_view canonical) const;
  Fingerprint KeyOfNetwork(const IpAddress& address, unsigned prefix_bits) const;
  void Report(Fingerprint key, MatchType type, Kind kind, std::string_view value, MatchSink sink) const;
  void FindIp(const IpAddress& ip, MatchSink sink) const;

  std::uint64_t generation_;
  FingerprintKey key_;
  std::string digest_;
  Gates gates_;
  absl::flat_hash_map<Fingerprint, std::uint32_t> values_;  // to the first Provenance
  std::vector<Provenance> provenances_;                     // those of one value stand together
  std::vector<std::string> sources_;
  std::string texts_;
  std::array<std::size_t, kAllKinds.size()> value_counts_{};
};

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_SNAPSHOT_H_
