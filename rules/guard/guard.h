// Keeps indicators out that would match far too much: by mistake, or because somebody poisoned a feed.
#ifndef POLDER_RULES_GUARD_GUARD_H_
#define POLDER_RULES_GUARD_GUARD_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/observable/kind.h"

namespace polder {

// Why a value must not be an indicator, or nothing if it may: domains that are public suffixes (the list of
// publicsuffix.org, its private section included), networks wider than /8 (IPv4) or /19 (IPv6), addresses and
// networks that touch a private, shared, loopback, link-local, multicast, unspecified or broadcast range (RFC
// 6890), texts and file names of fewer than four bytes, patterns as
// ExpressionGuardReason says. Documentation ranges may pass. `value` is canonical.
// Pure and thread-safe.
std::optional<std::string> GuardReason(Kind kind, std::string_view value);

}  // namespace polder

#endif  // POLDER_RULES_GUARD_GUARD_H_
