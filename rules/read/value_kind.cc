#include "rules/read/value_kind.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/indicator/indicator.h"
#include "engine/observable/characters.h"
#include "engine/observable/digest.h"
#include "engine/observable/ip.h"

namespace polder {
namespace {

bool IsPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), IsDigit);
}

// `host:port` or `[address]:port` without a path: a conjunction, which is another thing than its host.
bool HasPortAlone(std::string_view value) {
  const std::size_t colon = value.rfind(':');
  if (colon == std::string_view::npos || !IsPort(value.substr(colon + 1))) return false;
  const std::string_view host = value.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    return ParseIpv6(host.substr(1, host.size() - 2)).has_value();
  return host.find(':') == std::string_view::npos;
}

// `address/digits` that is no network: a slip in a network rather than a path.
bool HasBadPrefixLength(std::string_view value) {
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos || slash + 1 == value.size()) return false;
  const std::string_view length = value.substr(slash + 1);
  return ParseIp(value.substr(0, slash)) && std::all_of(length.begin(), length.end(), IsDigit);
}

}  // namespace

absl::StatusOr<std::vector<TypedValue>> TypeValueAs(Kind kind, std::string_view value) {
  if (kind == Kind::kIp && value.find('/') != std::string_view::npos) kind = Kind::kNetwork;
  if (kind == Kind::kDomain) {
    if (value.starts_with("*.")) value.remove_prefix(2);
    if (value.starts_with('.')) value.remove_prefix(1);
  }
  auto canonical = CanonicaliseValue(kind, value);
  if (!canonical.ok()) return canonical.status();
  std::vector<TypedValue> values;
  values.push_back({kind, *std::move(canonical)});
  if (kind == Kind::kNetwork && ParseNetwork(values[0].value)->prefix_bits == 128) {
    values[0] = {Kind::kIp, FormatIp(ParseNetwork(values[0].value)->address)};
  }
  if (kind == Kind::kUrl && value.find("://") == std::string_view::npos) {
    auto secure = CanonicaliseValue(kind, "https://" + std::string(value));
    if (secure.ok()) values.push_back({kind, *std::move(secure)});
  }
  return values;
}

absl::StatusOr<std::vector<TypedValue>> TypeValue(std::string_view value) {
  if (value.find("://") != std::string_view::npos) return TypeValueAs(Kind::kUrl, value);
  const bool has_slash = value.find('/') != std::string_view::npos;
  if (!has_slash && value.find('@') != std::string_view::npos) return TypeValueAs(Kind::kEmail, value);
  if (const auto digest = CanonicaliseDigest(value)) return TypeValueAs(digest->kind, value);
  if (ParseIp(value)) return TypeValueAs(Kind::kIp, value);
  if (ParseNetwork(value)) return TypeValueAs(Kind::kNetwork, value);
  if (HasBadPrefixLength(value)) {
    return absl::InvalidArgumentError(
        "no prefix length that such an address may have; for a path, write http:// in front");
  }
  if (has_slash) return TypeValueAs(Kind::kUrl, value);
  if (HasPortAlone(value)) {
    return absl::InvalidArgumentError(
        "an address or name with a port is not yet supported; write it without the port");
  }
  auto domain = TypeValueAs(Kind::kDomain, value);
  if (!domain.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("neither an address, network, URL, email address nor hash, and as a name: {}",
                    std::string(domain.status().message())));
  }
  return domain;
}

}  // namespace polder
