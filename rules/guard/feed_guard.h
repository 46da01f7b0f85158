// Whether a refresh of a feed is believed.
#ifndef POLDER_RULES_GUARD_FEED_GUARD_H_
#define POLDER_RULES_GUARD_FEED_GUARD_H_

#include <cstddef>
#include <optional>
#include <string>

namespace polder {

// A feed that suddenly lacks most of what it had, or has twice as much, is more often broken or poisoned than
// right.
struct FeedGuardLimits {
  bool on = true;
  double most_change = 0.5;   // of what there was before
  std::size_t at_least = 10;  // changes of fewer indicators are never held
};

// Why a refresh from `before` to `after` indicators is held at the last state until it is confirmed; nothing
// if it is believed. A feed that had nothing may bring anything. Pure.
std::optional<std::string> HoldReason(std::size_t before, std::size_t after, const FeedGuardLimits& limits);

}  // namespace polder

#endif  // POLDER_RULES_GUARD_FEED_GUARD_H_
