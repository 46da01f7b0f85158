// Lists of regular expressions in text: the rule file of Polder and of Hyperscan's tools, and LOKI's file
// name list.
#ifndef POLDER_RULES_READ_EXPRESSION_LIST_H_
#define POLDER_RULES_READ_EXPRESSION_LIST_H_

#include <string_view>

#include "rules/read/reader.h"

namespace polder {

// A rule file has one expression a line, with or without a name in front:
//
//     # comment
//     gate-17: /\/gate\.php\?id=[0-9a-f]{32}$/i
//     1001:/evil(?:one|two)/
//     /MSIE 6\.0; [a-z]{8}\)/         # comment
//
// The last slash ends the expression, so that those inside may stand as they are; behind it the flags i, m
// and s (expression_spelling.h: those of others). White space and `#` behind the flags begin a comment: where
// an expression itself has `/ #` in it, write `/\x20#`. The name is what stands before the colon: without a
// slash, of at most 200 bytes.
//
// A list of LOKI has `REGEX;SCORE` or `REGEX;SCORE;EXCEPT` a line: the score becomes the confidence, what
// also matches EXCEPT is not meant, and the comment above is the description.
//
// Whether `text` (UTF-8) is such a list. A rule file is one if all of its first lines are of the form, up to
// twenty, and one of them has a name, flags, or something that only an expression holds: `/panel/` alone is a
// path; or if the name of the file ends in `.expressions`. A LOKI list is one if of its first lines all have
// a score and most look like expressions.
bool IsExpressionList(std::string_view text, const ReadContext& context);

// Reads it into indicators of Kind::kPattern. A line that is not of the form, or whose expression
// CheckExpression refuses, is refused with its reason; the rest is kept.
ReadResult ReadExpressionList(std::string_view text, const ReadContext& context);

}  // namespace polder

#endif  // POLDER_RULES_READ_EXPRESSION_LIST_H_
