#include "connectors/sqlite/sqlite_error.h"

#include <fmt/format.h>

namespace polder {
namespace {

struct Meaning {
  absl::StatusCode code;
  std::string_view advice;
};

Meaning MeaningOf(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return {absl::StatusCode::kAlreadyExists, "it is there already"};
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return {absl::StatusCode::kFailedPrecondition, "the stored data do not allow it"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {absl::StatusCode::kUnavailable, "another process uses it; try again when it has ended"};
    case SQLITE_FULL:
      return {absl::StatusCode::kResourceExhausted, "make room on the disk and try again"};
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return {absl::StatusCode::kPermissionDenied,
              "the file and its folder must be readable and writable by this user"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {absl::StatusCode::kDataLoss, "the file is damaged or no database; restore it from a backup"};
    case SQLITE_IOERR:
      return {absl::StatusCode::kInternal, "check the disk"};
    default:
      return {absl::StatusCode::kInternal, "this should not happen; please report it"};
  }
}

}  // namespace

absl::Status SqliteError(const std::string& path, std::string_view doing, int code,
                         std::string_view message) {
  const Meaning meaning = MeaningOf(code);
  return {meaning.code, fmt::format("{}: {}: {}; {}", path, doing, message, meaning.advice)};
}

}  // namespace polder
