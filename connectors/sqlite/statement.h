// One prepared statement of a Database (connectors/sqlite/database.h).
#ifndef POLDER_CONNECTORS_SQLITE_STATEMENT_H_
#define POLDER_CONNECTORS_SQLITE_STATEMENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sqlite3;
struct sqlite3_stmt;

namespace polder {

// Parameters are counted from 1, columns from 0, as SQLite does. Bound texts are copied. Binding fails only
// for a parameter that is not there or for want of memory: the next Step then says so.
class Statement {
 public:
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;

  Statement& Bind(int parameter, std::int64_t value);
  Statement& Bind(int parameter, std::string_view text);
  Statement& Bind(int parameter, std::nullptr_t) = delete;  // BindNull
  Statement& Bind(int parameter, std::optional<std::int64_t> value);
  Statement& BindBlob(int parameter, std::string_view bytes);
  Statement& BindNull(int parameter);

  // True: there is a row. False: it is done.
  absl::StatusOr<bool> Step();
  // For statements without rows: steps, then resets.
  absl::Status Run();
  // Ready to run again; what was bound is forgotten.
  void Reset();

  // Of the row that Step reached.
  bool IsNull(int column) const;
  std::int64_t Number(int column) const;
  std::optional<std::int64_t> OptionalNumber(int column) const;
  // Valid until the next Step, Reset or destruction. A blob likewise.
  std::string_view Text(int column) const;
  std::string_view Blob(int column) const;

 private:
  friend class Database;
  Statement(sqlite3_stmt* statement, const std::string* path) : statement_(statement), path_(path) {}

  void Note(int code);

  sqlite3_stmt* statement_;
  const std::string* path_;  // of the database
  int bind_error_ = 0;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_SQLITE_STATEMENT_H_
