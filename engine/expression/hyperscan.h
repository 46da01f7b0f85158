// Hyperscan, and the only files that include it: this one's source. Internal to this folder.
#ifndef POLDER_ENGINE_EXPRESSION_HYPERSCAN_H_
#define POLDER_ENGINE_EXPRESSION_HYPERSCAN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/expression/expression.h"

struct hs_database;
struct hs_scratch;

namespace polder::hyperscan {

// An error where the processor lacks what the library needs.
absl::Status CheckPlatform();

// Of the library and the processor: databases are good where it is the same.
std::string PlatformId();

class Database {
 public:
  // How expressions are compiled: found exactly, or as candidates.
  enum class Mode : std::uint8_t { kExact, kPrefilter };

  // All of the same flags. The ids are the places in the span. With an error, `culprit` (may be null) is the
  // expression that it is about, or -1 if it is about all of them: fewer may do.
  static absl::StatusOr<Database> CompileExpressions(std::span<const Expression* const> expressions,
                                                     Mode mode, int* culprit);
  // Found whatever the case of A to Z.
  static absl::StatusOr<Database> CompileLiterals(std::span<const std::string_view> literals);

  // Nothing if the bytes are not such a database, or one of another platform.
  static std::optional<Database> Deserialize(std::string_view bytes);
  // Empty for want of memory.
  std::string Serialize() const;
  std::size_t bytes() const;

  // Grows `scratch`, which may be null, to what this database needs. False: there is no memory.
  bool Grow(hs_scratch** scratch) const;

  // Calls `found` with every id in `text`, each once or more often, until it returns true. The scratch must
  // have been grown. kFailed: the scan was not done. `found` must neither throw nor scan.
  enum class Outcome : std::uint8_t { kDone, kStopped, kFailed };
  Outcome Scan(std::string_view text, hs_scratch* scratch,
               absl::FunctionRef<bool(std::uint32_t id)> found) const;

 private:
  struct Free {
    void operator()(hs_database* database) const;
  };
  explicit Database(hs_database* database) : database_(database) {}
  std::unique_ptr<hs_database, Free> database_;
};

void FreeScratch(hs_scratch* scratch);

// The least number of bytes that the expression matches; compile errors as of CompileExpressions.
absl::StatusOr<std::size_t> LeastMatch(const Expression& expression, Database::Mode mode);

}  // namespace polder::hyperscan

#endif  // POLDER_ENGINE_EXPRESSION_HYPERSCAN_H_
