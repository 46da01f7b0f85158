// STIX 2.1: observed-data (section 4.14) and sighting (5.2). MISP: the objects that its bulkSaveSightings
// takes.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/stix_time.h"
#include "engine/base/uuid.h"
#include "engine/sighting/render.h"
#include "engine/sighting/stix_observable.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// As it stands in the event where case is lost otherwise.
const std::string& Observed(const Enrichment& e) {
  return e.observable_kind >= Kind::kFileName ? e.atomic : e.canonical;
}

Json Common(const char* type, const std::string& name, const std::string& created) {
  return {{"type", type},
          {"spec_version", "2.1"},
          {"id", std::string(type) + "--" + NameBasedUuid(name)},
          {"created", created},
          {"modified", created}};
}

}  // namespace

std::string RenderStix(const Sighting& sighting) {
  const std::string created = FormatStixTime(sighting.created);
  const std::string seen = FormatStixTime(sighting.time);
  Json objects = Json::array();
  Json observable_ids = Json::array();
  for (const Enrichment& e : sighting.enrichments) {
    for (Json& observable : StixObservables(e.observable_kind, Observed(e))) {
      const Json& id = observable["id"];
      if (std::find(observable_ids.begin(), observable_ids.end(), id) != observable_ids.end()) continue;
      observable_ids.push_back(id);
      objects.push_back(std::move(observable));
    }
  }
  Json observed = Common("observed-data", std::string("observed-data\0", 14) + sighting.id, created);
  observed["first_observed"] = seen;
  observed["last_observed"] = seen;
  observed["number_observed"] = 1;
  observed["object_refs"] = observable_ids;
  const std::string observed_id = observed["id"];
  objects.push_back(std::move(observed));

  for (std::size_t i = 0; i < sighting.enrichments.size(); ++i) {
    const Enrichment& e = sighting.enrichments[i];
    // One sighting of an indicator, in however many fields it was met.
    const bool repeated = std::any_of(
        sighting.enrichments.begin(), sighting.enrichments.begin() + static_cast<std::ptrdiff_t>(i),
        [&](const Enrichment& before) {
          return before.indicator_id == e.indicator_id && before.source == e.source;
        });
    if (repeated) continue;
    std::string name("sighting-of\0", 12);
    name += sighting.id + '\0' + e.indicator_id + '\0' + e.source;
    Json object = Common("sighting", name, created);
    object["first_seen"] = seen;
    object["last_seen"] = seen;
    object["count"] = 1;
    object["sighting_of_ref"] = e.indicator_id;
    object["observed_data_refs"] = {observed_id};
    if (e.tlp != Tlp::kUnmarked) object["object_marking_refs"] = {StixMarkingId(e.tlp)};
    objects.push_back(std::move(object));
  }
  return Dump({{"type", "bundle"}, {"id", "bundle--" + sighting.id}, {"objects", std::move(objects)}});
}

std::string RenderMisp(const Sighting& sighting) {
  std::string out;
  for (const Enrichment& e : sighting.enrichments) {
    if (!out.empty()) out += '\n';
    std::string name("misp-sighting\0", 14);
    // One indicator may state several values, and two sources the same indicator.
    for (const std::string* part : {&sighting.id, &e.indicator_id, &e.field, &e.source, &e.indicator_value}) {
      name += *part;
      name += '\0';
    }
    // As MISP writes its composite types, `filename|sha256` and the like.
    std::string value = e.indicator_value;
    for (const Condition& condition : e.conditions) value += '|' + condition.value;
    const std::string uuid = e.indicator_id.substr(e.indicator_id.find("--") + 2);
    out += Dump({{"uuid", NameBasedUuid(name)},
                 {"attribute_uuid", uuid},
                 {"value", value},
                 {"type", "0"},
                 {"date_sighting", sighting.time / kSecondUs},
                 {"source", "polder"}});
  }
  return out;
}

}  // namespace polder
