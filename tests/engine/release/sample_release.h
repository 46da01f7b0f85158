// A release with an indicator of each marking that is released: CLEAR (with two names), GREEN and AMBER.
#ifndef POLDER_TESTS_ENGINE_RELEASE_SAMPLE_RELEASE_H_
#define POLDER_TESTS_ENGINE_RELEASE_SAMPLE_RELEASE_H_

#include "tests/engine/release/fixture.h"

namespace polder {

inline constexpr TimeUs kReleasedAt = kMay6 + kDayUs + 6 * 3'600 * kSecondUs;

inline Release SampleRelease() {
  Catalogue catalogue;
  Share(catalogue, "clear.example", Tlp::kClear);
  Share(catalogue, "clear.example", Tlp::kClear, "harbour");
  Share(catalogue, "green.example", Tlp::kGreen);
  Share(catalogue, "amber.example", Tlp::kAmber);
  std::vector<Feedback> feedback = {
      FeedbackOn("clear.example", Verdict::kConfirmed, LatencyBucket::kDay, CountBucket::kTens),
      FeedbackOn("green.example", Verdict::kFalsePositive, LatencyBucket::kRetro),
      FeedbackOn("amber.example", Verdict::kSeen, LatencyBucket::kLater)};
  for (int i = 0; i < 4; ++i) feedback.push_back(FeedbackOn("hidden" + std::to_string(i) + ".example"));
  Release release = MakeRelease(ReportsOf(9, feedback), catalogue, PlanOfDay(RosterOf(12), 0));
  release.manifests.emplace_back(Digest256{})->fill(0x77);
  return release;
}

}  // namespace polder

#endif  // POLDER_TESTS_ENGINE_RELEASE_SAMPLE_RELEASE_H_
