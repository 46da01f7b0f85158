// What each figure of a scorecard is called and means: the one table that JSON, CSV and the page are made
// from.
#ifndef POLDER_ENGINE_SCORECARD_METRICS_H_
#define POLDER_ENGINE_SCORECARD_METRICS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/scorecard/scorecard.h"

namespace polder {

// How a number is shown to people.
enum class Unit : std::uint8_t { kCount, kShare, kPerDay, kHours, kDays, kPerGroupEpoch };
std::string_view UnitName(Unit unit);  // "count", "share", "per day", "hours", "days", "per group-epoch"

// Under which heading of the page.
enum class Topic : std::uint8_t { kVolume, kStates, kUse, kQuality };

struct Figure {
  enum class What : std::uint8_t { kNumber, kAtLeast, kAtMost, kHidden, kNothing };
  What what = What::kNothing;  // kHidden: below k; kNothing: there is nothing to divide by
  double number = 0;           // of the first three

  bool has_number() const { return what <= What::kAtMost; }
};

struct Metric {
  std::string_view name;  // stable: the key in JSON, the column in CSV
  std::string_view title;
  Unit unit = Unit::kCount;
  Topic topic = Topic::kVolume;
  std::string_view formula;  // in words
  Figure (*of)(const ScorecardRow& row) = nullptr;
};

// In the order in which they are shown.
std::span<const Metric> Metrics();
// Null for an unknown name.
const Metric* FindMetric(std::string_view name);

// "1,234", "12.5 %", "≥ 8" (at least), "≤ 9" (at most), "hidden", a dash for nothing.
std::string FormatFigure(const Figure& figure, Unit unit);

// What every scorecard says of its four states, and of what it hides; for people.
std::span<const std::string_view> ScorecardNotes();

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_METRICS_H_
