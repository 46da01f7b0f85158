#include "rules/read/column_name.h"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/observable/characters.h"

namespace polder {
namespace {

using enum ColumnUse;

struct NamedUse {
  std::string_view name;
  ColumnUse use;
};

// Normal names. What is missing here may still be a value by its last word.
constexpr auto kNames = std::to_array<NamedUse>({{"indicator", kGenericValue},
                                                 {"indicators", kGenericValue},
                                                 {"indicator_value", kGenericValue},
                                                 {"ioc", kGenericValue},
                                                 {"iocs", kGenericValue},
                                                 {"ioc_value", kGenericValue},
                                                 {"value", kGenericValue},
                                                 {"observable", kGenericValue},
                                                 {"observable_value", kGenericValue},
                                                 {"artifact", kGenericValue},
                                                 {"c2", kValue},
                                                 {"c_c", kValue},
                                                 {"cnc", kValue},
                                                 {"c2_server", kValue},
                                                 {"c2_servers", kValue},
                                                 {"c_c_server", kValue},
                                                 {"c2s", kValue},
                                                 {"host", kValue},
                                                 {"hosts", kValue},
                                                 {"domain_ip", kValue},
                                                 {"ip_domain", kValue},
                                                 {"domain_or_ip", kValue},
                                                 {"ip_or_domain", kValue},
                                                 {"hostnames", kValue},
                                                 {"ip_addresses", kValue},
                                                 {"source_ip", kValue},
                                                 {"src_ip", kValue},
                                                 {"dst_ip", kValue},
                                                 {"dstip", kValue},
                                                 {"srcip", kValue},
                                                 {"attacker", kValue},
                                                 {"attacker_ip", kValue},
                                                 {"server", kValue},
                                                 {"type", kType},
                                                 {"kind", kType},
                                                 {"ioc_type", kType},
                                                 {"indicator_type", kType},
                                                 {"observable_type", kType},
                                                 {"attribute_type", kType},
                                                 {"port", kPort},
                                                 {"dst_port", kPort},
                                                 {"dstport", kPort},
                                                 {"dest_port", kPort},
                                                 {"destination_port", kPort},
                                                 {"c2_port", kPort},
                                                 {"name", kName},
                                                 {"title", kName},
                                                 {"threat", kName},
                                                 {"threat_name", kName},
                                                 {"malware", kName},
                                                 {"malware_name", kName},
                                                 {"malware_printable", kName},
                                                 {"malware_family", kName},
                                                 {"family", kName},
                                                 {"signature", kName},
                                                 {"tool", kName},
                                                 {"tool_name", kName},
                                                 {"yara_hit", kName},
                                                 {"campaign", kName},
                                                 {"description", kDescription},
                                                 {"desc", kDescription},
                                                 {"comment", kDescription},
                                                 {"comments", kDescription},
                                                 {"note", kDescription},
                                                 {"notes", kDescription},
                                                 {"details", kDescription},
                                                 {"info", kDescription},
                                                 {"context", kDescription},
                                                 {"reason", kDescription},
                                                 {"listingreason", kDescription},
                                                 {"domain_use", kDescription},
                                                 {"confidence", kConfidence},
                                                 {"confidence_level", kConfidence},
                                                 {"confidence_score", kConfidence},
                                                 {"valid_from", kValidFrom},
                                                 {"valid_since", kValidFrom},
                                                 {"first_seen", kFirstSeen},
                                                 {"firstseen", kFirstSeen},
                                                 {"first_seen_utc", kFirstSeen},
                                                 {"last_seen", kLastSeen},
                                                 {"lastseen", kLastSeen},
                                                 {"last_seen_utc", kLastSeen},
                                                 {"modified", kLastSeen},
                                                 {"updated", kLastSeen},
                                                 {"last_updated", kLastSeen},
                                                 {"valid_until", kValidUntil},
                                                 {"valid_to", kValidUntil},
                                                 {"expires", kValidUntil},
                                                 {"expires_at", kValidUntil},
                                                 {"expiry", kValidUntil},
                                                 {"expiration", kValidUntil},
                                                 {"expiration_date", kValidUntil},
                                                 {"expire_date", kValidUntil},
                                                 {"tlp", kTlp},
                                                 {"tlp_level", kTlp},
                                                 {"marking", kTlp},
                                                 {"tags", kTags},
                                                 {"tag", kTags},
                                                 {"labels", kTags},
                                                 {"label", kTags},
                                                 {"category", kTags},
                                                 {"threat_type", kTags},
                                                 {"indicator_types", kTags},
                                                 {"reference", kReference},
                                                 {"references", kReference},
                                                 {"ref", kReference},
                                                 {"link", kReference},
                                                 {"report", kReference},
                                                 {"source_url", kReference},
                                                 {"reference_url", kReference},
                                                 {"urlhaus_link", kReference},
                                                 {"provider", kProvider},
                                                 {"reporter", kProvider},
                                                 {"source", kProvider},
                                                 {"created_by", kProvider},
                                                 {"score", kScore},
                                                 {"risk_score", kScore},
                                                 {"number_of_black_lists", kScore}});

// Words that, at the end of a name, say what it holds: "Remote Template IP", "Distribution URL".
std::optional<ValueRole> RoleByLastWord(std::string_view normal) {
  // These only talk about a value: "url of the report", "number of hashes".
  for (const std::string_view word : {"reference", "report", "blog", "image", "number", "count", "total"}) {
    if (normal.find(word) != std::string_view::npos) return std::nullopt;
  }
  for (const std::string_view tail : {"_observed", "_address", "_hash", "_hashes", "_value", "_list"}) {
    if (normal.ends_with(tail) && normal.find("hash") == std::string_view::npos) {
      normal.remove_suffix(tail.size());
    }
  }
  const std::size_t underscore = normal.rfind('_');
  const std::string_view last = underscore == std::string_view::npos ? normal : normal.substr(underscore + 1);
  for (const std::string_view word :
       {"ip",   "ips", "ipv4", "ipv6",   "cidr", "domain", "domains", "fqdn",   "hostname", "url",
        "urls", "uri", "hash", "hashes", "md5",  "sha1",   "sha256",  "sha512", "email",    "filename"}) {
    if (last == word) return RoleOfTypeName(last);
  }
  return std::nullopt;
}

bool IsTextRole(const ValueRole& role) {
  return role.family == ValueRole::Family::kFile ||
         (role.family == ValueRole::Family::kExactly && role.kind >= Kind::kFileName);
}

}  // namespace

std::string NormalColumnName(std::string_view name) {
  std::string normal;
  for (const char c : name) {
    if (IsAlnum(c)) {
      normal += ToLowerAscii(c);
    } else if (!normal.empty() && normal.back() != '_') {
      normal += '_';
    }
  }
  while (normal.ends_with('_')) normal.pop_back();
  return normal;
}

Column ColumnOf(std::string_view name) {
  Column column;
  column.name = std::string(name);
  const std::string normal = NormalColumnName(name);
  const auto known =
      std::find_if(kNames.begin(), kNames.end(), [&](const NamedUse& one) { return one.name == normal; });
  if (known != kNames.end()) {
    column.use = known->use;
    if (column.use == kValue) column.role.family = ValueRole::Family::kHost;
    return column;
  }
  static constexpr std::array<std::string_view, 4> kOtherThings = {"file", "path", "address", "registry"};
  const bool other = std::find(kOtherThings.begin(), kOtherThings.end(), normal) != kOtherThings.end();
  // A digest is told by any word of the name, so "hash_type" has to be kept out.
  const bool about = normal.ends_with("_type") || normal.ends_with("_count") || normal.ends_with("_size") ||
                     normal.ends_with("_status") || normal.ends_with("_name_type");
  auto role = other || about || normal.empty() ? std::nullopt : RoleOfTypeName(normal);
  const bool digest = role && (role->family == ValueRole::Family::kHash || IsDigest(role->kind));
  // "Imphash", "Remote Template Hash", "SHA256 (unpacked)": only what ends or begins so.
  if (!role || (digest && normal.find('_') != std::string::npos)) {
    const auto by_word = RoleByLastWord(normal);
    role = by_word ? by_word : (digest && !about ? role : std::nullopt);
  }
  if (!role) return column;
  column.role = *role;
  column.use = IsTextRole(*role) ? kTextValue : kValue;
  return column;
}

}  // namespace polder
