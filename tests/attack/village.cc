#include "tests/attack/village.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <tuple>

#include "engine/base/uuid.h"
#include "engine/scorecard/metrics.h"

namespace polder::attack {
namespace {

const TimeUs kStart = *ParseIsoTime("2024-05-06");

std::string ValueOf(std::size_t indicator) { return fmt::format("i{}.example", indicator); }

std::string SourceOf(std::size_t indicator) {
  if (indicator >= kBaits) return "bait";
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

// As bytes: nobody reads it but the attacker, who only compares.
void AppendRow(const ScorecardRow& row, std::string& text) {
  for (const Metric& metric : Metrics()) {
    const Figure figure = metric.of(row);
    text += static_cast<char>(figure.what);
    text.append(reinterpret_cast<const char*>(&figure.number), sizeof(figure.number));
  }
  for (const Reach& reach : row.reach) {
    text += reach.name;
    text += static_cast<char>(reach.at_least);
  }
  text += ';';
}

void AppendSource(const SourceCard& card, std::string& text) {
  AppendRow(card.all, text);
  for (const ScorecardRow& row : card.kinds) AppendRow(row, text);
}

std::string Text(const ReleasedIndicator& one) {
  return fmt::format("seen {} {} {} {} {}", one.confirmed, one.false_positive,
                     static_cast<int>(one.latency_at_most.value_or(LatencyBucket::kUnknown)),
                     one.reach_at_least.value_or(0),
                     static_cast<int>(one.count_at_least.value_or(CountBucket::kOne)));
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
    entry.sector = i % 2 == 0 ? "even" : "odd";
    if (i % 5 == 4) entry.role = Role::kCsirt;
    roster_.entries.push_back(entry);
  }
}

void Village::Sees(std::size_t member, std::size_t indicator, std::size_t events) {
  sighted_.resize(std::max(sighted_.size(), member + 1));
  sighted_[member][indicator] += events;
}

// Decided once for each day: the decisions are the product's, and depend on nothing else.
const Feedback* Village::Leaves(std::size_t indicator, std::size_t events) const {
  thread_local std::map<std::tuple<int, std::size_t, std::size_t>, std::vector<Feedback>> decided;
  const auto [found, is_new] = decided.try_emplace({day_, indicator, events});
  if (is_new) {
    std::vector<SightedIndicator> sighted(events, TheSight(indicator));
    for (std::size_t i = 0; i < events; ++i) {
      sighted[i].sighting_id = std::to_string(i);
      sighted[i].seen = DayStart(day_) + kDayUs / 3;
    }
    found->second = Leaving(Consider(TallyEpoch(sighted, Epoch{DayStart(day_)}), TheTerms()));
  }
  return found->second.empty() ? nullptr : &found->second.front();
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

void Village::Says(std::size_t member, const Feedback& feedback) {
  said_.resize(std::max(said_.size(), member + 1));
  said_[member].push_back(feedback);
}

void Village::Claims(std::size_t member, std::size_t indicator) {
  Feedback claim;
  claim.ioc_id = IdOf(indicator);
  Says(member, claim);
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
    report.sector = entry.sector;
    report.role = entry.role;
    report.joined = entry.joined;
    report.watched = WatchesDomains();
    if (member < sighted_.size()) {
      for (const auto& [indicator, events] : sighted_[member]) {
        const Feedback* feedback = Leaves(indicator, events);
        if (feedback != nullptr) report.feedback.push_back(*feedback);
      }
    }
    if (member < said_.size()) {
      report.feedback.insert(report.feedback.end(), said_[member].begin(), said_[member].end());
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
  said_.clear();
  Day day;
  const ReleasePlan plan = Plan();
  day.held = plan.hold;
  if (plan.hold) return day;
  day.release = MakeRelease(reports_, TheCatalogue(), plan, runs_);
  if (protection_.plans) runs_ = NextRuns(runs_, reports_, plan, day.release);
  if (with_scorecards_) {
    std::vector<MemberReport> counted;
    for (const MemberReport& report : reports_) {
      const ReleasePlan::Reporter* reporter = plan.Find(report.member);
      if (reporter == nullptr) continue;
      counted.push_back(report);
      counted.back().joined = reporter->from;
    }
    periods_.push_back({day.release, std::move(counted)});
    AddScorecards(day);
  }
  unreleased_.clear();
  reports_.clear();
  return day;
}

void Village::AddScorecards(Day& day) {
  const std::size_t count = periods_.size();
  // With the catalogue, which is long, and always the same.
  thread_local ScorecardInput input{roster_.terms.name, false, {}, TheCatalogue()};
  for (const std::size_t length : std::set<std::size_t>{1, count}) {
    input.periods.assign(periods_.end() - static_cast<std::ptrdiff_t>(length), periods_.end());
    day.scorecards.push_back(MakeScorecard(input));
  }
}

Observation Read(const Village::Day& day, const Protection& protection) {
  if (day.held) return {"held", "", "", ""};
  const PublishedRelease release = ReleaseFor(day.release, Audience::kRecipients);
  std::string target = "hidden";
  std::string rest;
  for (const ReleasedIndicator& one : release.indicators) {
    if (one.ioc_id == Village::IdOf(kTarget)) {
      target = Text(one);
    } else {
      rest += fmt::format("{} {},", one.value, Text(one));
    }
  }
  const Suppressed& totals = protection.coarse_totals ? release.suppressed : day.release.exactly_suppressed;
  std::string sources;
  for (const Scorecard& card : day.scorecards) {
    for (const SourceCard& source : card.sources) {
      const bool is_attackers = source.all.source == "trap" || source.all.source == "bait";
      AppendSource(source, is_attackers ? sources : rest);
    }
    AppendRow(card.all, rest);
    for (const ScorecardRow& row : card.kinds) AppendRow(row, rest);
    fmt::format_to(std::back_inserter(rest), "{} {}", card.suppressed.indicators, card.suppressed.reports);
  }
  return {target, fmt::format("{} {}", totals.indicators, totals.reports), sources, rest};
}

void Append(const Observation& more, Observation& to) {
  to.resize(std::max(to.size(), more.size()));
  for (std::size_t i = 0; i < more.size(); ++i) to[i] += more[i] + '|';
}

}  // namespace polder::attack
