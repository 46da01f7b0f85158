// A community of five members, each a group of its own (k = 3), for figures that can be worked out by hand.
#ifndef POLDER_TESTS_ENGINE_SCORECARD_FIXTURE_H_
#define POLDER_TESTS_ENGINE_SCORECARD_FIXTURE_H_

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "engine/scorecard/scorecard.h"

namespace polder {

inline constexpr TimeUs kMay6 = 1'714'953'600 * kSecondUs;  // 2024-05-06

class SmallCommunity {
 public:
  explicit SmallCommunity(int days = 2, int members = 5)
      : members_(members), reports_(static_cast<std::size_t>(days)) {
    for (auto& day : reports_) {
      for (int i = 0; i < members; ++i) {
        MemberReport report;
        report.member = fmt::format("m{}", i);
        report.group = report.member;
        report.sector = i < 3 ? "energy" : "water";
        report.watched.Add(Kind::kDomain);
        day.push_back(std::move(report));
      }
    }
  }

  // `published` counts in hours from the start of the first day.
  SharedBy& Share(const std::string& source, const std::string& value, int published = -24,
                  Kind kind = Kind::kDomain) {
    CataloguedIndicator& indicator = catalogue_[MakeIocId(kind, value)];
    indicator.kind = kind;
    indicator.value = value;
    SharedBy shared;
    shared.source = source;
    shared.published = kMay6 + published * 3'600 * kSecondUs;
    shared.tlp = Tlp::kGreen;
    indicator.shared_by.push_back(shared);
    return indicator.shared_by.back();
  }

  // So many members report it on that day, beginning with member `from`.
  void See(const std::string& value, int day, int members, int from = 0, Verdict verdict = Verdict::kSeen,
           LatencyBucket latency = LatencyBucket::kDay, Kind kind = Kind::kDomain) {
    for (int i = from; i < from + members; ++i) {
      Feedback feedback;
      feedback.ioc_id = MakeIocId(kind, value);
      feedback.verdict = verdict;
      feedback.latency = latency;
      Report(day, i).feedback.push_back(feedback);
    }
  }

  MemberReport& Report(int day, int member) {
    return reports_[static_cast<std::size_t>(day)][static_cast<std::size_t>(member)];
  }
  int members() const { return members_; }

  ScorecardInput Input() const {
    ScorecardInput input;
    input.community = "small";
    input.catalogue = catalogue_;
    for (std::size_t i = 0; i < reports_.size(); ++i) {
      const Epoch epoch{kMay6 + static_cast<TimeUs>(i) * kDayUs};
      const ReleasePlan plan = PlanWithoutRoster(reports_[i], epoch);
      input.periods.push_back({MakeRelease(reports_[i], catalogue_, plan), reports_[i]});
    }
    return input;
  }
  Scorecard Card() const { return MakeScorecard(Input()); }

 private:
  int members_;
  std::vector<std::vector<MemberReport>> reports_;
  Catalogue catalogue_;
};

inline ScorecardRow RowOf(const Scorecard& card, const std::string& source) {
  for (const SourceCard& one : card.sources) {
    if (one.all.source == source) return one.all;
  }
  return {};
}

}  // namespace polder

#endif  // POLDER_TESTS_ENGINE_SCORECARD_FIXTURE_H_
