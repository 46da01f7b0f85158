// Writes files that a crash leaves whole or as they were.
//
// Errors name the path and what to do:
//   AlreadyExists     there is such a file, and it was not to be replaced
//   NotFound          its folder is not there
//   PermissionDenied  it may not be written by this user, or at all
//   Unavailable       the disk is full or failing, or too much is open: worth another try later
//   FailedPrecondition, for the rest
#ifndef POLDER_CONNECTORS_FILES_WRITE_FILE_H_
#define POLDER_CONNECTORS_FILES_WRITE_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace polder {

// The error above for an errno that writing `path` ended with.
absl::Status WriteError(const std::string& path, int error);

// All of it, from the file's present position on; not synced.
absl::Status WriteAll(int fd, std::string_view bytes, const std::string& path_for_messages);

// So that a file that was made, renamed or removed is so still after a crash.
absl::Status SyncFolderOf(const std::string& path);

// Whole or not at all, and on disk when it returns. The first replaces what is there, the second never does.
absl::Status WriteFileAtomically(const std::string& path, std::string_view text, int mode = 0644);
absl::Status WriteNewFile(const std::string& path, std::string_view text, int mode);

// Within one file system; on disk when it returns. Never replaces what is there.
absl::Status RenameToNew(const std::string& from, const std::string& to);

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_WRITE_FILE_H_
