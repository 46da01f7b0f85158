// The merged, mutable collection of indicators, with every source of every value kept.
#ifndef POLDER_RULES_MERGE_RULE_SET_H_
#define POLDER_RULES_MERGE_RULE_SET_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "engine/base/crypto.h"
#include "engine/indicator/indicator.h"
#include "engine/snapshot/segment_builder.h"
#include "engine/snapshot/snapshot.h"
#include "rules/merge/compaction.h"
#include "rules/merge/compiled_expressions.h"

namespace polder {

// Statements come in deliveries: a file is one delivery, and is replaced as a whole; a topic or a TAXII
// collection is one delivery as well, of which single objects are replaced. What another source or delivery
// states of the same value stays.
//
// In force is, of several versions of one identifier from one source, the last modified, wherever it was
// delivered; if that one is revoked, none. The same value under the same identifier (or both times under
// none) from the same source counts once: of different wordings the one with the stricter marking. So what is
// in force depends on the deliveries alone, not on their order.
//
// Changes are staged, then Commit makes them count. A change costs in proportion to what changes, save that
// the replacement of a whole delivery that lacks something of before also looks once at every row; from time
// to time small segments are joined at once and large ones in the background (PlanCompaction).
//
// Not thread-safe: one owner. The snapshots that it hands out are immutable, but for the gates (gates.h).
class RuleSet {
 public:
  // `cache` keeps compiled expressions between runs; it may be null, and outlives the rule set.
  explicit RuleSet(const FingerprintKey& key, ExpressionCache* cache = nullptr);

  // --- Staging -----------------------------------------------------------------------------------
  // What Add and AddValue take from here on is the whole of the delivery named `delivery` (a path, a topic),
  // in place of what it stated before. With no Add after it that is a withdrawal.
  void Begin(const std::string& delivery);
  void Add(const Indicator& indicator);
  // For many values of which nothing but kind and value differ: what `common` says holds for those that
  // AddValue takes, until the next StartList or Begin.
  void StartList(const Indicator& common);
  void AddValue(Kind kind, std::string_view canonical);
  // About so many are to come, which spares moving them about.
  void Expect(std::size_t indicators) { staged_->builder.Expect(indicators); }

  // All that `delivery` states under `id`, which `source` gave, in place of what it stated before; nothing
  // withdraws it. With `unless_older` it counts for nothing if a later modified version is there already.
  // The statements are those of Begin's otherwise. False if it counted for nothing.
  bool Put(const std::string& delivery, const std::string& source, const std::string& id,
           std::span<const Indicator> statements, bool unless_older);

  // --- In force ----------------------------------------------------------------------------------
  struct Change {
    std::size_t added = 0;  // statements
    std::size_t removed = 0;
    std::size_t repeated = 0;  // dropped, since the same delivery says the same
    bool any() const { return added + removed > 0; }
  };
  // Makes what was staged count.
  Change Commit();
  // Forgets what was staged.
  void Rollback();

  // The snapshot of what is in force since the last Commit; generations count up. Compiles expressions that
  // are new, which may take seconds.
  std::shared_ptr<const Snapshot> Publish();
  // Why the last Publish could not compile its new expressions, which are then not looked for; else OK.
  const absl::Status& expression_problem() const { return expression_problem_; }
  std::uint64_t generation() const { return generation_; }

  // Statements that `delivery` has made.
  std::size_t StatementsOf(const std::string& delivery) const;
  // Those that it has made under `id`, which `source` gave; what is staged does not count.
  std::size_t StatementsOf(const std::string& delivery, const std::string& source,
                           const std::string& id) const;
  // Statements that are not in force. Looks at every row.
  struct Dropped {
    std::size_t superseded = 0;  // a later version of the same identifier is there
    std::size_t repeated = 0;    // the same value under the same identifier of the same source
    std::size_t revoked = 0;     // revocations, and what they revoke
  };
  Dropped CountDropped() const;

  // --- Upkeep ------------------------------------------------------------------------------------
  // Work that is due and too long to be done in between: run it on another thread, then hand it back, before
  // the next is planned. Everything else may go on meanwhile.
  std::optional<Compaction> PlanCompaction();
  void Adopt(Compaction compaction);

  // The memory held for merging and matching, in bytes: the snapshot's, and what is needed to change it.
  std::size_t memory_bytes() const;

 private:
  struct Part {
    std::shared_ptr<const Segment> segment;
    RowSet hidden;                                             // not in force, for whatever reason
    RowSet gone;                                               // of them, those that are stated no more
    absl::flat_hash_map<std::uint32_t, std::uint32_t> stated;  // rows that are not gone, by delivery
  };
  struct RowRef {
    std::size_t part;
    std::uint32_t row;
  };
  struct Staged {
    explicit Staged(const GateHasher& hasher) : builder(hasher) {}
    SegmentBuilder builder;
    absl::flat_hash_set<std::uint32_t> replaced;  // deliveries
    struct Object {
      std::uint32_t delivery;
      std::uint32_t source;
      UuidBytes id;
    };
    std::vector<Object> objects;
    absl::flat_hash_set<std::string> object_names;
  };

  const Segment& SegmentOf(const RowRef& at) const { return *parts_[at.part].segment; }
  const RowFacts& FactsOf(const RowRef& at) const { return SegmentOf(at).facts(at.row); }
  std::uint32_t NumberOfSource(const std::string& name);
  std::uint32_t NumberOfDelivery(const std::string& name);
  void StageIndicator(const Indicator& indicator, std::uint32_t delivery);

  std::vector<RowRef> WithId(const UuidBytes& id) const;
  std::vector<RowRef> WithoutId(const ValueKey& key) const;
  RowSet FindKept(const Segment& staged, std::vector<RowSet>& kept) const;
  std::vector<RowRef> FindRemoved(const std::vector<RowSet>& kept) const;
  void Remove(const std::vector<RowRef>& removed);
  void Append(std::shared_ptr<const Segment> fresh);
  void JudgeFresh();
  void JudgeRemoved(const std::vector<RowRef>& removed);
  void JudgeGroups(std::vector<RowRef>& rows);
  void Judge(std::span<const RowRef> group);
  void SetInForce(const RowRef& at, bool in_force);
  void OpenFor(Kind kind, std::string_view canonical);
  void JoinSmallParts();
  void JoinParts(std::size_t first, std::size_t last);
  void ReopenGates();

  GateHasher hasher_;
  std::shared_ptr<Gates> gates_;
  std::vector<Part> parts_;
  std::size_t fresh_from_ = 0;  // parts from here on are not in the digest yet
  // Parts before this are being compacted: they are not joined with others.
  std::size_t compacting_first_ = 0;
  std::size_t compacting_last_ = 0;
  std::map<std::string, std::uint32_t> source_numbers_;
  std::shared_ptr<SourceNames> sources_ = std::make_shared<SourceNames>();
  std::map<std::string, std::uint32_t> delivery_numbers_;
  std::unique_ptr<Staged> staged_;
  std::uint32_t staging_delivery_ = 0;
  Snapshot::DigestSum digest_{};
  std::optional<Segment::ContentReader> content_;  // of the part that was asked last; none once parts change
  std::uint64_t generation_ = 0;
  CompiledExpressions expressions_;
  absl::Status expression_problem_;
};

}  // namespace polder

#endif  // POLDER_RULES_MERGE_RULE_SET_H_
