// Where something stands in a YAML text, and what is wrong there. Internal to those who read a configuration.
#ifndef POLDER_CONNECTORS_CONFIG_PROBLEMS_H_
#define POLDER_CONNECTORS_CONFIG_PROBLEMS_H_

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace polder {

struct TextPlace {
  int line = 1;  // both counted from 1
  int column = 1;
};

// Collects problems, so that they are all reported at once.
class Problems {
 public:
  explicit Problems(std::string name) : name_(std::move(name)) {}

  void Add(TextPlace place, std::string message) { found_.push_back({place, std::move(message)}); }

  // OK if there are none; else all of them in the order of the text, one a line.
  absl::Status ToStatus() const {
    if (found_.empty()) return absl::OkStatus();
    std::vector<Problem> sorted = found_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
      return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    std::string text;
    for (const Problem& problem : sorted) {
      if (!text.empty()) text += '\n';
      text += fmt::format("{}:{}:{}: {}", name_, problem.place.line, problem.place.column, problem.message);
    }
    return absl::InvalidArgumentError(text);
  }

 private:
  struct Problem {
    TextPlace place;
    std::string message;
  };

  std::string name_;
  std::vector<Problem> found_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_PROBLEMS_H_
