// Email addresses in their canonical form.
#ifndef POLDER_ENGINE_OBSERVABLE_EMAIL_H_
#define POLDER_ENGINE_OBSERVABLE_EMAIL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace polder {

// RFC 5321 section 4.5.3.1.1.
inline constexpr std::size_t kMaxLocalPart = 64;

// RFC 5322 section 3.2.3 `atext`, and the dot.
bool IsLocalPartChar(char c);
// The part of the above that is seldom a separator: [A-Za-z0-9._+-].
bool IsPlainLocalPartChar(char c);

// The whole of `text` as `local@domain`: a local part of 1 to 64 such characters, and a canonical domain of
// at least two labels. Lower case as a whole.
std::optional<std::string> CanonicalEmail(std::string_view text);

}  // namespace polder

#endif  // POLDER_ENGINE_OBSERVABLE_EMAIL_H_
