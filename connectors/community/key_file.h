// Secret keys in files that only their owner reads.
#ifndef POLDER_CONNECTORS_COMMUNITY_KEY_FILE_H_
#define POLDER_CONNECTORS_COMMUNITY_KEY_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/community/party_keys.h"

namespace polder {

// Makes the file, readable and writable by its owner alone; it appears whole. AlreadyExists if there is one:
// keys are never overwritten. Other errors as in connectors/files/write_file.h.
absl::Status WriteKeyFile(const std::string& path, const PartySecrets& secrets);
// NotFound; PermissionDenied if others than the owner may read or write it (mode & 077, or another owner);
// Unavailable if reading it fails; InvalidArgument if it holds no keys. The keys are in no message.
absl::StatusOr<PartySecrets> ReadKeyFile(const std::string& path);

}  // namespace polder

#endif  // POLDER_CONNECTORS_COMMUNITY_KEY_FILE_H_
