// The immutable, compiled form of a rule set that workers match against.
//
// It is made of segments (segment.h), a large one and small ones for what changed since, which snapshots
// share; its own are only the rows of them that are not in force. Made off the hot path
// (rules/merge/rule_set.h), published through a SnapshotHolder (holder.h), then shared by any number of
// threads.
#ifndef POLDER_ENGINE_SNAPSHOT_SNAPSHOT_H_
#define POLDER_ENGINE_SNAPSHOT_SNAPSHOT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/base/time.h"
#include "engine/expression/expression_set.h"
#include "engine/indicator/indicator.h"
#include "engine/observable/extract.h"
#include "engine/snapshot/gates.h"
#include "engine/snapshot/row_set.h"
#include "engine/snapshot/segment.h"

namespace polder {

// How an observable met an indicator; the names are `matched.type` of a sighting.
enum class MatchType : std::uint8_t { kExact, kSubdomain, kNetwork, kUrl, kPattern, kStix };
std::string_view MatchTypeName(MatchType type);

// What one source says about one value; the views are valid as long as the snapshot lives.
struct IndicatorView {
  std::string id;
  std::string_view source;
  std::string_view provider;
  std::string_view name;
  std::string_view description;
  std::string_view reference;
  std::string_view labels;
  std::string_view known_as;
  TimeUs valid_from;
  TimeUs valid_until;
  TimeUs modified;
  Tlp tlp;
  Pap pap;
  bool shadow;
  int confidence;
  std::vector<Condition> conditions;
};

// Names of sources, by number.
using SourceNames = std::vector<std::string>;

// A large set, and small ones for what came since.
using ExpressionSets = std::vector<std::shared_ptr<const ExpressionSet>>;

class Snapshot {
 public:
  // Rows of one segment. They are numbered on from the part before.
  struct Part {
    std::shared_ptr<const Segment> segment;
    RowSet hidden;  // not in force
    std::uint32_t first = 0;
  };

  // One indicator that an observable hits. The views last for the call that hands it over.
  struct Match {
    MatchType type;
    Kind kind;                // of the indicator
    std::string_view value;   // of the indicator, canonical
    std::uint32_t indicator;  // for Describe
  };
  using MatchSink = absl::FunctionRef<void(const Match&)>;

  // `digest_sum`: of the contents in force, see AddToDigest.
  using DigestSum = std::array<std::uint64_t, 2>;
  Snapshot(std::uint64_t generation, std::vector<Part> parts, std::shared_ptr<const Gates> gates,
           std::shared_ptr<const SourceNames> sources, const DigestSum& digest_sum,
           ExpressionSets expressions = {});

  // Calls `sink` for every indicator that `observable` hits, valid now or not (ValidAt tells): every source
  // of a value, by name; the closest value first (the exact name before the names above it, the longest
  // network first). An Observable of Kind::kText stands for a whole value of an event, and hits the
  // indicators of all whole-text kinds; one of Kind::kPattern for an expression that was found. Conditions
  // and STIX patterns are not judged here.
  void Find(const Observable& observable, MatchSink sink) const;

  bool ValidAt(std::uint32_t indicator, TimeUs time) const;
  const RowFacts& FactsOf(std::uint32_t indicator) const;
  bool HasConditions(std::uint32_t indicator) const { return FactsOf(indicator).has_conditions; }
  std::vector<Condition> ConditionsOf(std::uint32_t indicator) const;
  // The STIX pattern of which the indicator is an anchor; empty if it is none. Lives as long as the snapshot.
  std::string_view PatternOf(std::uint32_t indicator) const;
  bool IsShadow(std::uint32_t indicator) const { return FactsOf(indicator).shadow; }
  // `value` is the canonical value that was hit.
  IndicatorView Describe(std::uint32_t indicator, std::string_view value) const;

  const Gates& gates() const { return *gates_; }
  // What the indicators of Kind::kPattern are compiled to. An expression may be in it of which no indicator
  // is left: Find tells.
  const ExpressionSets& expressions() const { return expressions_; }
  // Counts up with every snapshot that a process builds.
  std::uint64_t generation() const { return generation_; }
  // Hexadecimal; the same for the same indicators, in whatever order they were read, on any machine.
  const std::string& digest() const { return digest_; }
  // In force.
  std::size_t indicator_count() const { return indicator_count_; }

  // The figures of one source.
  struct SourceFigures {
    std::string name;
    std::size_t indicators = 0;  // in force
    std::size_t expired = 0;     // of them, no longer valid
    std::size_t shared = 0;      // of them, of a value that another source has as well
    bool shadow = false;
  };
  // These look at every row.
  std::vector<SourceFigures> CountBySource(TimeUs now) const;
  // Different values in force, by kind; those of all whole-text kinds count as Kind::kText.
  std::array<std::size_t, kAllKinds.size()> CountValues() const;

  // The memory held, in bytes, the gates included; parts of it may be shared with other snapshots.
  std::size_t memory_bytes() const;
  std::size_t text_bytes() const;
  const std::vector<Part>& parts() const { return parts_; }

 private:
  struct Place {
    const Part* part;
    std::uint32_t row;
  };
  Place PlaceOf(std::uint32_t indicator) const;
  void Report(const ValueKey& key, MatchType type, Kind kind, std::string_view value, MatchSink sink) const;
  void FindIp(const IpAddress& ip, MatchSink sink) const;
  bool Holds(const ValueKey& key) const;

  std::uint64_t generation_;
  std::vector<Part> parts_;
  std::shared_ptr<const Gates> gates_;
  std::shared_ptr<const SourceNames> sources_;
  ExpressionSets expressions_;
  std::size_t indicator_count_ = 0;
  std::string digest_;
};

// The digest of a set is made of the sum of what its members say: so it needs no order, and a change costs
// what it changes.
void AddToDigest(const ContentHash& content, Snapshot::DigestSum& sum);
void RemoveFromDigest(const ContentHash& content, Snapshot::DigestSum& sum);

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_SNAPSHOT_H_
