// STIX 2.1: sighting (section 5.2) and identity (4.5); the markings of OASIS's TLP 2.0 extension.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "engine/base/stix_time.h"
#include "engine/base/uuid.h"
#include "engine/observable/text.h"
#include "engine/release/render_release.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kTlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
// What never changes has one date for ever: two bundles must not disagree about an identifier.
constexpr const char* kUnchangedSince = "2024-01-01T00:00:00.000Z";

std::string Id(const std::string& type, std::initializer_list<std::string> parts) {
  std::string name = "release-" + type;
  for (const std::string& part : parts) {
    name += '\0';
    name += part;
  }
  return type + "--" + NameBasedUuid(name);
}

Json Object(const char* type, const std::string& id, const std::string& created) {
  return {{"type", type}, {"spec_version", "2.1"}, {"id", id}, {"created", created}, {"modified", created}};
}

// What STIX does not mark is as strict as AMBER+STRICT, and a release says so.
Tlp Marked(Tlp tlp) { return tlp == Tlp::kUnmarked ? Tlp::kAmberStrict : tlp; }

Json Marking(Tlp tlp) {
  const std::string name(TlpName(tlp));
  return {{"type", "marking-definition"},
          {"spec_version", "2.1"},
          {"id", StixMarkingId(tlp)},
          {"created", "2022-10-01T00:00:00.000Z"},
          {"name", "TLP:" + name},
          {"extensions",
           {{kTlpExtension, {{"extension_type", "property-extension"}, {"tlp_2_0", LowerText(name)}}}}}};
}

bool IsIndicatorId(const std::string& id) {
  constexpr std::string_view kPrefix = "indicator--";
  return id.starts_with(kPrefix) && ParseUuid(std::string_view(id).substr(kPrefix.size())).has_value();
}

class BundleWriter {
 public:
  BundleWriter(const PublishedRelease& release, TimeUs released_at)
      : release_(release),
        created_(FormatStixTime(released_at)),
        identity_(Id("identity", {release.community})) {}

  Json Write() {
    Json sightings = Json::array();
    for (const ReleasedIndicator& one : release_.indicators) {
      for (const auto& reference : one.references) AddSighting(one, reference.indicator_id, sightings);
    }
    Json objects = Json::array({Identity()});
    for (const Tlp tlp : markings_) objects.push_back(Marking(tlp));
    for (Json& sighting : sightings) objects.push_back(std::move(sighting));
    const std::string id = Id("bundle", {release_.community, FormatIsoTime(release_.start()), created_,
                                         std::to_string(static_cast<int>(release_.audience))});
    return {{"type", "bundle"}, {"id", id}, {"objects", std::move(objects)}};
  }

 private:
  Json Identity() const {
    Json identity = Object("identity", identity_, kUnchangedSince);
    identity["name"] = release_.community;
    identity["identity_class"] = "group";
    return identity;
  }

  // For people; the same for machines is in the JSON. A `count` would have to be exact, and an extension's
  // definition does not pass OASIS's own schema of bundles.
  std::string Description(const ReleasedIndicator& one) const {
    std::string text = fmt::format("Seen by at least {} affiliation groups", release_.k.value_or(0));
    if (one.confirmed) text += "; as many say confirmed";
    if (one.false_positive) text += "; as many say false positive";
    if (one.latency_at_most)
      text += fmt::format("; latency at most {}", LatencyBucketName(*one.latency_at_most));
    if (one.reach_at_least) text += fmt::format("; reach at least {} groups", *one.reach_at_least);
    if (one.count_at_least) text += fmt::format("; events at least {}", CountBucketName(*one.count_at_least));
    return text;
  }

  void AddSighting(const ReleasedIndicator& one, const std::string& indicator_id, Json& sightings) {
    if (!IsIndicatorId(indicator_id)) return;
    const std::string id = Id(
        "sighting", {release_.community, FormatIsoTime(release_.start()), ToHex(one.ioc_id), indicator_id});
    if (!ids_.insert(id).second) return;
    markings_.insert(Marked(one.tlp));
    Json sighting = Object("sighting", id, created_);
    sighting["created_by_ref"] = identity_;
    sighting["description"] = Description(one);
    sighting["first_seen"] = FormatStixTime(release_.start());
    sighting["last_seen"] = FormatStixTime(release_.end());
    sighting["sighting_of_ref"] = indicator_id;
    sighting["where_sighted_refs"] = {identity_};
    sighting["summary"] = true;
    sighting["object_marking_refs"] = {StixMarkingId(Marked(one.tlp))};
    sightings.push_back(std::move(sighting));
  }

  const PublishedRelease& release_;
  const std::string created_;
  const std::string identity_;
  std::set<Tlp> markings_;
  std::set<std::string> ids_;
};

}  // namespace

std::string RenderReleaseStix(const PublishedRelease& release, TimeUs released_at) {
  return BundleWriter(release, released_at).Write().dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace polder
