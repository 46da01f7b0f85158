// A file behind an address, fetched again only when it changed. For feeds that are one list or one bundle.
#ifndef POLDER_CONNECTORS_HTTP_URL_FILE_H_
#define POLDER_CONNECTORS_HTTP_URL_FILE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/http/http_client.h"

namespace polder {

// What a server said of the state of a resource, to be sent back when it is asked again.
struct HttpValidators {
  std::string etag;
  std::string last_modified;

  static HttpValidators Of(const HttpResponse& response);
  // If-None-Match and If-Modified-Since.
  std::vector<std::pair<std::string, std::string>> Headers() const;
};

struct UrlFilePoll {
  bool not_modified = false;
  std::string text;  // empty if not modified
};

// Used by one thread. What it knows of the last state is in memory only: after a restart it fetches once.
class UrlFile {
 public:
  // `url` names one file; its credentials are in `options`, and options.max_response_bytes bounds it.
  static absl::StatusOr<std::unique_ptr<UrlFile>> Open(const std::string& url, HttpOptions options);

  // The whole text if it is not the one given out last, which is told by ETag and Last-Modified, and by the
  // content where the server knows neither. After an error the next call asks again for the same. Errors as
  // of HttpClient::Get.
  absl::StatusOr<UrlFilePoll> Poll();

 private:
  UrlFile(std::string url, std::unique_ptr<HttpClient> http) : url_(std::move(url)), http_(std::move(http)) {}

  std::string url_;
  std::unique_ptr<HttpClient> http_;
  HttpValidators validators_;
  std::string digest_;  // of the text given out last
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_HTTP_URL_FILE_H_
