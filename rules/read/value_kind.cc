#include "rules/read/value_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "engine/expression/check.h"
#include "engine/observable/characters.h"
#include "engine/observable/digest.h"
#include "engine/observable/ip.h"
#include "rules/read/value_shape.h"

namespace polder {
namespace {

using TypedValues = std::vector<TypedValue>;

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// `host` and `port` of `host:port` and `[address]:port` without a path.
struct HostAndPort {
  std::string_view host;
  std::string_view port;
};
std::optional<HostAndPort> SplitPort(std::string_view value) {
  const std::size_t colon = value.rfind(':');
  if (colon == std::string_view::npos || !AllDigits(value.substr(colon + 1))) return std::nullopt;
  std::string_view host = value.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!ParseIpv6(host)) return std::nullopt;
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  return HostAndPort{host, value.substr(colon + 1)};
}

// `address/digits` that is no network, or has another column behind it: no path, in any case.
bool HasBadPrefixLength(std::string_view value) {
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos || !ParseIp(value.substr(0, slash))) return false;
  const std::string_view length = value.substr(slash + 1);
  return AllDigits(length.substr(0, length.find_first_of(",;|")));
}

// What only expressions hold, and what stands where no value has it.
bool LooksLikePattern(std::string_view value) {
  for (const std::string_view mark :
       {"\\\\", "\\.",  "\\d",  "\\w",  "\\s", "\\b", "\\/", "(?", ".*", ".+",
        "[^",   "[a-z", "[A-Z", "[0-9", "]+",  "]*",  "]{",  ")?", ")+", ")*"}) {
    if (value.find(mark) != std::string_view::npos) return true;
  }
  return value.starts_with('^') || value.ends_with('$') || value.find('*') != std::string_view::npos;
}

// `C:\\...`, `\\\\server\\...`, `%TEMP%\\...`, `HKLM\\...`.
bool LooksLikeWindowsPath(std::string_view value) {
  const std::size_t backslash = value.find('\\');
  if (backslash == std::string_view::npos) return false;
  if (value.find("\\\\") != std::string_view::npos || value.find("\\.") != std::string_view::npos)
    return false;
  const std::string_view root = value.substr(0, backslash);
  return (root.size() == 2 && IsLetter(root[0]) && root[1] == ':') || root.starts_with("HK") ||
         (root.size() > 2 && root.starts_with('%') && root.ends_with('%'));
}

constexpr const char* kPatternHere =
    "a pattern, where a value is expected; in a list it is read if it stands alone and is clearly an "
    "expression";

constexpr std::size_t kMaxLabel = 63;  // RFC 1035 section 2.3.4

absl::StatusOr<TypedValues> TypeName(std::string_view value) {
  auto domain = TypeValueAs(Kind::kDomain, value);
  if (!domain.ok()) {
    if (LooksLikeWindowsPath(value)) {
      return absl::FailedPreconditionError(
          "a path or registry key by its shape: say which with the kind or a column name");
    }
    if (LooksLikePattern(value)) {
      return absl::UnimplementedError(kPatternHere);
    }
    return absl::InvalidArgumentError(
        fmt::format("neither an address, network, URL, email address nor hash, and as a name: {}",
                    std::string(domain.status().message())));
  }
  const std::string& name = (*domain)[0].value;
  // No registry sells names with an underscore, but `backup_old.zip` has its shape.
  const bool one_dot = name.find('.') == name.rfind('.');
  if (HasFileEnding(name) || (one_dot && name.find('_') != std::string::npos)) {
    return absl::FailedPreconditionError(
        "a file name by its ending, and a domain name by its shape: say which with the kind or a column "
        "name");
  }
  for (std::size_t start = 0; start < name.size();) {
    const std::size_t end = std::min(name.find('.', start), name.size());
    if (end - start > kMaxLabel) {
      return absl::InvalidArgumentError(
          "no name: a label of it is longer than the 63 characters that DNS has");
    }
    if (end == name.size() && end - start < 2) {
      return absl::InvalidArgumentError("no name: no top-level domain is one character long");
    }
    start = end + 1;
  }
  return domain;
}

absl::StatusOr<TypedValues> TypeWithPort(const HostAndPort& parts) {
  auto port = CanonicaliseValue(Kind::kPort, parts.port);
  if (!port.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("behind the colon: {}", std::string(port.status().message())));
  }
  auto values = ParseIp(parts.host) ? TypeValueAs(Kind::kIp, parts.host) : TypeName(parts.host);
  if (values.ok()) {
    for (TypedValue& value : *values) value.conditions.push_back({Kind::kPort, *port});
  }
  return values;
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
  TypedValues values;
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
  if (const auto kind = CanonicalShape(value)) {
    TypedValues values;
    values.push_back({*kind, std::string(value)});
    return values;
  }
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
  if (value.starts_with('/')) {
    return absl::OutOfRangeError("a path without its host, which no event holds as one value");
  }
  if (has_slash && !LooksLikeWindowsPath(value)) {
    auto url = TypeValueAs(Kind::kUrl, value);
    if (!url.ok() && LooksLikePattern(value)) {
      return absl::UnimplementedError(kPatternHere);
    }
    return url;
  }
  if (const auto parts = SplitPort(value)) return TypeWithPort(*parts);
  return TypeName(value);
}

std::string RefusalCategory(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kFailedPrecondition:
      return "unclear value";
    case absl::StatusCode::kUnimplemented:
      return "not yet supported";
    case absl::StatusCode::kOutOfRange:
      return "not matchable";
    default:
      return ExpressionRefusalCategory(status);
  }
}

}  // namespace polder
