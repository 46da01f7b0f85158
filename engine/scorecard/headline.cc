// The sentences at the top of a scorecard, and how names from outside are shown.
#include <fmt/format.h>

#include <algorithm>

#include "engine/base/unicode.h"
#include "engine/scorecard/metrics.h"
#include "engine/scorecard/render_scorecard.h"

namespace polder {
namespace {

constexpr std::size_t kLongestName = 60;  // code points
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Controls, marks and overrides of direction, invisible ones, separators of lines.
bool IsUnseemly(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

std::string Text(const ScorecardRow& row, std::string_view metric) {
  const Metric* found = FindMetric(metric);
  return FormatFigure(found->of(row), found->unit);
}

// "1 May 2026".
std::string Day(TimeUs time) {
  constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
  const std::string iso = FormatIsoTime(time);
  return fmt::format("{} {} {}", std::stoi(iso.substr(8, 2)),
                     kMonths[static_cast<std::size_t>(std::stoi(iso.substr(5, 2)) - 1) % 12],
                     iso.substr(0, 4));
}

std::string Percent(double share) { return fmt::format("{:.0f} %", share * 100); }

std::string Name(const SourceCard& source) { return DisplayName(*source.all.source); }

std::string Plural(std::size_t number, std::string_view one) {
  return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
}

std::string Groups(const Scorecard& card) {
  const auto least = card.least_k();
  const auto greatest = card.greatest_k();
  return *least == *greatest ? fmt::format("{}", *least) : fmt::format("{} to {}", *least, *greatest);
}

std::string WhatThereWas(const Scorecard& card) {
  const std::string shared = fmt::format(
      "From {} to {} the {} of {} had {} indicators in force", Day(card.start()), Day(card.end() - 1),
      Plural(card.sources.size(), "source"), DisplayName(card.community), Text(card.all, "indicators"));
  if (!card.least_k()) {
    return fmt::format("{}; the community is too small for anything to be said of single indicators.",
                       shared);
  }
  if (card.all.group_epochs == 0) {
    return fmt::format(
        "{}; {} of them were seen by at least {} groups. How many could have been seen is not known, since "
        "too "
        "few members tell what they watch.",
        shared, Text(card.all, "seen"), Groups(card));
  }
  return fmt::format(
      "{}; {} of them could have been observed, and of these {} ({}) were seen by at least {} groups.",
      shared, Text(card.all, "observable"), Text(card.all, "seen"), Text(card.all, "yield"), Groups(card));
}

std::string WhoWasUseful(const Scorecard& card) {
  if (card.sources.empty() || card.sources.front().all.credit <= 0) {
    return "So far no source can be called more useful than another: nothing that was seen gives credit.";
  }
  const ScorecardRow& first = card.sources.front().all;
  const double volume = static_cast<double>(first.indicators) / static_cast<double>(card.all.indicators);
  std::string sentence = fmt::format(
      "The most useful source was {}, with {} of the credit for what was seen and {} of the indicators",
      Name(card.sources.front()), Percent(first.credit_share), Percent(volume));
  const auto largest = std::max_element(
      card.sources.begin(), card.sources.end(),
      [](const SourceCard& a, const SourceCard& b) { return a.all.indicators < b.all.indicators; });
  if (largest != card.sources.begin()) {
    const double share =
        static_cast<double>(largest->all.indicators) / static_cast<double>(card.all.indicators);
    sentence += fmt::format("; the largest, {}, has {} of the indicators and {} of the credit",
                            Name(*largest), Percent(share), Percent(largest->all.credit_share));
  }
  return sentence + ".";
}

std::string WhatToDoubt(const Scorecard& card) {
  std::vector<std::string> doubts;
  const auto unseen =
      static_cast<std::size_t>(std::count_if(card.sources.begin(), card.sources.end(),
                                             [](const SourceCard& source) { return source.all.seen == 0; }));
  if (unseen > 0)
    doubts.push_back(fmt::format("of {} nothing was seen by enough groups", Plural(unseen, "source")));
  if (card.all.false_positive > 0) {
    doubts.push_back(
        fmt::format("{} turned out false positives", Plural(card.all.false_positive, "indicator")));
  }
  if (card.all.known_benign > 0) {
    doubts.push_back(fmt::format("{} of the {} indicators {} on a list of what is known to be benign",
                                 Text(card.all, "known_benign"), Text(card.all, "indicators"),
                                 card.all.known_benign == 1 ? "is" : "are"));
  }
  std::string sentence = fmt::format("{}", fmt::join(doubts, ", "));
  if (!sentence.empty()) sentence += "; ";
  sentence +=
      "what fewer groups saw stays hidden, so an indicator that was not seen may still have been of use.";
  if ('a' <= sentence.front() && sentence.front() <= 'z')
    sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
  return sentence;
}

}  // namespace

std::vector<std::string> Headline(const Scorecard& card) {
  if (card.periods.empty())
    return {"No epoch has been released yet, so there is nothing to say of any source."};
  return {WhatThereWas(card), WhoWasUseful(card), WhatToDoubt(card)};
}

std::string DisplayName(std::string_view name) {
  if (name.empty()) return "(no name)";
  std::string shown;
  for (std::size_t count = 0; !name.empty(); ++count) {
    if (count == kLongestName - 1) {
      shown += "\xE2\x80\xA6";
      break;
    }
    char32_t code_point = 0;
    const std::size_t length = LeadingCodePoint(name, code_point);
    shown += length == 0 || IsUnseemly(code_point) ? kReplacement : name.substr(0, length);
    name.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return shown;
}

}  // namespace polder
