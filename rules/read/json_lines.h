// Where in a JSON text the objects of a STIX bundle stand, for messages with line numbers.
#ifndef POLDER_RULES_READ_JSON_LINES_H_
#define POLDER_RULES_READ_JSON_LINES_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace polder {

// The bytes at which the objects begin that are elements of the array under the key `objects` (the last, if
// there are several) of the outermost object, or of an outermost array. `json` must be valid; nothing is
// allocated but the result.
std::vector<std::size_t> BundleObjectOffsets(std::string_view json);

// Counts lines for positions that only grow: all of them together cost one pass.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}
  // The line on which byte `at` stands, counted from 1; `at` is not before that of an earlier call.
  std::size_t LineOf(std::size_t at);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace polder

#endif  // POLDER_RULES_READ_JSON_LINES_H_
