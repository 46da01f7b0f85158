// What a bare value is.
#ifndef POLDER_RULES_READ_VALUE_KIND_H_
#define POLDER_RULES_READ_VALUE_KIND_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/indicator/indicator.h"
#include "engine/observable/kind.h"

namespace polder {

struct TypedValue {
  Kind kind;
  std::string value;                       // canonical
  std::vector<Condition> conditions = {};  // what else the event has to hold: see Indicator
  std::string pattern = {};                // of which the value is an anchor: see Indicator
};

// Tells the kind of a value by its shape and brings it into canonical form: `scheme://...` a url, `x@y` an
// email, hexadecimal digits of the right number a hash, `address/length` a network, an address an ip,
// `host/path` a url of both http and https, an address or name with `:port` that ip or domain on the
// condition of the port, anything else a domain name (`*.name` and `.name` mean the name, under which every
// indicator reaches anyway). Text kinds have no shape.
//
// The error says what the value looked like and why it is not one. Its code tells the sort of refusal, for
// RefusalCategory: InvalidArgument for what is no value, FailedPrecondition for what may be one of a kind
// that has to be named (`invoice.doc`: a file, not a domain), Unimplemented for patterns.
absl::StatusOr<std::vector<TypedValue>> TypeValue(std::string_view value);

// As above, of a kind that is known. A url without a scheme becomes two. An ip or domain has no port here.
absl::StatusOr<std::vector<TypedValue>> TypeValueAs(Kind kind, std::string_view value);

// The category of a Refusal for an error of the above: "invalid value", "unclear value", "not matchable" or
// "not yet supported"; of an expression also "dangerous" and "guarded".
std::string RefusalCategory(const absl::Status& status);

}  // namespace polder

#endif  // POLDER_RULES_READ_VALUE_KIND_H_
