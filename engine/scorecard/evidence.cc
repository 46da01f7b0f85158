#include "engine/scorecard/evidence.h"

#include <algorithm>
#include <functional>

#include "engine/feedback/policy.h"

namespace polder {
namespace {

class Gatherer {
 public:
  explicit Gatherer(const ScorecardInput& input) : input_(input) {
    if (!input.periods.empty()) start_ = input.periods.front().release.start();
  }

  Evidence Run() {
    for (std::size_t i = 0; i < input_.periods.size(); ++i) AddPeriod(i, input_.periods[i]);
    return std::move(evidence_);
  }

 private:
  void AddPeriod(std::size_t index, const ScorecardPeriod& period) {
    const std::size_t k = period.release.k.value_or(0);
    evidence_.starts.push_back(period.release.start());
    evidence_.k = std::max(evidence_.k, k);
    AddWatchers(period, k);
    std::map<IocId, GroupSet> reported = AddReports(period);
    for (const ReleasedIndicator& released : period.release.released) {
      if (released.audience == Audience::kNobody) continue;
      ReleasedSight sight{index,
                          released.latency_at_most.value_or(LatencyBucket::kUnknown),
                          released.confirmed,
                          released.false_positive,
                          {}};
      auto node = reported.extract(released.ioc_id);
      if (!node.empty() && DetailOf(released.tlp) >= Detail::kReach) sight.groups = std::move(node.mapped());
      evidence_.by_ioc[released.ioc_id].released.push_back(std::move(sight));
    }
    for (auto& [ioc_id, groups] : reported) {
      evidence_.by_ioc[ioc_id].suppressed.emplace_back(index, std::move(groups));
    }
  }

  void AddWatchers(const ScorecardPeriod& period, std::size_t k) {
    std::array<GroupSet, kAllKinds.size()> watching;
    for (const MemberReport& report : period.reports) {
      if (IsNewcomer(report)) continue;
      const GroupId group = IdOf(report.group);
      for (const Kind kind : kAllKinds) {
        if (report.watched.Has(kind)) watching[static_cast<std::size_t>(kind)].insert(group);
      }
    }
    auto& watched = evidence_.watched.emplace_back();
    for (std::size_t i = 0; i < watching.size(); ++i) {
      watched[i] = k > 0 && watching[i].size() >= k;
      if (!watched[i]) continue;
      for (const GroupId group : watching[i]) evidence_.periods_watched[i][group] += 1;
    }
  }

  // What he reports and watches stays out of whatever could show it by coming.
  bool IsNewcomer(const MemberReport& report) const { return report.joined > start_; }

  std::map<IocId, GroupSet> AddReports(const ScorecardPeriod& period) {
    std::map<IocId, GroupSet> reported;
    for (const MemberReport& report : period.reports) {
      if (IsNewcomer(report)) continue;
      const GroupId group = IdOf(report.group);
      if (!report.sector.empty()) evidence_.sectors[report.sector].insert(group);
      evidence_.roles[std::string(RoleName(report.role))].insert(group);
      for (const Feedback& feedback : report.feedback) {
        reported[feedback.ioc_id].insert(group);
        if (feedback.verdict != Verdict::kFalsePositive) continue;
        evidence_.by_ioc[feedback.ioc_id].false_positive_by.insert(group);
      }
    }
    return reported;
  }

  GroupId IdOf(const std::string& group) {
    return groups_.try_emplace(group, static_cast<GroupId>(groups_.size())).first->second;
  }

  const ScorecardInput& input_;
  TimeUs start_ = 0;
  Evidence evidence_;
  std::map<std::string, GroupId> groups_;
};

// Each group counts for no more than the k-th largest does.
std::size_t Guarded(const std::map<GroupId, double>& by_group, std::size_t k) {
  if (k == 0 || by_group.size() < k) return 0;
  std::vector<double> parts;
  parts.reserve(by_group.size());
  for (const auto& [group, part] : by_group) parts.push_back(part);
  std::sort(parts.begin(), parts.end(), std::greater<>());
  double sum = 0;
  for (const double part : parts) sum += std::min(part, parts[k - 1]);
  constexpr double kSlack = 1e-6;  // for sums of thirds
  return static_cast<std::size_t>(sum + kSlack);
}

}  // namespace

std::size_t GuardedSum(const std::map<GroupId, double>& by_group, std::size_t k) {
  return CoarseTotal(Guarded(by_group, k), k);
}

std::size_t Evidence::GroupEpochs(Kind kind) const {
  return Coarsely(Guarded(periods_watched[static_cast<std::size_t>(kind)], k), k);
}

Evidence GatherEvidence(const ScorecardInput& input) { return Gatherer(input).Run(); }

}  // namespace polder
