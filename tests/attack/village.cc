#include "tests/attack/village.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/uuid.h"

namespace polder::attack {
namespace {

const TimeUs kStart = *ParseIsoTime("2024-05-06");

std::string ValueOf(std::size_t indicator) { return fmt::format("i{}.example", indicator); }

std::string SourceOf(std::size_t indicator) {
  return indicator == kTarget ? "trap" : indicator < kCommon ? "attacker" : "feed";
}

const Catalogue& TheCatalogue() {
  static const Catalogue catalogue = [] {
    Catalogue made;
    for (std::size_t i = 0; i < kIndicators; ++i) {
      SharedBy shared;
      shared.source = SourceOf(i);
      shared.indicator_id = "indicator--" + NameBasedUuid(ValueOf(i));
      shared.published = kStart - kDayUs;
      shared.valid_from = kStart - kDayUs;
      shared.tlp = Tlp::kClear;
      made[Village::IdOf(i)] = {Kind::kDomain, ValueOf(i), {shared}};
    }
    return made;
  }();
  return catalogue;
}

const FeedbackTerms& TheTerms() {
  static const FeedbackTerms terms = [] {
    FeedbackTerms made;
    made.in_manifest = [](const IocId& ioc_id) { return TheCatalogue().contains(ioc_id); };
    return made;
  }();
  return terms;
}

const SightedIndicator& TheSight(std::size_t indicator) {
  static const std::vector<SightedIndicator> sights = [] {
    std::vector<SightedIndicator> made(kIndicators);
    for (std::size_t i = 0; i < kIndicators; ++i) {
      made[i].kind = Kind::kDomain;
      made[i].value = ValueOf(i);
      made[i].source = SourceOf(i);
      made[i].tlp = Tlp::kClear;
      made[i].valid_from = kStart - kDayUs;
    }
    return made;
  }();
  return sights[indicator];
}

Watched WatchesDomains() {
  Watched watched;
  watched.Add(Kind::kDomain);
  watched.Add(LogSource::kDns);
  watched.events = EventsBucket::kUpTo100M;
  return watched;
}

std::string Row(const ScorecardRow& row) {
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}", row.observable, row.seen, row.below_k,
                     row.exclusive_hits, row.retro, row.within_day, row.within_week, row.later, row.confirmed,
                     row.false_positive, row.false_positive_any,
                     row.reach.empty() ? 0 : row.reach[0].at_least);
}

}  // namespace

std::string Village::MemberName(std::size_t member) { return fmt::format("member{:02}", member); }

const IocId& Village::IdOf(std::size_t indicator) {
  static const std::vector<IocId> ids = [] {
    std::vector<IocId> made;
    for (std::size_t i = 0; i < kIndicators; ++i) made.push_back(MakeIocId(Kind::kDomain, ValueOf(i)));
    return made;
  }();
  return ids[indicator];
}

TimeUs Village::DayStart(int day) { return kStart + day * kDayUs; }

Village::Village(std::size_t members, Protection protection) : protection_(protection) {
  roster_.terms.name = "village";
  for (std::size_t i = 0; i < members; ++i) {
    RosterEntry entry;
    entry.name = entry.group = MemberName(i);
    roster_.entries.push_back(entry);
  }
}

void Village::Sees(std::size_t member, std::size_t indicator, std::size_t events) {
  sighted_.resize(std::max(sighted_.size(), member + 1));
  for (std::size_t i = 0; i < events; ++i) {
    SightedIndicator& one = sighted_[member].emplace_back(TheSight(indicator));
    one.sighting_id = std::to_string(i);
    one.seen = DayStart(day_) + kDayUs / 3;
  }
}

void Village::SeesTheCommon(Random& random, Busy busy) {
  constexpr std::array<double, 4> kHowCommon = {0.02, 0.1, 0.3, 0.6};
  // The totals begin at 8k; a part of what is reported is cut off, or released.
  const auto members = static_cast<double>(roster_.entries.size());
  const double at_the_edge = 1.25 * static_cast<double>(8 * k()) / (kCommons * members);
  const std::size_t count = busy == Busy::kNot ? 0 : busy == Busy::kAsDaysAre ? kCommonsOfADay : kCommons;
  for (std::size_t i = kCommon; i < kCommon + count; ++i) {
    const double p = busy == Busy::kAtTheEdge ? at_the_edge : kHowCommon[random() % kHowCommon.size()];
    for (std::size_t member = 0; member < roster_.entries.size(); ++member) {
      if (Chance(random, p)) Sees(member, i);
    }
  }
}

void Village::Claims(std::size_t member, std::size_t indicator) {
  claimed_.resize(std::max(claimed_.size(), member + 1));
  claimed_[member].push_back(indicator);
}

std::vector<MemberReport> Village::Reports() const {
  const Epoch epoch{DayStart(day_)};
  std::vector<MemberReport> reports;
  for (std::size_t member = 0; member < roster_.entries.size(); ++member) {
    const RosterEntry& entry = roster_.entries[member];
    if (!entry.BelongsAt(epoch.end() - 1)) continue;
    MemberReport report;
    report.member = entry.name;
    report.group = entry.group;
    report.joined = entry.joined;
    report.watched = WatchesDomains();
    if (member < sighted_.size()) {
      report.feedback = Leaving(Consider(TallyEpoch(sighted_[member], epoch), TheTerms()));
    }
    if (member < claimed_.size()) {
      for (const std::size_t indicator : claimed_[member]) {
        Feedback claim;
        claim.ioc_id = IdOf(indicator);
        report.feedback.push_back(claim);
      }
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

ReleasePlan Village::Plan() const {
  ReleasePlan plan = PlanRelease(roster_, protection_.plans ? unreleased_ : std::vector{unreleased_.back()});
  if (!protection_.plans) {
    plan.hold = false;
    for (ReleasePlan::Reporter& reporter : plan.reporters) {
      reporter.counts = reporter.until >= plan.end();
      reporter.from = kBeginningOfTime;
    }
    plan.k = ReleaseThreshold(plan.members);
  }
  if (!protection_.threshold) plan.k = 1;
  return plan;
}

Village::Day Village::EndOfDay() {
  unreleased_.push_back(Epoch{DayStart(day_)});
  for (MemberReport& report : Reports()) reports_.push_back(std::move(report));
  ++day_;
  sighted_.clear();
  claimed_.clear();
  Day day;
  const ReleasePlan plan = Plan();
  day.held = plan.hold;
  if (plan.hold) return day;
  day.release = MakeRelease(reports_, TheCatalogue(), plan, runs_);
  if (protection_.plans) runs_ = NextRuns(runs_, reports_, plan, day.release);
  if (with_scorecard_) {
    std::erase_if(reports_, [&](const MemberReport& report) { return plan.Find(report.member) == nullptr; });
    day.scorecard = MakeScorecard({roster_.terms.name, false, {{day.release, reports_}}, TheCatalogue()});
  }
  unreleased_.clear();
  reports_.clear();
  return day;
}

std::string Read(const Village::Day& day, const Protection& protection) {
  if (day.held) return "held";
  const PublishedRelease release = ReleaseFor(day.release, Audience::kRecipients);
  std::string text = "hidden";
  for (const ReleasedIndicator& one : release.indicators) {
    if (one.ioc_id != Village::IdOf(kTarget)) continue;
    text = fmt::format("seen {} {} {} {} {}", one.confirmed, one.false_positive,
                       static_cast<int>(one.latency_at_most.value_or(LatencyBucket::kUnknown)),
                       one.reach_at_least.value_or(0),
                       static_cast<int>(one.count_at_least.value_or(CountBucket::kOne)));
  }
  const Suppressed& totals = protection.coarse_totals ? release.suppressed : day.release.exactly_suppressed;
  text += fmt::format("; {} {}", totals.indicators, totals.reports);
  for (const SourceCard& card : day.scorecard.sources) {
    if (card.all.source == "trap") text += "; " + Row(card.all);
  }
  return text + fmt::format("; {}", day.scorecard.all.below_k);
}

}  // namespace polder::attack
