// What the columns of a table of indicators are called.
#ifndef POLDER_RULES_READ_COLUMN_NAME_H_
#define POLDER_RULES_READ_COLUMN_NAME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "rules/read/list_value.h"

namespace polder {

// What a column says. The value roles come first.
enum class ColumnUse : std::uint8_t {
  kGenericValue,  // "indicator", "ioc", "value": the value, by design of the table
  kValue,         // a kind of value: "ip", "sha256", "c2 server"
  kTextValue,     // one of the text kinds: the value only in a table that has no other
  kType,          // which kind the value is
  kPort,          // the port that goes with the address or name
  kName,
  kDescription,
  kConfidence,
  kValidFrom,
  kFirstSeen,
  kLastSeen,
  kValidUntil,
  kTlp,
  kTags,
  kReference,
  kProvider,
  kScore,
  kNothing,
};

struct Column {
  ColumnUse use = ColumnUse::kNothing;
  ValueRole role;    // of a value
  std::string name;  // as it is written

  bool IsValue() const { return use <= ColumnUse::kTextValue; }
};

Column ColumnOf(std::string_view name);

// Small letters and digits, everything between them one underscore: "C&C Server" is "c_c_server".
std::string NormalColumnName(std::string_view name);

}  // namespace polder

#endif  // POLDER_RULES_READ_COLUMN_NAME_H_
