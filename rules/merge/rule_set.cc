#include "rules/merge/rule_set.h"

#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace polder {
namespace {

absl::string_view View(const std::string& text) { return text; }

// An identifier means something only within its source.
using SourcedId = std::pair<absl::string_view, absl::string_view>;
SourcedId IdOf(const Indicator& i) { return {View(i.source), View(i.id)}; }

using SourcedValue = std::tuple<absl::string_view, absl::string_view, Kind, absl::string_view>;
SourcedValue ValueOf(const Indicator& i) { return {View(i.source), View(i.id), i.kind, View(i.value)}; }

// The later of two versions; of the same time, the one that revokes.
bool Supersedes(const Indicator& a, const Indicator& b) {
  return std::tie(a.modified, a.revoked) > std::tie(b.modified, b.revoked);
}

}  // namespace

void RuleSet::Replace(const std::string& delivery, Statements statements) {
  deliveries_[delivery] = std::move(statements);
}

void RuleSet::Withdraw(const std::string& delivery) { deliveries_.erase(delivery); }

std::vector<const Indicator*> RuleSet::InForce(Dropped* dropped) const {
  *dropped = {};
  std::size_t count = 0;
  for (const auto& [delivery, statements] : deliveries_) count += statements->size();
  absl::flat_hash_map<SourcedId, const Indicator*> latest;
  latest.reserve(count);
  for (const auto& [delivery, statements] : deliveries_) {
    for (const Indicator& indicator : *statements) {
      const auto [at, is_new] = latest.try_emplace(IdOf(indicator), &indicator);
      if (!is_new && Supersedes(indicator, *at->second)) at->second = &indicator;
    }
  }
  std::vector<const Indicator*> in_force;
  in_force.reserve(latest.size());
  absl::flat_hash_set<SourcedValue> taken;
  taken.reserve(latest.size());
  for (const auto& [delivery, statements] : deliveries_) {
    for (const Indicator& indicator : *statements) {
      const Indicator& last = *latest.at(IdOf(indicator));
      if (last.revoked) {
        ++dropped->revoked;
      } else if (indicator.modified != last.modified) {
        ++dropped->superseded;
      } else if (!taken.insert(ValueOf(indicator)).second) {
        ++dropped->repeated;
      } else {
        in_force.push_back(&indicator);
      }
    }
  }
  return in_force;
}

}  // namespace polder
