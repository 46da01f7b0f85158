// What is wrong with an expression, before it gets into a set.
#ifndef POLDER_ENGINE_EXPRESSION_CHECK_H_
#define POLDER_ENGINE_EXPRESSION_CHECK_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "engine/expression/expression.h"

namespace polder {

inline constexpr std::size_t kLongestRegex = 4096;
// Of an expression with its repeats written out, in bytes, those that may be left out counted more often: a
// measure of the time to compile it.
inline constexpr std::size_t kMostWeight = 4096;
// Of its database when compiled alone.
inline constexpr std::size_t kMostDatabaseBytes = 1 << 20;

// OK if the expression may be compiled into an ExpressionSet: whatever the guard says, what fails here is
// refused. Compiles it (milliseconds; seconds for the worst that passes): call it where rules are read. The
// code tells the sort of refusal, for ExpressionRefusalCategory:
//   InvalidArgument     no expression: a syntax error with its position, as PCRE2 or Hyperscan words it; or
//                       what neither takes (\C, control verbs such as (*ACCEPT))
//   Unimplemented       PCRE2 takes it, and Hyperscan not even to prefilter (\K, \G, \R, recursion)
//   ResourceExhausted   dangerous: longer than kLongestRegex, more than kMostWeight or kMostDatabaseBytes,
//                       groups too deep, or repeats inside repeats that only PCRE2 could run, by backtracking
//   PermissionDenied    it matches the empty string, and so every value
// Thread-safe.
absl::Status CheckExpression(const Expression& expression);

// "invalid value", "not yet supported", "dangerous" or "guarded".
std::string ExpressionRefusalCategory(const absl::Status& status);

// What an expression costs, for people: `polder check`.
struct ExpressionCost {
  std::size_t database_bytes = 0;  // compiled alone
  std::size_t weight = 0;          // as of kMostWeight
  bool prefiltered = false;        // Hyperscan finds candidates, PCRE2 confirms each
};
// Errors as CheckExpression.
absl::StatusOr<ExpressionCost> CostOf(const Expression& expression);

}  // namespace polder

#endif  // POLDER_ENGINE_EXPRESSION_CHECK_H_
