#include "rules/yaml/problems.h"

#include <fmt/format.h>

#include <algorithm>

namespace polder {

std::string ProblemsAsText(std::string_view name, std::vector<TextProblem> problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const TextProblem& a, const TextProblem& b) { return a.place < b.place; });
  std::string text;
  for (const auto& [place, message] : problems) {
    if (!text.empty()) text += '\n';
    text += fmt::format("{}:{}:{}: {}", name, place.line, place.column, message);
  }
  return text;
}

absl::Status Problems::ToStatus() const {
  if (found_.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(ProblemsAsText(name_, found_));
}

}  // namespace polder
