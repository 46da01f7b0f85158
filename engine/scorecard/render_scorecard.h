// A scorecard as text. Pure; the same scorecard gives the same bytes. The page is in engine/scorecard/page.
//
// Names of sources come from outside: bytes that are no UTF-8 become U+FFFD.
#ifndef POLDER_ENGINE_SCORECARD_RENDER_SCORECARD_H_
#define POLDER_ENGINE_SCORECARD_RENDER_SCORECARD_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/scorecard/scorecard.h"

namespace polder {

// One JSON object: polder "scorecard/1", community, period {start, end}, k {least, greatest}, epochs[],
// suppressed{indicators_at_least, reports_at_least}, summary[] (sentences), metrics[] {name, title, unit,
// formula}, notes[], all{figures, reach}, kinds[] {kind, figures}, sources[] {source, figures, reach,
// kinds[]}, the most useful source first. A figure under `..._at_least` or `..._at_most` is a bound; "hidden"
// stands for what is below k, null for what there is nothing to divide by.
std::string RenderScorecardJson(const Scorecard& card);

// RFC 4180: a line of names, then a line for every source and kind, "all" for all kinds, and for all sources
// the source is empty. Hidden figures are `hidden`, those without a value empty. A name that a spreadsheet
// would take for a formula has an apostrophe before it.
std::string RenderScorecardCsv(const Scorecard& card);

// What there is to say, in three sentences for those who read no further.
std::vector<std::string> Headline(const Scorecard& card);

// A name from outside for people's eyes: without control characters and such as turn the direction of text,
// at most 60 characters.
std::string DisplayName(std::string_view name);

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_RENDER_SCORECARD_H_
