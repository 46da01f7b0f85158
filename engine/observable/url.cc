#include "engine/observable/url.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/observable/characters.h"
#include "engine/observable/domain.h"
#include "engine/observable/ip.h"

namespace polder {
namespace {

constexpr std::string_view kClosingPunctuation = ".,;:!?)]}";
constexpr std::string_view kReservedPunctuation = ":/?#[]@!$&'()*+,;=";  // RFC 3986 section 2.2

bool IsUnreserved(char c) { return IsAlnum(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

void AppendEncoded(char c, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

// The byte that a percent-encoding at the start of `text` stands for, or -1.
int DecodedByte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  const int high = HexValue(text[1]);
  const int low = HexValue(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

void AppendNormalised(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const int decoded = DecodedByte(text.substr(i));
    if (decoded >= 0) {
      const char byte = static_cast<char>(decoded);
      if (IsUnreserved(byte)) {
        out += byte;
      } else {
        AppendEncoded(byte, out);
      }
      i += 2;
    } else if (IsUnreserved(c) || c == '%' || kReservedPunctuation.find(c) != std::string_view::npos) {
      out += c;
    } else {
      AppendEncoded(c, out);
    }
  }
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int decoded = DecodedByte(text.substr(i));
    out += decoded >= 0 ? static_cast<char>(decoded) : text[i];
    if (decoded >= 0) i += 2;
  }
  return out;
}

unsigned DefaultPort(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws") return 80;
  if (scheme == "https" || scheme == "wss") return 443;
  if (scheme == "ftp") return 21;
  return 0;
}

std::string_view TrimClosing(std::string_view url) {
  while (!url.empty() && kClosingPunctuation.find(url.back()) != std::string_view::npos) {
    if (url.back() == ']') {
      // Keep the bracket of `scheme://[v6]`: no `/?#` after the authority's start, and it was opened there.
      const std::size_t authority = url.find("://") + 3;
      const bool in_authority = url.find_first_of("/?#", authority) == std::string_view::npos;
      const std::size_t open = url.find('[', authority);
      if (in_authority && open != std::string_view::npos && url.find(']', open) == url.size() - 1) break;
    }
    url.remove_suffix(1);
  }
  return url;
}

// The canonical host, or nothing.
std::optional<std::string> CanonicalHost(std::string_view host) {
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return std::nullopt;
    const auto ip = ParseIpv6(host.substr(1, host.size() - 2));
    if (!ip) return std::nullopt;
    return FormatIp(*ip);
  }
  std::string decoded = PercentDecode(host);
  while (decoded.ends_with('.')) decoded.pop_back();
  if (const auto ip = ParseIpv4(decoded)) return FormatIp(*ip);
  if (!IsName(decoded) || decoded.starts_with('.')) return std::nullopt;
  auto name = CanonicalDomain(decoded, /*drop_bad_labels=*/false);
  if (name && name->size() > kMaxDomain) return std::nullopt;
  return name;
}

}  // namespace

bool EndsUrl(char c) {
  static constexpr auto kEnds = [] {
    std::array<bool, 256> ends{};
    for (const char one : std::string_view(" \"'<>`\x7F")) ends[static_cast<unsigned char>(one)] = true;
    for (std::size_t control = 0; control < 0x20; ++control) ends[control] = true;
    return ends;
  }();
  return kEnds[static_cast<unsigned char>(c)];
}

std::string_view HostOfCanonicalUrl(std::string_view canonical_url) {
  std::string_view rest = canonical_url.substr(canonical_url.find("://") + 3);
  if (rest.starts_with('[')) return rest.substr(1, rest.find(']') - 1);
  return rest.substr(0, rest.find_first_of(":/?"));
}

std::string_view UrlAround(std::string_view text, std::size_t at) {
  std::size_t start = at;
  std::size_t letter = at;  // the leftmost letter of the run of scheme characters
  while (start > 0 && IsSchemeChar(text[start - 1])) {
    --start;
    if (IsLetter(text[start])) letter = start;
  }
  if (letter == at) return {};
  return text.substr(letter, UrlStretchEnd(text, at) - letter);
}

std::size_t UrlStretchEnd(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && !EndsUrl(text[end])) ++end;
  return end;
}

bool HostIsEncoded(std::string_view url) {
  const std::size_t authority = url.find("://") + 3;
  return url.substr(authority, url.find_first_of("/?#", authority) - authority).find('%') !=
         std::string_view::npos;
}

std::optional<CanonicalUrl> CanonicaliseUrl(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos || colon == 0 || !IsLetter(url.front()) ||
      !std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon), IsSchemeChar)) {
    return std::nullopt;
  }
  url = TrimClosing(url);
  if (url.size() <= colon + 3) return std::nullopt;

  CanonicalUrl result;
  std::string& text = result.text;
  text.reserve(url.size() + 8);
  std::transform(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon), std::back_inserter(text),
                 ToLowerAscii);
  const unsigned default_port = DefaultPort(text);
  text += "://";

  std::string_view rest = url.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  rest.remove_prefix(authority_end);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);

  std::string_view port;
  const std::size_t port_colon = authority.rfind(':');
  if (port_colon != std::string_view::npos && authority.find(']', port_colon) == std::string_view::npos) {
    port = authority.substr(port_colon + 1);
    authority = authority.substr(0, port_colon);
  }
  const auto host = CanonicalHost(authority);
  if (!host) return std::nullopt;
  result.host = *host;
  const bool v6 = host->find(':') != std::string::npos;
  if (v6) text += '[';
  text += *host;
  if (v6) text += ']';
  if (!port.empty()) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc() || end != port.data() + port.size() || number > 65535) return std::nullopt;
    if (number != default_port) {
      text += ':';
      text += std::to_string(number);
    }
  }
  if (!rest.starts_with('/')) text += '/';
  AppendNormalised(rest, text);
  return result;
}

}  // namespace polder
