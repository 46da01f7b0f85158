// Domain names in their canonical form.
#ifndef POLDER_ENGINE_OBSERVABLE_DOMAIN_H_
#define POLDER_ENGINE_OBSERVABLE_DOMAIN_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace polder {

// The longest name that DNS carries, in octets of its text (RFC 1035 section 2.3.4): longer ones are no
// indicators, and in events only the last so many octets of a name are compared.
inline constexpr std::size_t kMaxDomain = 253;

// `name` is a run of name characters (extract.h). Its canonical form: dots at both ends dropped, lower case,
// labels with characters outside ASCII as A-labels (IDNA). Nothing when a label is empty, when fewer than two
// labels are left, or when the last label is all digits (a version number or an address, not a name).
//
// A label that IDNA refuses can be in no indicator, but names to its right can: with `drop_bad_labels` what
// stands right of the last such label is returned, if it is still a name; without, there is no result.
std::optional<std::string> CanonicalDomain(std::string_view name, bool drop_bad_labels);

// True if all of `text` is name characters (extract.h).
bool IsName(std::string_view text);

// True if `name` is `parent` or a name under it. Both canonical.
bool IsSameOrUnder(std::string_view name, std::string_view parent);

// The canonical name without its first label, if it still has two labels; empty otherwise.
std::string_view ParentDomain(std::string_view name);

}  // namespace polder

#endif  // POLDER_ENGINE_OBSERVABLE_DOMAIN_H_
