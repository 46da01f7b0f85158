// How messages show what others wrote.
#ifndef POLDER_RULES_READ_SHOWN_H_
#define POLDER_RULES_READ_SHOWN_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace polder {

// At most `limit` bytes of `value` as a person can read and a terminal survives: printable ASCII and letters
// as they are, other bytes as \xNN; `...` behind it where there is more.
std::string Shown(std::string_view value, std::size_t limit);

}  // namespace polder

#endif  // POLDER_RULES_READ_SHOWN_H_
