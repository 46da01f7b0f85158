// The structure of a regular expression in the syntax of PCRE, as far as the sieve and the cost check need
// it. Internal to this folder. Nothing is decided by it that Hyperscan or PCRE2 decide: what it does not know
// is a node that may match anything.
#ifndef POLDER_ENGINE_EXPRESSION_REGEX_TREE_H_
#define POLDER_ENGINE_EXPRESSION_REGEX_TREE_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace polder {

struct RegexNode {
  // kByte: one byte, any of `bytes`. kClass: one byte of many. kEmpty: matches no byte (anchors, look-around,
  // comments). kUnknown: anything, also nothing. The others are made of `children`.
  enum class Type : std::uint8_t { kEmpty, kByte, kClass, kUnknown, kSequence, kAlternatives, kRepeat };
  static constexpr std::uint32_t kNoEnd = std::numeric_limits<std::uint32_t>::max();

  Type type = Type::kEmpty;
  bool backtracks = true;   // of kRepeat: not possessive
  std::uint32_t least = 1;  // of kRepeat
  std::uint32_t most = 1;   // of kRepeat; kNoEnd
  std::string bytes = {};   // of kByte: in small letters (ASCII), sorted, without duplicates
  std::vector<RegexNode> children = {};
};

// Small enough to write out: larger classes are kClass.
inline constexpr std::size_t kLargestByteChoice = 8;
inline constexpr unsigned kDeepestGroup = 64;

// Nothing if groups are nested deeper than kDeepestGroup, parentheses do not match, or something stands in it
// that changes how the rest is read and is not known. Time and memory in proportion to the expression.
std::optional<RegexNode> ParseRegex(std::string_view regex);

}  // namespace polder

#endif  // POLDER_ENGINE_EXPRESSION_REGEX_TREE_H_
