// What SQLite's results mean to those who use a Database.
#ifndef POLDER_CONNECTORS_SQLITE_SQLITE_ERROR_H_
#define POLDER_CONNECTORS_SQLITE_SQLITE_ERROR_H_

#include <sqlite3.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace polder {

// `code` is an extended result other than OK, ROW and DONE; `doing` what was tried.
absl::Status SqliteError(const std::string& path, std::string_view doing, int code, std::string_view message);

}  // namespace polder

#endif  // POLDER_CONNECTORS_SQLITE_SQLITE_ERROR_H_
