// Which kinds of value a MISP warninglist is about.
#ifndef POLDER_RULES_WARNINGLIST_ATTRIBUTE_KINDS_H_
#define POLDER_RULES_WARNINGLIST_ATTRIBUTE_KINDS_H_

#include <cstdint>
#include <string_view>

#include "engine/observable/kind.h"

namespace polder {

// A set of kinds, one bit each.
using KindSet = std::uint32_t;

constexpr KindSet KindBit(Kind kind) { return KindSet{1} << static_cast<unsigned>(kind); }
constexpr bool Has(KindSet set, Kind kind) { return (set & KindBit(kind)) != 0; }
inline constexpr KindSet kEveryKind = ~KindSet{0};

// The kinds as which Polder reads an attribute of this MISP type; none for types that it does not match. Of a
// composite such as `filename|md5` the part that is compared by value.
KindSet KindsOfMispType(std::string_view type);

}  // namespace polder

#endif  // POLDER_RULES_WARNINGLIST_ATTRIBUTE_KINDS_H_
