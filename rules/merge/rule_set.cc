#include "rules/merge/rule_set.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace polder {
namespace {

// Versions of one id of one source stand together, the last modified first and in it a revocation first.
bool Before(const Indicator* a, const Indicator* b) {
  return std::tie(a->source, a->id, b->modified, b->revoked, a->kind, a->value) <
         std::tie(b->source, b->id, a->modified, a->revoked, b->kind, b->value);
}

bool SameId(const Indicator* a, const Indicator* b) { return a->source == b->source && a->id == b->id; }

}  // namespace

void RuleSet::Replace(const std::string& delivery, Statements statements) {
  deliveries_[delivery] = std::move(statements);
}

void RuleSet::Withdraw(const std::string& delivery) { deliveries_.erase(delivery); }

std::vector<const Indicator*> RuleSet::InForce(Dropped* dropped) const {
  *dropped = {};
  std::vector<const Indicator*> all;
  std::size_t count = 0;
  for (const auto& [delivery, statements] : deliveries_) count += statements->size();
  all.reserve(count);
  for (const auto& [delivery, statements] : deliveries_) {
    for (const Indicator& indicator : *statements) all.push_back(&indicator);
  }
  std::stable_sort(all.begin(), all.end(), Before);

  std::vector<const Indicator*> in_force;
  in_force.reserve(all.size());
  for (std::size_t i = 0; i < all.size();) {
    const Indicator* latest = all[i];
    const Indicator* previous = nullptr;
    for (; i < all.size() && SameId(all[i], latest); ++i) {
      if (latest->revoked) {
        ++dropped->revoked;
      } else if (all[i]->modified != latest->modified) {
        ++dropped->superseded;
      } else if (previous != nullptr && previous->kind == all[i]->kind && previous->value == all[i]->value) {
        ++dropped->repeated;
      } else {
        previous = all[i];
        in_force.push_back(all[i]);
      }
    }
  }
  return in_force;
}

}  // namespace polder
