// Which object paths a STIX 2.1 pattern could name.
#ifndef POLDER_RULES_FIELDS_OBJECT_PATHS_H_
#define POLDER_RULES_FIELDS_OBJECT_PATHS_H_

#include <string>
#include <string_view>

namespace polder {

// What is wrong with an object path as NormaliseObjectPath writes it: an object type or property that the
// specification does not know, and what is meant. Empty if nothing. Objects and extensions of one's own
// (`x-...`) may have any properties.
std::string ObjectPathProblem(std::string_view path);

}  // namespace polder

#endif  // POLDER_RULES_FIELDS_OBJECT_PATHS_H_
