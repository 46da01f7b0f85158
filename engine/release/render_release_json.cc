#include <nlohmann/json.hpp>

#include "engine/release/render_release.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

std::string_view AudienceName(Audience audience) {
  switch (audience) {
    case Audience::kRecipients:
      return "members";
    case Audience::kMembersAndPeers:
      return "peers";
    case Audience::kAnyone:
      return "public";
    case Audience::kNobody:
      break;
  }
  return "nobody";
}

void AddWhatIsKnown(const ReleasedIndicator& one, Json& json) {
  Json verdicts = Json::array();
  if (one.confirmed) verdicts.push_back(VerdictName(Verdict::kConfirmed));
  if (one.false_positive) verdicts.push_back(VerdictName(Verdict::kFalsePositive));
  if (!verdicts.empty()) json["verdicts"] = std::move(verdicts);
  if (one.latency_at_most) json["latency_at_most"] = LatencyBucketName(*one.latency_at_most);
  if (one.reach_at_least) json["reach_at_least"] = *one.reach_at_least;
  if (one.count_at_least) json["count_at_least"] = CountBucketName(*one.count_at_least);
}

Json Indicator(const ReleasedIndicator& one) {
  Json json = {{"ioc_id", ToHex(one.ioc_id)}, {"kind", KindName(one.kind)}, {"seen", true}};
  json["tlp"] = one.tlp == Tlp::kUnmarked ? Json(nullptr) : Json(TlpName(one.tlp));
  AddWhatIsKnown(one, json);
  Json references = Json::array();
  for (const auto& [source, id] : one.references) references.push_back({{"source", source}, {"id", id}});
  json["indicators"] = std::move(references);
  return json;
}

Json Epochs(const PublishedRelease& release) {
  Json epochs = Json::array();
  for (std::size_t i = 0; i < release.epochs.size(); ++i) {
    Json epoch = {{"start", FormatIsoTime(release.epochs[i].start)},
                  {"end", FormatIsoTime(release.epochs[i].end())}};
    if (i < release.manifests.size() && release.manifests[i]) {
      epoch["manifest"] = ToHex(*release.manifests[i]);
    }
    epochs.push_back(std::move(epoch));
  }
  return epochs;
}

}  // namespace

std::string RenderReleaseJson(const PublishedRelease& release) {
  Json json = {{"type", "polder-release"},
               {"community", release.community},
               {"audience", AudienceName(release.audience)},
               {"start", FormatIsoTime(release.start())},
               {"end", FormatIsoTime(release.end())},
               {"epochs", Epochs(release)},
               {"members", release.members},
               {"k", release.k ? Json(*release.k) : Json(nullptr)}};
  if (release.audience == Audience::kRecipients) {
    Json released = Json::array();
    for (const ReleasedIndicator& one : release.indicators) released.push_back(Indicator(one));
    json["released"] = std::move(released);
  }
  Json by_kind = Json::object();
  for (const auto& [kind, count] : release.by_kind) by_kind[std::string(KindName(kind))] = count;
  json["released_by_kind"] = std::move(by_kind);
  json["suppressed"] = {{"indicators_at_least", release.suppressed.indicators},
                        {"reports_at_least", release.suppressed.reports}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace polder
