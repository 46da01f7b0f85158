// HTTP addresses: parsed, joined, compared, and shown without what is secret in them.
#ifndef POLDER_CONNECTORS_HTTP_URL_H_
#define POLDER_CONNECTORS_HTTP_URL_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace polder {

struct HttpUrl {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower-cased, an IPv6 address without its brackets
  int port = 0;        // the default where none is given
  std::string path;    // begins with /
  std::string query;   // without the ?
  std::string text;    // the whole, without a fragment
};

// An InvalidArgument for anything but an absolute http or https address, and for one with a user name or
// password in it: those belong into the configuration of their own, where they stay out of messages.
absl::StatusOr<HttpUrl> ParseHttpUrl(std::string_view text);

// What `reference` means where it was found at `base` (RFC 3986 section 5).
absl::StatusOr<HttpUrl> ResolveUrl(const HttpUrl& base, std::string_view reference);

// Whether what was meant for `from` may be sent to `to`: the same host, on the same port and by the same
// scheme, or by https instead of http on the same or the default port. Anybody else would learn credentials.
bool StaysWithHost(const HttpUrl& from, const HttpUrl& to);

// 127.0.0.0/8, ::1, localhost.
bool IsLoopback(const HttpUrl& url);

// `url` with `parameters` added to its query, percent-encoded where they must be.
std::string WithQuery(std::string_view url,
                      const std::vector<std::pair<std::string, std::string>>& parameters);

// `text` for a message: user name and password left out, and the values of parameters named like a secret.
// Takes any text.
std::string UrlForMessage(std::string_view text);

}  // namespace polder

#endif  // POLDER_CONNECTORS_HTTP_URL_H_
