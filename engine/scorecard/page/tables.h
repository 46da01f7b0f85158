// The parts of the page that are made of a scorecard's figures, as HTML. Everything from outside is escaped.
#ifndef POLDER_ENGINE_SCORECARD_PAGE_TABLES_H_
#define POLDER_ENGINE_SCORECARD_PAGE_TABLES_H_

#include <string>
#include <string_view>

#include "engine/scorecard/scorecard.h"

namespace polder {

// Safe as text and in attributes in quotes.
std::string EscapeHtml(std::string_view text);

std::string TilesHtml(const Scorecard& card);
// One row for each source, and one for each of its kinds, which are hidden until they are asked for.
std::string SourcesTableHtml(const Scorecard& card);
std::string KindOptionsHtml(const Scorecard& card);
std::string KindsTableHtml(const Scorecard& card);
// Of each source every figure, by kind.
std::string DetailsHtml(const Scorecard& card);
std::string FormulasHtml();

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_PAGE_TABLES_H_
