// How useful each source was to the community over some epochs (DESIGN section 7). Pure.
//
// A scorecard goes to every member at the same moment, so it says no more than releases do. Of a single
// indicator it says what the releases of its time said. What is below k is summed over many indicators, and a
// sum counts a group for no more than the k-th largest, and is told in the coarse steps of releases
// (CoarseTotal) or not at all: no group alone moves it, and no difference of two rows or scorecards takes it
// apart. Sums like that, group-epochs and reach are made of the reports of members that belonged since the
// start. Reach is told of indicators whose marking allows it, and verdicts and latency likewise.
#ifndef POLDER_ENGINE_SCORECARD_SCORECARD_H_
#define POLDER_ENGINE_SCORECARD_SCORECARD_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/release/release.h"

namespace polder {

// One release, and the reports it was made of: of the members that counted in its plan then, one for each
// epoch, with the time from which they count as that of their joining. Who left since still is among them:
// the difference to an earlier scorecard would be what he reported.
struct ScorecardPeriod {
  Release release;
  std::vector<MemberReport> reports;
};

struct ScorecardInput {
  std::string community;
  bool one_organisation = false;
  std::vector<ScorecardPeriod> periods;  // ascending, without overlap
  Catalogue catalogue;
};

// A source reaches a group that reported so many of its indicators that were released, or more. With one
// indicator, which may be bait, whether a single group saw it would decide; k groups with as many each are
// what the totals of releases begin with (CoarseTotal).
inline constexpr std::size_t kReachIndicators = 8;

// How many groups of a sector or role a source reaches, any k - 1 of them not counted: these may have come
// together to learn of one more. And at most half of them: who is of which sector stands on the roster, and
// "all of them" would name each.
struct Reach {
  std::string name;  // of the sector, or of the role
  bool is_role = false;
  std::size_t at_least = 0;  // k, 2k, 4k, ...; 0: there are not so many, or half of them are fewer

  friend bool operator==(const Reach&, const Reach&) = default;
};

// The figures of the community, of a kind in it, of a source, of a kind of a source. What each means is said
// once, in Metrics() (engine/scorecard/metrics.h). An optional is empty where there is nothing to divide by.
struct ScorecardRow {
  std::optional<std::string> source;  // nothing: all
  std::optional<Kind> kind;           // nothing: all

  std::size_t indicators = 0;
  double new_per_day = 0;
  std::size_t exclusive = 0;
  double differential = 0;  // 0 to 1; of a source only
  std::size_t shared = 0;
  std::optional<double> first_share;
  std::optional<double> delay_hours;

  // The four states: not observable, seen, at least so many below k, and the rest: zero, or hidden with it.
  std::size_t observable = 0;
  std::size_t seen = 0;
  std::size_t below_k = 0;       // 0: none that may be told
  std::size_t group_epochs = 0;  // N: at least; k, 2k, 4k, ...
  std::size_t not_observable() const { return indicators - observable; }
  std::size_t zero_at_most() const { return observable - seen - below_k; }

  std::size_t exclusive_hits = 0;
  double credit = 0;
  double credit_share = 0;
  std::size_t retro = 0;
  std::size_t within_day = 0;
  std::size_t within_week = 0;
  std::size_t later = 0;
  std::size_t lead_untold = 0;
  std::optional<double> age_days;

  std::size_t confirmed = 0;
  std::size_t false_positive = 0;
  std::size_t false_positive_any = 0;  // at least; 0: none that may be told
  std::size_t known_benign = 0;

  std::vector<Reach> reach;  // sectors, then roles, each by name; of rows over all kinds only
};

struct SourceCard {
  ScorecardRow all;
  std::vector<ScorecardRow> kinds;  // in the order of the names of the kinds
};

struct Scorecard {
  std::string community;
  struct Period {
    TimeUs start = 0;
    TimeUs end = 0;
    std::size_t members = 0;
    std::optional<std::size_t> k;
  };
  std::vector<Period> periods;
  ScorecardRow all;
  std::vector<ScorecardRow> kinds;
  std::vector<SourceCard> sources;  // the most useful first: by credit, yield, name
  Suppressed suppressed;            // what the releases printed, summed

  TimeUs start() const { return periods.empty() ? 0 : periods.front().start; }
  TimeUs end() const { return periods.empty() ? 0 : periods.back().end; }
  std::optional<std::size_t> least_k() const;
  std::optional<std::size_t> greatest_k() const;
};

// The order of the reports changes nothing.
Scorecard MakeScorecard(const ScorecardInput& input);

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_SCORECARD_H_
