#include <nlohmann/json.hpp>

#include "engine/base/uuid.h"
#include "engine/release/render_release.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

// MISP's numbers for what a sighting says.
constexpr const char* kSighting = "0";
constexpr const char* kFalsePositive = "1";

Json Sighting(const PublishedRelease& release, const ReleasedIndicator& one,
              const ReleasedIndicator::Reference& reference, const char* type) {
  std::string name("release-misp\0", 13);
  for (const std::string& part :
       {release.community, FormatIsoTime(release.start()), ToHex(one.ioc_id), reference.indicator_id}) {
    name += part;
    name += '\0';
  }
  name += type;
  const std::size_t dashes = reference.indicator_id.find("--");
  const std::size_t uuid = dashes == std::string::npos ? 0 : dashes + 2;
  return {{"uuid", NameBasedUuid(name)},
          {"attribute_uuid", reference.indicator_id.substr(uuid)},
          {"value", one.value},
          {"type", type},
          {"date_sighting", std::to_string(release.end() / kSecondUs)},
          {"source", release.community}};
}

}  // namespace

std::string RenderReleaseMisp(const PublishedRelease& release) {
  Json sightings = Json::array();
  for (const ReleasedIndicator& one : release.indicators) {
    for (const ReleasedIndicator::Reference& reference : one.references) {
      const bool seen = one.confirmed || !one.false_positive;
      if (seen) sightings.push_back(Sighting(release, one, reference, kSighting));
      if (one.false_positive) sightings.push_back(Sighting(release, one, reference, kFalsePositive));
    }
  }
  return sightings.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace polder
