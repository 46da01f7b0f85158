#include <nlohmann/json.hpp>

#include "engine/scorecard/metrics.h"
#include "engine/scorecard/render_scorecard.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

Json FigureJson(const Figure& figure) {
  if (figure.what == Figure::What::kHidden) return "hidden";
  if (!figure.has_number()) return nullptr;
  const auto whole = static_cast<std::int64_t>(figure.number);
  if (static_cast<double>(whole) == figure.number) return whole;
  return figure.number;
}

Json FiguresJson(const ScorecardRow& row) {
  Json figures = Json::object();
  for (const Metric& metric : Metrics()) figures[std::string(metric.name)] = FigureJson(metric.of(row));
  return figures;
}

Json ReachJson(const ScorecardRow& row) {
  Json reach = {{"sectors", Json::object()}, {"roles", Json::object()}};
  for (const Reach& one : row.reach) {
    reach[one.is_role ? "roles" : "sectors"][one.name] =
        one.at_least == 0 ? Json("hidden") : Json{{"groups_at_least", one.at_least}};
  }
  return reach;
}

Json KindsJson(const std::vector<ScorecardRow>& rows) {
  Json kinds = Json::array();
  for (const ScorecardRow& row : rows)
    kinds.push_back({{"kind", KindName(*row.kind)}, {"figures", FiguresJson(row)}});
  return kinds;
}

Json MetricsJson() {
  Json metrics = Json::array();
  for (const Metric& metric : Metrics()) {
    metrics.push_back({{"name", metric.name},
                       {"title", metric.title},
                       {"unit", UnitName(metric.unit)},
                       {"formula", metric.formula}});
  }
  return metrics;
}

template <typename Optional>
Json OrNull(const Optional& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace

std::string RenderScorecardJson(const Scorecard& card) {
  Json epochs = Json::array();
  for (const Scorecard::Period& period : card.periods) {
    epochs.push_back({{"start", FormatIsoTime(period.start)},
                      {"end", FormatIsoTime(period.end)},
                      {"members", period.members},
                      {"k", OrNull(period.k)}});
  }
  Json sources = Json::array();
  for (const SourceCard& source : card.sources) {
    sources.push_back({{"source", *source.all.source},
                       {"figures", FiguresJson(source.all)},
                       {"reach", ReachJson(source.all)},
                       {"kinds", KindsJson(source.kinds)}});
  }
  const auto notes = ScorecardNotes();
  const Json json = {
      {"polder", "scorecard/1"},
      {"community", card.community},
      {"period", {{"start", FormatIsoTime(card.start())}, {"end", FormatIsoTime(card.end())}}},
      {"k", {{"least", OrNull(card.least_k())}, {"greatest", OrNull(card.greatest_k())}}},
      {"epochs", std::move(epochs)},
      {"suppressed",
       {{"indicators_at_least", card.suppressed.indicators}, {"reports_at_least", card.suppressed.reports}}},
      {"summary", Headline(card)},
      {"metrics", MetricsJson()},
      {"notes", std::vector<std::string>(notes.begin(), notes.end())},
      {"all", {{"figures", FiguresJson(card.all)}, {"reach", ReachJson(card.all)}}},
      {"kinds", KindsJson(card.kinds)},
      {"sources", std::move(sources)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace polder
