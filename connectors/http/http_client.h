// Fetches over HTTP. libcurl does it, and only in this folder.
#ifndef POLDER_CONNECTORS_HTTP_HTTP_CLIENT_H_
#define POLDER_CONNECTORS_HTTP_HTTP_CLIENT_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/http/retry.h"

namespace polder {

struct HttpUrl;
class Transfer;
struct TransferResult;

// At most one of user, bearer and api_key; a client certificate goes with any of them.
struct HttpCredentials {
  std::string user = {};  // Basic
  std::string password = {};
  std::string bearer = {};
  std::string api_key = {};
  std::string api_key_header = "X-API-Key";  // "Authorization" for MISP's own API
  std::string client_certificate = {};       // PEM file, for mutual TLS
  std::string client_key = {};               // PEM file; empty: it is in the certificate's
  std::string client_key_password = {};
};

struct HttpOptions {
  HttpCredentials credentials;
  std::string ca_file;  // PEM, in place of the system's authorities; certificates are checked in any case
  // Without TLS anybody on the way reads credentials: they are sent so only to this machine itself, unless
  // this says otherwise.
  bool credentials_without_tls = false;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds request_timeout{120'000};      // one attempt, from its first byte to its last
  std::size_t max_response_bytes = std::size_t{64} << 20;  // of a body, decompressed
  int max_redirects = 3;
  RetryPolicy retry;
  // Set by another thread to end a request, or the wait before the next attempt, within 100 ms. Outlives the
  // client; null: nobody ends it.
  const std::atomic<bool>* cancelled = nullptr;
};

struct HttpRequest {
  std::string url = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  // values without line ends
  bool repeatable = true;                                         // see Attempt
  std::size_t max_bytes = 0;                                      // 0: HttpOptions::max_response_bytes
  std::chrono::milliseconds time_limit{0};  // for all attempts, below RetryPolicy::total; 0: none
};

struct HttpResponse {
  int status = 0;  // 200 to 299 or 304
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case; the last of several
  std::string url;                             // after redirects

  // Empty if there is none; `name` in lower case.
  std::string Header(const std::string& name) const;
};

// Used by one thread. Keeps its connections. A proxy is taken from the environment as curl takes it
// (https_proxy, no_proxy ...).
//
// Redirects are followed a few times, and only to the same host (StaysWithHost): another one would get the
// credentials, and an address inside the network would be asked in our name.
class HttpClient {
 public:
  // An InvalidArgument for options that contradict each other or cannot be sent.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Create(HttpOptions options);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  // GET, tried again as RetryPolicy says. Errors name the address, what was seen and what to do, never a
  // credential:
  //   InvalidArgument     no address that may be asked
  //   Unauthenticated     401
  //   PermissionDenied    403
  //   NotFound            404, 410
  //   AlreadyExists       409
  //   FailedPrecondition  another status; a redirect that is not followed; TLS that fails
  //   ResourceExhausted   more bytes than max_response_bytes; reading ended there
  //   Unavailable         no connection, no whole answer, or 429, 502, 503, 504, to the last attempt
  //   Cancelled           `cancelled` was set
  absl::StatusOr<HttpResponse> Get(const HttpRequest& request) { return Ask(request, std::nullopt); }
  // POST, likewise; a redirect is not followed. Name the Content-Type among the headers. Where a body that
  // arrives twice does harm, it is not `repeatable`.
  absl::StatusOr<HttpResponse> Post(const HttpRequest& request, std::string_view body) {
    return Ask(request, body);
  }

 private:
  explicit HttpClient(HttpOptions options);

  absl::StatusOr<HttpResponse> Ask(const HttpRequest& request, const std::optional<std::string_view>& body);
  absl::Status MayAsk(const HttpUrl& url) const;
  std::vector<std::string> HeaderLines(const HttpRequest& request) const;
  // Fetches `url`, which becomes the one that answered.
  absl::StatusOr<TransferResult> FollowRedirects(HttpUrl& url, const HttpRequest& request,
                                                 const std::optional<std::string_view>& body,
                                                 std::chrono::milliseconds time_limit);
  // False if cancelled.
  bool Wait(std::chrono::milliseconds delay) const;

  const HttpOptions options_;
  std::vector<std::string> secrets_;  // what no message may hold
  std::unique_ptr<Transfer> transfer_;
  std::minstd_rand random_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_HTTP_HTTP_CLIENT_H_
