#include <fmt/format.h>

#include "engine/scorecard/metrics.h"
#include "engine/scorecard/render_scorecard.h"

namespace polder {
namespace {

// A leading apostrophe is what spreadsheets themselves write before a text that looks like a formula.
std::string Field(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@\t\r\n|%";
  std::string field;
  const std::size_t first = text.find_first_not_of(' ');
  if (first != std::string_view::npos && kFormula.find(text[first]) != std::string_view::npos) field += '\'';
  field += text;
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

std::string Cell(const Figure& figure) {
  if (figure.has_number()) return fmt::format("{:.6g}", figure.number);
  return figure.what == Figure::What::kHidden ? "hidden" : "";
}

void AppendRow(const ScorecardRow& row, std::string& csv) {
  csv += Field(row.source.value_or(""));
  csv += ',';
  csv += row.kind ? KindName(*row.kind) : "all";
  for (const Metric& metric : Metrics()) {
    csv += ',';
    csv += Cell(metric.of(row));
  }
  csv += "\r\n";
}

}  // namespace

std::string RenderScorecardCsv(const Scorecard& card) {
  std::string csv = "source,kind";
  for (const Metric& metric : Metrics()) {
    csv += ',';
    csv += metric.name;
  }
  csv += "\r\n";
  AppendRow(card.all, csv);
  for (const ScorecardRow& row : card.kinds) AppendRow(row, csv);
  for (const SourceCard& source : card.sources) {
    AppendRow(source.all, csv);
    for (const ScorecardRow& row : source.kinds) AppendRow(row, csv);
  }
  return csv;
}

}  // namespace polder
