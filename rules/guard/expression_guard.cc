#include "rules/guard/expression_guard.h"

#include <fmt/format.h>

#include "engine/expression/expression.h"
#include "engine/expression/literals.h"

namespace polder {

std::optional<std::string> ExpressionGuardReason(std::string_view canonical) {
  const auto expression = ParseExpression(canonical);
  if (!expression.ok()) return std::string(expression.status().message());
  if (!RequiredLiterals(*expression).empty()) return std::nullopt;
  return fmt::format(
      "no text of {} bytes has to stand in what it matches, nor one of at most {} such texts, so it would be "
      "tried on every event; make it longer, or split it",
      kShortestLiteral, kMostLiterals);
}

}  // namespace polder
