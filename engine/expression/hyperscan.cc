#include "engine/expression/hyperscan.h"

#include <fmt/format.h>
#include <hs.h>

#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

namespace polder::hyperscan {
namespace {

struct FreeError {
  void operator()(hs_compile_error_t* error) const { hs_free_compile_error(error); }
};
using CompileError = std::unique_ptr<hs_compile_error_t, FreeError>;

unsigned FlagsOf(const Expression& expression, Database::Mode mode) {
  return (expression.caseless ? HS_FLAG_CASELESS : 0U) | (expression.dot_all ? HS_FLAG_DOTALL : 0U) |
         (expression.multiline ? HS_FLAG_MULTILINE : 0U) |
         (mode == Database::Mode::kPrefilter ? HS_FLAG_PREFILTER : 0U);
}

// The library's messages end in a full stop; ours go on.
absl::Status StatusOf(const CompileError& error) {
  std::string message = error == nullptr || error->message == nullptr ? "unknown error" : error->message;
  while (message.ends_with('.')) message.pop_back();
  const bool large = message.find("too large") != std::string::npos;
  return absl::Status(large ? absl::StatusCode::kResourceExhausted : absl::StatusCode::kInvalidArgument,
                      fmt::format("Hyperscan: {}", message));
}

struct Scanning {
  absl::FunctionRef<bool(std::uint32_t)> found;
};

int OnMatch(unsigned id, unsigned long long /*from*/, unsigned long long /*to*/, unsigned /*flags*/,
            void* context) {
  return static_cast<Scanning*>(context)->found(id) ? 1 : 0;
}

}  // namespace

absl::Status CheckPlatform() {
  if (hs_valid_platform() == HS_SUCCESS) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "this processor cannot run Hyperscan, which needs SSSE3 (Intel since 2006, AMD since 2011); patterns "
      "cannot be matched on it");
}

std::string PlatformId() {
  hs_platform_info_t platform{};
  if (hs_populate_platform(&platform) != HS_SUCCESS) return hs_version();
  return fmt::format("{} {:x} {:x}", hs_version(), platform.tune, platform.cpu_features);
}

void Database::Free::operator()(hs_database* database) const { hs_free_database(database); }

absl::StatusOr<Database> Database::CompileExpressions(std::span<const Expression* const> expressions,
                                                      Mode mode, int* culprit) {
  std::vector<const char*> regexes;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  for (const Expression* expression : expressions) {
    ids.push_back(static_cast<unsigned>(regexes.size()));
    regexes.push_back(expression->regex.c_str());
    flags.push_back(FlagsOf(*expression, mode) | HS_FLAG_SINGLEMATCH);
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* raw_error = nullptr;
  const hs_error_t result =
      hs_compile_multi(regexes.data(), flags.data(), ids.data(), static_cast<unsigned>(regexes.size()),
                       HS_MODE_BLOCK, nullptr, &database, &raw_error);
  const CompileError error(raw_error);
  if (result == HS_SUCCESS) return Database(database);
  if (culprit != nullptr) *culprit = error == nullptr ? -1 : error->expression;
  return StatusOf(error);
}

absl::StatusOr<Database> Database::CompileLiterals(std::span<const std::string_view> literals) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  std::vector<unsigned> ids;
  for (const std::string_view literal : literals) {
    ids.push_back(static_cast<unsigned>(texts.size()));
    texts.push_back(literal.data());
    lengths.push_back(literal.size());
  }
  const std::vector<unsigned> flags(texts.size(), HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH);
  hs_database_t* database = nullptr;
  hs_compile_error_t* raw_error = nullptr;
  const hs_error_t result = hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(),
                                                 static_cast<unsigned>(texts.size()), HS_MODE_BLOCK, nullptr,
                                                 &database, &raw_error);
  const CompileError error(raw_error);
  if (result == HS_SUCCESS) return Database(database);
  return StatusOf(error);
}

std::optional<Database> Database::Deserialize(std::string_view bytes) {
  hs_database_t* database = nullptr;
  if (hs_deserialize_database(bytes.data(), bytes.size(), &database) != HS_SUCCESS) return std::nullopt;
  return Database(database);
}

std::string Database::Serialize() const {
  char* bytes = nullptr;
  std::size_t length = 0;
  if (hs_serialize_database(database_.get(), &bytes, &length) != HS_SUCCESS) return {};
  std::string copy(bytes, length);
  std::free(bytes);
  return copy;
}

std::size_t Database::bytes() const {
  std::size_t bytes = 0;
  return hs_database_size(database_.get(), &bytes) == HS_SUCCESS ? bytes : 0;
}

bool Database::Grow(hs_scratch** scratch) const {
  return hs_alloc_scratch(database_.get(), scratch) == HS_SUCCESS;
}

Database::Outcome Database::Scan(std::string_view text, hs_scratch* scratch,
                                 absl::FunctionRef<bool(std::uint32_t)> found) const {
  if (text.size() > std::numeric_limits<unsigned>::max()) return Outcome::kFailed;
  Scanning scanning{found};
  const hs_error_t result = hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()), 0,
                                    scratch, OnMatch, &scanning);
  if (result == HS_SUCCESS) return Outcome::kDone;
  return result == HS_SCAN_TERMINATED ? Outcome::kStopped : Outcome::kFailed;
}

void FreeScratch(hs_scratch* scratch) { hs_free_scratch(scratch); }

absl::StatusOr<std::size_t> LeastMatch(const Expression& expression, Database::Mode mode) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* raw_error = nullptr;
  const hs_error_t result =
      hs_expression_info(expression.regex.c_str(), FlagsOf(expression, mode), &info, &raw_error);
  const CompileError error(raw_error);
  if (result != HS_SUCCESS) return StatusOf(error);
  const std::size_t least = info->min_width;
  std::free(info);
  return least;
}

}  // namespace polder::hyperscan
