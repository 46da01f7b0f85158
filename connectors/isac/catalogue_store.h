// The operator's catalogue: which indicators the community has, from whom and since when. In his database
// (operator_store.h).
#ifndef POLDER_CONNECTORS_ISAC_CATALOGUE_STORE_H_
#define POLDER_CONNECTORS_ISAC_CATALOGUE_STORE_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/sqlite/database.h"
#include "engine/release/report.h"
#include "rules/warninglist/warninglists.h"

namespace polder {

// One value that a statement of a source is about.
struct SharedValue {
  Kind kind = Kind::kDomain;
  std::string value;  // canonical
  SharedBy shared;    // `source` and `known_as` are not looked at
};

// A statement is what a source publishes and withdraws as one: an envelope, or an indicator of a file.
struct SharedStatement {
  std::string source;
  std::string name;        // unique to the source
  bool is_signed = false;  // by the source, a party on the roster
};

// Refers to the database, which must outlive it. Used by one thread. A value is never forgotten, only
// withdrawn: scorecards look back.
class CatalogueStore {
 public:
  explicit CatalogueStore(Database& database) : database_(database) {}

  // All or nothing of what is done while it lives; see Transaction.
  absl::StatusOr<Transaction> Begin() { return Transaction::Begin(database_); }

  // The statement is now about these values. What it was about before and is no longer counts as withdrawn at
  // `updated`; what it is about again keeps the time of its first publishing.
  absl::Status Share(const SharedStatement& statement, std::span<const SharedValue> values, TimeUs updated);
  absl::Status Withdraw(const SharedStatement& statement, TimeUs at);
  // Every statement of the source that is not one of `names` is withdrawn.
  absl::Status WithdrawOthers(const std::string& source, const std::vector<std::string>& names, TimeUs at);

  // Marks each value with the lists that have it.
  absl::Status MarkKnown(const Warninglists& lists);

  // What parties on the roster signed ends with their belonging.
  absl::StatusOr<Catalogue> Read(const Roster& roster);

 private:
  absl::Status ShareOne(const SharedStatement& statement, const SharedValue& value, Statement& indicator,
                        Statement& shared);

  Database& database_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_CATALOGUE_STORE_H_
