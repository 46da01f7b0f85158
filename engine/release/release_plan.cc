#include "engine/release/release_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace polder {
namespace {

std::size_t LeastMembers(const Roster& roster) {
  return std::max<std::size_t>(5, roster.terms.minimum_members);
}

// By dates alone: why somebody left is free text.
bool HasLeft(const RosterEntry& entry, const Roster& roster) { return entry.left <= roster.issued; }

std::size_t CountReportersAt(const Roster& roster, TimeUs time) {
  return static_cast<std::size_t>(std::count_if(
      roster.entries.begin(), roster.entries.end(),
      [&](const RosterEntry& entry) { return SendsFeedback(entry.role) && entry.BelongsAt(time); }));
}

// Where no release was possible before, there is nothing that a newcomer would make a difference to.
TimeUs CountsFrom(const RosterEntry& entry, const Roster& roster) {
  const TimeUs start = Epoch::Of(entry.joined, roster.terms.epoch_length).start;
  return CountReportersAt(roster, start) < LeastMembers(roster) ? start : entry.joined;
}

bool SomebodyCameOrWent(const Roster& roster, const Epoch& epoch) {
  return CountReportersAt(roster, epoch.start - 1) >= LeastMembers(roster) &&
         std::any_of(roster.entries.begin(), roster.entries.end(), [&](const RosterEntry& entry) {
           return SendsFeedback(entry.role) &&
                  entry.BelongsAt(epoch.start - 1) != entry.BelongsAt(epoch.end() - 1);
         });
}

// As many of the epochs as belong together; whether the last of them may end a period.
bool TakePeriod(const Roster& roster, std::span<const Epoch> unreleased, std::vector<Epoch>& period) {
  for (const Epoch& epoch : unreleased) {
    period.push_back(epoch);
    if (!SomebodyCameOrWent(roster, epoch) || period.size() > kMostEpochsHeld) return true;
  }
  return false;
}

std::string Why(const ReleasePlan& plan) {
  const std::string first = FormatIsoTime(plan.start());
  const std::size_t count = plan.epochs.size();
  if (plan.hold) {
    return fmt::format(
        "held since the epoch of {}: members joined or left in it, and a release of it alone could "
        "tell what they saw; it comes with the next epoch, at the latest after {}",
        first, kMostEpochsHeld);
  }
  std::string why = count == 1 ? fmt::format("the epoch of {} is over", first)
                               : fmt::format(
                                     "{} epochs from {} on are released as one, since members joined or "
                                     "left; only those count that belonged throughout",
                                     count, first);
  if (!plan.k)
    why += fmt::format(
        "; fewer than {} members or 5 groups count, or hardly more groups than k, so nothing is released per "
        "indicator",
        plan.least_members);
  return why;
}

}  // namespace

std::optional<std::size_t> ReleaseThreshold(std::size_t groups) {
  if (groups < 5) return std::nullopt;
  if (groups < 10) return 3;
  return groups < 25 ? 4 : 5;
}

std::optional<std::size_t> ThresholdAt(const Roster& roster, TimeUs time) {
  const auto reporters = roster.ReportersAt(time);
  if (reporters.size() < LeastMembers(roster)) return std::nullopt;
  std::set<std::string_view> groups;
  for (const RosterEntry* entry : reporters) groups.insert(entry->group);
  return ReleaseThreshold(groups.size());
}

const ReleasePlan::Reporter* ReleasePlan::Find(std::string_view member) const {
  const auto found =
      std::lower_bound(reporters.begin(), reporters.end(), member,
                       [](const Reporter& r, std::string_view name) { return r.member < name; });
  return found != reporters.end() && found->member == member && found->counts ? &*found : nullptr;
}

ReleasePlan PlanRelease(const Roster& roster, std::span<const Epoch> unreleased) {
  ReleasePlan plan;
  plan.community = roster.terms.name;
  plan.least_members = LeastMembers(roster);
  plan.newcomer_epochs = roster.terms.newcomer_epochs;
  plan.one_organisation = roster.terms.one_organisation;
  plan.hold = !TakePeriod(roster, unreleased, plan.epochs);
  if (plan.epochs.empty()) {
    plan.why = "no epoch is over that was not released";
    return plan;
  }
  std::size_t counting = 0;
  std::set<std::string_view> counting_groups;
  for (const RosterEntry& entry : roster.entries) {
    if (!SendsFeedback(entry.role)) continue;
    ReleasePlan::Reporter reporter{entry.name, entry.group, CountsFrom(entry, roster), entry.left};
    reporter.counts =
        !HasLeft(entry, roster) && reporter.from <= plan.start() && entry.BelongsAt(plan.end() - 1);
    if (reporter.counts) {
      ++counting;
      counting_groups.insert(entry.group);
    }
    plan.reporters.push_back(std::move(reporter));
  }
  std::sort(plan.reporters.begin(), plan.reporters.end(),
            [](const auto& a, const auto& b) { return a.member < b.member; });
  plan.members = CountReportersAt(roster, plan.end() - 1);
  // Who belongs but does not count yet makes k larger all the same: strict on both sides.
  plan.k = ThresholdAt(roster, plan.end() - 1);
  if (plan.k && (counting < plan.least_members || counting_groups.size() < *plan.k + kGroupsToSpare)) {
    plan.k.reset();
  }
  plan.why = Why(plan);
  return plan;
}

ReleasePlan PlanWithoutRoster(std::span<const MemberReport> reports, const Epoch& epoch) {
  ReleasePlan plan;
  plan.epochs = {epoch};
  std::map<std::string_view, std::string_view> groups;
  for (const MemberReport& report : reports) groups[report.member] = report.group;
  for (const auto& [member, group] : groups) {
    plan.reporters.push_back(
        {std::string(member), std::string(group), kBeginningOfTime, kEndOfTime, /*counts=*/true});
  }
  plan.members = groups.size();
  std::set<std::string_view> different;
  for (const auto& [member, group] : groups) different.insert(group);
  plan.k = ReleaseThreshold(different.size());
  plan.why = Why(plan);
  return plan;
}

Run RunOf(const Runs& runs, const IocId& ioc_id, const ReleasePlan& plan) {
  const TimeUs pause = static_cast<TimeUs>(std::clamp<std::size_t>(plan.newcomer_epochs, 1, 10'000)) *
                       plan.epochs.front().length;
  const auto found = runs.find(ioc_id);
  const bool goes_on = found != runs.end() && plan.start() - found->second.last < pause;
  Run run = goes_on ? found->second : Run{plan.start(), plan.start(), std::nullopt, 0};
  run.k = std::max(run.k, plan.k.value_or(0));
  return run;
}

std::size_t CountingGroups(const Run& run, const ReleasePlan& plan) {
  std::set<std::string_view> groups;
  for (const ReleasePlan::Reporter& reporter : plan.reporters) {
    if (reporter.counts && reporter.from <= run.since) groups.insert(reporter.group);
  }
  return groups.size();
}

std::optional<std::size_t> GroupsNeeded(const Run& run, const ReleasePlan& plan) {
  if (!plan.k) return std::nullopt;
  std::size_t counting = 0;
  std::set<std::string_view> lost;
  for (const ReleasePlan::Reporter& reporter : plan.reporters) {
    if (reporter.counts) {
      counting += reporter.from <= run.since ? 1 : 0;
    } else if (run.released && reporter.from <= *run.released && *run.released < reporter.until) {
      lost.insert(reporter.group);
    }
  }
  const std::size_t needed = run.k + lost.size();
  if (counting < plan.least_members || CountingGroups(run, plan) < needed + kGroupsToSpare) {
    return std::nullopt;
  }
  return needed;
}

}  // namespace polder
