// Where something is wrong in a text that a person wrote, and what.
#ifndef POLDER_RULES_YAML_PROBLEMS_H_
#define POLDER_RULES_YAML_PROBLEMS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace polder {

struct TextPlace {
  int line = 1;  // both counted from 1
  int column = 1;

  friend auto operator<=>(const TextPlace&, const TextPlace&) = default;
};

struct TextProblem {
  TextPlace place;
  std::string message;  // what was seen, what was expected, what to do
};

// One line each, `NAME:LINE:COLUMN: message`, in the order of the text.
std::string ProblemsAsText(std::string_view name, std::vector<TextProblem> problems);

// Collects problems, so that they are all reported at once.
class Problems {
 public:
  explicit Problems(std::string name) : name_(std::move(name)) {}

  void Add(TextPlace place, std::string message) { found_.push_back({place, std::move(message)}); }

  // OK if there are none; else InvalidArgument with all of them, by ProblemsAsText.
  absl::Status ToStatus() const;

 private:
  std::string name_;
  std::vector<TextProblem> found_;
};

}  // namespace polder

#endif  // POLDER_RULES_YAML_PROBLEMS_H_
