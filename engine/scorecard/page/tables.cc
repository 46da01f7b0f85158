#include "engine/scorecard/page/tables.h"

#include <fmt/format.h>

#include <array>

#include "engine/scorecard/metrics.h"
#include "engine/scorecard/render_scorecard.h"

namespace polder {
namespace {

// The figures that tell sources apart at a glance; all others are in the details.
constexpr std::array<std::string_view, 12> kColumns = {"credit_share",
                                                       "indicators",
                                                       "exclusive_share",
                                                       "differential_contribution",
                                                       "observability",
                                                       "seen",
                                                       "yield",
                                                       "exclusive_hits",
                                                       "median_age_days",
                                                       "retro",
                                                       "false_positive_share",
                                                       "known_benign_share"};
constexpr std::array<std::string_view, 14> kKindColumns = {
    "indicators",       "new_per_day",  "not_observable",        "observable",       "seen",
    "below_k_at_least", "zero_at_most", "group_epochs_at_least", "zero_upper_bound", "yield",
    "lead_within_day",  "retro",        "false_positive",        "known_benign"};

struct Heading {
  Topic topic;
  std::string_view title;
};
constexpr std::array<Heading, 4> kHeadings = {{{Topic::kVolume, "What it shared"},
                                               {Topic::kStates, "What could be, and was, seen of it"},
                                               {Topic::kUse, "What it was good for"},
                                               {Topic::kQuality, "How far it can be trusted"}}};

std::string NameHtml(std::string_view name) {
  return fmt::format("<bdi class=\"name\">{}</bdi>", EscapeHtml(DisplayName(name)));
}

// What a table is sorted by: hidden before the smallest number, nothing before that.
double SortKey(const Figure& figure) {
  if (figure.has_number()) return figure.number;
  return figure.what == Figure::What::kHidden ? -1 : -2;
}

std::string CellHtml(const Metric& metric, const ScorecardRow& row) {
  const Figure figure = metric.of(row);
  const std::string text = FormatFigure(figure, metric.unit);
  const std::string_view style = figure.has_number() ? "" : " class=\"none\"";
  return fmt::format("<td data-value=\"{:.6g}\"{}>{}</td>", SortKey(figure), style, text);
}

// What a figure means stands behind its name, and in the list that the name leads to.
std::string MeaningHtml(const Metric& metric) {
  return fmt::format("<a href=\"#m-{}\" title=\"{}\" aria-label=\"Formula of {}\">?</a>", metric.name,
                     EscapeHtml(metric.formula), EscapeHtml(metric.title));
}

std::string SortableHtml(const Metric& metric, std::string_view sort) {
  return fmt::format(
      "<th scope=\"col\"{} data-metric=\"{}\"><button type=\"button\" title=\"{}\">{}</button> {}</th>",
      sort.empty() ? "" : fmt::format(" aria-sort=\"{}\"", sort), metric.name, EscapeHtml(metric.formula),
      EscapeHtml(metric.title), MeaningHtml(metric));
}

std::string SourceRowHtml(const ScorecardRow& row, std::size_t source) {
  std::string html = fmt::format(
      "<tr data-kind=\"{}\"{}><th scope=\"row\"><a href=\"#source-{}\">{}</a></th>",
      row.kind ? KindName(*row.kind) : "", row.kind ? " hidden" : "", source, NameHtml(*row.source));
  for (const std::string_view name : kColumns) html += CellHtml(*FindMetric(name), row);
  return html + "</tr>\n";
}

std::string SectionRowsHtml(const SourceCard& card, const Heading& heading) {
  std::string html =
      fmt::format("<tbody><tr class=\"heading\"><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>\n",
                  card.kinds.size() + 2, heading.title);
  for (const Metric& metric : Metrics()) {
    if (metric.topic != heading.topic) continue;
    html += fmt::format("<tr><th scope=\"row\"><span title=\"{}\">{}</span> {}</th>",
                        EscapeHtml(metric.formula), EscapeHtml(metric.title), MeaningHtml(metric));
    html += CellHtml(metric, card.all);
    for (const ScorecardRow& row : card.kinds) html += CellHtml(metric, row);
    html += "</tr>\n";
  }
  return html + "</tbody>\n";
}

std::string ReachHtml(const ScorecardRow& row, bool roles) {
  std::string reached;
  std::size_t hidden = 0;
  for (const Reach& reach : row.reach) {
    if (reach.is_role != roles) continue;
    if (reach.at_least == 0) {
      ++hidden;
      continue;
    }
    reached += fmt::format("{}<bdi>{}</bdi> (at least {} groups)", reached.empty() ? "" : ", ",
                           EscapeHtml(DisplayName(reach.name)), reach.at_least);
  }
  const std::string rest =
      hidden == 0 ? "" : fmt::format("{} with fewer than k groups, or too small to tell", hidden);
  return fmt::format("<dt>{}</dt><dd>{}{}{}</dd>", roles ? "By role" : "By sector", reached,
                     reached.empty() || rest.empty() ? "" : "; ",
                     rest.empty() && reached.empty() ? "none" : rest);
}

std::string SourceHtml(const SourceCard& card, std::size_t number) {
  std::string html = fmt::format(
      "<details id=\"source-{0}\" data-source=\"{0}\"><summary>{1} <span class=\"aside\">{2} of the credit, "
      "{3} "
      "seen</span></summary>\n<div class=\"pair\"><div class=\"chart\"><canvas role=\"img\" "
      "aria-label=\"Lead times; "
      "the figures are in the table below\"></canvas></div>\n<dl class=\"reach\">",
      number, NameHtml(*card.all.source),
      FormatFigure(FindMetric("credit_share")->of(card.all), Unit::kShare), card.all.seen);
  html += fmt::format(
      "<dt>Reach</dt><dd>Affiliation groups that reported at least {} of its indicators that were released; "
      "of "
      "a sector or role at most half is told.</dd>",
      kReachIndicators);
  html += ReachHtml(card.all, false) + ReachHtml(card.all, true);
  html +=
      "</dl></div>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"All figures\"><table "
      "class=\"figures\"><thead><tr><th scope=\"col\">Figure</th><th scope=\"col\">all kinds</th>";
  for (const ScorecardRow& row : card.kinds) {
    html += fmt::format("<th scope=\"col\">{}</th>", KindName(*row.kind));
  }
  html += "</tr></thead>\n";
  for (const Heading& heading : kHeadings) html += SectionRowsHtml(card, heading);
  return html + "</table></div></details>\n";
}

std::string TileHtml(const Scorecard& card, std::string_view metric, std::string_view aside) {
  const Metric& found = *FindMetric(metric);
  return fmt::format(
      "<div class=\"tile\" title=\"{}\"><span class=\"label\">{}</span><span class=\"number\">{}</span>"
      "<span class=\"aside\">{}</span></div>\n",
      EscapeHtml(found.formula), EscapeHtml(found.title), FormatFigure(found.of(card.all), found.unit),
      aside);
}

std::string Text(const Scorecard& card, std::string_view metric) {
  const Metric& found = *FindMetric(metric);
  return FormatFigure(found.of(card.all), found.unit);
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string TilesHtml(const Scorecard& card) {
  return TileHtml(card, "indicators", fmt::format("{} new per day", Text(card, "new_per_day"))) +
         TileHtml(card, "observable", fmt::format("{} of the indicators", Text(card, "observability"))) +
         TileHtml(card, "seen", fmt::format("{} of the observable", Text(card, "yield"))) +
         TileHtml(card, "below_k_at_least", "seen by too few to say which") +
         TileHtml(card, "zero_at_most",
                  fmt::format("bound on each: {} a group-epoch", Text(card, "zero_upper_bound")));
}

std::string SourcesTableHtml(const Scorecard& card) {
  std::string html =
      "<table id=\"sources-table\"><thead><tr><th scope=\"col\"><button type=\"button\" title=\"By "
      "name\">Source"
      "</button></th>";
  for (const std::string_view name : kColumns) {
    html += SortableHtml(*FindMetric(name), name == kColumns.front() ? "descending" : "");
  }
  html += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < card.sources.size(); ++i) {
    html += SourceRowHtml(card.sources[i].all, i);
    for (const ScorecardRow& row : card.sources[i].kinds) html += SourceRowHtml(row, i);
  }
  return html + "</tbody></table>\n";
}

std::string KindOptionsHtml(const Scorecard& card) {
  std::string html = "<option value=\"\">all kinds</option>";
  for (const ScorecardRow& row : card.kinds) {
    html += fmt::format("<option value=\"{0}\">{0}</option>", KindName(*row.kind));
  }
  return html;
}

std::string KindsTableHtml(const Scorecard& card) {
  std::string html = "<table id=\"kinds-table\"><thead><tr><th scope=\"col\">Kind</th>";
  for (const std::string_view name : kKindColumns) {
    const Metric& metric = *FindMetric(name);
    html += fmt::format("<th scope=\"col\"><span title=\"{}\">{}</span> {}</th>", EscapeHtml(metric.formula),
                        EscapeHtml(metric.title), MeaningHtml(metric));
  }
  html += "</tr></thead>\n<tbody>\n";
  const auto add = [&](const ScorecardRow& row, std::string_view name) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", name);
    for (const std::string_view column : kKindColumns) html += CellHtml(*FindMetric(column), row);
    html += "</tr>\n";
  };
  for (const ScorecardRow& row : card.kinds) add(row, KindName(*row.kind));
  add(card.all, "all kinds");
  return html + "</tbody></table>\n";
}

std::string DetailsHtml(const Scorecard& card) {
  std::string html;
  for (std::size_t i = 0; i < card.sources.size(); ++i) html += SourceHtml(card.sources[i], i);
  return html;
}

std::string FormulasHtml() {
  std::string html = "<dl class=\"formulas\">\n";
  for (const Metric& metric : Metrics()) {
    html += fmt::format(
        "<dt id=\"m-{0}\">{1} <code>{0}</code></dt><dd>{2} <span class=\"aside\">({3})</span></dd>\n",
        metric.name, EscapeHtml(metric.title), EscapeHtml(metric.formula), UnitName(metric.unit));
  }
  html += "</dl>\n";
  for (const std::string_view note : ScorecardNotes()) html += fmt::format("<p>{}</p>\n", EscapeHtml(note));
  return html;
}

}  // namespace polder
