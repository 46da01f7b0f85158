#include "connectors/misp/misp_feed_client.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "connectors/http/url.h"
#include "rules/read/json_document.h"
#include "rules/read/misp_reader.h"

namespace polder {
namespace {

constexpr std::string_view kManifest = "manifest.json";

}  // namespace

absl::StatusOr<std::unique_ptr<MispFeedClient>> MispFeedClient::Open(MispFeedConfig config) {
  absl::StatusOr<HttpUrl> url = ParseHttpUrl(config.url);
  if (!url.ok()) return url.status();
  if (!url->query.empty()) {
    return absl::InvalidArgumentError(fmt::format(
        "{}: has a query, and the files of a feed cannot be named beside one; give the address of "
        "the folder",
        UrlForMessage(config.url)));
  }
  std::string folder = url->text;
  if (folder.ends_with(fmt::format("/{}", kManifest))) folder.resize(folder.size() - kManifest.size());
  if (!folder.ends_with('/')) folder += '/';
  absl::StatusOr<std::unique_ptr<HttpClient>> http = HttpClient::Create(config.http);
  if (!http.ok()) return http.status();
  return std::unique_ptr<MispFeedClient>(
      new MispFeedClient(std::move(config), std::move(folder), *std::move(http)));
}

absl::Status MispFeedClient::RefreshManifest(MispFeedDelta& delta) {
  HttpRequest request;
  request.url = folder_ + std::string(kManifest);
  request.headers = validators_.Headers();
  request.max_bytes = config_.max_manifest_bytes;
  absl::StatusOr<HttpResponse> response = http_->Get(request);
  if (!response.ok()) return response.status();
  if (response->status == 304) return absl::OkStatus();
  const std::string shown = UrlForMessage(request.url);
  Refusal refusal;
  const std::optional<JsonDocument> document =
      ParseJsonDocument(response->body, {.path = shown, .source = {}, .kind = {}}, &refusal);
  if (!document) return absl::InvalidArgumentError(refusal.Message());
  std::optional<MispTimestamps> manifest = ReadMispManifest(*document);
  if (!manifest) {
    return absl::InvalidArgumentError(
        fmt::format("{}: no manifest of a MISP feed, which is a JSON object with an entry for each event; "
                    "check the address",
                    shown));
  }
  if (manifest->size() > config_.max_events) {
    return absl::ResourceExhaustedError(fmt::format("{}: names {} events, more than the {} that are read",
                                                    shown, manifest->size(), config_.max_events));
  }
  if (manifest->size() < document->root.size()) {
    delta.failures.push_back(fmt::format("{}: {} of its {} entries are not named by the UUID of an event",
                                         shown, document->root.size() - manifest->size(),
                                         document->root.size()));
  }
  validators_ = HttpValidators::Of(*response);
  manifest_ = *std::move(manifest);
  // Nothing tells whether these changed, so they count as if they had.
  for (const auto& [uuid, timestamp] : manifest_) {
    const auto known = known_.find(uuid);
    if (timestamp == 0 && known != known_.end()) known->second = -1;
  }
  return absl::OkStatus();
}

bool MispFeedClient::FetchEvent(const std::string& uuid, std::size_t& bytes, MispFeedDelta& delta) {
  HttpRequest request;
  request.url = fmt::format("{}{}.json", folder_, uuid);
  request.max_bytes = config_.max_event_bytes;
  absl::StatusOr<HttpResponse> response = http_->Get(request);
  if (!response.ok()) {
    delta.failures.emplace_back(response.status().message());
    // With one event the server may have trouble of its own; away it is away for all.
    return !absl::IsUnavailable(response.status()) && !absl::IsCancelled(response.status()) &&
           !absl::IsUnauthenticated(response.status());
  }
  // What broke off would be read as a broken feed, and the rest of it would never be asked for.
  if (!nlohmann::json::accept(response->body)) {
    delta.failures.push_back(
        fmt::format("{}: no JSON, or only the beginning of some ({} bytes); it is asked "
                    "for again at the next poll",
                    UrlForMessage(request.url), response->body.size()));
    return true;
  }
  known_[uuid] = manifest_.at(uuid);
  bytes += response->body.size();
  delta.changed.push_back({uuid, std::move(response->body)});
  return true;
}

absl::StatusOr<MispFeedDelta> MispFeedClient::Poll() {
  MispFeedDelta delta;
  before_ = known_;
  absl::Status manifest = RefreshManifest(delta);
  if (!manifest.ok()) return manifest;
  MispChanges changes = ChangesSince(known_, manifest_);
  for (const std::string& uuid : changes.removed) known_.erase(uuid);
  delta.removed = std::move(changes.removed);
  std::size_t bytes = 0;
  for (const std::string& uuid : changes.changed) {
    if (bytes >= config_.max_poll_bytes) {
      delta.more = true;
      break;
    }
    if (!FetchEvent(uuid, bytes, delta)) break;
  }
  delta.not_modified = delta.changed.empty() && delta.removed.empty() && delta.failures.empty();
  return delta;
}

}  // namespace polder
