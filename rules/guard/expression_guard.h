// Keeps expressions out that would be tried on every event.
#ifndef POLDER_RULES_GUARD_EXPRESSION_GUARD_H_
#define POLDER_RULES_GUARD_EXPRESSION_GUARD_H_

#include <optional>
#include <string>
#include <string_view>

namespace polder {

// Why an expression must not be an indicator, or nothing if it may: none of a set of texts of at least four
// bytes has to stand in what it matches (engine/expression/literals.h), so that nothing sieves the events for
// it, and it may match anything. `canonical` is the value of an indicator of Kind::kPattern. What cannot be
// compiled, would be dangerous to compile, or matches the empty string is refused when it is read
// (engine/expression/check.h), whether the guard is on or off. Pure and thread-safe.
std::optional<std::string> ExpressionGuardReason(std::string_view canonical);

}  // namespace polder

#endif  // POLDER_RULES_GUARD_EXPRESSION_GUARD_H_
