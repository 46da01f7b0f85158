// One line of a list that has no columns.
#ifndef POLDER_RULES_READ_LIST_LINE_H_
#define POLDER_RULES_READ_LIST_LINE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "rules/read/value_kind.h"

namespace polder {

struct ListLine {
  // Nothing is there: an empty line, a comment, a heading such as `SHA256:`, or the own names of a hosts
  // file.
  bool empty = false;
  bool hosts = false;              // `0.0.0.0 name...`
  std::vector<TypedValue> values;  // none with an error
  std::string comment;             // what stands behind the value
  absl::Status error;
  std::string_view seen;  // what a message shows
};

// What a person would take from a line: a value alone; a value and a comment behind it (after a comma,
// semicolon, bar, tab or ` - `, or behind a space if the comment holds no other value); several values with
// nothing but delimiters between them; the names of a hosts line. What could mean two things is an error:
// `evil.example and 1.2.3.4`.
ListLine ReadListLine(std::string_view line);

// True for a line of which a hosts file consists, an address to which names are to lead and the names.
bool IsHostsLine(std::string_view line);

}  // namespace polder

#endif  // POLDER_RULES_READ_LIST_LINE_H_
