// A database in one file, by SQLite: what must survive a crash. SQLite is included only behind this.
//
// A Database, its statements and its transaction are used by one thread at a time; several processes may have
// the same file open, and wait for each other for some seconds. A statement and a transaction must not
// outlive their database. Every error names the file, what SQLite said, and what can be done:
//   AlreadyExists       a UNIQUE or PRIMARY KEY constraint
//   FailedPrecondition  another constraint; a file of another program or of a later version
//   Unavailable         another process held it for too long
//   ResourceExhausted   the disk is full
//   PermissionDenied    it cannot be opened or written, or others may read it
//   DataLoss            it is damaged or no database
//   Internal            anything else, a mistake in SQL among it
#ifndef POLDER_CONNECTORS_SQLITE_DATABASE_H_
#define POLDER_CONNECTORS_SQLITE_DATABASE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/sqlite/statement.h"

namespace polder {

class Database {
 public:
  // Opens the file, or makes it, readable and writable by its owner alone; refuses one that others may read.
  // Write-ahead log, each commit on disk before it returns, foreign keys enforced.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // One or more statements without parameters or results.
  absl::Status Execute(const std::string& sql);
  // Exactly one statement. Prepare once, and Reset between uses.
  absl::StatusOr<Statement> Prepare(std::string_view sql);
  // Of the last statement that changed rows.
  std::int64_t changes() const;

  // Brings the tables up to date: `steps[n]` leads from version n to version n + 1, in one transaction each.
  // `application` tells the databases of one program from each other; it is not 0.
  absl::Status Migrate(std::int32_t application, std::span<const std::string_view> steps);

  const std::string& path() const { return path_; }

 private:
  explicit Database(std::string path) : path_(std::move(path)) {}

  absl::Status Configure();
  absl::StatusOr<std::int64_t> ReadNumber(std::string_view sql);

  std::string path_;
  sqlite3* handle_ = nullptr;
};

// What is done until Commit is done whole or not at all. Only one at a time on a database.
class Transaction {
 public:
  // Waits for other writers.
  static absl::StatusOr<Transaction> Begin(Database& database);
  // Undoes what was not committed.
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;

  // When it fails nothing is done, and the transaction is over.
  absl::Status Commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}

  Database* database_;  // null: over
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_SQLITE_DATABASE_H_
