// What a bare value is.
#ifndef POLDER_RULES_READ_VALUE_KIND_H_
#define POLDER_RULES_READ_VALUE_KIND_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/observable/kind.h"

namespace polder {

struct TypedValue {
  Kind kind;
  std::string value;  // canonical
};

// Tells the kind of a value by its shape and brings it into canonical form: `scheme://...` a url, `x@y` an
// email, hexadecimal digits of the right number a hash, `address/length` a network, an address an ip,
// `host/path` a url of both http and https, anything else a domain name (`*.name` and `.name` mean the name,
// under which every indicator reaches anyway). The error says what the value looked like and why it is not
// one.
absl::StatusOr<std::vector<TypedValue>> TypeValue(std::string_view value);

// As above, of a kind that is known. A url without a scheme becomes two.
absl::StatusOr<std::vector<TypedValue>> TypeValueAs(Kind kind, std::string_view value);

}  // namespace polder

#endif  // POLDER_RULES_READ_VALUE_KIND_H_
