#include "connectors/http/url_file.h"

#include "connectors/http/url.h"
#include "engine/base/crypto.h"

namespace polder {

HttpValidators HttpValidators::Of(const HttpResponse& response) {
  return {response.Header("etag"), response.Header("last-modified")};
}

std::vector<std::pair<std::string, std::string>> HttpValidators::Headers() const {
  std::vector<std::pair<std::string, std::string>> headers;
  if (!etag.empty()) headers.emplace_back("If-None-Match", etag);
  if (!last_modified.empty()) headers.emplace_back("If-Modified-Since", last_modified);
  return headers;
}

absl::StatusOr<std::unique_ptr<UrlFile>> UrlFile::Open(const std::string& url, HttpOptions options) {
  absl::StatusOr<HttpUrl> parsed = ParseHttpUrl(url);
  if (!parsed.ok()) return parsed.status();
  absl::StatusOr<std::unique_ptr<HttpClient>> http = HttpClient::Create(std::move(options));
  if (!http.ok()) return http.status();
  return std::unique_ptr<UrlFile>(new UrlFile(parsed->text, *std::move(http)));
}

absl::StatusOr<UrlFilePoll> UrlFile::Poll() {
  absl::StatusOr<HttpResponse> response = http_->Get({.url = url_, .headers = validators_.Headers()});
  if (!response.ok()) return response.status();
  if (response->status == 304) return UrlFilePoll{true, {}};
  validators_ = HttpValidators::Of(*response);
  const std::string digest = ToHex(Blake2b256(response->body));
  if (digest == digest_) return UrlFilePoll{true, {}};
  digest_ = digest;
  return UrlFilePoll{false, std::move(response->body)};
}

}  // namespace polder
