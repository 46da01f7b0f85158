#include "rules/read/list_value.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/observable/characters.h"
#include "rules/read/column_name.h"
#include "rules/read/expression_spelling.h"
#include "rules/read/refang.h"
#include "rules/read/text_decoding.h"

namespace polder {
namespace {

using Family = ValueRole::Family;
using TypedValues = std::vector<TypedValue>;

bool IsHostKind(Kind kind) {
  return kind == Kind::kIp || kind == Kind::kNetwork || kind == Kind::kDomain || kind == Kind::kUrl;
}

absl::StatusOr<TypedValues> TypeHost(std::string_view value) {
  auto typed = TypeValue(value);
  if (absl::IsFailedPrecondition(typed.status())) typed = TypeValueAs(Kind::kDomain, value);
  if (typed.ok() && !IsHostKind((*typed)[0].kind)) {
    return absl::InvalidArgumentError("not an address, a name or a URL, which its column holds");
  }
  return typed;
}

absl::StatusOr<TypedValues> TypeHash(std::string_view value) {
  auto typed = TypeValue(value);
  if (typed.ok() && IsDigest((*typed)[0].kind)) return typed;
  return absl::InvalidArgumentError("not the hexadecimal digits of an MD5, SHA-1, SHA-256 or SHA-512");
}

// An address or name may have its port.
absl::StatusOr<TypedValues> TypeExactly(Kind kind, std::string_view value) {
  auto typed = TypeValueAs(kind, value);
  if (typed.ok() || (kind != Kind::kIp && kind != Kind::kDomain)) return typed;
  auto with_port = TypeValue(value);
  const bool same = with_port.ok() && (*with_port)[0].kind == kind && !(*with_port)[0].conditions.empty();
  return same ? with_port : typed;
}

}  // namespace

bool ValueRole::Takes(Kind shape) const {
  switch (family) {
    case Family::kAny:
      return true;
    case Family::kHost:
      return IsHostKind(shape);
    case Family::kHash:
      return IsDigest(shape);
    case Family::kExactly:
      return shape == kind;
    case Family::kFile:
      break;
  }
  return false;
}

std::string_view WithoutQuotes(std::string_view text) {
  if (text.ends_with(',') || text.ends_with(';')) text = TrimInvisible(text.substr(0, text.size() - 1));
  constexpr std::string_view kOpen = "\"'`<";
  constexpr std::string_view kClose = "\"'`>";
  while (text.size() >= 2) {
    const std::size_t which = kOpen.find(text.front());
    if (which == std::string_view::npos || text.back() != kClose[which]) break;
    text = TrimInvisible(text.substr(1, text.size() - 2));
  }
  return text;
}

bool IsPlaceholder(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kPlaceholders = {
      "-", "--", "n/a", "na", "none", "null", "nil", "unknown", "?", "tbd", "n.a.", "\xE2\x80\x94"};
  if (text.empty()) return true;
  if (text.size() > 7) return false;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLowerAscii);
  return std::find(kPlaceholders.begin(), kPlaceholders.end(), lower) != kPlaceholders.end();
}

absl::StatusOr<std::vector<TypedValue>> ReadValue(std::string_view text, const ValueRole& role) {
  const std::string value = Refang(WithoutQuotes(text));
  if (!IsUtf8(value)) {
    return absl::InvalidArgumentError("its bytes are not UTF-8: save the list as UTF-8");
  }
  switch (role.family) {
    case Family::kAny:
      return TypeValue(value);
    case Family::kHost:
      return TypeHost(value);
    case Family::kHash:
      return TypeHash(value);
    case Family::kExactly:
      return role.kind < Kind::kFileName ? TypeExactly(role.kind, value) : ReadForcedValue(text, role.kind);
    case Family::kFile:
      break;
  }
  const bool path = text.find_first_of("/\\") != std::string_view::npos;
  return ReadForcedValue(text, path ? Kind::kFilePath : Kind::kFileName);
}

absl::StatusOr<std::vector<TypedValue>> ReadForcedValue(std::string_view text, Kind kind) {
  if (kind < Kind::kFileName) return ReadValue(text, ValueRole::Exactly(kind));
  if (!IsUtf8(text)) {
    return absl::InvalidArgumentError("its bytes are not UTF-8: save the list as UTF-8");
  }
  return kind == Kind::kPattern ? ReadPatternText(text) : TypeValueAs(kind, text);
}

std::optional<ValueRole> RoleOfTypeName(std::string_view name) {
  static constexpr ValueRole kHost{Family::kHost};
  static constexpr ValueRole kUrl{Family::kExactly, Kind::kUrl};
  static constexpr ValueRole kEmail{Family::kExactly, Kind::kEmail};
  static constexpr ValueRole kFile{Family::kFile};
  struct TypeName {
    std::string_view name;
    ValueRole role;
  };
  static constexpr auto kTypes =
      std::to_array<TypeName>({{"ip", kHost},
                               {"ips", kHost},
                               {"ipv4", kHost},
                               {"ipv6", kHost},
                               {"ip_address", kHost},
                               {"ipaddress", kHost},
                               {"address", kHost},
                               {"addr", kHost},
                               {"ip_src", kHost},
                               {"ip_dst", kHost},
                               {"ip_dst_port", kHost},
                               {"ip_src_port", kHost},
                               {"ip_port", kHost},
                               {"ipv4_port", kHost},
                               {"ipv6_port", kHost},
                               {"ipv4_addr", kHost},
                               {"ipv6_addr", kHost},
                               {"ipv4_addr_value", kHost},
                               {"ipv6_addr_value", kHost},
                               {"cidr", kHost},
                               {"network", kHost},
                               {"netblock", kHost},
                               {"subnet", kHost},
                               {"domain", kHost},
                               {"domains", kHost},
                               {"domain_name", kHost},
                               {"domain_name_value", kHost},
                               {"domain_port", kHost},
                               {"host", kHost},
                               {"hostname", kHost},
                               {"hostname_port", kHost},
                               {"fqdn", kHost},
                               {"c2", kHost},
                               {"url", kUrl},
                               {"urls", kUrl},
                               {"uri", kUrl},
                               {"url_value", kUrl},
                               {"email", kEmail},
                               {"email_address", kEmail},
                               {"email_addr", kEmail},
                               {"email_src", kEmail},
                               {"email_dst", kEmail},
                               {"email_addr_value", kEmail},
                               {"filename", kFile},
                               {"file_name", kFile},
                               {"file", kFile},
                               {"filepath", kFile},
                               {"file_path", kFile},
                               {"path", kFile},
                               {"mutex", ValueRole::Exactly(Kind::kMutex)},
                               {"mutant", ValueRole::Exactly(Kind::kMutex)},
                               {"user_agent", ValueRole::Exactly(Kind::kUserAgent)},
                               {"useragent", ValueRole::Exactly(Kind::kUserAgent)},
                               {"regkey", ValueRole::Exactly(Kind::kRegistryKey)},
                               {"registry", ValueRole::Exactly(Kind::kRegistryKey)},
                               {"registry_key", ValueRole::Exactly(Kind::kRegistryKey)},
                               {"named_pipe", ValueRole::Exactly(Kind::kNamedPipe)},
                               {"service_name", ValueRole::Exactly(Kind::kServiceName)},
                               {"command_line", ValueRole::Exactly(Kind::kCommandLine)},
                               {"email_subject", ValueRole::Exactly(Kind::kEmailSubject)},
                               {"jarm", ValueRole::Exactly(Kind::kTlsFingerprint)},
                               {"ja3", ValueRole::Exactly(Kind::kMd5)},
                               {"mac_address", ValueRole::Exactly(Kind::kMacAddress)}});
  const std::string normal = NormalColumnName(name);
  for (const TypeName& type : kTypes) {
    if (type.name == normal) return type.role;
  }
  // FileHash-SHA256, sha256_hash, hash_md5 ... but not the hashes of a part of a file.
  std::string letters = normal;
  std::erase(letters, '_');
  if (letters.find("sha256") != std::string::npos) return ValueRole::Exactly(Kind::kSha256);
  if (letters.find("sha512") != std::string::npos) return ValueRole::Exactly(Kind::kSha512);
  if (letters.find("sha1") != std::string::npos) return ValueRole::Exactly(Kind::kSha1);
  if (letters.find("md5") != std::string::npos) return ValueRole::Exactly(Kind::kMd5);
  if (letters == "hash" || letters == "hashes" || letters == "filehash" || normal.ends_with("_hash") ||
      normal.ends_with("_hashes")) {
    return ValueRole{Family::kHash};
  }
  return std::nullopt;
}

}  // namespace polder
