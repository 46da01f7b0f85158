#include "engine/scorecard/shares.h"

#include <algorithm>
#include <map>

#include "engine/feedback/policy.h"

namespace polder {
namespace {

constexpr double kWeightSeen = 10;
constexpr double kWeightUnseen = 1;

bool InForce(const SharedBy& shared, const Release& release) {
  return shared.published < release.end() && shared.withdrawn.value_or(kEndOfTime) > release.start() &&
         shared.valid_until.value_or(kEndOfTime) > release.start() &&
         shared.valid_from.value_or(kBeginningOfTime) < release.end();
}

// One source may have shared a value more than once, under several identifiers: in force with any of them.
struct Holder {
  std::vector<const SharedBy*> words;
  std::vector<bool> in_force;  // by period

  TimeUs published() const { return words.front()->published; }
};

class Judge {
 public:
  Judge(const IocId& ioc_id, const CataloguedIndicator& indicator, const ScorecardInput& input,
        const Evidence& evidence)
      : indicator_(indicator), input_(input), evidence_(evidence) {
    may_be_released_ = MayBeReleased(indicator, input.one_organisation);
    detail_ = DetailOf(indicator.tlp());
    if (!may_be_released_) return;
    const auto found = evidence.by_ioc.find(ioc_id);
    if (found != evidence.by_ioc.end()) reports_ = &found->second;
  }

  std::optional<ValueShares> Run() {
    std::map<std::string_view, Holder> holders;
    for (const SharedBy& shared : indicator_.shared_by) AddTo(holders[shared.source], shared);
    std::erase_if(holders, [](const auto& entry) {
      const auto& in_force = entry.second.in_force;
      return std::find(in_force.begin(), in_force.end(), true) == in_force.end();
    });
    if (holders.empty()) return std::nullopt;

    ValueShares value;
    value.kind = indicator_.kind;
    Holder everybody;
    everybody.in_force.resize(input_.periods.size());
    for (auto& [source, holder] : holders) {
      std::sort(holder.words.begin(), holder.words.end(),
                [](const SharedBy* a, const SharedBy* b) { return a->published < b->published; });
      value.by_source.push_back(ShareFor(std::string(source), holder));
      everybody.words.insert(everybody.words.end(), holder.words.begin(), holder.words.end());
      for (std::size_t i = 0; i < holder.in_force.size(); ++i) {
        if (holder.in_force[i]) everybody.in_force[i] = true;
      }
    }
    std::sort(everybody.words.begin(), everybody.words.end(),
              [](const SharedBy* a, const SharedBy* b) { return a->published < b->published; });
    std::stable_sort(value.by_source.begin(), value.by_source.end(),
                     [](const Share& a, const Share& b) { return a.published < b.published; });
    value.all = ShareFor("", everybody);
    value.benign = value.all.known_benign || value.all.false_positive;
    GiveCredit(value);
    return value;
  }

 private:
  void AddTo(Holder& holder, const SharedBy& shared) const {
    holder.words.push_back(&shared);
    holder.in_force.resize(input_.periods.size());
    for (std::size_t i = 0; i < input_.periods.size(); ++i) {
      if (InForce(shared, input_.periods[i].release)) holder.in_force[i] = true;
    }
  }

  bool Observable(const Holder& holder) const {
    if (!may_be_released_) return false;
    for (std::size_t i = 0; i < holder.in_force.size(); ++i) {
      if (holder.in_force[i] && evidence_.watched[i][static_cast<std::size_t>(indicator_.kind)]) return true;
    }
    return false;
  }

  Share ShareFor(std::string source, const Holder& holder) const {
    Share share;
    share.source = std::move(source);
    share.published = holder.published();
    share.known_benign = std::any_of(holder.words.begin(), holder.words.end(),
                                     [](const SharedBy* word) { return !word->known_as.empty(); });
    if (reports_ != nullptr) {
      for (const ReleasedSight& sight : reports_->released) {
        if (holder.in_force[sight.period]) AddSight(sight, share);
      }
    }
    if (share.first_sight != nullptr) {
      share.state = ShareState::kSeen;
    } else if (Observable(holder)) {
      share.state = ShareState::kZero;
      if (reports_ != nullptr) AddSuppressed(holder, share);
    }
    if (reports_ != nullptr && share.state >= ShareState::kBelowK && detail_ >= Detail::kLatency) {
      share.false_positive_by = reports_->false_positive_by;
    }
    return share;
  }

  void AddSight(const ReleasedSight& sight, Share& share) const {
    const bool is_first = share.first_sight == nullptr;
    if (is_first) share.first_sight = &sight;
    if (detail_ >= Detail::kLatency) {
      if (is_first) share.latency = sight.latency;
      share.confirmed |= sight.confirmed;
      share.false_positive |= sight.false_positive;
    }
    if (detail_ >= Detail::kReach) share.reached.insert(sight.groups.begin(), sight.groups.end());
  }

  void AddSuppressed(const Holder& holder, Share& share) const {
    for (const auto& [period, groups] : reports_->suppressed) {
      if (!holder.in_force[period]) continue;
      share.state = ShareState::kBelowK;
      share.below_k_by.insert(groups.begin(), groups.end());
    }
  }

  static void GiveCredit(ValueShares& value) {
    if (value.benign) return;
    const auto seen = [](const Share& share) { return share.state == ShareState::kSeen; };
    const auto sharers = std::count_if(value.by_source.begin(), value.by_source.end(), seen);
    for (Share& share : value.by_source) {
      if (seen(share)) share.credit = 1.0 / static_cast<double>(sharers);
    }
    if (seen(value.all)) value.all.credit = 1;
  }

  const CataloguedIndicator& indicator_;
  const ScorecardInput& input_;
  const Evidence& evidence_;
  const IndicatorEvidence* reports_ = nullptr;
  // By the markings of now: one that became stricter holds for what was released before as well.
  bool may_be_released_ = false;
  Detail detail_ = Detail::kSeen;
};

}  // namespace

double ValueShares::Weight() const {
  if (benign) return 0;
  return all.state == ShareState::kSeen ? kWeightSeen : kWeightUnseen;
}

std::optional<ValueShares> ShareOf(const IocId& ioc_id, const CataloguedIndicator& indicator,
                                   const ScorecardInput& input, const Evidence& evidence) {
  return Judge(ioc_id, indicator, input, evidence).Run();
}

}  // namespace polder
