// Tells in one pass, and without allocating, that a value is one of the common kinds and already spelt as
// indicators are compared. Almost every value of a bulk list is; the rest goes the long way (value_kind.h).
#ifndef POLDER_RULES_READ_VALUE_SHAPE_H_
#define POLDER_RULES_READ_VALUE_SHAPE_H_

#include <optional>
#include <string_view>

#include "engine/observable/kind.h"

namespace polder {

// The kind of `value` if it is the canonical spelling of an IPv4 address, a domain name, an http or https URL
// or a digest. Then Refang leaves it as it is, and TypeValue gives this kind and this spelling alone. Nothing
// for all else, which does not mean that it is no value.
std::optional<Kind> CanonicalShape(std::string_view value);

// True if the last label of a name is the ending of a common kind of file and no top-level domain:
// `invoice.doc`, `setup.exe`. Endings that are both (`.com`, `.zip`, `.sh`) are not meant.
bool HasFileEnding(std::string_view name);

}  // namespace polder

#endif  // POLDER_RULES_READ_VALUE_SHAPE_H_
