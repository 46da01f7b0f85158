#include "engine/community/envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/community/body.h"

namespace polder {
namespace {

constexpr std::size_t kLongestId = 1'024;

}  // namespace

std::string RenderEnvelope(const Envelope& envelope) {
  nlohmann::ordered_json json = {{"id", envelope.id},
                                 {"published", FormatIsoTime(envelope.published)},
                                 {"updated", FormatIsoTime(envelope.updated)}};
  if (envelope.withdrawn) json["withdrawn"] = true;
  nlohmann::ordered_json ids = nlohmann::ordered_json::array();
  for (const IocId& id : envelope.ioc_ids) ids.push_back(ToHex(id));
  json["ioc_ids"] = std::move(ids);
  if (!envelope.withdrawn) json["object"] = envelope.object;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

absl::StatusOr<Envelope> ReadEnvelope(std::string_view body) {
  const auto json = ParseBody(body, "published indicator");
  if (!json.ok()) return json.status();
  absl::Status status;
  const BodyObject top(*json, "indicator", &status);
  Envelope envelope;
  envelope.id = top.Text("id");
  envelope.published = top.Time("published");
  envelope.updated = top.Time("updated");
  envelope.withdrawn = top.Flag("withdrawn");
  if (!envelope.withdrawn) envelope.object = top.Text("object");
  for (const nlohmann::json& item : top.List("ioc_ids")) {
    const auto id = item.is_string() ? FromHex<32>(item.get_ref<const std::string&>()) : std::nullopt;
    if (!id || (!envelope.ioc_ids.empty() && !(envelope.ioc_ids.back() < *id))) {
      top.Wrong("ioc_ids", "digests of 64 hexadecimal digits, ascending, each once");
      break;
    }
    envelope.ioc_ids.push_back(*id);
  }
  // It stands in messages.
  const bool printable = std::all_of(envelope.id.begin(), envelope.id.end(),
                                     [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 127; });
  if (envelope.id.empty() || envelope.id.size() > kLongestId || !printable) {
    top.Wrong("id", fmt::format("1 to {} bytes without control characters", kLongestId));
  }
  if (envelope.updated < envelope.published) top.Wrong("updated", "a time that is not before 'published'");
  if (!status.ok()) return status;
  return envelope;
}

}  // namespace polder
