// Field names and vocabularies are those of the Elastic Common Schema 8, threat and event fields.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/observable/digest.h"
#include "engine/observable/domain.h"
#include "engine/observable/ip.h"
#include "engine/observable/url.h"
#include "engine/sighting/render.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

std::string_view IndicatorType(const Enrichment& e) {
  switch (e.indicator_kind) {
    case Kind::kIp:
    case Kind::kNetwork:
      return e.indicator_value.find(':') == std::string::npos ? "ipv4-addr" : "ipv6-addr";
    case Kind::kDomain:
      return "domain-name";
    case Kind::kUrl:
      return "url";
    case Kind::kEmail:
      return "email-addr";
    case Kind::kRegistryKey:
      return "windows-registry-key";
    case Kind::kMutex:
      return "mutex";
    case Kind::kServiceName:
    case Kind::kCommandLine:
      return "process";
    case Kind::kUserAgent:
      return "software";
    case Kind::kCertificateSerial:
      return "x509-certificate";
    case Kind::kMacAddress:
      return "mac-addr";
    case Kind::kAsNumber:
      return "autonomous-system";
    case Kind::kPort:
      return "port";
    case Kind::kEmailSubject:
    case Kind::kTlsFingerprint:
    case Kind::kText:
    case Kind::kPattern:
    case Kind::kStixPattern:
      return "artifact";
    case Kind::kMd5:
    case Kind::kSha1:
    case Kind::kSha256:
    case Kind::kSha512:
    case Kind::kFileName:
    case Kind::kFilePath:
    case Kind::kNamedPipe:
      return "file";
  }
  return "artifact";
}

// STIX 2.1 appendix A, the None/Low/Medium/High scale, as ECS asks for.
std::string_view ConfidenceName(int confidence) {
  if (confidence < 0) return "Not Specified";
  if (confidence == 0) return "None";
  if (confidence < 30) return "Low";
  return confidence < 70 ? "Medium" : "High";
}

Json IndicatorJson(const Enrichment& e) {
  Json indicator = {{"type", IndicatorType(e)},
                    {"name", e.indicator_value},
                    {"provider", e.provider.empty() ? e.source : e.provider},
                    {"confidence", ConfidenceName(e.confidence)}};
  if (e.valid_from != kBeginningOfTime) indicator["first_seen"] = FormatIsoTime(e.valid_from);
  if (e.modified != kBeginningOfTime) indicator["last_seen"] = FormatIsoTime(e.modified);
  if (e.tlp != Tlp::kUnmarked) indicator["marking"] = {{"tlp", TlpName(e.tlp)}, {"tlp_version", "2.0"}};
  if (e.pap != Pap::kUnmarked) indicator["marking"]["pap"] = PapName(e.pap);
  if (!e.reference.empty()) indicator["reference"] = e.reference;
  if (!e.name.empty() || !e.description.empty()) {
    indicator["description"] = e.name.empty()          ? e.description
                               : e.description.empty() ? e.name
                                                       : e.name + ": " + e.description;
  }
  return indicator;
}

void AddOnce(Json& array, const std::string& value) {
  if (std::find(array.begin(), array.end(), value) == array.end()) array.push_back(value);
}

// The items of a list that is written with ", " between them.
void AddItems(std::string_view list, Json& array) {
  while (!list.empty()) {
    const std::size_t comma = list.find(", ");
    AddOnce(array, std::string(list.substr(0, comma)));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 2);
  }
}

// What ECS has no field for: which kind exactly, and what makes an indicator more or less than its value.
Json PolderJson(const Enrichment& e) {
  Json polder = Json::object();
  if (e.indicator_kind >= Kind::kFileName) polder["kind"] = KindName(e.indicator_kind);
  for (const Condition& condition : e.conditions) {
    polder["conditions"].push_back({{"kind", KindName(condition.kind)}, {"value", condition.value}});
  }
  if (e.valid_until != kEndOfTime) polder["valid_until"] = FormatIsoTime(e.valid_until);
  if (!e.known_as.empty()) AddItems(e.known_as, polder["known_as"] = Json::array());
  if (!e.ecs_field.empty() && e.ecs_field != e.field) polder["ecs_field"] = e.ecs_field;
  return polder;
}

Json RelatedJson(const Sighting& sighting) {
  Json ips = Json::array();
  Json hosts = Json::array();
  Json hashes = Json::array();
  const auto add_host = [&](const std::string& host) { AddOnce(ParseIp(host) ? ips : hosts, host); };
  for (const Enrichment& e : sighting.enrichments) {
    switch (e.observable_kind) {
      case Kind::kIp:
      case Kind::kNetwork:
        AddOnce(ips, e.canonical);
        break;
      case Kind::kDomain:
        AddOnce(hosts, e.canonical);
        break;
      case Kind::kUrl:
        if (const auto url = CanonicaliseUrl(e.canonical)) add_host(url->host);
        break;
      case Kind::kEmail:
        add_host(e.canonical.substr(e.canonical.rfind('@') + 1));
        break;
      case Kind::kPattern:
        // Of an expression the whole value is told, which may be one of these.
        if (const auto ip = ParseIp(e.atomic)) {
          AddOnce(ips, FormatIp(*ip));
        } else if (const auto digest = CanonicaliseDigest(e.atomic)) {
          AddOnce(hashes, digest->hex);
        } else if (const auto name = CanonicalDomain(e.atomic, /*drop_bad_labels=*/false)) {
          AddOnce(hosts, *name);
        }
        break;
      default:
        if (IsDigest(e.observable_kind)) AddOnce(hashes, e.canonical);
    }
  }
  Json related = Json::object();
  if (!ips.empty()) related["ip"] = std::move(ips);
  if (!hosts.empty()) related["hosts"] = std::move(hosts);
  if (!hashes.empty()) related["hash"] = std::move(hashes);
  return related;
}

}  // namespace

std::string RenderEcs(const Sighting& sighting) {
  const std::string created = FormatIsoTime(sighting.created);
  Json enrichments = Json::array();
  Json tags = Json::array();
  Json known_as = Json::array();
  for (const Enrichment& e : sighting.enrichments) {
    AddItems(e.labels, tags);
    AddItems(e.known_as, known_as);
    enrichments.push_back({{"indicator", IndicatorJson(e)},
                           {"matched",
                            {{"atomic", e.atomic},
                             {"field", e.field},
                             {"id", e.indicator_id},
                             {"index", e.source},
                             {"type", MatchTypeName(e.match_type)},
                             {"occurred", created}}}});
    if (Json polder = PolderJson(e); !polder.empty()) enrichments.back()["polder"] = std::move(polder);
  }
  Json document = {{"@timestamp", FormatIsoTime(sighting.time)},
                   {"ecs", {{"version", "8.11.0"}}},
                   {"event",
                    {{"id", sighting.id},
                     {"kind", "alert"},
                     {"category", {"threat"}},
                     {"type", {"indicator"}},
                     {"module", "polder"},
                     {"dataset", "polder.sighting"},
                     {"created", created},
                     {"original", sighting.original}}},
                   {"threat", {{"enrichments", std::move(enrichments)}}},
                   {"related", RelatedJson(sighting)}};
  Json polder = {{"snapshot", {{"generation", sighting.generation}, {"digest", sighting.digest}}},
                 {"format", sighting.format}};
  for (const auto& [name, part] : {std::pair{"product", &sighting.log_product},
                                   {"category", &sighting.log_category},
                                   {"service", &sighting.log_service}}) {
    if (!part->empty()) polder["log_source"][name] = *part;
  }
  if (const auto* kafka = std::get_if<KafkaOrigin>(&sighting.origin)) {
    polder["kafka"] = {{"topic", kafka->topic}, {"partition", kafka->partition}, {"offset", kafka->offset}};
  } else {
    const auto& file = std::get<FileOrigin>(sighting.origin);
    document["log"] = {{"file", {{"path", file.path}}}, {"offset", file.offset}};
  }
  if (!tags.empty()) document["tags"] = std::move(tags);
  if (!known_as.empty()) polder["known_as"] = std::move(known_as);
  if (sighting.original.size() < sighting.original_bytes) polder["original_bytes"] = sighting.original_bytes;
  if (sighting.hits_dropped > 0) polder["hits_dropped"] = sighting.hits_dropped;
  document["polder"] = std::move(polder);
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace polder
