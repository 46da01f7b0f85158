#include "engine/scorecard/contribution.h"

#include <nlohmann/json.hpp>
#include <set>

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

Json RecordJson(const Feedback& feedback, const Catalogue& catalogue, bool released) {
  Json json = Json::parse(RenderFeedback(feedback), nullptr, false);
  const auto known = catalogue.find(feedback.ioc_id);
  if (known != catalogue.end()) {
    json["kind"] = KindName(known->second.kind);
    json["value"] = known->second.value;
    std::set<std::string> sources;
    for (const SharedBy& shared : known->second.shared_by) sources.insert(shared.source);
    json["sources"] = sources;
  }
  json["released"] = released;
  return json;
}

Json PeriodJson(TimeUs start, TimeUs end) {
  return {{"start", FormatIsoTime(start)}, {"end", FormatIsoTime(end)}};
}

}  // namespace

std::string RenderContribution(const ScorecardInput& input, std::string_view member) {
  std::size_t records_in_all = 0;
  std::size_t released_in_all = 0;
  Json batches = Json::array();
  for (const ScorecardPeriod& period : input.periods) {
    std::set<IocId> released;
    for (const ReleasedIndicator& one : period.release.released) released.insert(one.ioc_id);
    for (const MemberReport& report : period.reports) {
      if (report.member != member) continue;
      Json records = Json::array();
      for (const Feedback& feedback : report.feedback) {
        const bool was_released = released.contains(feedback.ioc_id);
        records.push_back(RecordJson(feedback, input.catalogue, was_released));
        ++records_in_all;
        released_in_all += was_released ? 1 : 0;
      }
      Json kinds = Json::array();
      for (const Kind kind : kAllKinds) {
        if (report.watched.Has(kind)) kinds.push_back(KindName(kind));
      }
      batches.push_back({{"release", PeriodJson(period.release.start(), period.release.end())},
                         {"kinds", std::move(kinds)},
                         {"records", std::move(records)}});
    }
  }
  const TimeUs start = input.periods.empty() ? 0 : input.periods.front().release.start();
  const TimeUs end = input.periods.empty() ? 0 : input.periods.back().release.end();
  const std::size_t batches_in_all = batches.size();
  const Json json = {
      {"polder", "contribution/1"},
      {"community", input.community},
      {"member", member},
      {"period", PeriodJson(start, end)},
      {"totals", {{"batches", batches_in_all}, {"records", records_in_all}, {"released", released_in_all}}},
      {"batches", std::move(batches)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace polder
