// Where the readers of lists put what they find, one value at a time.
#ifndef POLDER_RULES_READ_LIST_SINK_H_
#define POLDER_RULES_READ_LIST_SINK_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "rules/read/reader.h"

namespace polder {

// One value of a list. Everything it points to lasts for the call that hands it over.
struct ListValue {
  Kind kind;
  std::string_view value;  // canonical
  std::span<const Condition> conditions;
  std::size_t line;
  // What its line says besides, on top of what the context says: everything of an Indicator but kind, value
  // and conditions. Null for a bare value, as almost all are in a bulk list.
  const Indicator* row;
};

struct ListSink {
  absl::FunctionRef<void(const ListValue&)> take;
  absl::FunctionRef<void(Refusal)> refuse;
};

struct ListSummary {
  std::size_t read = 0;  // values seen: those taken and those refused
  std::string format;    // "plain list", "hosts file", "CSV (columns ip, port)", ...
};

}  // namespace polder

#endif  // POLDER_RULES_READ_LIST_SINK_H_
