// What the operator has released, in his database (operator_store.h).
#ifndef POLDER_CONNECTORS_ISAC_RELEASE_STORE_H_
#define POLDER_CONNECTORS_ISAC_RELEASE_STORE_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/sqlite/database.h"
#include "engine/release/release.h"

namespace polder {

// The texts of a release, by the names of their files, as they were published: they can be published again
// and are never made again, since they could come out different.
struct KeptRelease {
  struct Document {
    std::string name;
    std::string text;
  };
  TimeUs period_start = 0;
  TimeUs released_at = 0;
  std::vector<Document> documents;  // by name
};

// A member that counted in a release, as the roster said then.
struct CountedMember {
  std::string member;
  std::string group;
  std::string sector;
  Role role = Role::kMember;
  TimeUs from = 0;  // counts for runs that began then or later

  friend bool operator==(const CountedMember&, const CountedMember&) = default;
};

// Refers to the database, which must outlive it. Used by one thread.
class ReleaseStore {
 public:
  explicit ReleaseStore(Database& database) : database_(database) {}

  absl::StatusOr<bool> IsReleased(TimeUs epoch_start);
  // The start of the latest epoch that is released.
  absl::StatusOr<std::optional<TimeUs>> Latest();
  absl::StatusOr<Runs> ReadRuns();
  // From now on these epochs are released, and no batch of them is accepted. AlreadyExists if one of them
  // was. Call it in one transaction with the reading of what the release was made of.
  absl::Status Keep(std::span<const Epoch> epochs, const KeptRelease& release, const Runs& runs,
                    std::span<const CountedMember> counted = {});
  // The release that the epoch is part of.
  absl::StatusOr<std::optional<KeptRelease>> Find(TimeUs epoch_start);
  // Who counted in the release that begins then, by name. Nobody of one that was made before this was kept.
  absl::StatusOr<std::vector<CountedMember>> CountedIn(TimeUs period_start);

 private:
  absl::Status KeepDocuments(const KeptRelease& release);
  absl::Status KeepRuns(const Runs& runs);
  absl::Status KeepCounted(TimeUs period_start, std::span<const CountedMember> counted);

  Database& database_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_RELEASE_STORE_H_
