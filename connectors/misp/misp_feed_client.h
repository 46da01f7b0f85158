// Polls a MISP feed over HTTP: a folder with `manifest.json` and a `<uuid>.json` for each event.
#ifndef POLDER_CONNECTORS_MISP_MISP_FEED_CLIENT_H_
#define POLDER_CONNECTORS_MISP_MISP_FEED_CLIENT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/http/http_client.h"
#include "connectors/http/url_file.h"
#include "connectors/misp/misp_changes.h"

namespace polder {

struct MispFeedConfig {
  std::string url = {};  // of the folder, or of the manifest in it
  HttpOptions http = {};
  std::size_t max_manifest_bytes = std::size_t{256} << 20;
  std::size_t max_event_bytes = std::size_t{64} << 20;
  // One Poll ends once it has this much, and the next goes on: events are handed on in memory.
  std::size_t max_poll_bytes = std::size_t{256} << 20;
  std::size_t max_events = 1'000'000;  // in the manifest
};

struct MispFeedEvent {
  std::string uuid;
  std::string json;  // as it came, whole
};

struct MispFeedDelta {
  bool not_modified = false;           // the manifest is as before, and nothing is missing
  std::vector<MispFeedEvent> changed;  // new, or with a later timestamp, or with none
  std::vector<std::string> removed;    // uuids handed out before that left the manifest
  std::vector<std::string> failures;   // what could not be had, one message each; asked for again next time
  bool more = false;                   // max_poll_bytes is reached: poll again at once
};

// Used by one thread. What it handed out is known in memory only: after a restart it fetches everything once.
//
// `hashes.csv` is not read: it says in which event a value's MD5 occurs, and values are what is matched.
class MispFeedClient {
 public:
  static absl::StatusOr<std::unique_ptr<MispFeedClient>> Open(MispFeedConfig config);

  // What changed since the last call. An error means that the manifest could not be had (as of
  // HttpClient::Get, or InvalidArgument if it is none) and nothing changes; an event that cannot be had is a
  // failure in the delta, and does not keep the others back unless the server is away altogether.
  absl::StatusOr<MispFeedDelta> Poll();
  // What the last Poll handed out was not taken: the next hands it out again, removals too.
  void TakeBack() { known_ = before_; }

 private:
  MispFeedClient(MispFeedConfig config, std::string folder, std::unique_ptr<HttpClient> http)
      : config_(std::move(config)), folder_(std::move(folder)), http_(std::move(http)) {}

  // Reads the manifest if it changed since it was read last.
  absl::Status RefreshManifest(MispFeedDelta& delta);
  // False if it makes no sense to go on with the next.
  bool FetchEvent(const std::string& uuid, std::size_t& bytes, MispFeedDelta& delta);

  MispFeedConfig config_;
  std::string folder_;  // ends in a slash
  std::unique_ptr<HttpClient> http_;
  HttpValidators validators_;  // of the manifest
  MispTimestamps manifest_;    // as the server states it
  MispTimestamps known_;       // as it was handed out
  MispTimestamps before_;      // the same before the last poll
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_MISP_MISP_FEED_CLIENT_H_
