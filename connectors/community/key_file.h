// Secret keys in files that only their owner reads.
#ifndef POLDER_CONNECTORS_COMMUNITY_KEY_FILE_H_
#define POLDER_CONNECTORS_COMMUNITY_KEY_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/community/party_keys.h"

namespace polder {

// Makes the file, readable and writable by its owner alone. AlreadyExists if there is one: keys are never
// overwritten.
absl::Status WriteKeyFile(const std::string& path, const PartySecrets& secrets);
// PermissionDenied if others than the owner may read or write it (mode & 077, or another owner), with what to
// do; NotFound, InvalidArgument likewise. The keys are in no message.
absl::StatusOr<PartySecrets> ReadKeyFile(const std::string& path);

// Writes `text` to `path` whole or not at all, and on disk when it returns.
absl::Status WriteFileAtomically(const std::string& path, std::string_view text, int mode = 0644);

}  // namespace polder

#endif  // POLDER_CONNECTORS_COMMUNITY_KEY_FILE_H_
