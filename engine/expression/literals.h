// The sieve of a regular expression: texts of which one must stand in whatever it matches. A scan for them
// costs a fraction of a scan for the expressions, and tells nearly all events apart from those with a hit.
#ifndef POLDER_ENGINE_EXPRESSION_LITERALS_H_
#define POLDER_ENGINE_EXPRESSION_LITERALS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/expression.h"

namespace polder {

inline constexpr std::size_t kShortestLiteral = 4;
inline constexpr std::size_t kLongestLiteral = 48;
inline constexpr std::size_t kMostLiterals = 64;

// One of these stands, but for the case of A to Z, in every text that the expression matches: at most
// kMostLiterals texts in small letters, each of kShortestLiteral to kLongestLiteral bytes, sorted. Of the
// sets that would do, the one least likely to be in other texts, and rather without escapable bytes. Empty if
// none was found, which says nothing about the expression. Of a substring it is the substring or a piece of
// it.
std::vector<std::string> RequiredLiterals(const Expression& expression);

// Whether a format that events come in may write this byte as an escape (JSON `\/` and `\u003c`, Zeek `\x2c`,
// CEF `\=`): control characters, everything outside ASCII, `"\/<>&'+=|],` and the backtick; or whether it may
// stand between the parts of a URL that is put together from several fields: `[:?`. Letters, digits and the
// rest of the punctuation stand for themselves in raw bytes, unless a writer went out of its way (`\u0041`):
// a raw event in which such an escape stands has to be decoded before it is sieved. Of an event that may hold
// a URL in parts, a set with escapable literals can tell nothing before it is put together.
bool IsEscapable(char c);
// Whether one stands in it, or it is a scheme or a number, as a URL that is put together may have it.
bool HasEscapable(std::string_view literal);

}  // namespace polder

#endif  // POLDER_ENGINE_EXPRESSION_LITERALS_H_
