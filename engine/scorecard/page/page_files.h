// What the page is made of; these files are part of the binary.
#ifndef POLDER_ENGINE_SCORECARD_PAGE_PAGE_FILES_H_
#define POLDER_ENGINE_SCORECARD_PAGE_PAGE_FILES_H_

#include <span>
#include <string_view>
#include <utility>

namespace polder {

// page.html, page.css, page.js and Chart.js, in this order: name and content.
std::span<const std::pair<std::string_view, std::string_view>> PageFiles();

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_PAGE_PAGE_FILES_H_
