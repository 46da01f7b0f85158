// Indicators are shared "defanged" so that nobody clicks on them; here they get their teeth back.
#ifndef POLDER_RULES_READ_REFANG_H_
#define POLDER_RULES_READ_REFANG_H_

#include <string>
#include <string_view>

namespace polder {

// Undoes the clear and common ways: `hxxp`, `hXXps`, `h**p`, `hxtp`, `htxp`, `fxp` as a scheme; `[.]`, `(.)`,
// `{.}`, `[dot]`, `(dot)`, `{dot}`; `[:]`, `[://]`, `[//]`, `[/]`; `[@]`, `[at]`, each of these in any of the
// three brackets; `[.]` or `dot` between spaces, if the value has no other white space; a `[.` or `.]` that
// lost its other bracket, between letters or digits and before any `?` or `#`; `\.` for dots, if nothing else
// looks like an expression; brackets around the whole value. Anything else is left as it is. Only for values
// of indicators: events are never refanged.
std::string Refang(std::string_view value);

}  // namespace polder

#endif  // POLDER_RULES_READ_REFANG_H_
