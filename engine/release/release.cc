// The idea: first every group's word about every indicator, members of a group merged; then of each indicator
// what k groups say; last how much is left.
#include "engine/release/release.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <tuple>

namespace polder {
namespace {

// Of a community too small for any k the totals are still told as coarsely as of the smallest that has one.
constexpr std::size_t kLeastThreshold = 3;

// What the members of one group say of one indicator.
struct GroupWord {
  Verdict verdict = Verdict::kSeen;
  std::optional<LatencyBucket> latency;
  std::optional<CountBucket> count;

  void Add(const Feedback& feedback) {
    verdict = std::max(verdict, feedback.verdict);
    if (feedback.latency && *feedback.latency != LatencyBucket::kUnknown) {
      latency = std::min(latency.value_or(*feedback.latency), *feedback.latency);
    }
    if (feedback.count) count = std::max(count.value_or(*feedback.count), *feedback.count);
  }
};

using Group = std::string_view;
struct Gathered {
  std::map<IocId, std::map<Group, GroupWord>> words;  // that count for the indicator's run
  std::map<Group, std::set<IocId>> reported;          // everything that members who count reported
};

Gathered Gather(std::span<const MemberReport> reports, const ReleasePlan& plan, const Runs& runs) {
  Gathered gathered;
  std::map<IocId, TimeUs> since;
  for (const MemberReport& report : reports) {
    const ReleasePlan::Reporter* reporter = plan.Find(report.member);
    if (reporter == nullptr) continue;
    // The plan's word for the group: that of the report may be of another day.
    const Group group = reporter->group;
    for (const Feedback& feedback : report.feedback) {
      gathered.reported[group].insert(feedback.ioc_id);
      const auto [run, is_first] = since.try_emplace(feedback.ioc_id, 0);
      if (is_first) run->second = RunOf(runs, feedback.ioc_id, plan).since;
      if (reporter->from <= run->second) gathered.words[feedback.ioc_id][group].Add(feedback);
    }
  }
  return gathered;
}

// The k-th in this order; nothing if there are fewer.
template <typename T, typename Order>
std::optional<T> Kth(std::vector<T> values, std::size_t k, Order order) {
  if (k == 0 || values.size() < k) return std::nullopt;
  std::sort(values.begin(), values.end(), order);
  return values[k - 1];
}

// What is in force in the period; a late report may be of what was withdrawn before.
std::vector<ReleasedIndicator::Reference> References(const CataloguedIndicator& indicator, TimeUs start) {
  std::vector<ReleasedIndicator::Reference> in_force;
  std::vector<ReleasedIndicator::Reference> all;
  for (const SharedBy& shared : indicator.shared_by) {
    all.push_back({shared.source, shared.indicator_id});
    if (!shared.withdrawn || *shared.withdrawn > start) in_force.push_back(all.back());
  }
  return in_force.empty() ? all : in_force;
}

// k, 2k or 4k of no more than half of those who count; nothing if k is more than that.
std::optional<std::size_t> ReachOf(std::size_t groups, std::size_t counting, std::size_t k) {
  const std::size_t told = Coarsely(std::min({groups, counting / 2, 4 * k}), k);
  return told > 0 ? std::optional(told) : std::nullopt;
}

struct Asked {
  std::optional<std::size_t> needed;  // groups; may be more than k: the surplus counts for nothing
  std::size_t counting = 0;           // groups
};

// What is asked of each indicator. Runs are many and mostly alike, so it is worked out once for each sort.
class Asking {
 public:
  Asking(const ReleasePlan& plan, const Runs& runs) : plan_(plan), runs_(runs) {}

  const Asked& Of(const IocId& ioc_id) {
    const Run run = RunOf(runs_, ioc_id, plan_);
    const auto [found, is_new] = asked_.try_emplace({run.since, run.released, run.k});
    if (is_new) found->second = {GroupsNeeded(run, plan_), CountingGroups(run, plan_)};
    return found->second;
  }
  // Whether the run is hidden only because k groups do not report it. Where it is for one who came or left,
  // the totals would make the difference that the runs avoid.
  bool IsHiddenByK(const IocId& ioc_id) {
    return plan_.k ? Of(ioc_id).needed == plan_.k : !RunOf(runs_, ioc_id, plan_).released;
  }

 private:
  const ReleasePlan& plan_;
  const Runs& runs_;
  std::map<std::tuple<TimeUs, std::optional<TimeUs>, std::size_t>, Asked> asked_;
};

void SayWhatKGroupsSay(const std::map<Group, GroupWord>& words, const Asked& asked, std::size_t k,
                       ReleasedIndicator& indicator) {
  const std::size_t needed = *asked.needed;
  const Detail detail = DetailOf(indicator.tlp);
  std::size_t confirmed = 0;
  std::size_t false_positive = 0;
  std::vector<LatencyBucket> latencies;
  std::vector<CountBucket> counts;
  for (const auto& [group, word] : words) {
    confirmed += word.verdict == Verdict::kConfirmed ? 1 : 0;
    false_positive += word.verdict == Verdict::kFalsePositive ? 1 : 0;
    if (word.latency) latencies.push_back(*word.latency);
    if (word.count) counts.push_back(*word.count);
  }
  if (detail >= Detail::kLatency) {
    indicator.confirmed = confirmed >= needed;
    indicator.false_positive = false_positive >= needed;
    indicator.latency_at_most = Kth(std::move(latencies), needed, std::less<>());
  }
  if (detail >= Detail::kReach) {
    indicator.reach_at_least = ReachOf(words.size() - (needed - k), asked.counting, k);
  }
  if (detail >= Detail::kCount) indicator.count_at_least = Kth(std::move(counts), needed, std::greater<>());
}

std::vector<ReleasedIndicator> Released(const Gathered& gathered, const Catalogue& catalogue,
                                        const ReleasePlan& plan, Asking& asking) {
  std::vector<ReleasedIndicator> released;
  for (const auto& [ioc_id, words] : gathered.words) {
    const auto known = catalogue.find(ioc_id);
    if (known == catalogue.end() || known->second.shared_by.empty()) continue;
    if (!MayBeReleased(known->second, plan.one_organisation)) continue;
    const Tlp tlp = known->second.tlp();
    const Asked& asked = asking.Of(ioc_id);
    if (!asked.needed || words.size() < *asked.needed) continue;
    ReleasedIndicator& one = released.emplace_back();
    one.ioc_id = ioc_id;
    one.kind = known->second.kind;
    one.value = known->second.value;
    one.tlp = tlp;
    one.audience = AudienceOf(tlp, plan.one_organisation);
    one.references = References(known->second, plan.start());
    SayWhatKGroupsSay(words, asked, *plan.k, one);
  }
  return released;
}

using ByGroup = std::map<Group, std::set<IocId>>;

Suppressed Total(const ByGroup& hidden, std::size_t most_per_group) {
  Suppressed total;
  std::set<IocId> indicators;
  for (const auto& [group, ioc_ids] : hidden) {
    const std::size_t taken = std::min(ioc_ids.size(), most_per_group);
    total.reports += taken;
    // ioc_ids are hashes, so the first are any.
    indicators.insert(ioc_ids.begin(), std::next(ioc_ids.begin(), static_cast<std::ptrdiff_t>(taken)));
  }
  total.indicators = indicators.size();
  return total;
}

// What k groups bear of the totals, coarsely.
Suppressed Published(const ByGroup& hidden, std::size_t k) {
  std::vector<std::size_t> sizes;
  for (const auto& [group, ioc_ids] : hidden) sizes.push_back(ioc_ids.size());
  const Suppressed total = Total(hidden, Kth(std::move(sizes), k, std::greater<>()).value_or(0));
  return {CoarseTotal(total.indicators, k), CoarseTotal(total.reports, k)};
}

void CountWhatIsHidden(const Gathered& gathered, const ReleasePlan& plan, Asking& asking, Release& release) {
  std::set<IocId> released;
  for (const ReleasedIndicator& one : release.released) released.insert(one.ioc_id);
  ByGroup all;
  for (const auto& [group, reported] : gathered.reported) {
    std::set_difference(reported.begin(), reported.end(), released.begin(), released.end(),
                        std::inserter(all[group], all[group].end()));
  }
  release.exactly_suppressed = Total(all, std::numeric_limits<std::size_t>::max());
  ByGroup hidden;
  for (const auto& [ioc_id, words] : gathered.words) {
    if (released.contains(ioc_id) || !asking.IsHiddenByK(ioc_id)) continue;
    for (const auto& [group, word] : words) hidden[group].insert(ioc_id);
  }
  // Of totals too "all of them" would name each.
  const std::size_t k = release.k.value_or(kLeastThreshold);
  if (CountingGroups(Run{kEndOfTime, kEndOfTime, std::nullopt, 0}, plan) >= k + kGroupsToSpare) {
    release.suppressed = Published(hidden, k);
  }
}

}  // namespace

bool MayBeReleased(const CataloguedIndicator& indicator, bool one_organisation) {
  const auto& shared_by = indicator.shared_by;
  return MakesFeedback(indicator.kind) &&
         AudienceOf(indicator.tlp(), one_organisation) != Audience::kNobody &&
         std::none_of(shared_by.begin(), shared_by.end(),
                      [](const SharedBy& shared) { return shared.pap == Pap::kRed; });
}

std::size_t Coarsely(std::size_t number, std::size_t k) {
  if (k == 0 || number < k) return 0;
  std::size_t told = k;
  while (told <= number / 2) told *= 2;
  return told;
}

std::size_t CoarseTotal(std::size_t number, std::size_t k) {
  std::size_t told = 8 * std::max<std::size_t>(k, 1);
  if (number < told) return 0;
  while (told <= number / 4) told *= 4;
  return told;
}

Release MakeRelease(std::span<const MemberReport> reports, const Catalogue& catalogue,
                    const ReleasePlan& plan, const Runs& runs) {
  Release release;
  release.community = plan.community;
  release.epochs = plan.epochs;
  release.members = plan.members;
  release.k = plan.k;
  const Gathered gathered = Gather(reports, plan, runs);
  Asking asking(plan, runs);
  if (!plan.hold) release.released = Released(gathered, catalogue, plan, asking);
  CountWhatIsHidden(gathered, plan, asking, release);
  return release;
}

Runs NextRuns(const Runs& runs, std::span<const MemberReport> reports, const ReleasePlan& plan,
              const Release& release) {
  Runs next = runs;
  for (const auto& [ioc_id, words] : Gather(reports, plan, runs).words) {
    Run run = RunOf(runs, ioc_id, plan);
    run.last = plan.end();
    next[ioc_id] = run;
  }
  for (const ReleasedIndicator& one : release.released) {
    Run& run = next[one.ioc_id];
    if (!run.released) run.released = plan.start();
  }
  return next;
}

PublishedRelease ReleaseFor(const Release& release, Audience audience) {
  PublishedRelease published;
  published.community = release.community;
  published.epochs = release.epochs;
  published.manifests = release.manifests;
  published.members = release.members;
  published.k = release.k;
  published.audience = audience;
  published.suppressed = release.suppressed;
  if (audience == Audience::kNobody) return published;
  for (const ReleasedIndicator& one : release.released) {
    if (one.audience < audience) continue;
    ++published.by_kind[one.kind];
    if (audience == Audience::kRecipients) published.indicators.push_back(one);
  }
  return published;
}

}  // namespace polder
