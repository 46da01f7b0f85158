#include "connectors/community/published.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/base/stix_time.h"
#include "engine/feedback/policy.h"
#include "rules/guard/guard.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

// The left side of a STIX comparison that an indicator of this kind is; empty for those that are not
// published from lists.
std::string_view PathOf(const Indicator& indicator) {
  const bool v6 = indicator.value.find(':') != std::string::npos;
  switch (indicator.kind) {
    case Kind::kIp:
    case Kind::kNetwork:
      return v6 ? "ipv6-addr:value" : "ipv4-addr:value";
    case Kind::kDomain:
      return "domain-name:value";
    case Kind::kUrl:
      return "url:value";
    case Kind::kEmail:
      return "email-addr:value";
    case Kind::kMd5:
      return "file:hashes.MD5";
    case Kind::kSha1:
      return "file:hashes.'SHA-1'";
    case Kind::kSha256:
      return "file:hashes.'SHA-256'";
    case Kind::kSha512:
      return "file:hashes.'SHA-512'";
    default:
      return {};
  }
}

std::string Quoted(std::string_view value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  quoted += '\'';
  return quoted;
}

Json StixIndicator(const Indicator& indicator, TimeUs since) {
  const TimeUs modified = indicator.modified == kBeginningOfTime ? since : indicator.modified;
  const TimeUs valid_from = indicator.valid_from == kBeginningOfTime ? since : indicator.valid_from;
  Json json = {{"type", "indicator"},
               {"spec_version", "2.1"},
               {"id", indicator.id},
               {"created", FormatStixTime(modified)},
               {"modified", FormatStixTime(modified)},
               {"pattern", fmt::format("[{} = {}]", PathOf(indicator), Quoted(indicator.value))},
               {"pattern_type", "stix"},
               {"valid_from", FormatIsoTime(valid_from)}};
  if (indicator.valid_until != kEndOfTime) json["valid_until"] = FormatIsoTime(indicator.valid_until);
  if (!indicator.name.empty()) json["name"] = indicator.name;
  if (!indicator.description.empty()) json["description"] = indicator.description;
  if (indicator.confidence >= 0) json["confidence"] = indicator.confidence;
  if (indicator.tlp != Tlp::kUnmarked) {
    json["object_marking_refs"] = Json::array({StixMarkingId(indicator.tlp)});
  }
  if (indicator.pap != Pap::kUnmarked)
    json["labels"] = Json::array({fmt::format("PAP:{}", PapName(indicator.pap))});
  return json;
}

std::string Bundle(const std::vector<Json>& objects) {
  return Json({{"type", "bundle"}, {"objects", objects}})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

// An object of a STIX input with everything that it refers to for its marking and its author.
class StixObjects {
 public:
  explicit StixObjects(const Json& json) {
    const Json& list = json.is_object() && json.contains("objects") ? json["objects"] : json;
    if (!list.is_array()) return;
    for (const Json& object : list) {
      if (object.is_object() && object.contains("id") && object["id"].is_string()) {
        by_id_.emplace(object["id"].get<std::string>(), &object);
      }
    }
  }
  std::string BundleOf(const std::string& id) const {
    std::vector<Json> objects;
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return {};
    const Json& indicator = *found->second;
    Add(indicator.value("created_by_ref", Json()), objects);
    for (const Json& ref : indicator.value("object_marking_refs", Json::array())) Add(ref, objects);
    for (const Json& granular : indicator.value("granular_markings", Json::array())) {
      if (granular.is_object()) Add(granular.value("marking_ref", Json()), objects);
    }
    objects.push_back(indicator);
    return Bundle(objects);
  }

 private:
  void Add(const Json& ref, std::vector<Json>& objects) const {
    if (!ref.is_string()) return;
    const auto found = by_id_.find(ref.get<std::string>());
    if (found != by_id_.end()) objects.push_back(*found->second);
  }

  std::map<std::string, const Json*> by_id_;
};

Refusal NotPublished(const ReadContext& context, const Indicator& indicator, std::string reason) {
  return {context.path, 0, indicator.value, std::move(reason), "not published"};
}

std::optional<std::string> GuardReasonOf(std::span<const Indicator> indicators) {
  for (const Indicator& indicator : indicators) {
    if (!indicator.pattern.empty()) continue;
    if (auto reason = GuardReason(indicator.kind, indicator.value)) return reason;
  }
  return std::nullopt;
}

}  // namespace

bool MakesFeedback(const Indicator& indicator) {
  return MakesFeedback(indicator.kind) && indicator.conditions.empty() && indicator.pattern.empty() &&
         !indicator.revoked;
}

std::vector<IocId> IocIdsOf(std::span<const Indicator> indicators) {
  std::vector<IocId> ids;
  for (const Indicator& indicator : indicators) {
    if (MakesFeedback(indicator)) ids.push_back(MakeIocId(indicator.kind, indicator.value));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

absl::Status CheckClaims(const Envelope& envelope) {
  if (envelope.withdrawn) return absl::OkStatus();
  const ReadResult read = ReadIndicators(envelope.object, {.path = envelope.id, .source = "claim"});
  if (read.unreadable) {
    return absl::InvalidArgumentError(
        fmt::format("'{}': {}", envelope.id,
                    read.refusals.empty() ? "its object cannot be read" : read.refusals.front().reason));
  }
  for (const Indicator& indicator : read.indicators) {
    if (indicator.id == envelope.id) continue;
    return absl::InvalidArgumentError(
        fmt::format("'{}': its object is about '{}'", envelope.id, indicator.id));
  }
  if (IocIdsOf(read.indicators) != envelope.ioc_ids) {
    return absl::InvalidArgumentError(
        fmt::format("'{}': the ioc_ids beside it are not those of its object", envelope.id));
  }
  return absl::OkStatus();
}

std::vector<Publishable> ReadPublishables(std::string_view bytes, const ReadContext& context,
                                          const std::function<TimeUs(const std::string& id)>& since,
                                          const std::function<void(const Refusal&)>& refused) {
  ReadResult read = ReadIndicators(bytes, context);
  for (const Refusal& refusal : read.refusals) refused(refusal);
  std::map<std::string, std::vector<Indicator>> by_id;
  for (Indicator& indicator : read.indicators) {
    if (indicator.id.empty())
      indicator.id = DerivedIndicatorId(context.source, indicator.kind, indicator.value);
    by_id[indicator.id].push_back(std::move(indicator));
  }
  const bool stix = read.format.starts_with("STIX");
  const Json json = stix ? Json::parse(bytes.begin(), bytes.end(), nullptr, false) : Json();
  const StixObjects objects(json);
  std::vector<Publishable> all;
  for (auto& [id, indicators] : by_id) {
    std::string object = stix ? objects.BundleOf(id) : std::string();
    if (const auto guarded = GuardReasonOf(indicators)) {
      refused(
          NotPublished(context, indicators.front(), fmt::format("the engines keep it out: {}", *guarded)));
      continue;
    }
    if (object.empty() && stix) {
      refused(NotPublished(context, indicators.front(), "its object was not found in the file"));
      continue;
    }
    if (!stix) {
      const Indicator& one = indicators.front();
      if (indicators.size() > 1 || !one.conditions.empty() || !one.pattern.empty() || PathOf(one).empty()) {
        refused(NotPublished(context, one,
                             "only exact values and networks are published from this format; write "
                             "it as a STIX indicator"));
        continue;
      }
      if (one.revoked) continue;
      object = Bundle({StixIndicator(one, since(id))});
    }
    const bool marked = indicators.front().tlp != Tlp::kUnmarked;
    all.push_back({id, std::move(object), IocIdsOf(indicators), marked});
  }
  return all;
}

}  // namespace polder
