// What an ExpressionSet is made of. Internal to this folder.
#ifndef POLDER_ENGINE_EXPRESSION_SET_PARTS_H_
#define POLDER_ENGINE_EXPRESSION_SET_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/expression/expression_set.h"
#include "engine/expression/hyperscan.h"
#include "engine/regex/regex.h"

namespace polder {

struct ExpressionSet::Parts {
  // A database of literals; `judges` by literal: bits of the judges whose expressions require it.
  struct Sieve {
    hyperscan::Database database;
    std::vector<std::uint64_t> judges;
  };
  // A database of expressions, their numbers in `distinct`, and, where it only finds candidates, what
  // confirms each.
  struct Judge {
    hyperscan::Database database;
    std::vector<std::uint32_t> expressions;
    std::vector<Regex> confirmations;
  };

  // More judges than bits share them.
  static std::uint64_t BitOf(std::size_t judge) { return std::uint64_t{1} << (judge % 64); }

  std::vector<Expression> distinct;
  std::vector<std::uint32_t> distinct_of;  // by index
  // The indices of the distinct expression d: indices[first_index[d]] up to indices[first_index[d + 1]].
  std::vector<std::uint32_t> indices;
  std::vector<std::uint32_t> first_index;

  std::vector<Sieve> plain_sieves;
  std::vector<Sieve> escapable_sieves;
  std::vector<Judge> judges;
  std::uint64_t always = 0;  // bits of the judges with an expression that requires no literal
};

}  // namespace polder

#endif  // POLDER_ENGINE_EXPRESSION_SET_PARTS_H_
