// The signed manifest of an epoch: once made, always the same.
#ifndef POLDER_CONNECTORS_ISAC_MANIFEST_MAKER_H_
#define POLDER_CONNECTORS_ISAC_MANIFEST_MAKER_H_

#include <string>

#include "absl/status/statusor.h"
#include "connectors/isac/operator_folder.h"
#include "connectors/isac/operator_store.h"
#include "engine/community/community.h"

namespace polder {

struct MadeManifest {
  Manifest manifest;
  std::string document;  // signed
  bool fresh = false;    // made now; false: it was made before
  // Of what was made before: the board would give another now, since somebody published or withdrew with a
  // date before the end of the epoch.
  bool differs = false;
};

// Makes the manifest of what `community` has, and keeps it, or finds the one that was made: a second one that
// differs would be what members watch for. FailedPrecondition if the epoch has not ended.
absl::StatusOr<MadeManifest> MakeManifest(const OperatorFolder& folder, OperatorStore& store,
                                          const Community& community, const Epoch& epoch, TimeUs now);

// What members compare: that of Community::ManifestDigest.
Digest256 ManifestDigestOf(const Manifest& manifest);

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_MANIFEST_MAKER_H_
