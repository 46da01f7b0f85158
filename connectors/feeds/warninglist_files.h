// Warninglists in files and folders.
#ifndef POLDER_CONNECTORS_FEEDS_WARNINGLIST_FILES_H_
#define POLDER_CONNECTORS_FEEDS_WARNINGLIST_FILES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/warninglist/warninglists.h"

namespace polder {

// All lists of these files and folders, of which the .json files are read; null if none are named. An error
// says which cannot be read, and why: half of the lists would let in what the others are there to keep out.
absl::StatusOr<std::shared_ptr<const Warninglists>> LoadWarninglists(const std::vector<std::string>& paths);

}  // namespace polder

#endif  // POLDER_CONNECTORS_FEEDS_WARNINGLIST_FILES_H_
