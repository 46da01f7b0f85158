#include "engine/scorecard/row_builder.h"

#include <algorithm>

namespace polder {
namespace {

constexpr double kHourUs = 3600.0 * kSecondUs;

std::optional<double> Median(std::vector<double> numbers) {
  if (numbers.empty()) return std::nullopt;
  std::sort(numbers.begin(), numbers.end());
  const std::size_t half = numbers.size() / 2;
  return numbers.size() % 2 == 1 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2;
}

// Every indicator counts once, divided among the groups that reported it.
void Divide(const GroupSet& groups, std::map<GroupId, double>& by_group) {
  for (const GroupId group : groups) by_group[group] += 1.0 / static_cast<double>(groups.size());
}

}  // namespace

void RowBuilder::Add(const ValueShares& value, const Share& share, const Frame& frame) {
  AddVolume(value, share, frame);
  if (share.known_benign) ++row_.known_benign;
  Divide(share.false_positive_by, false_positive_any_);
  if (share.state == ShareState::kNotObservable) return;
  ++row_.observable;
  observable_kinds_[static_cast<std::size_t>(value.kind)] = true;
  if (share.state == ShareState::kSeen) AddSight(value, share, frame);
  if (share.state == ShareState::kBelowK) Divide(share.below_k_by, below_k_);
}

void RowBuilder::AddVolume(const ValueShares& value, const Share& share, const Frame& frame) {
  ++row_.indicators;
  if (frame.start <= share.published && share.published < frame.end) ++new_;
  if (value.by_source.size() == 1) {
    ++row_.exclusive;
    lost_weight_ += value.Weight();
    return;
  }
  ++row_.shared;
  const TimeUs delay = share.published - value.by_source.front().published;
  if (delay == 0) ++first_;
  delays_h_.push_back(static_cast<double>(delay) / kHourUs);
}

void RowBuilder::AddSight(const ValueShares& value, const Share& share, const Frame& frame) {
  ++row_.seen;
  row_.credit += share.credit;
  if (value.by_source.size() == 1) ++row_.exclusive_hits;
  if (share.confirmed) ++row_.confirmed;
  if (share.false_positive) ++row_.false_positive;
  for (const GroupId group : share.reached) ++reached_[group];
  switch (share.latency) {
    case LatencyBucket::kUnknown:
      ++row_.lead_untold;
      break;
    case LatencyBucket::kRetro:
      ++row_.retro;
      break;
    case LatencyBucket::kDay:
      ++row_.within_day;
      break;
    case LatencyBucket::kWeek:
      ++row_.within_week;
      break;
    case LatencyBucket::kLater:
      ++row_.later;
      break;
  }
  const TimeUs released = frame.evidence.starts[share.first_sight->period];
  const TimeUs age = std::max<TimeUs>(0, released - share.published);
  ages_days_.push_back(static_cast<double>(age) / static_cast<double>(kDayUs));
}

ScorecardRow RowBuilder::Finish(const Frame& frame, bool reaches) {
  const double days = static_cast<double>(frame.end - frame.start) / static_cast<double>(kDayUs);
  if (days > 0) row_.new_per_day = static_cast<double>(new_) / days;
  if (frame.whole_weight > 0) row_.differential = lost_weight_ / frame.whole_weight;
  if (frame.whole_credit > 0) row_.credit_share = row_.credit / frame.whole_credit;
  if (row_.shared > 0) row_.first_share = static_cast<double>(first_) / static_cast<double>(row_.shared);
  row_.delay_hours = Median(std::move(delays_h_));
  row_.age_days = Median(std::move(ages_days_));
  // Not more than there are: a report may be of an indicator that is not in force any more.
  row_.below_k = std::min(GuardedSum(below_k_, frame.evidence.k), row_.observable - row_.seen);
  row_.false_positive_any = GuardedSum(false_positive_any_, frame.evidence.k);
  for (const Kind kind : kAllKinds) {
    if (!observable_kinds_[static_cast<std::size_t>(kind)]) continue;
    const std::size_t here = frame.evidence.GroupEpochs(kind);
    if (here > 0 && (row_.group_epochs == 0 || here < row_.group_epochs)) row_.group_epochs = here;
  }
  if (reaches) row_.reach = ReachOf(frame.evidence);
  return std::move(row_);
}

std::vector<Reach> RowBuilder::ReachOf(const Evidence& evidence) const {
  std::vector<Reach> reach;
  const auto is_reached = [&](GroupId group) {
    const auto found = reached_.find(group);
    return found != reached_.end() && found->second >= kReachIndicators;
  };
  const auto add = [&](const std::map<std::string, GroupSet>& all, bool is_role) {
    for (const auto& [name, groups] : all) {
      const auto reached = static_cast<std::size_t>(std::count_if(groups.begin(), groups.end(), is_reached));
      // Peers who know of each other that they are reached must not learn of one more that he is, too.
      const std::size_t spare = evidence.k == 0 ? 0 : evidence.k - 1;
      const std::size_t most = std::min(reached, groups.size() / 2);
      reach.push_back({name, is_role, Coarsely(most - std::min(most, spare), evidence.k)});
    }
  };
  add(evidence.sectors, false);
  add(evidence.roles, true);
  return reach;
}

}  // namespace polder
