// What the operator keeps of manifests beside the documents themselves: their lists, and when an indicator
// was listed first. In the database of OperatorStore; used by one thread.
#ifndef POLDER_CONNECTORS_ISAC_MANIFEST_STORE_H_
#define POLDER_CONNECTORS_ISAC_MANIFEST_STORE_H_

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/sqlite/database.h"
#include "engine/community/manifest.h"

namespace polder {

class ManifestStore {
 public:
  explicit ManifestStore(Database& database) : database_(database) {}

  // Every indicator that was ever listed, with the time that it was listed with.
  absl::StatusOr<std::map<IocId, TimeUs>> Listed();
  // Of the latest epoch before `epoch` that has a manifest: its start.
  absl::StatusOr<std::optional<TimeUs>> EpochBefore(const Epoch& epoch);
  // The signed parts of an epoch's list; none for an epoch that was long ago.
  absl::StatusOr<std::vector<std::string>> PartsOf(const Epoch& epoch);
  // Keeps a manifest that was just made and its parts, all or nothing.
  absl::Status Keep(const Epoch& epoch, const std::string& document, const std::vector<std::string>& parts,
                    std::span<const ListedIndicator> list);

 private:
  Database& database_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_MANIFEST_STORE_H_
