// The merged, mutable collection of indicators, with every source of every value kept.
#ifndef POLDER_RULES_MERGE_RULE_SET_H_
#define POLDER_RULES_MERGE_RULE_SET_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/indicator/indicator.h"

namespace polder {

// What one delivery (a file, a message) of a source stated. Shared, so that a reload which finds most files
// unchanged copies nothing.
using Statements = std::shared_ptr<const std::vector<Indicator>>;

// Deliveries are replaced and withdrawn as a whole; what another source or delivery states of the same value
// stays. The result depends on the deliveries alone, not on their order. Not thread-safe: one owner, who
// compiles snapshots from it (engine/snapshot/builder.h).
class RuleSet {
 public:
  // `delivery` names it among all: a path, a topic key. Replaces what it stated before.
  void Replace(const std::string& delivery, Statements statements);
  void Withdraw(const std::string& delivery);

  // Statements that are not in force.
  struct Dropped {
    std::size_t superseded = 0;  // a later version of the same id is there
    std::size_t repeated = 0;    // the same value under the same id of the same source
    std::size_t revoked = 0;
  };

  // The indicators in force, as pointers into the statements, which live as long as this RuleSet is not
  // changed. Of several versions of one id from one source the last modified counts; if that is revoked,
  // none. The same value under the same id from the same source counts once.
  std::vector<const Indicator*> InForce(Dropped* dropped) const;

 private:
  std::map<std::string, Statements> deliveries_;
};

}  // namespace polder

#endif  // POLDER_RULES_MERGE_RULE_SET_H_
