#include "engine/indicator/indicator.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/uuid.h"
#include "engine/observable/characters.h"
#include "engine/observable/digest.h"
#include "engine/observable/domain.h"
#include "engine/observable/email.h"
#include "engine/observable/ip.h"
#include "engine/observable/url.h"

namespace polder {
namespace {

absl::Status Wrong(const std::string& message) { return absl::InvalidArgumentError(message); }

absl::StatusOr<std::string> CanonicaliseIndicatorDomain(std::string_view value) {
  if (!IsName(value)) return Wrong("it has characters that no domain name can hold");
  auto domain = CanonicalDomain(value, /*drop_bad_labels=*/false);
  if (!domain) return Wrong("not a domain name of at least two labels, the last of them not a number");
  if (domain->size() > kMaxDomain) return Wrong("longer than the 253 characters that a domain name may have");
  return *std::move(domain);
}

constexpr std::size_t kMaxText = 8192;

absl::StatusOr<std::string> CanonicaliseText(Kind kind, std::string_view value) {
  if (value.empty()) return Wrong("it is empty");
  if (value.size() > kMaxText) return Wrong(fmt::format("longer than {} bytes", kMaxText));
  if (kind == Kind::kFileName && value.find_first_of("/\\") != std::string_view::npos) {
    return Wrong("a file name without its folder is expected, and it holds a slash or backslash");
  }
  std::string lower(value);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLowerAscii);
  return lower;
}

absl::StatusOr<std::string> CanonicalisePort(std::string_view value) {
  const bool digits = !value.empty() && value.size() <= 5 && std::all_of(value.begin(), value.end(), IsDigit);
  const int port = digits ? std::stoi(std::string(value)) : 0;
  if (port < 1 || port > 65535) return Wrong("not a port from 1 to 65535");
  return std::to_string(port);
}

}  // namespace

absl::StatusOr<std::string> CanonicaliseValue(Kind kind, std::string_view value) {
  switch (kind) {
    case Kind::kIp: {
      if (const auto ip = ParseIp(value)) return FormatIp(*ip);
      if (const auto network = ParseNetwork(value); network && network->prefix_bits == 128) {
        return FormatIp(network->address);
      }
      return Wrong("not an IPv4 or IPv6 address");
    }
    case Kind::kNetwork: {
      if (const auto network = ParseNetwork(value)) return FormatNetwork(*network);
      if (const auto ip = ParseIp(value)) return FormatNetwork(Network{*ip, 128});
      return Wrong("not a network in CIDR notation");
    }
    case Kind::kDomain:
      return CanonicaliseIndicatorDomain(value);
    case Kind::kUrl: {
      const auto bad = std::find_if(value.begin(), value.end(), EndsUrl);
      if (bad != value.end()) {
        return Wrong(fmt::format("a URL cannot hold the byte 0x{:02x}", static_cast<unsigned char>(*bad)));
      }
      const bool has_scheme = value.find("://") != std::string_view::npos;
      auto url = CanonicaliseUrl(has_scheme ? std::string(value) : "http://" + std::string(value));
      if (!url) return Wrong("not a URL whose host is an address or a domain name of two labels or more");
      return std::move(url->text);
    }
    case Kind::kEmail: {
      auto email = CanonicalEmail(value);
      if (!email) return Wrong("not an email address (local@domain, 64 characters at most before the @)");
      return *std::move(email);
    }
    case Kind::kMd5:
    case Kind::kSha1:
    case Kind::kSha256:
    case Kind::kSha512: {
      auto digest = CanonicaliseDigest(value);
      if (!digest || digest->kind != kind) {
        return Wrong(fmt::format("not the hexadecimal digits of a {}", KindName(kind)));
      }
      return std::move(digest->hex);
    }
    case Kind::kPort:
      return CanonicalisePort(value);
    case Kind::kPattern:
    case Kind::kStixPattern:
      return std::string(value);
    default:
      return CanonicaliseText(kind, value);
  }
  return Wrong("of an unknown kind");
}

std::string DerivedIndicatorId(std::string_view source, Kind kind, std::string_view canonical_value) {
  std::string name = "indicator";
  for (const std::string_view part : {source, KindName(kind), canonical_value}) {
    name += '\0';
    name += part;
  }
  return "indicator--" + NameBasedUuid(name);
}

}  // namespace polder
