#include "connectors/taxii/taxii_envelope.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "connectors/http/url.h"

namespace polder {
namespace {

using nlohmann::json;

// Copying and writing JSON recurses, so depth is stack. STIX itself needs about ten.
constexpr int kMaxDepth = 128;
constexpr std::size_t kShownBytes = 60;

bool IsDeeperThan(std::string_view text, int limit) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > limit) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

absl::Status NotTaxii(const HttpResponse& response, std::string_view seen) {
  std::string begins;
  for (const char c : std::string_view(response.body).substr(0, kShownBytes)) {
    begins += c >= 0x20 && c < 0x7f ? c : ' ';
  }
  return absl::FailedPreconditionError(
      fmt::format("{}: answered {}, expected {}; it begins with '{}'. Is this the address of a TAXII 2.1 "
                  "service, and does no proxy or login page stand before it?",
                  UrlForMessage(response.url), seen, kTaxiiMediaType, begins));
}

std::string TextAt(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

absl::StatusOr<json> TaxiiResource(const HttpResponse& response) {
  const std::string_view body = response.body;
  const std::size_t first = body.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (first == std::string_view::npos) return NotTaxii(response, "nothing");
  if (body[first] == '<') return NotTaxii(response, "HTML or XML");
  if (IsDeeperThan(body, kMaxDepth)) {
    return NotTaxii(response, fmt::format("JSON of more than {} levels", kMaxDepth));
  }
  json resource = json::parse(body.begin(), body.end(), nullptr, false);
  if (resource.is_discarded()) return NotTaxii(response, "what is no JSON, or only the beginning of some");
  if (!resource.is_object()) return NotTaxii(response, fmt::format("JSON that is {}", resource.type_name()));
  return resource;
}

absl::StatusOr<TaxiiEnvelope> ParseTaxiiEnvelope(const HttpResponse& response) {
  absl::StatusOr<json> resource = TaxiiResource(response);
  if (!resource.ok()) return resource.status();
  TaxiiEnvelope envelope;
  envelope.objects = json::array();
  const auto objects = resource->find("objects");
  if (objects != resource->end()) {
    if (!objects->is_array()) return NotTaxii(response, "an envelope whose `objects` is no array");
    envelope.objects = std::move(*objects);
  } else if (resource->contains("title") || resource->contains("collections")) {
    // An empty envelope is `{}`. These are other resources: an error with status 200, a list of collections.
    return NotTaxii(response, "no envelope of objects");
  }
  const auto more = resource->find("more");
  envelope.more = more != resource->end() && more->is_boolean() && more->get<bool>();
  envelope.next = TextAt(*resource, "next");
  return envelope;
}

ContentHash DigestOf(const json& objects) {
  std::string identity;
  for (const json& object : objects) {
    if (!object.is_object() || TextAt(object, "id").empty()) {
      identity += object.dump(-1, ' ', false, json::error_handler_t::replace);
      continue;
    }
    for (const char* key : {"id", "modified", "created"}) {
      identity += TextAt(object, key);
      identity += '\n';
    }
  }
  return HashContent(identity);
}

std::string EnvelopeText(const json& objects, const std::vector<json>& more_objects) {
  std::string text = "{\"objects\": [";
  auto add = [&text, first = true](const json& object) mutable {
    text += first ? "\n" : ",\n";
    text += object.dump(-1, ' ', false, json::error_handler_t::replace);
    first = false;
  };
  for (const json& object : objects) add(object);
  for (const json& object : more_objects) add(object);
  return text += "\n]}\n";
}

}  // namespace polder
