#include "engine/scorecard/page/page.h"

#include <fmt/format.h>

#include <map>

#include "engine/base/crypto.h"
#include "engine/scorecard/metrics.h"
#include "engine/scorecard/page/page_files.h"
#include "engine/scorecard/page/tables.h"
#include "engine/scorecard/render_scorecard.h"

namespace polder {
namespace {

// A source of the Content-Security-Policy: what stands in the page with this digest, and nothing else.
std::string HashSource(std::string_view content) {
  const Digest256 digest = Sha256(content);
  return fmt::format("'sha256-{}'", ToBase64(digest.data(), digest.size()));
}

// Nothing in a block of data can end it, or begin a comment in it.
std::string JsonForScript(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

// Puts what `parts` has in place of each {{name}}; what is put in is not looked at again.
std::string Fill(std::string_view pattern, const std::map<std::string_view, std::string>& parts) {
  std::string filled;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t begin = pattern.find("{{", at);
    const std::size_t end = begin == std::string_view::npos ? begin : pattern.find("}}", begin);
    if (end == std::string_view::npos) {
      filled += pattern.substr(at);
      break;
    }
    filled += pattern.substr(at, begin - at);
    const auto part = parts.find(pattern.substr(begin + 2, end - begin - 2));
    if (part != parts.end()) filled += part->second;
    at = end + 2;
  }
  return filled;
}

std::string PeriodText(const Scorecard& card) {
  if (card.periods.empty()) return "no epoch released yet";
  const auto least = card.least_k();
  const auto greatest = card.greatest_k();
  const std::string k = !least                ? "too few members for k"
                        : *least == *greatest ? fmt::format("k = {}", *least)
                                              : fmt::format("k = {} to {}", *least, *greatest);
  return fmt::format("{} to {} · {} release{} · {} members at the end · {}",
                     FormatIsoTime(card.start()).substr(0, 10), FormatIsoTime(card.end() - 1).substr(0, 10),
                     card.periods.size(), card.periods.size() == 1 ? "" : "s", card.periods.back().members,
                     k);
}

std::string SummaryHtml(const Scorecard& card) {
  std::string html;
  for (const std::string& sentence : Headline(card)) html += fmt::format("<p>{}</p>\n", EscapeHtml(sentence));
  return html;
}

std::string SuppressedText(const Scorecard& card) {
  const auto number = [](std::size_t count) {
    return FormatFigure({Figure::What::kNumber, static_cast<double>(count)}, Unit::kCount);
  };
  return fmt::format(
      "What stayed hidden: the releases of this period left out at least {} indicators, each counted in "
      "every "
      "release, and at least {} reports of them.",
      number(card.suppressed.indicators), number(card.suppressed.reports));
}

}  // namespace

std::string RenderScorecardPage(const Scorecard& card) {
  const auto files = PageFiles();
  const std::string_view html = files[0].second;
  const std::string_view style = files[1].second;
  const std::string_view script = files[2].second;
  const std::string_view chart = files[3].second;
  return Fill(html,
              {{"policy", fmt::format("default-src 'none'; script-src {} {}; style-src {}; base-uri 'none'; "
                                      "form-action 'none'",
                                      HashSource(chart), HashSource(script), HashSource(style))},
               {"style", std::string(style)},
               {"chart", std::string(chart)},
               {"script", std::string(script)},
               {"data", JsonForScript(RenderScorecardJson(card))},
               {"community", EscapeHtml(DisplayName(card.community))},
               {"period", EscapeHtml(PeriodText(card))},
               {"summary", SummaryHtml(card)},
               {"tiles", TilesHtml(card)},
               {"kind_options", KindOptionsHtml(card)},
               {"sources_table", SourcesTableHtml(card)},
               {"kinds_table", KindsTableHtml(card)},
               {"details", DetailsHtml(card)},
               {"formulas", FormulasHtml()},
               {"suppressed", SuppressedText(card)}});
}

}  // namespace polder
