#include "engine/scorecard/scorecard.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "engine/scorecard/row_builder.h"

namespace polder {
namespace {

// The rows of one source, or of all together.
struct Builders {
  RowBuilder all;
  std::map<std::string, RowBuilder> by_kind;  // under the name of the kind
};

struct Whole {
  Builders community;
  std::map<std::string, Builders> sources;
};

void AddValue(const ValueShares& value, const Frame& frame, Whole& whole) {
  const std::string kind(KindName(value.kind));
  const auto add = [&](Builders& builders, const Share& share) {
    builders.all.Add(value, share, frame);
    builders.by_kind[kind].Add(value, share, frame);
  };
  add(whole.community, value.all);
  for (const Share& share : value.by_source) add(whole.sources[share.source], share);
}

std::vector<ScorecardRow> FinishKinds(Builders& builders, const Frame& frame,
                                      const std::optional<std::string>& source) {
  std::vector<ScorecardRow> rows;
  for (auto& [kind, builder] : builders.by_kind) {
    rows.push_back(builder.Finish(frame, false));
    rows.back().source = source;
    rows.back().kind = KindFromName(kind);
  }
  return rows;
}

double YieldOf(const ScorecardRow& row) {
  return row.observable == 0 ? 0 : static_cast<double>(row.seen) / static_cast<double>(row.observable);
}

bool MoreUseful(const SourceCard& a, const SourceCard& b) {
  return std::make_tuple(-a.all.credit, -YieldOf(a.all), *a.all.source) <
         std::make_tuple(-b.all.credit, -YieldOf(b.all), *b.all.source);
}

Scorecard::Period PeriodOf(const Release& release) {
  return {release.start(), release.end(), release.members, release.k};
}

}  // namespace

std::optional<std::size_t> Scorecard::least_k() const {
  std::optional<std::size_t> least;
  for (const Period& period : periods) {
    if (period.k && (!least || *period.k < *least)) least = period.k;
  }
  return least;
}

std::optional<std::size_t> Scorecard::greatest_k() const {
  std::optional<std::size_t> greatest;
  for (const Period& period : periods) {
    if (period.k && (!greatest || *period.k > *greatest)) greatest = period.k;
  }
  return greatest;
}

Scorecard MakeScorecard(const ScorecardInput& input) {
  Scorecard card;
  card.community = input.community;
  for (const ScorecardPeriod& period : input.periods) {
    card.periods.push_back(PeriodOf(period.release));
    card.suppressed.indicators += period.release.suppressed.indicators;
    card.suppressed.reports += period.release.suppressed.reports;
  }
  const Evidence evidence = GatherEvidence(input);
  Frame frame{evidence, card.start(), card.end()};
  Whole whole;
  for (const auto& [ioc_id, indicator] : input.catalogue) {
    const auto value = ShareOf(ioc_id, indicator, input, evidence);
    if (!value) continue;
    frame.whole_weight += value->Weight();
    frame.whole_credit += value->all.credit;
    AddValue(*value, frame, whole);
  }
  card.all = whole.community.all.Finish(frame, true);
  card.all.first_share.reset();  // that of all sources together is always one
  card.all.delay_hours.reset();
  card.kinds = FinishKinds(whole.community, frame, std::nullopt);
  for (ScorecardRow& row : card.kinds) {
    row.first_share.reset();
    row.delay_hours.reset();
  }
  for (auto& [source, builders] : whole.sources) {
    SourceCard of_source;
    of_source.all = builders.all.Finish(frame, true);
    of_source.all.source = source;
    of_source.kinds = FinishKinds(builders, frame, source);
    card.sources.push_back(std::move(of_source));
  }
  std::sort(card.sources.begin(), card.sources.end(), MoreUseful);
  return card;
}

}  // namespace polder
