// One value of a list, of whatever its place in the list says that it is.
#ifndef POLDER_RULES_READ_LIST_VALUE_H_
#define POLDER_RULES_READ_LIST_VALUE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/read/value_kind.h"

namespace polder {

// What a value may be.
//   kAny      its shape tells
//   kHost     an address, network, name or URL: its shape tells which; a name may end like a file
//   kHash     a digest: its length tells which
//   kExactly  of one kind
//   kFile     a file name, or a path where it has slashes
struct ValueRole {
  enum class Family : std::uint8_t { kAny, kHost, kHash, kExactly, kFile };
  Family family = Family::kAny;
  Kind kind = Kind::kText;  // with kExactly

  // Whether a value of this shape is one without a further look.
  bool Takes(Kind shape) const;

  static constexpr ValueRole Exactly(Kind kind) { return {Family::kExactly, kind}; }
};

// `text` without quotes around it, refanged and typed. Errors as of TypeValue; bytes that are not UTF-8 are
// one too, since nobody can say which letters they stand for.
absl::StatusOr<std::vector<TypedValue>> ReadValue(std::string_view text, const ValueRole& role);

// As above, for a kind that the user forces: text kinds take the text as it is.
absl::StatusOr<std::vector<TypedValue>> ReadForcedValue(std::string_view text, Kind kind);

// Without quotes, backticks, angle brackets, and the comma or semicolon behind them, that surround a value
// copied from code or mail.
std::string_view WithoutQuotes(std::string_view text);

// What people write where there is no value: `-`, `N/A`, `none`, `null`, `unknown` ...
bool IsPlaceholder(std::string_view text);

// The role by the name of a type, as lists write it: "ip", "ip-dst", "ipv4-addr", "FileHash-MD5", "hostname",
// "ip:port" ... Nothing for types that Polder cannot match.
std::optional<ValueRole> RoleOfTypeName(std::string_view name);

}  // namespace polder

#endif  // POLDER_RULES_READ_LIST_VALUE_H_
