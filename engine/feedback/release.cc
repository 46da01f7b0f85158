#include "engine/feedback/release.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace polder {

std::optional<std::size_t> ReleaseThreshold(std::size_t members) {
  if (members < 5) return std::nullopt;
  if (members < 10) return 3;
  return members < 25 ? 4 : 5;
}

Release MakeRelease(std::span<const MemberReport> reports, const Epoch& epoch) {
  Release release;
  release.epoch = epoch;
  std::set<std::string_view> members;
  std::set<std::string_view> groups;
  std::map<IocId, std::set<std::string_view>> groups_by_ioc;
  for (const MemberReport& report : reports) {
    members.insert(report.member);
    groups.insert(report.group);
    for (const Feedback& feedback : report.feedback) groups_by_ioc[feedback.ioc_id].insert(report.group);
  }
  release.members = members.size();
  release.groups = groups.size();
  release.threshold = ReleaseThreshold(release.members);
  for (const auto& [ioc_id, seen_by] : groups_by_ioc) {
    if (release.threshold && seen_by.size() >= *release.threshold) {
      release.released.push_back(ioc_id);
      release.released_reports += seen_by.size();
    } else {
      ++release.suppressed_indicators;
      release.suppressed_reports += seen_by.size();
    }
  }
  return release;
}

std::string RenderRelease(const Release& release) {
  using Json = nlohmann::ordered_json;
  Json released = Json::array();
  for (const IocId& ioc_id : release.released)
    released.push_back({{"ioc_id", ToHex(ioc_id)}, {"seen", true}});
  const Json json = {
      {"epoch", {{"start", FormatIsoTime(release.epoch.start)}, {"end", FormatIsoTime(release.epoch.end())}}},
      {"members", release.members},
      {"k", release.threshold ? Json(*release.threshold) : Json(nullptr)},
      {"released", std::move(released)},
      {"suppressed",
       {{"indicators", release.suppressed_indicators}, {"reports", release.suppressed_reports}}}};
  return json.dump();
}

}  // namespace polder
