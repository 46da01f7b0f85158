#include "connectors/http/url.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <memory>

namespace polder {
namespace {

using CurlUrl = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), Lower);
  return text;
}

std::string PartOf(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* value = nullptr;
  if (curl_url_get(url, part, &value, flags) != CURLUE_OK || value == nullptr) return {};
  std::string text = value;
  curl_free(value);
  return text;
}

absl::Status NotAnAddress(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format(
      "'{}': {}; expected an address such as https://host.example/path", UrlForMessage(text), why));
}

// `text` absolute, or relative to what `url` holds.
absl::StatusOr<HttpUrl> Read(CURLU* url, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return NotAnAddress(text, "holds a NUL byte");
  const CURLUcode code = curl_url_set(url, CURLUPART_URL, std::string(text).c_str(), 0);
  if (code != CURLUE_OK) return NotAnAddress(text, fmt::format("no address ({})", curl_url_strerror(code)));
  curl_url_set(url, CURLUPART_FRAGMENT, nullptr, 0);
  HttpUrl result;
  result.scheme = LowerCase(PartOf(url, CURLUPART_SCHEME));
  if (result.scheme != "http" && result.scheme != "https") {
    return NotAnAddress(text, fmt::format("its scheme is '{}'", result.scheme));
  }
  if (!PartOf(url, CURLUPART_USER).empty() || !PartOf(url, CURLUPART_PASSWORD).empty()) {
    return absl::InvalidArgumentError(
        fmt::format("'{}': holds a user name or password; give them as settings of their own, where "
                    "messages do not show them",
                    UrlForMessage(text)));
  }
  result.host = LowerCase(PartOf(url, CURLUPART_HOST));
  if (result.host.starts_with('[') && result.host.ends_with(']')) {
    result.host = result.host.substr(1, result.host.size() - 2);
  }
  result.port = std::atoi(PartOf(url, CURLUPART_PORT, CURLU_DEFAULT_PORT).c_str());
  result.path = PartOf(url, CURLUPART_PATH);
  result.query = PartOf(url, CURLUPART_QUERY);
  result.text = PartOf(url, CURLUPART_URL);
  return result;
}

// Allowed in a query as they stand, for our purposes; the rest is percent-encoded.
bool IsPlain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("-._~,:").find(c) < 6;
}

std::string Encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (IsPlain(c)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

bool NamesASecret(std::string_view name) {
  const std::string lower = LowerCase(std::string(name));
  constexpr std::array<std::string_view, 7> kWords = {"key",  "token", "secret",    "pass",
                                                      "auth", "sig",   "credential"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

absl::StatusOr<HttpUrl> ParseHttpUrl(std::string_view text) {
  const CurlUrl url(curl_url(), &curl_url_cleanup);
  return Read(url.get(), text);
}

absl::StatusOr<HttpUrl> ResolveUrl(const HttpUrl& base, std::string_view reference) {
  const CurlUrl url(curl_url(), &curl_url_cleanup);
  curl_url_set(url.get(), CURLUPART_URL, base.text.c_str(), 0);
  return Read(url.get(), reference);
}

bool StaysWithHost(const HttpUrl& from, const HttpUrl& to) {
  if (from.host != to.host) return false;
  if (from.scheme == to.scheme) return from.port == to.port;
  return from.scheme == "http" && to.scheme == "https" && (to.port == from.port || to.port == 443);
}

bool IsLoopback(const HttpUrl& url) {
  const bool is_quad =
      url.host.starts_with("127.") && url.host.find_first_not_of("0123456789.") == std::string::npos;
  return is_quad || url.host == "::1" || url.host == "localhost";
}

std::string WithQuery(std::string_view url,
                      const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string result(url);
  char separator = result.find('?') == std::string::npos ? '?' : '&';
  if (result.ends_with('?') || result.ends_with('&')) separator = '\0';
  for (const auto& [name, value] : parameters) {
    if (separator != '\0') result += separator;
    result += Encoded(name);
    result += '=';
    result += Encoded(value);
    separator = '&';
  }
  return result;
}

std::string UrlForMessage(std::string_view text) {
  std::string shown;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end != std::string_view::npos) {
    const std::size_t authority = scheme_end + 3;
    const std::size_t authority_end = std::min(text.find_first_of("/?#", authority), text.size());
    const std::size_t at = text.substr(0, authority_end).rfind('@');
    if (at != std::string_view::npos && at >= authority) {
      shown = text.substr(0, authority);
      text.remove_prefix(at + 1);
    }
  }
  const std::size_t query = std::min(text.find('?'), text.size());
  shown += text.substr(0, query);
  text.remove_prefix(query);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&', 1), text.size());
    const std::string_view parameter = text.substr(0, end);
    const std::size_t equals = parameter.find('=');
    if (equals != std::string_view::npos && NamesASecret(parameter.substr(1, equals - 1))) {
      shown += parameter.substr(0, equals + 1);
      shown += "***";
    } else {
      shown += parameter;
    }
    text.remove_prefix(end);
  }
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return shown;
}

}  // namespace polder
