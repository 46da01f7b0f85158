#include "connectors/sqlite/database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "connectors/sqlite/sqlite_error.h"

namespace polder {
namespace {

constexpr int kBusyTimeoutMs = 30'000;

// SQLite would make the file with the mode that the umask leaves; its log files get the mode of this one.
absl::Status MakePrivateFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return absl::PermissionDeniedError(
        fmt::format("{}: cannot open the database: {}; the folder must exist and be writable", path,
                    std::strerror(errno)));
  }
  struct stat status {};
  const bool known = fstat(file, &status) == 0;
  close(file);
  if (!known || !S_ISREG(status.st_mode)) {
    return absl::PermissionDeniedError(fmt::format("{}: is no regular file; expected a database", path));
  }
  if ((status.st_mode & 077U) != 0) {
    return absl::PermissionDeniedError(
        fmt::format("{}: has the mode {:04o}, so that others may read or write it; run chmod 600 {}", path,
                    status.st_mode & 0777U, path));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path) {
  if (absl::Status made = MakePrivateFile(path); !made.ok()) return made;
  std::unique_ptr<Database> database(new Database(path));
  const int code =
      sqlite3_open_v2(path.c_str(), &database->handle_,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK) return SqliteError(path, "cannot open the database", code, sqlite3_errstr(code));
  if (absl::Status configured = database->Configure(); !configured.ok()) return configured;
  return database;
}

Database::~Database() { sqlite3_close_v2(handle_); }

absl::Status Database::Configure() {
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  return Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
}

absl::Status Database::Execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return absl::OkStatus();
  return SqliteError(path_, sql, code, sqlite3_errmsg(handle_));
}

absl::StatusOr<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  if (code != SQLITE_OK) return SqliteError(path_, sql, code, sqlite3_errmsg(handle_));
  if (statement == nullptr) return absl::InternalError(fmt::format("{}: no statement in '{}'", path_, sql));
  return Statement(statement, &path_);
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

absl::StatusOr<std::int64_t> Database::ReadNumber(std::string_view sql) {
  auto statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  const auto row = statement->Step();
  if (!row.ok()) return row.status();
  return statement->Number(0);
}

absl::Status Database::Migrate(std::int32_t application, std::span<const std::string_view> steps) {
  const auto latest = static_cast<std::int64_t>(steps.size());
  // The version is read inside of the transaction: another process may do the same at this moment.
  for (bool done = false; !done;) {
    auto transaction = Transaction::Begin(*this);
    if (!transaction.ok()) return transaction.status();
    const auto owner = ReadNumber("PRAGMA application_id");
    if (!owner.ok()) return owner.status();
    const auto version = ReadNumber("PRAGMA user_version");
    if (!version.ok()) return version.status();
    if (*owner != application && (*owner != 0 || *version != 0)) {
      return absl::FailedPreconditionError(
          fmt::format("{}: is a database of something else (application {}, expected {}); name another file",
                      path_, *owner, application));
    }
    if (*version > latest) {
      return absl::FailedPreconditionError(
          fmt::format("{}: was written by a later polder (version {}, this one knows up to {}); use that one",
                      path_, *version, latest));
    }
    done = *version == latest;
    if (done) continue;
    absl::Status stepped = Execute(std::string(steps[static_cast<std::size_t>(*version)]));
    stepped.Update(Execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", application, *version + 1)));
    if (!stepped.ok()) return stepped;
    if (absl::Status committed = transaction->Commit(); !committed.ok()) return committed;
  }
  return absl::OkStatus();
}

absl::StatusOr<Transaction> Transaction::Begin(Database& database) {
  if (absl::Status begun = database.Execute("BEGIN IMMEDIATE"); !begun.ok()) return begun;
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // A failure here leaves nothing to do: closing the database undoes it as well.
  if (database_ != nullptr) database_->Execute("ROLLBACK").IgnoreError();
}

absl::Status Transaction::Commit() {
  absl::Status committed = database_->Execute("COMMIT");
  if (!committed.ok()) database_->Execute("ROLLBACK").IgnoreError();
  database_ = nullptr;
  return committed;
}

}  // namespace polder
