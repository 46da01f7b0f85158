// Where something is wrong in a field map, and what.
#ifndef POLDER_RULES_FIELDS_PROBLEM_H_
#define POLDER_RULES_FIELDS_PROBLEM_H_

#include <string>
#include <string_view>
#include <vector>

namespace polder {

struct FieldMapProblem {
  int line = 1;  // both counted from 1
  int column = 1;
  std::string message;  // what was seen, what was expected, what to do
};

// One line each, `NAME:LINE:COLUMN: message`, in the order of the text.
std::string ProblemsAsText(std::string_view name, std::vector<FieldMapProblem> problems);

}  // namespace polder

#endif  // POLDER_RULES_FIELDS_PROBLEM_H_
