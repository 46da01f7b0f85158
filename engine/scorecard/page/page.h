// A scorecard as one page for a browser: nothing is fetched, and it may be sent by mail.
//
// Everything is in it: the tables as HTML, so that it can be read without JavaScript; the same figures as
// JSON for the charts; Chart.js. A policy in the page (CSP) lets no other script, style, picture or address
// in, whatever the names of sources are.
#ifndef POLDER_ENGINE_SCORECARD_PAGE_PAGE_H_
#define POLDER_ENGINE_SCORECARD_PAGE_PAGE_H_

#include <string>

#include "engine/scorecard/scorecard.h"

namespace polder {

std::string RenderScorecardPage(const Scorecard& card);

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_PAGE_PAGE_H_
