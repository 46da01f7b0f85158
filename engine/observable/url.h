// URLs in their canonical form (RFC 3986 section 6.2.2 and 6.2.3, with the choices listed below).
#ifndef POLDER_ENGINE_OBSERVABLE_URL_H_
#define POLDER_ENGINE_OBSERVABLE_URL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace polder {

struct CanonicalUrl {
  std::string text;  // the whole URL
  std::string host;  // a canonical domain of at least two labels, or an address as FormatIp writes it
};

// `url` is `scheme://authority...`, without white space, quotes, angle brackets or control characters.
//   - closing punctuation at the end (`.,;:!?)]}`, as much as there is) is not part of the URL, except the
//   `]`
//     that closes an IPv6 host;
//   - scheme and host are lower-cased; the host is percent-decoded, its trailing dots dropped, names outside
//     ASCII as A-labels, IPv6 in RFC 5952's spelling;
//   - user information and fragment are dropped; so is an empty port and the scheme's own (ftp 21, http 80,
//     https 443, ws 80, wss 443);
//   - percent-encoded unreserved characters are decoded, other encodings have upper-case digits, and a byte
//     that RFC 3986 lets stand nowhere (outside ASCII, `\ ^ { | }` ...) is encoded; a `%` without two
//     hexadecimal digits is left as it is;
//   - an empty path is `/`. Dot segments and the order of the query are left alone.
// Nothing when the host is neither a domain of two labels nor an address, or the port is not one: such a URL
// names nothing that two organisations could both have seen.
std::optional<CanonicalUrl> CanonicaliseUrl(std::string_view url);

// The host of a URL in canonical form, as CanonicalUrl::host has it; a view into `canonical_url`.
std::string_view HostOfCanonicalUrl(std::string_view canonical_url);

// Where a URL starts and ends in running text: the `at`th byte of `text` is the `:` of a `://`. From the
// scheme's first letter to the first white space, quote, angle bracket, backtick or control character. Empty
// when no scheme stands before the colon. Bytes outside ASCII are part of the URL.
std::string_view UrlAround(std::string_view text, std::size_t at);

// How many `://` of one stretch of text without a byte that ends a URL are searched.
inline constexpr std::size_t kMaxNestedUrls = 16;
// Where the stretch that holds text[at] ends.
std::size_t UrlStretchEnd(std::string_view text, std::size_t at);

// True if the host of `url` is written with percent-encoding, so that its name stands nowhere in the text.
bool HostIsEncoded(std::string_view url);

// True for a byte that ends a URL in running text.
bool EndsUrl(char c);

}  // namespace polder

#endif  // POLDER_ENGINE_OBSERVABLE_URL_H_
