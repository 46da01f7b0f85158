// The values that STIX patterns compare object paths with.
#ifndef POLDER_RULES_READ_STIX_OPERAND_H_
#define POLDER_RULES_READ_STIX_OPERAND_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/read/stix_paths.h"
#include "rules/read/value_kind.h"

namespace polder {

// `text` as a value of what a path means, which is neither kType nor kNotMatchable; canonical. Several where
// logs spell it in several ways: a URL without a scheme, a registry key's hive, a MAC address, a
// certificate's serial. Refanged: in texts only words that begin like a defanged URL, as brackets may belong
// to them. Where a name is expected, an address is taken as one; a file name with a folder is a path. Errors
// as of TypeValueAs.
absl::StatusOr<std::vector<TypedValue>> TypeStixOperand(const PathMeaning& meaning, std::string_view text);

}  // namespace polder

#endif  // POLDER_RULES_READ_STIX_OPERAND_H_
