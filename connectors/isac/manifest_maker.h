// The signed manifest of an epoch: once made, always the same.
#ifndef POLDER_CONNECTORS_ISAC_MANIFEST_MAKER_H_
#define POLDER_CONNECTORS_ISAC_MANIFEST_MAKER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/community/place.h"
#include "connectors/isac/operator_folder.h"
#include "connectors/isac/operator_store.h"
#include "engine/community/community.h"

namespace polder {

struct MadeManifest {
  Manifest manifest;
  std::string document;            // signed
  std::vector<std::string> parts;  // of its list, signed; none of an epoch that was long ago
  bool fresh = false;              // made now; false: it was made before
};

// Makes the manifest of what `community` has, and keeps it, or finds the one that was made: a second one that
// differs would be what members watch for. An indicator is listed with the time that it was listed with
// before, or else with none before the manifest that did not list it: however early its source says that it
// was published. FailedPrecondition if the epoch has not ended.
absl::StatusOr<MadeManifest> MakeManifest(const OperatorFolder& folder, OperatorStore& store,
                                          const Community& community, const Epoch& epoch, TimeUs now);

// To be put on the board: the parts, then the manifest.
std::vector<KeyedDocument> DocumentsOf(const MadeManifest& made);

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_MANIFEST_MAKER_H_
