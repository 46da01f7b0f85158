// What an indicator of Kind::kPattern looks for: a regular expression, or a substring as one.
#ifndef POLDER_ENGINE_EXPRESSION_EXPRESSION_H_
#define POLDER_ENGINE_EXPRESSION_EXPRESSION_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace polder {

// In the syntax of PCRE. It is looked for anywhere in one value: a string value of a structured event after
// unescaping, or the whole line of text. `^`, `$` and `\b` relate to that value.
//
// Expression and text are bytes. A character outside ASCII is the bytes of its UTF-8 sequence: it may stand
// anywhere in an expression, but a quantifier takes its last byte only and a class each of its bytes (write
// `(?:é)+` and `(?:é|è)`), and `.` is one of its bytes. `caseless` folds the letters A to Z and no others.
struct Expression {
  std::string regex;
  bool caseless = false;   // i
  bool dot_all = false;    // s: `.` matches a line end as well
  bool multiline = false;  // m: `^` and `$` also match at line ends inside the value

  friend bool operator==(const Expression&, const Expression&) = default;
  friend auto operator<=>(const Expression&, const Expression&) = default;
};

// `/regex/flags`, the flags in the order `ims`. The last slash ends the regex, so that those inside stand as
// they are. This is the canonical value of an indicator: equal expressions have equal texts.
std::string FormatExpression(const Expression& expression);

// The reverse; flags may come in any order, each once. InvalidArgument for another form. Says nothing about
// the regex itself: CheckExpression (check.h) does.
absl::StatusOr<Expression> ParseExpression(std::string_view text);

// The expression that finds `text` itself.
Expression SubstringExpression(std::string_view text, bool caseless);

}  // namespace polder

#endif  // POLDER_ENGINE_EXPRESSION_EXPRESSION_H_
