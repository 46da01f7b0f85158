// What a TAXII 2.1 server answers, taken apart.
#ifndef POLDER_CONNECTORS_TAXII_TAXII_ENVELOPE_H_
#define POLDER_CONNECTORS_TAXII_TAXII_ENVELOPE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/http/http_client.h"
#include "engine/base/content_hash.h"

namespace polder {

// The media type of every request and answer.
inline constexpr const char* kTaxiiMediaType = "application/taxii+json;version=2.1";

// The JSON object that `response` holds. What is none, such as a page of HTML, JSON that broke off, or JSON
// nested deeper than any STIX object, is a FailedPrecondition that shows how it begins.
absl::StatusOr<nlohmann::json> TaxiiResource(const HttpResponse& response);

struct TaxiiEnvelope {
  nlohmann::json objects;  // an array of objects with an identifier
  bool more = false;
  std::string next;
};

// Elements that are no objects are left in place: the reader of indicators refuses them by line.
absl::StatusOr<TaxiiEnvelope> ParseTaxiiEnvelope(const HttpResponse& response);

// Of the identifiers and versions of the objects, in their order; of the whole of one without an identifier.
ContentHash DigestOf(const nlohmann::json& objects);

// `objects` and `more_objects` as `{"objects": [...]}`, each on a line of its own.
std::string EnvelopeText(const nlohmann::json& objects, const std::vector<nlohmann::json>& more_objects);

}  // namespace polder

#endif  // POLDER_CONNECTORS_TAXII_TAXII_ENVELOPE_H_
