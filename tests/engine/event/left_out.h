// The property of every reader of a line format: nothing but keys, delimiters and escapes is left out.
#ifndef POLDER_TESTS_ENGINE_EVENT_LEFT_OUT_H_
#define POLDER_TESTS_ENGINE_EVENT_LEFT_OUT_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/observable/characters.h"

namespace polder {

// How many characters at the beginning of `run`, which stands behind a backslash, belong to an escape.
inline std::size_t EscapeLength(std::string_view run) {
  if (run.starts_with('x')) return 3;
  if (run.starts_with('u')) return 5;
  return 1;
}

// The first run of at least four [A-Za-z0-9._-] in `line` that is part of no value, of no path, and of
// nothing that `marks` lists; empty if there is none.
inline std::string LeftOut(std::string_view line,
                           const std::vector<std::pair<std::string, std::string>>& fields,
                           const std::vector<std::string_view>& marks = {}) {
  constexpr std::size_t kShortest = 4;
  const auto is_handed_over = [&](std::string_view run) {
    return std::any_of(fields.begin(), fields.end(),
                       [run](const auto& field) {
                         return field.second.find(run) != std::string::npos ||
                                field.first.find(run) != std::string::npos;
                       }) ||
           std::find(marks.begin(), marks.end(), run) != marks.end();
  };
  for (std::size_t start = 0; start < line.size();) {
    std::size_t end = start;
    while (end < line.size() && IsTokenChar(line[end])) ++end;
    std::string_view run = line.substr(start, end - start);
    if (start > 0 && line[start - 1] == '\\') run.remove_prefix(std::min(run.size(), EscapeLength(run)));
    // As no search counts the dots at the ends of a name; Cisco marks times with one.
    while (run.starts_with('.')) run.remove_prefix(1);
    while (run.ends_with('.')) run.remove_suffix(1);
    if (run.size() >= kShortest && !is_handed_over(run)) return std::string(run);
    start = end + 1;
  }
  return {};
}

}  // namespace polder

#endif  // POLDER_TESTS_ENGINE_EVENT_LEFT_OUT_H_
