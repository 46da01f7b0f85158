// What somebody probably meant.
#ifndef POLDER_CONNECTORS_CONFIG_NEAREST_H_
#define POLDER_CONNECTORS_CONFIG_NEAREST_H_

#include <cstddef>
#include <span>
#include <string_view>

namespace polder {

// How many single characters have to be inserted, deleted or replaced, or neighbours swapped, to make `b` of
// `a`.
std::size_t EditDistance(std::string_view a, std::string_view b);

// The one of `known` that is fewest edits away from `seen`, at most three and fewer than the whole word;
// empty if there is none.
std::string_view NearestOf(std::string_view seen, std::span<const std::string_view> known);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_NEAREST_H_
