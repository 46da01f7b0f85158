// The idea: first every group's word about every indicator, members of a group merged; then of each indicator
// what k groups say; last how much is left.
#include "engine/release/release.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

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

// k doubled as often as it still fits, at most up to `most`; 0 if it does not fit once.
std::size_t Doublings(std::size_t number, std::size_t k, std::size_t most) {
  std::size_t bucket = number < k ? 0 : k;
  while (bucket != 0 && bucket * 2 <= std::min(number, most)) bucket *= 2;
  return bucket;
}

bool MayBeTold(const CataloguedIndicator& indicator, Audience audience) {
  return audience != Audience::kNobody &&
         std::none_of(indicator.shared_by.begin(), indicator.shared_by.end(),
                      [](const SharedBy& shared) { return shared.pap == Pap::kRed; });
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

// `needed` may be more than `k`: the surplus counts for nothing.
void SayWhatKGroupsSay(const std::map<Group, GroupWord>& words, std::size_t needed, std::size_t k,
                       ReleasedIndicator& indicator) {
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
  if (detail >= Detail::kReach) indicator.reach_at_least = Doublings(words.size() - (needed - k), k, 4 * k);
  if (detail >= Detail::kCount) indicator.count_at_least = Kth(std::move(counts), needed, std::greater<>());
}

std::vector<ReleasedIndicator> Released(const Gathered& gathered, const Catalogue& catalogue,
                                        const ReleasePlan& plan, const Runs& runs) {
  std::vector<ReleasedIndicator> released;
  for (const auto& [ioc_id, words] : gathered.words) {
    const auto known = catalogue.find(ioc_id);
    if (known == catalogue.end() || known->second.shared_by.empty()) continue;
    const Tlp tlp = known->second.tlp();
    const Audience audience = AudienceOf(tlp, plan.one_organisation);
    if (!MayBeTold(known->second, audience)) continue;
    const std::optional<std::size_t> needed = GroupsNeeded(RunOf(runs, ioc_id, plan), plan);
    if (!needed || words.size() < *needed) continue;
    ReleasedIndicator& one = released.emplace_back();
    one.ioc_id = ioc_id;
    one.kind = known->second.kind;
    one.value = known->second.value;
    one.tlp = tlp;
    one.audience = audience;
    one.references = References(known->second, plan.start());
    SayWhatKGroupsSay(words, *needed, *plan.k, one);
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

// Whether the run is hidden only because k groups do not report it. Where it is for one who came or left, the
// totals would make the difference that the runs avoid.
bool IsHiddenByK(const Run& run, const ReleasePlan& plan) {
  return plan.k ? GroupsNeeded(run, plan) == plan.k : !run.released;
}

void CountWhatIsHidden(const Gathered& gathered, const ReleasePlan& plan, const Runs& runs,
                       Release& release) {
  std::set<IocId> released;
  for (const ReleasedIndicator& one : release.released) released.insert(one.ioc_id);
  ByGroup all;
  for (const auto& [group, reported] : gathered.reported) {
    std::set_difference(reported.begin(), reported.end(), released.begin(), released.end(),
                        std::inserter(all[group], all[group].end()));
    release.exactly_released_reports += reported.size() - all[group].size();
  }
  release.exactly_suppressed = Total(all, std::numeric_limits<std::size_t>::max());
  ByGroup hidden;
  for (const auto& [ioc_id, words] : gathered.words) {
    if (released.contains(ioc_id) || !IsHiddenByK(RunOf(runs, ioc_id, plan), plan)) continue;
    for (const auto& [group, word] : words) hidden[group].insert(ioc_id);
  }
  release.suppressed = Published(hidden, release.k.value_or(kLeastThreshold));
}

}  // namespace

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
  if (!plan.hold) release.released = Released(gathered, catalogue, plan, runs);
  CountWhatIsHidden(gathered, plan, runs, release);
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
