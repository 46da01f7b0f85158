// What the operator publishes after an epoch: only what enough groups reported (DESIGN section 7, point 7).
#ifndef POLDER_ENGINE_FEEDBACK_RELEASE_H_
#define POLDER_ENGINE_FEEDBACK_RELEASE_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/feedback/feedback.h"

namespace polder {

// One member's report for one epoch; empty feedback is a report too.
struct MemberReport {
  std::string member;
  std::string group;  // affiliation: members of one group count once
  std::vector<Feedback> feedback;
};

// How many groups must have reported an indicator: 3 in a community of 5 to 9 members, 4 of 10 to 24, 5 of 25
// and more. Nothing for fewer than 5: then no indicator is released.
std::optional<std::size_t> ReleaseThreshold(std::size_t members);

struct Release {
  Epoch epoch;
  std::size_t members = 0;
  std::size_t groups = 0;
  std::optional<std::size_t> threshold;  // k
  std::vector<IocId> released;           // ordered
  // What stays hidden, so that everyone can judge how much the release leaves out.
  std::size_t suppressed_indicators = 0;
  std::size_t suppressed_reports = 0;  // group and indicator
  std::size_t released_reports = 0;
};

// The number of groups behind an indicator is not in the release, nor who they are.
Release MakeRelease(std::span<const MemberReport> reports, const Epoch& epoch);

// One JSON object.
std::string RenderRelease(const Release& release);

}  // namespace polder

#endif  // POLDER_ENGINE_FEEDBACK_RELEASE_H_
