#include "rules/yaml/nearest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace polder {
namespace {

constexpr std::size_t kFarthest = 3;
constexpr std::size_t kLongestCompared = 128;

}  // namespace

std::size_t EditDistance(std::string_view a, std::string_view b) {
  // Three rows of the usual table: a swap of neighbours looks two rows back.
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string_view NearestOf(std::string_view seen, std::span<const std::string_view> known) {
  std::string_view nearest;
  std::size_t distance = kFarthest + 1;
  if (seen.size() > kLongestCompared) return nearest;
  for (std::string_view candidate : known) {
    const std::size_t edits = EditDistance(seen, candidate);
    if (edits < distance && edits < std::max(seen.size(), candidate.size())) {
      distance = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string MeantOrKnown(std::string_view seen, std::span<const std::string_view> known) {
  const std::string_view meant = NearestOf(seen, known);
  if (!meant.empty()) return fmt::format("; did you mean '{}'?", meant);
  return fmt::format("; known are {}", fmt::join(known, ", "));
}

}  // namespace polder
