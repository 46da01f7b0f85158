// Which files a path given by the user stands for.
#ifndef POLDER_CONNECTORS_FILES_LIST_FILES_H_
#define POLDER_CONNECTORS_FILES_LIST_FILES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace polder {

// `path` itself if it is no folder ("-" is standard input); otherwise all regular files in it and in the
// folders under it, in order of their paths. Left out are hidden files and folders and those that are being
// written (IsLeftOut), links that lead nowhere, and what is neither file nor folder. Links are followed, but
// no folder is entered twice, so that loops end. Fails when `path` does not exist or a folder cannot be read.
absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& path);

// Whether ListFiles leaves out a file or folder for its name: it begins with ".", or ends in "~", ".tmp",
// ".part" or ".swp".
bool IsLeftOut(std::string_view name);

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_LIST_FILES_H_
