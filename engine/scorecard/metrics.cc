#include "engine/scorecard/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace polder {
namespace {

using What = Figure::What;

Figure Number(double number) { return {What::kNumber, number}; }
Figure Number(std::size_t number) { return Number(static_cast<double>(number)); }
Figure Number(const std::optional<double>& number) { return number ? Number(*number) : Figure{}; }
// Of none there is nothing to hide.
Figure AtLeast(std::size_t number, std::size_t of) {
  if (of == 0) return {};
  return number == 0 ? Figure{What::kHidden, 0} : Figure{What::kAtLeast, static_cast<double>(number)};
}
Figure ShareOf(std::size_t part, std::size_t whole) {
  return whole == 0 ? Figure{} : Number(static_cast<double>(part) / static_cast<double>(whole));
}
Figure OfSource(const ScorecardRow& row, double number) { return row.source ? Number(number) : Figure{}; }
// The rule of three.
Figure UpperBound(const ScorecardRow& row) {
  if (row.group_epochs == 0) return {};
  return {What::kAtMost, std::min(1.0, 3 / static_cast<double>(row.group_epochs))};
}

using Row = ScorecardRow;

constexpr auto kVolume = Topic::kVolume;
constexpr auto kStates = Topic::kStates;
constexpr auto kUse = Topic::kUse;
constexpr auto kQuality = Topic::kQuality;

const Metric kMetrics[] = {
    {"indicators", "Indicators", Unit::kCount, kVolume,
     "Different values that the source had in force at some time of the period: published, valid, not "
     "withdrawn.",
     [](const Row& row) { return Number(row.indicators); }},
    {"new_per_day", "New per day", Unit::kPerDay, kVolume,
     "Indicators first published by the source within the period, divided by its days.",
     [](const Row& row) { return Number(row.new_per_day); }},
    {"exclusive", "Exclusive", Unit::kCount, kVolume,
     "Indicators that no other source had in force in the period.",
     [](const Row& row) { return Number(row.exclusive); }},
    {"exclusive_share", "Exclusive share", Unit::kShare, kVolume, "Exclusive, divided by indicators.",
     [](const Row& row) { return ShareOf(row.exclusive, row.indicators); }},
    {"differential_contribution", "Lost without it", Unit::kShare, kVolume,
     "Differential contribution: the weight of the source's exclusive indicators, divided by the weight of "
     "all indicators of the community. A seen one weighs 10, any other 1, one that is known benign or a "
     "false positive 0.",
     [](const Row& row) { return OfSource(row, row.differential); }},
    {"shared", "Shared", Unit::kCount, kVolume,
     "Indicators that another source had in force in the period as well.",
     [](const Row& row) { return Number(row.shared); }},
    {"first_share", "First with it", Unit::kShare, kVolume,
     "Of the shared indicators, those that no source published earlier, divided by shared.",
     [](const Row& row) { return Number(row.first_share); }},
    {"median_delay_hours", "Behind the first", Unit::kHours, kVolume,
     "Latency to the first source: of the shared indicators, the median of the time from the first "
     "publication by any source to the publication by this one; 0 where it was first.",
     [](const Row& row) { return Number(row.delay_hours); }},

    {"not_observable", "Not observable", Unit::kCount, kStates,
     "Indicators of which nothing could have been released: while they were in force, fewer than k groups "
     "watched their kind, or the kind or marking (TLP, PAP) allows no feedback.",
     [](const Row& row) { return Number(row.not_observable()); }},
    {"observable", "Observable", Unit::kCount, kStates, "Indicators less those that are not observable.",
     [](const Row& row) { return Number(row.observable); }},
    {"observability", "Observability", Unit::kShare, kStates,
     "Observable, divided by indicators; not known where too few told what they watch.",
     [](const Row& row) {
       return row.group_epochs == 0 ? Figure{} : ShareOf(row.observable, row.indicators);
     }},
    {"seen", "Seen", Unit::kCount, kStates,
     "Observable indicators that were in at least one release while the source had them in force: at least k "
     "affiliation groups reported them in one epoch.",
     [](const Row& row) { return Number(row.seen); }},
    {"below_k_at_least", "Below k", Unit::kCount, kStates,
     "Observable indicators that were reported, but never released. At least so many, in steps of which each "
     "is four times the one before; a group counts for no more than the k-th largest does. What is less than "
     "the first step is hidden together with zero.",
     [](const Row& row) { return AtLeast(row.below_k, row.observable - row.seen); }},
    {"zero_at_most", "Observed and zero", Unit::kCount, kStates,
     "Observable, less seen, less what is known to be below k. At most: those that are hidden below k are "
     "among them.",
     [](const Row& row) {
       return Figure{What::kAtMost, static_cast<double>(row.zero_at_most())};
     }},
    {"group_epochs_at_least", "Group-epochs N", Unit::kCount, kStates,
     "How many groups watched the kind, summed over the releases in whose time at least k did; of several "
     "kinds the least. At least so many, in doublings of k; a group counts for no more than the k-th largest "
     "does.",
     [](const Row& row) { return row.group_epochs == 0 ? Figure{} : AtLeast(row.group_epochs, 1); }},
    {"zero_upper_bound", "Bound on zero", Unit::kPerGroupEpoch, kStates,
     "3 / N (the rule of three): where N group-epochs watched and none reported an indicator, the chance "
     "that a group sees it in an epoch is below this with 95 per cent confidence.",
     [](const Row& row) { return UpperBound(row); }},

    {"yield", "Yield", Unit::kShare, kUse,
     "Seen, divided by observable; not known where too few told what they watch.",
     [](const Row& row) { return row.group_epochs == 0 ? Figure{} : ShareOf(row.seen, row.observable); }},
    {"exclusive_hits", "Exclusive hits", Unit::kCount, kUse, "Seen indicators that are exclusive.",
     [](const Row& row) { return Number(row.exclusive_hits); }},
    {"credit", "Credit", Unit::kCount, kUse,
     "Every seen indicator gives 1, shared evenly by the sources that had it in force when it was released "
     "(1/n each). One that is known benign, or a false positive, gives 0.",
     [](const Row& row) { return Number(row.credit); }},
    {"credit_share", "Share of credit", Unit::kShare, kUse,
     "Usefulness: the credit of the source, divided by the credit of all sources.",
     [](const Row& row) { return Number(row.credit_share); }},
    {"lead_within_day", "Seen within a day", Unit::kCount, kUse,
     "Lead time: seen indicators of which k groups had the first sight within a day of the start of "
     "validity.",
     [](const Row& row) { return Number(row.within_day); }},
    {"lead_within_week", "Within a week", Unit::kCount, kUse,
     "The same, later than a day, but within a week.",
     [](const Row& row) { return Number(row.within_week); }},
    {"lead_later", "Later", Unit::kCount, kUse, "The same, later than a week.",
     [](const Row& row) { return Number(row.later); }},
    {"retro", "Retro hits", Unit::kCount, kUse,
     "Seen indicators of which k groups had seen the value before its validity began: it came too late to "
     "warn, and in time to find what had happened. Not part of the lead times.",
     [](const Row& row) { return Number(row.retro); }},
    {"lead_untold", "Lead not told", Unit::kCount, kUse,
     "Seen indicators of which fewer than k groups told when, or the marking does not let them.",
     [](const Row& row) { return Number(row.lead_untold); }},
    {"median_age_days", "Age at hit", Unit::kDays, kUse,
     "Of the seen indicators, the median of the time from their publication by the source to the start of "
     "the epoch in which they were first released; 0 if that was before.",
     [](const Row& row) { return Number(row.age_days); }},

    {"confirmed", "Confirmed", Unit::kCount, kQuality,
     "Seen indicators that at least k groups in one epoch said were a real threat.",
     [](const Row& row) { return Number(row.confirmed); }},
    {"false_positive", "False positives", Unit::kCount, kQuality,
     "Seen indicators that at least k groups in one epoch said were false positives.",
     [](const Row& row) { return Number(row.false_positive); }},
    {"false_positive_share", "False-positive share", Unit::kShare, kQuality,
     "False positives, divided by seen.",
     [](const Row& row) { return ShareOf(row.false_positive, row.seen); }},
    {"false_positive_any_at_least", "Called false by any", Unit::kCount, kQuality,
     "Indicators of the source that anybody said were false positives, if at least k groups said so of "
     "something of it. At least so many, in steps of which each is four times the one before; a group counts "
     "for no more than the k-th largest does.",
     [](const Row& row) { return AtLeast(row.false_positive_any, row.observable); }},
    {"known_benign", "Known benign", Unit::kCount, kQuality,
     "Indicators that are on a warninglist of values known to be benign.",
     [](const Row& row) { return Number(row.known_benign); }},
    {"known_benign_share", "Known-benign share", Unit::kShare, kQuality,
     "Known benign, divided by indicators.",
     [](const Row& row) { return ShareOf(row.known_benign, row.indicators); }},
};

static_assert(kReachIndicators == 8, "the notes say so");
constexpr std::string_view kNotes[] = {
    "Every indicator is in one of four states. Not observable: nothing of it could have been released. Seen: "
    "at least k affiliation groups reported it in one epoch. Below k: reported, but by too few to say which. "
    "Observed and zero: watched for, and reported by nobody.",
    "What is below k is told only as a sum behind which at least k groups stand, rounded down to steps of "
    "which each is four times the one before. All that is hidden below k counts as zero here, so zero is "
    "told as 'at most'. That nothing was seen does not show that a source is useless: see the bound on zero.",
    "k is the number of affiliation groups that must have reported the same before anything is said of it: 3 "
    "in a community of 5 to 9 groups, 4 of 10 to 24, 5 of 25 and more, nothing below 5.",
    "Reach: a source reaches a group that reported at least 8 of its indicators that were released and whose "
    "marking allows it. Told are k, 2k or more groups of a sector or role, any k - 1 of those reached not "
    "counted, and "
    "never more than half of it.",
    "Sums below k, false positives called by any, group-epochs and reach are made of the reports of members "
    "that belonged since the start of the period.",
};

std::string WithSeparators(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (std::size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, 1, ',');
  }
  return digits;
}

std::string FormatNumber(double number, Unit unit) {
  switch (unit) {
    case Unit::kShare:
      return fmt::format("{:.1f} %", number * 100);
    case Unit::kPerDay:
      return fmt::format("{:.1f}", number);
    case Unit::kHours:
      return fmt::format("{:.1f} h", number);
    case Unit::kDays:
      return fmt::format("{:.1f} d", number);
    case Unit::kPerGroupEpoch:
      return fmt::format("{:.2g}", number);
    case Unit::kCount:
      break;
  }
  if (std::abs(number - std::round(number)) > 0.005) return fmt::format("{:.1f}", number);
  return WithSeparators(std::round(number));
}

}  // namespace

std::string_view UnitName(Unit unit) {
  constexpr std::array<std::string_view, 6> kNames = {"count", "share", "per day",
                                                      "hours", "days",  "per group-epoch"};
  return kNames[static_cast<std::size_t>(unit)];
}

std::span<const Metric> Metrics() { return kMetrics; }

const Metric* FindMetric(std::string_view name) {
  const auto found = std::find_if(std::begin(kMetrics), std::end(kMetrics),
                                  [&](const Metric& metric) { return metric.name == name; });
  return found == std::end(kMetrics) ? nullptr : &*found;
}

std::string FormatFigure(const Figure& figure, Unit unit) {
  switch (figure.what) {
    case What::kNumber:
      return FormatNumber(figure.number, unit);
    case What::kAtLeast:
      return fmt::format("\u2265 {}", FormatNumber(figure.number, unit));
    case What::kAtMost:
      return fmt::format("\u2264 {}", FormatNumber(figure.number, unit));
    case What::kHidden:
      return "hidden";
    case What::kNothing:
      break;
  }
  return "\u2013";
}

std::span<const std::string_view> ScorecardNotes() { return kNotes; }

}  // namespace polder
