// Brings the operator's catalogue up to date: from the board, and from files of sources that do not sign.
#ifndef POLDER_CONNECTORS_ISAC_CATALOGUE_REFRESH_H_
#define POLDER_CONNECTORS_ISAC_CATALOGUE_REFRESH_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/isac/catalogue_store.h"
#include "connectors/isac/limited_messages.h"
#include "connectors/isac/operator_folder.h"
#include "engine/community/community.h"

namespace polder {

// Reads the board into the catalogue, whole or not at all, and returns what is known of the community from
// it. What is refused is said. FailedPrecondition if no board is set, or its roster is not that of the
// folder.
absl::StatusOr<Community> RefreshFromBoard(const OperatorFolder& folder, CatalogueStore& catalogue,
                                           TimeUs now, LimitedMessages& messages);

// Reads files and folders as the whole of what `source` shares as of `now`: what it shared before and is in
// none of them is withdrawn. InvalidArgument if the source is on the roster (his are signed, on the board),
// or if a file cannot be read. Returns how many values there are.
absl::StatusOr<std::size_t> RefreshFromFiles(const std::vector<std::string>& paths, const std::string& source,
                                             const Roster& roster, CatalogueStore& catalogue, TimeUs now,
                                             LimitedMessages& messages);

// Those of the folder's settings.
absl::Status MarkKnownValues(const OperatorFolder& folder, CatalogueStore& catalogue);

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_CATALOGUE_REFRESH_H_
