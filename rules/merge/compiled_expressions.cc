#include "rules/merge/compiled_expressions.h"

#include <algorithm>

#include "engine/expression/expression_set.h"

namespace polder {
namespace {

// Every set costs a scan of each event.
constexpr std::size_t kMostSets = 4;

}  // namespace

void CompiledExpressions::Add(std::string_view canonical) {
  const auto [at, is_new] = known_.emplace(canonical);
  if (is_new) added_.push_back(*at);
}

absl::Status CompiledExpressions::Compile(const std::vector<std::string>& wanted,
                                          ExpressionSets& sets) const {
  if (wanted.empty()) return absl::OkStatus();
  std::vector<Expression> expressions;
  expressions.reserve(wanted.size());
  for (const std::string& canonical : wanted) {
    auto expression = ParseExpression(canonical);
    if (!expression.ok()) return expression.status();
    expressions.push_back(*std::move(expression));
  }
  auto set = ExpressionSet::Compile(expressions, cache_, nullptr);
  if (!set.ok()) return set.status();
  sets.push_back(*std::move(set));
  return absl::OkStatus();
}

absl::Status CompiledExpressions::Update(absl::FunctionRef<bool(std::string_view)> in_force) {
  if (added_.empty()) return absl::OkStatus();
  // The same set whatever the order of delivery, so that a cache knows it again.
  std::sort(added_.begin(), added_.end());
  ExpressionSets sets = sets_;
  if (sets.size() < kMostSets) {
    if (absl::Status status = Compile(added_, sets); !status.ok()) return status;
  } else {
    std::vector<std::string> wanted;
    for (const std::string& canonical : known_) {
      if (in_force(canonical)) wanted.push_back(canonical);
    }
    std::sort(wanted.begin(), wanted.end());
    sets.clear();
    if (absl::Status status = Compile(wanted, sets); !status.ok()) return status;
    known_ = {wanted.begin(), wanted.end()};
  }
  sets_ = std::move(sets);
  added_.clear();
  return absl::OkStatus();
}

}  // namespace polder
