#include "rules/read/stix_paths.h"

#include <algorithm>
#include <array>

#include "engine/observable/characters.h"

namespace polder {
namespace {

struct Entry {
  std::string_view path;  // in small letters, indices as [*]
  PathMeaning meaning;
};

constexpr PathMeaning Value(Kind kind) { return {.use = PathUse::kValue, .kind = kind}; }
constexpr PathMeaning Beside(Kind kind) {
  return {.use = PathUse::kValue, .kind = kind, .only_beside = true};
}
constexpr PathMeaning NotMatchable(std::string_view reason) {
  return {.use = PathUse::kNotMatchable, .reason = reason};
}
constexpr std::string_view kOfStructure = "a hash of a structure, which unrelated files share";
constexpr PathMeaning kEndpointPath = {.use = PathUse::kEndpoint};
constexpr PathMeaning kDigestPath = {.use = PathUse::kDigest};

constexpr auto kPaths = std::to_array<Entry>({
    {"ipv4-addr:value", Value(Kind::kIp)},
    {"ipv6-addr:value", Value(Kind::kIp)},
    {"network-traffic:src_ref.value", kEndpointPath},
    {"network-traffic:dst_ref.value", kEndpointPath},
    {"domain-name:resolves_to_refs[*].value", kEndpointPath},
    {"domain-name:resolves_to_refs.value", kEndpointPath},
    {"ipv4-addr:resolves_to_refs[*].value", Value(Kind::kMacAddress)},
    {"ipv6-addr:resolves_to_refs[*].value", Value(Kind::kMacAddress)},
    {"domain-name:value", Value(Kind::kDomain)},
    {"network-traffic:extensions.http-request-ext.request_header.host", Value(Kind::kDomain)},
    {"url:value", Value(Kind::kUrl)},
    {"network-traffic:extensions.http-request-ext.request_header.referer", Value(Kind::kUrl)},
    {"email-addr:value", Value(Kind::kEmail)},
    {"email-message:from_ref.value", Value(Kind::kEmail)},
    {"email-message:sender_ref.value", Value(Kind::kEmail)},
    {"email-message:to_refs[*].value", Value(Kind::kEmail)},
    {"email-message:to_refs.value", Value(Kind::kEmail)},
    {"email-message:cc_refs[*].value", Value(Kind::kEmail)},
    {"email-message:cc_refs.value", Value(Kind::kEmail)},
    {"email-message:bcc_refs[*].value", Value(Kind::kEmail)},
    {"email-message:bcc_refs.value", Value(Kind::kEmail)},
    {"file:name", Value(Kind::kFileName)},
    {"process:name", Value(Kind::kFileName)},
    {"process:image_ref.name", Value(Kind::kFileName)},
    {"process:binary_ref.name", Value(Kind::kFileName)},
    {"process:parent_ref.name", Value(Kind::kFileName)},
    {"process:parent_ref.image_ref.name", Value(Kind::kFileName)},
    {"process:parent_ref.binary_ref.name", Value(Kind::kFileName)},
    {"email-message:body_multipart[*].body_raw_ref.name", Value(Kind::kFileName)},
    {"file:path", Value(Kind::kFilePath)},
    {"file:parent_directory_ref.path", Value(Kind::kFilePath)},
    {"directory:path", Value(Kind::kFilePath)},
    {"process:cwd", Value(Kind::kFilePath)},
    {"process:image_ref.parent_directory_ref.path", Value(Kind::kFilePath)},
    {"process:binary_ref.parent_directory_ref.path", Value(Kind::kFilePath)},
    {"windows-registry-key:key", Value(Kind::kRegistryKey)},
    {"win-registry-key:key", Value(Kind::kRegistryKey)},
    {"windows-registry-key:values[*].name", Beside(Kind::kText)},
    {"windows-registry-key:values.name", Beside(Kind::kText)},
    {"windows-registry-key:values[*].data", Beside(Kind::kText)},
    {"windows-registry-key:values.data", Beside(Kind::kText)},
    {"mutex:name", Value(Kind::kMutex)},
    {"process:command_line", Value(Kind::kCommandLine)},
    {"process:parent_ref.command_line", Value(Kind::kCommandLine)},
    {"process:extensions.windows-service-ext.service_name", Value(Kind::kServiceName)},
    {"process:extensions.windows-service-ext.display_name", Value(Kind::kServiceName)},
    {"network-traffic:extensions.http-request-ext.request_header.user-agent", Value(Kind::kUserAgent)},
    {"email-message:subject", Value(Kind::kEmailSubject)},
    {"x509-certificate:serial_number", Value(Kind::kCertificateSerial)},
    {"x509-certificate:issuer", Value(Kind::kText)},
    {"x509-certificate:subject", Value(Kind::kText)},
    {"mac-addr:value", Value(Kind::kMacAddress)},
    {"autonomous-system:number", Value(Kind::kAsNumber)},
    {"ipv4-addr:belongs_to_refs[*].number", Value(Kind::kAsNumber)},
    {"ipv6-addr:belongs_to_refs[*].number", Value(Kind::kAsNumber)},
    {"network-traffic:src_port", Beside(Kind::kPort)},
    {"network-traffic:dst_port", Beside(Kind::kPort)},
    {"file:extensions.windows-pebinary-ext.imphash", NotMatchable(kOfStructure)},
    {"app:id", Value(Kind::kText)},
    {"app:cert.md5", Value(Kind::kMd5)},
    {"app:cert.sha1", Value(Kind::kSha1)},
    {"app:cert.sha256", Value(Kind::kSha256)},
    {"configuration-profile:id", Value(Kind::kText)},
    {"android-property:name", Value(Kind::kText)},
});

struct Object {
  std::string_view type;
  std::string_view reason;
};

// Objects whose remaining paths say nothing that could be looked for by itself.
constexpr auto kNotMatchable = std::to_array<Object>({
    {"software", "a product is no sign by itself, and events name products in too many ways"},
    {"user-account", "an account's name is no sign outside the organisation that it belongs to"},
    {"location", "a place is nothing that an event holds"},
    {"autonomous-system", "the name of an autonomous system is nothing that an event holds; use its number"},
    {"identity", "an identity is nothing that an event holds"},
});

std::string Normalised(std::string_view path) {
  std::string normalised;
  for (std::size_t i = 0; i < path.size(); ++i) {
    normalised += ToLowerAscii(path[i]);
    if (path[i] != '[') continue;
    const std::size_t end = path.find(']', i);
    if (end == std::string_view::npos) continue;
    normalised += '*';
    i = end - 1;
  }
  return normalised;
}

constexpr std::string_view kHashes = "hashes";

// `name` of `...hashes.name`, or `[*]`.
std::optional<PathMeaning> MeaningOfHash(std::string name) {
  std::erase(name, '-');
  if (name == "md5") return Value(Kind::kMd5);
  if (name == "sha1") return Value(Kind::kSha1);
  if (name == "sha256") return Value(Kind::kSha256);
  if (name == "sha512") return Value(Kind::kSha512);
  for (const std::string_view other : {"[*]", "authentihash", "cdhash", "sha3256", "sha3512", "sha512/256"}) {
    if (name == other) return kDigestPath;
  }
  for (const std::string_view fuzzy : {"ssdeep", "tlsh", "telfhash", "vhash", "impfuzzy"}) {
    if (name == fuzzy) return NotMatchable("a hash for likeness, which exact matching cannot use");
  }
  if (name == "imphash" || name == "pehash") return NotMatchable(kOfStructure);
  for (const std::string_view rare :
       {"sha224", "sha384", "sha3224", "sha3384", "sha512/224", "ripemd160", "whirlpool"}) {
    if (name == rare) return NotMatchable("events are searched for MD5, SHA-1, SHA-256 and SHA-512 only");
  }
  return std::nullopt;
}

std::optional<PathMeaning> MeaningOfNormalised(const std::string& path) {
  const auto known =
      std::find_if(kPaths.begin(), kPaths.end(), [&](const Entry& entry) { return entry.path == path; });
  if (known != kPaths.end()) return known->meaning;
  const std::size_t hashes = path.rfind(kHashes);
  if (hashes != std::string::npos && hashes > 0 && (path[hashes - 1] == ':' || path[hashes - 1] == '.')) {
    std::string name = path.substr(hashes + kHashes.size());
    if (name.starts_with('.')) name.erase(0, 1);
    return MeaningOfHash(std::move(name));
  }
  if (path.ends_with(".type") && !ReferredObject(path).empty()) return PathMeaning{.use = PathUse::kType};
  for (const Object& object : kNotMatchable) {
    if (path.starts_with(object.type) && path[object.type.size()] == ':') return NotMatchable(object.reason);
  }
  return std::nullopt;
}

}  // namespace

std::optional<PathMeaning> MeaningOfPath(std::string_view path) {
  return MeaningOfNormalised(Normalised(path));
}

std::string ReferredObject(std::string_view path) {
  std::string object = Normalised(path);
  const std::size_t last = object.rfind('.');
  if (last == std::string::npos) return {};
  object.resize(last);
  const bool reference =
      object.ends_with("_ref") || object.ends_with("_refs") || object.ends_with("_refs[*]");
  return reference ? object : std::string();
}

}  // namespace polder
