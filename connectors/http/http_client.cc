#include "connectors/http/http_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <thread>

#include "connectors/http/http_error.h"
#include "connectors/http/transfer.h"
#include "connectors/http/url.h"

namespace polder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How soon a wait notices that it was cancelled.
constexpr milliseconds kNap{50};
// Shorter ones are no secrets, and would blot out half of every message.
constexpr std::size_t kShortestSecret = 4;

bool HasControlByte(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool IsHeaderName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= count ? kDigits[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return text;
}

bool HasCredentials(const HttpCredentials& credentials) {
  return !credentials.user.empty() || !credentials.bearer.empty() || !credentials.api_key.empty();
}

absl::Status CheckCredentials(const HttpCredentials& credentials) {
  const int ways = static_cast<int>(!credentials.user.empty()) +
                   static_cast<int>(!credentials.bearer.empty()) +
                   static_cast<int>(!credentials.api_key.empty());
  if (ways > 1) {
    return absl::InvalidArgumentError("more than one of user, bearer and api_key is given; keep one");
  }
  if (credentials.user.empty() && !credentials.password.empty()) {
    return absl::InvalidArgumentError("a password is given without a user; give both");
  }
  if (credentials.user.find(':') != std::string::npos) {
    return absl::InvalidArgumentError("the user name holds a colon, which Basic authentication cannot carry");
  }
  for (const auto& [name, value] : {std::pair("user", &credentials.user),
                                    {"password", &credentials.password},
                                    {"bearer", &credentials.bearer},
                                    {"api_key", &credentials.api_key}}) {
    if (HasControlByte(*value)) {
      return absl::InvalidArgumentError(fmt::format(
          "{} holds a line end or another control character; is there a second line in its file?", name));
    }
  }
  if (!IsHeaderName(credentials.api_key_header)) {
    return absl::InvalidArgumentError(
        fmt::format("'{}' is no name of an HTTP header; expected one such as X-API-Key",
                    UrlForMessage(credentials.api_key_header)));
  }
  if (credentials.client_certificate.empty() && !credentials.client_key.empty()) {
    return absl::InvalidArgumentError("a client key is given without its certificate; give both");
  }
  return absl::OkStatus();
}

}  // namespace

std::string HttpResponse::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

HttpClient::HttpClient(HttpOptions options)
    : options_(std::move(options)),
      transfer_(std::make_unique<Transfer>(options_)),
      random_(std::random_device{}()) {
  const HttpCredentials& given = options_.credentials;
  for (const std::string& secret : {given.password, given.bearer, given.api_key, given.client_key_password,
                                    Base64(given.user + ':' + given.password)}) {
    if (secret.size() >= kShortestSecret) secrets_.push_back(secret);
  }
}

HttpClient::~HttpClient() = default;

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Create(HttpOptions options) {
  absl::Status credentials = CheckCredentials(options.credentials);
  if (!credentials.ok()) return credentials;
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(options)));
}

absl::Status HttpClient::MayAsk(const HttpUrl& url) const {
  if (url.scheme == "https" || options_.credentials_without_tls || IsLoopback(url) ||
      !HasCredentials(options_.credentials)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      fmt::format("{}: credentials would go over http, where anybody on the way can read them; use https, or "
                  "allow it for this source",
                  UrlForMessage(url.text)));
}

std::vector<std::string> HttpClient::HeaderLines(const HttpRequest& request) const {
  std::vector<std::string> lines;
  for (const auto& [name, value] : request.headers) lines.push_back(fmt::format("{}: {}", name, value));
  const HttpCredentials& given = options_.credentials;
  if (!given.bearer.empty()) lines.push_back(fmt::format("Authorization: Bearer {}", given.bearer));
  if (!given.api_key.empty()) lines.push_back(fmt::format("{}: {}", given.api_key_header, given.api_key));
  return lines;
}

absl::StatusOr<TransferResult> HttpClient::FollowRedirects(HttpUrl& url, const HttpRequest& request,
                                                           const std::optional<std::string_view>& body,
                                                           milliseconds time_limit) {
  const steady_clock::time_point end = steady_clock::now() + time_limit;
  const std::vector<std::string> lines = HeaderLines(request);
  const std::size_t max_bytes = request.max_bytes > 0 ? request.max_bytes : options_.max_response_bytes;
  for (int redirects = 0;; ++redirects) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now());
    TransferResult result = transfer_->Run(url.text, lines, body, max_bytes, std::max(left, milliseconds(1)));
    const bool moved = result.status >= 301 && result.status <= 308 && result.status != 304 &&
                       result.headers.contains("location");
    if (result.end != TransferEnd::kAnswered || !moved || body) return result;
    const std::string here = UrlForMessage(url.text);
    const std::string location = Excerpt(result.headers["location"], secrets_);
    absl::StatusOr<HttpUrl> target = ResolveUrl(url, result.headers["location"]);
    if (!target.ok() || !StaysWithHost(url, *target)) {
      return absl::FailedPreconditionError(fmt::format(
          "{}: redirects to '{}', which is not followed because it is another host, port or scheme; "
          "if it is right, configure that address",
          here, UrlForMessage(location)));
    }
    if (redirects >= options_.max_redirects) {
      return absl::FailedPreconditionError(
          fmt::format("{}: redirects more than {} times; configure the address at the end", here,
                      options_.max_redirects));
    }
    url = *std::move(target);
  }
}

bool HttpClient::Wait(milliseconds delay) const {
  const steady_clock::time_point end = steady_clock::now() + delay;
  while (true) {
    if (options_.cancelled != nullptr && options_.cancelled->load(std::memory_order_relaxed)) return false;
    const auto left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now());
    if (left <= milliseconds(0)) return true;
    std::this_thread::sleep_for(std::min(left, kNap));
  }
}

absl::StatusOr<HttpResponse> HttpClient::Ask(const HttpRequest& request,
                                             const std::optional<std::string_view>& body) {
  absl::StatusOr<HttpUrl> asked = ParseHttpUrl(request.url);
  if (!asked.ok()) return asked.status();
  absl::Status allowed = MayAsk(*asked);
  if (!allowed.ok()) return allowed;
  for (const auto& [name, value] : request.headers) {
    if (!IsHeaderName(name) || HasControlByte(value)) {
      return absl::InvalidArgumentError(
          fmt::format("{}: the header '{}' cannot be sent", UrlForMessage(request.url), UrlForMessage(name)));
    }
  }

  RetryPolicy policy = options_.retry;
  if (request.time_limit > milliseconds(0)) policy.total = std::min(policy.total, request.time_limit);
  const steady_clock::time_point start = steady_clock::now();
  const auto elapsed = [start] {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
  };
  for (Attempt attempt;; ++attempt.number) {
    HttpUrl url = *asked;
    const milliseconds left = std::max(policy.total - elapsed(), milliseconds(1));
    absl::StatusOr<TransferResult> result =
        FollowRedirects(url, request, body, std::min(options_.request_timeout, left));
    if (!result.ok()) return result.status();
    const bool answered = result->end == TransferEnd::kAnswered;
    if (answered && ((result->status >= 200 && result->status < 300) || result->status == 304)) {
      return HttpResponse{result->status, std::move(result->body), std::move(result->headers), url.text};
    }
    std::optional<milliseconds> delay;
    if (answered || result->end == TransferEnd::kNotReached || result->end == TransferEnd::kBrokenOff) {
      attempt.outcome = answered                                  ? AttemptOutcome::kAnswered
                        : result->end == TransferEnd::kNotReached ? AttemptOutcome::kNotReached
                                                                  : AttemptOutcome::kBrokenOff;
      attempt.status = result->status;
      attempt.retry_after = result->retry_after;
      attempt.elapsed = elapsed();
      attempt.repeatable = request.repeatable;
      delay = DelayBeforeRetry(policy, attempt, std::uniform_real_distribution<double>()(random_));
    }
    if (!delay) {
      return HttpError(url.text, *result, attempt.number,
                       request.max_bytes > 0 ? request.max_bytes : options_.max_response_bytes, secrets_);
    }
    if (!Wait(*delay)) {
      result->end = TransferEnd::kCancelled;
      return HttpError(url.text, *result, attempt.number, 0, secrets_);
    }
  }
}

}  // namespace polder
