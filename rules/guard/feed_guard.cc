#include "rules/guard/feed_guard.h"

#include <fmt/format.h>

#include <algorithm>

namespace polder {

std::optional<std::string> HoldReason(std::size_t before, std::size_t after, const FeedGuardLimits& limits) {
  if (!limits.on || before == 0) return std::nullopt;
  const std::size_t change = std::max(before, after) - std::min(before, after);
  const double share = static_cast<double>(change) / static_cast<double>(before);
  if (change < limits.at_least || share <= limits.most_change) return std::nullopt;
  return fmt::format("it would {} from {} to {} indicators, by {:.0f} %, and a refresh may change {:.0f} %",
                     after < before ? "shrink" : "grow", before, after, share * 100,
                     limits.most_change * 100);
}

}  // namespace polder
