// What somebody probably meant.
#ifndef POLDER_RULES_YAML_NEAREST_H_
#define POLDER_RULES_YAML_NEAREST_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace polder {

// How many single characters have to be inserted, deleted or replaced, or neighbours swapped, to make `b` of
// `a`.
std::size_t EditDistance(std::string_view a, std::string_view b);

// The one of `known` that is fewest edits away from `seen`, at most three and fewer than the whole word;
// empty if there is none, or `seen` is too long to be a slip.
std::string_view NearestOf(std::string_view seen, std::span<const std::string_view> known);

// "; did you mean 'X'?", or a list of what is known.
std::string MeantOrKnown(std::string_view seen, std::span<const std::string_view> known);

}  // namespace polder

#endif  // POLDER_RULES_YAML_NEAREST_H_
