// The canonical form of a URL, step by step in the order of the list in engine/observable/url.h.
#include <algorithm>

#include "tests/oracle/naive_values.h"

namespace polder::oracle {
namespace {

bool Digit(char c) { return c >= '0' && c <= '9'; }
bool Letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool In(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
bool Unreserved(char c) { return Digit(c) || Letter(c) || In(c, "-._~"); }

int HexDigit(char c) {
  const std::size_t at = std::string_view("0123456789abcdef").find(Lower(c));
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// The byte that `%xx` at text[at] encodes, -1 if there is none.
int EncodedByte(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return -1;
  const int high = HexDigit(text[at + 1]);
  const int low = HexDigit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::string Decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = EncodedByte(text, i);
    out += byte < 0 ? text[i] : static_cast<char>(byte);
    if (byte >= 0) i += 2;
  }
  return out;
}

std::string Encoded(char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {'%', kDigits[byte / 16], kDigits[byte % 16]};
}

std::string Normalised(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = EncodedByte(text, i);
    if (byte >= 0) {
      const char c = static_cast<char>(byte);
      out += Unreserved(c) ? std::string(1, c) : Encoded(c);
      i += 2;
    } else if (Unreserved(text[i]) || In(text[i], "%:/?#[]@!$&'()*+,;=")) {
      out += text[i];
    } else {
      out += Encoded(text[i]);
    }
  }
  return out;
}

// `after_scheme` ends in `]`: is it the bracket that closes an IPv6 host?
bool ClosesHost(std::string_view after_scheme) {
  if (after_scheme.find_first_of("/?#") != std::string_view::npos) return false;
  const std::size_t userinfo = after_scheme.rfind('@');
  const std::string_view host =
      userinfo == std::string_view::npos ? after_scheme : after_scheme.substr(userinfo + 1);
  return host.starts_with('[') && host.find(']') == host.size() - 1;
}

std::optional<std::string> ReadHost(std::string_view host) {
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return std::nullopt;
    const auto ip = ReadIpv6(host.substr(1, host.size() - 2));
    return ip ? std::optional(WriteAddress(*ip)) : std::nullopt;
  }
  std::string name = Decoded(host);
  while (!name.empty() && name.back() == '.') name.pop_back();
  if (const auto ip = ReadIpv4(name)) return WriteAddress(*ip);
  if (name.empty() || name.front() == '.') return std::nullopt;
  for (std::size_t i = 0; i < name.size(); i += NameCharAt(name, i)) {
    if (NameCharAt(name, i) == 0) return std::nullopt;
  }
  return ReadDomain(name, /*drop_bad_labels=*/false);
}

// The port as it is written in the canonical form: with its colon, or nothing if it goes without saying.
std::optional<std::string> ReadPort(std::string_view digits, std::string_view scheme) {
  if (!std::all_of(digits.begin(), digits.end(), Digit)) return std::nullopt;
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  if (digits.empty()) return "";
  if (digits.size() > 5 || std::stoi(std::string(digits)) > 65535) return std::nullopt;
  const bool own = (scheme == "ftp" && digits == "21") ||
                   ((scheme == "http" || scheme == "ws") && digits == "80") ||
                   ((scheme == "https" || scheme == "wss") && digits == "443");
  return own ? "" : ":" + std::string(digits);
}

}  // namespace

std::optional<Url> ReadUrl(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos || colon == 0 || !Letter(url.front())) return std::nullopt;
  std::string scheme;
  for (const char c : url.substr(0, colon)) {
    if (!Letter(c) && !Digit(c) && !In(c, "+-.")) return std::nullopt;
    scheme += Lower(c);
  }
  std::string_view rest = url.substr(colon + 3);
  while (!rest.empty() && In(rest.back(), ".,;:!?)]}")) {
    if (rest.back() == ']' && ClosesHost(rest)) break;
    rest.remove_suffix(1);
  }
  rest = rest.substr(0, rest.find('#'));

  std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  std::string_view path = rest.substr(authority.size());
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  std::string_view port;
  const std::size_t port_colon = authority.rfind(':');
  if (port_colon != std::string_view::npos &&
      authority.substr(port_colon).find(']') == std::string_view::npos) {
    port = authority.substr(port_colon + 1);
    authority = authority.substr(0, port_colon);
  }
  const auto host = ReadHost(authority);
  const auto canonical_port = ReadPort(port, scheme);
  if (!host || !canonical_port) return std::nullopt;

  Url result;
  result.host = *host;
  result.host_encoded = authority.find('%') != std::string_view::npos;
  const bool brackets = host->find(':') != std::string::npos;
  result.text = scheme + "://" + (brackets ? '[' + *host + ']' : *host) + *canonical_port;
  if (!path.starts_with('/')) result.text += '/';
  result.text += Normalised(path);
  return result;
}

}  // namespace polder::oracle
