#include "engine/feedback/sighting_reader.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/observable/digest.h"
#include "engine/observable/ip.h"

namespace polder {
namespace {

using Json = nlohmann::json;

absl::Status Wrong(std::string what) {
  return absl::InvalidArgumentError(fmt::format("not a sighting of Polder's: {}", what));
}

const Json* At(const Json& json, std::initializer_list<const char*> path) {
  const Json* at = &json;
  for (const char* key : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string TextAt(const Json& json, std::initializer_list<const char*> path) {
  const Json* at = At(json, path);
  return at != nullptr && at->is_string() ? at->get<std::string>() : std::string();
}

// The kind of an indicator from ECS's wider types and the shape of its value. Text kinds are named.
std::optional<Kind> KindOf(const std::string& type, const std::string& value) {
  if (type == "ipv4-addr" || type == "ipv6-addr") return ParseNetwork(value) ? Kind::kNetwork : Kind::kIp;
  if (type == "domain-name") return Kind::kDomain;
  if (type == "url") return Kind::kUrl;
  if (type == "email-addr") return Kind::kEmail;
  if (type == "file") {
    const auto digest = CanonicaliseDigest(value);
    return digest ? std::optional(digest->kind) : std::nullopt;
  }
  return std::nullopt;
}

bool MakesFeedback(const std::string& match_type) {
  return match_type == "exact" || match_type == "subdomain" || match_type == "network" || match_type == "url";
}

}  // namespace

absl::StatusOr<std::vector<SightedIndicator>> ReadSightedIndicators(std::string_view ecs_json) {
  const Json document = Json::parse(ecs_json.begin(), ecs_json.end(), nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return Wrong("it is not JSON");
  const std::string id = TextAt(document, {"event", "id"});
  if (id.empty() || TextAt(document, {"event", "dataset"}) != "polder.sighting") {
    return Wrong(
        "event.id and event.dataset 'polder.sighting' are expected; write sightings with the format ecs");
  }
  const auto seen = ParseIsoTime(TextAt(document, {"@timestamp"}));
  if (!seen) return Wrong("@timestamp is missing or no time");
  const Json* enrichments = At(document, {"threat", "enrichments"});
  if (enrichments == nullptr || !enrichments->is_array()) return Wrong("threat.enrichments is missing");

  std::vector<SightedIndicator> sighted;
  for (const Json& enrichment : *enrichments) {
    if (!MakesFeedback(TextAt(enrichment, {"matched", "type"}))) continue;
    // A conjunction is more than its value: neither that nor the rest was found harmful by itself.
    if (At(enrichment, {"polder", "conditions"}) != nullptr) continue;
    SightedIndicator one;
    one.sighting_id = id;
    one.value = TextAt(enrichment, {"indicator", "name"});
    const std::string name = TextAt(enrichment, {"polder", "kind"});
    const auto kind =
        name.empty() ? KindOf(TextAt(enrichment, {"indicator", "type"}), one.value) : KindFromName(name);
    if (!kind || one.value.empty())
      return Wrong("an enrichment without a known indicator.type and indicator.name");
    one.kind = *kind;
    one.tlp = TlpFromName(TextAt(enrichment, {"indicator", "marking", "tlp"})).value_or(Tlp::kUnmarked);
    one.pap = PapFromName(TextAt(enrichment, {"indicator", "marking", "pap"})).value_or(Pap::kUnmarked);
    one.source = TextAt(enrichment, {"matched", "index"});
    one.valid_from = ParseIsoTime(TextAt(enrichment, {"indicator", "first_seen"}));
    one.valid_until = ParseIsoTime(TextAt(enrichment, {"polder", "valid_until"}));
    one.seen = *seen;
    sighted.push_back(std::move(one));
  }
  return sighted;
}

}  // namespace polder
