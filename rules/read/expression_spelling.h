// Expressions as people and other tools write them.
#ifndef POLDER_RULES_READ_EXPRESSION_SPELLING_H_
#define POLDER_RULES_READ_EXPRESSION_SPELLING_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "engine/expression/expression.h"
#include "rules/read/value_kind.h"

namespace polder {

// `/regex/flags`. Besides i, m and s, flags that other tools know: x becomes (?x); g, o, H and P say nothing
// here. Others would change what is meant, and are errors.
absl::StatusOr<Expression> ReadExpression(std::string_view text);

// Whether a text can only be meant as a regular expression: it holds an escape such as `\.` or `\d`, a class
// with a range, or a quantified group or dot. A path, a name and a name with a lone `*` are none.
bool LooksLikeExpression(std::string_view text);

// As ReadExpression, if what stands between the slashes looks like an expression: `/tmp/i` does not.
absl::StatusOr<Expression> ReadClearExpression(std::string_view text);

// As the value of an indicator. The error is CheckExpression's.
absl::StatusOr<std::vector<TypedValue>> PatternValue(const Expression& expression);

// A pattern of which nobody says in which language it is: an expression in slashes, or bare where it can be
// meant as nothing else; anything else is a substring, whatever the case of A to Z.
absl::StatusOr<std::vector<TypedValue>> ReadPatternText(std::string_view text);

// A pattern for names of files: as above, and `*` and `?` stand for what a name may hold where they can only
// be meant so. The name begins and ends a component of a path.
absl::StatusOr<std::vector<TypedValue>> ReadFilePattern(std::string_view text);

}  // namespace polder

#endif  // POLDER_RULES_READ_EXPRESSION_SPELLING_H_
