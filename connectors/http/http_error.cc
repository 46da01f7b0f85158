#include "connectors/http/http_error.h"

#include <fmt/format.h>

#include "connectors/http/url.h"

namespace polder {
namespace {

constexpr std::size_t kExcerptBytes = 160;

std::string_view HintFor(int status) {
  switch (status) {
    case 400:
      return "the server does not take this request; is this the address of the right service?";
    case 401:
      return "check user and password, bearer token or API key of this source";
    case 403:
      return "the server knows these credentials and does not allow this; ask its operator";
    case 404:
    case 410:
      return "check the address";
    case 406:
      return "the server speaks another version or format at this address";
    case 407:
      return "the proxy wants credentials; give them in https_proxy";
    case 429:
      return "it is asked too often; poll less often";
    default:
      break;
  }
  if (status >= 500) return "the server is in trouble; it is asked again at the next poll";
  return "check the address in a browser or with curl";
}

absl::StatusCode CodeFor(int status) {
  switch (status) {
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
    case 410:
      return absl::StatusCode::kNotFound;
    case 409:
      return absl::StatusCode::kAlreadyExists;
    case 429:
    case 502:
    case 503:
    case 504:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kFailedPrecondition;
  }
}

std::string Times(int attempts) { return attempts == 1 ? "" : fmt::format(", {} attempts", attempts); }

absl::Status StatusError(std::string_view url, const TransferResult& result, int attempts,
                         const std::vector<std::string>& secrets) {
  std::string said = Excerpt(result.body, secrets);
  if (!said.empty()) said = fmt::format(" (\"{}\")", said);
  std::string later;
  if (result.retry_after) {
    later = fmt::format(", and asks to be left alone for {} s", result.retry_after->count() / 1000);
  }
  return absl::Status(CodeFor(result.status),
                      fmt::format("{}: answered {}{}{}{}; {}", url, result.status, said, later,
                                  Times(attempts), HintFor(result.status)));
}

}  // namespace

std::string Excerpt(std::string_view text, const std::vector<std::string>& secrets) {
  // More than is shown, so that a secret across the cut is found.
  std::string shown(text.substr(0, 16 * kExcerptBytes));
  for (const std::string& secret : secrets) {
    for (std::size_t at = shown.find(secret); at != std::string::npos; at = shown.find(secret, at + 3)) {
      shown.replace(at, secret.size(), "***");
    }
  }
  std::string line;
  for (const char c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_blank = byte <= 0x20;
    if (is_blank && (line.empty() || line.back() == ' ')) continue;
    line += is_blank ? ' ' : byte < 0x7f ? c : '?';
    if (line.size() >= kExcerptBytes) return line += "...";
  }
  return line;
}

absl::Status HttpError(std::string_view full_url, const TransferResult& result, int attempts,
                       std::size_t max_bytes, const std::vector<std::string>& secrets) {
  const std::string url = UrlForMessage(full_url);
  const std::string reason = Excerpt(result.reason, secrets);
  switch (result.end) {
    case TransferEnd::kAnswered:
      return StatusError(url, result, attempts, secrets);
    case TransferEnd::kNotReached:
      return absl::UnavailableError(fmt::format("{}: not reached ({}){}; check address, network and proxy",
                                                url, reason, Times(attempts)));
    case TransferEnd::kBrokenOff:
      return absl::UnavailableError(
          fmt::format("{}: broke off after {} bytes ({}){}; it is asked again at the next poll", url,
                      result.body.size(), reason, Times(attempts)));
    case TransferEnd::kRefusedByTls:
      return absl::FailedPreconditionError(
          fmt::format("{}: no trusted connection ({}); if its certificate is from an authority of your own, "
                      "give that as ca_file; check client certificate and key, if any",
                      url, reason));
    case TransferEnd::kTooLarge:
      return absl::ResourceExhaustedError(
          fmt::format("{}: answers more than the {} bytes that are read; raise the limit if that is right",
                      url, max_bytes));
    case TransferEnd::kCancelled:
      return absl::CancelledError(fmt::format("{}: given up, stopping", url));
    case TransferEnd::kImpossible:
      break;
  }
  return absl::InvalidArgumentError(fmt::format("{}: cannot be asked ({})", url, reason));
}

}  // namespace polder
