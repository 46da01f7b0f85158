// The expressions among the indicators (Kind::kPattern), and what they are compiled to.
#ifndef POLDER_RULES_MERGE_COMPILED_EXPRESSIONS_H_
#define POLDER_RULES_MERGE_COMPILED_EXPRESSIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/expression/expression_cache.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

// What is new is compiled by itself, beside what there is; when such small sets pile up all of it is compiled
// anew, without the expressions of which no indicator is left. So a change costs about what it changes. Not
// thread-safe: part of a RuleSet.
class CompiledExpressions {
 public:
  // `cache` may be null, and outlives it.
  explicit CompiledExpressions(ExpressionCache* cache) : cache_(cache) {}

  // `canonical` as FormatExpression writes it. One that is known is passed over.
  void Add(std::string_view canonical);

  // Compiles what was added; takes as long as Hyperscan does (seconds for thousands). `in_force` tells
  // whether an indicator states an expression still. After an error the sets are those of before, and what
  // was added is tried again the next time.
  absl::Status Update(absl::FunctionRef<bool(std::string_view canonical)> in_force);
  const ExpressionSets& sets() const { return sets_; }

 private:
  absl::Status Compile(const std::vector<std::string>& wanted, ExpressionSets& sets) const;

  ExpressionCache* cache_;
  absl::flat_hash_set<std::string> known_;
  std::vector<std::string> added_;  // of them, those that are in no set yet
  ExpressionSets sets_;
};

}  // namespace polder

#endif  // POLDER_RULES_MERGE_COMPILED_EXPRESSIONS_H_
