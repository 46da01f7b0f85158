// Small communities for the tests of releases.
#ifndef POLDER_TESTS_ENGINE_RELEASE_FIXTURE_H_
#define POLDER_TESTS_ENGINE_RELEASE_FIXTURE_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/base/uuid.h"
#include "engine/release/release.h"

namespace polder {

inline constexpr TimeUs kMay6 = 1'714'953'600 * kSecondUs;  // 2024-05-06

inline Epoch Day(int days) { return Epoch{kMay6 + days * kDayUs}; }
inline std::string MemberName(std::size_t i) {
  return "member" + std::string(i < 10 ? "0" : "") + std::to_string(i);
}
inline IocId IdOf(const std::string& domain) { return MakeIocId(Kind::kDomain, domain); }

inline RosterEntry EntryOf(const std::string& name, TimeUs joined = 0, TimeUs left = kEndOfTime) {
  RosterEntry entry;
  entry.name = name;
  entry.group = name;
  entry.joined = joined;
  entry.left = left;
  if (left != kEndOfTime) entry.reason = "left";
  return entry;
}

// The operator and so many members, each a group, who were always there.
inline Roster RosterOf(std::size_t members) {
  Roster roster;
  roster.terms.name = "polder-test";
  roster.entries.push_back(EntryOf("operator"));
  roster.entries.back().role = Role::kOperator;
  for (std::size_t i = 0; i < members; ++i) roster.entries.push_back(EntryOf(MemberName(i)));
  return roster;
}

inline Feedback FeedbackOn(const std::string& domain, Verdict verdict = Verdict::kSeen,
                           std::optional<LatencyBucket> latency = {}, std::optional<CountBucket> count = {}) {
  Feedback feedback;
  feedback.ioc_id = IdOf(domain);
  feedback.verdict = verdict;
  feedback.latency = latency;
  feedback.count = count;
  return feedback;
}

inline MemberReport ReportOf(const std::string& member, std::vector<Feedback> feedback) {
  MemberReport report;
  report.member = member;
  report.group = member;
  report.feedback = std::move(feedback);
  return report;
}

// Of the first so many members, the same of each.
inline std::vector<MemberReport> ReportsOf(std::size_t members, const std::vector<Feedback>& feedback) {
  std::vector<MemberReport> reports;
  for (std::size_t i = 0; i < members; ++i) reports.push_back(ReportOf(MemberName(i), feedback));
  return reports;
}

inline void Share(Catalogue& catalogue, const std::string& domain, Tlp tlp,
                  const std::string& source = "feed") {
  CataloguedIndicator& indicator = catalogue[IdOf(domain)];
  indicator.kind = Kind::kDomain;
  indicator.value = domain;
  SharedBy shared;
  shared.source = source;
  shared.indicator_id = "indicator--" + NameBasedUuid(source + domain);
  shared.tlp = tlp;
  indicator.shared_by.push_back(shared);
}
inline Catalogue CatalogueOf(const std::vector<std::string>& domains, Tlp tlp = Tlp::kClear) {
  Catalogue catalogue;
  for (const std::string& domain : domains) Share(catalogue, domain, tlp);
  return catalogue;
}

inline ReleasePlan PlanOfDay(const Roster& roster, int day) {
  const Epoch epoch = Day(day);
  return PlanRelease(roster, {&epoch, 1});
}

}  // namespace polder

#endif  // POLDER_TESTS_ENGINE_RELEASE_FIXTURE_H_
