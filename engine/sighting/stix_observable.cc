// The identifier of an object is a UUIDv5 over the JSON of its contributing properties (section 2.9). An
// object without any, a process, has to have a UUIDv4: one made from the value, so that a sighting is the
// same whenever it is made.
#include "engine/sighting/stix_observable.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "engine/base/uuid.h"
#include "engine/observable/characters.h"
#include "engine/observable/text.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json Object(const std::string& type, const std::string& uuid, const Json& properties) {
  Json object = {{"type", type}, {"spec_version", "2.1"}, {"id", type + "--" + uuid}};
  object.update(properties);
  return object;
}

// All of `properties` contribute to the identifier.
Json Identified(const std::string& type, const Json& properties) {
  return Object(type, StixObservableUuid(Dump(properties)), properties);
}

Json WithoutContributing(const std::string& type, const Json& properties) {
  std::string uuid = NameBasedUuid(std::string("stix-observable\0", 16) + type + '\0' + Dump(properties));
  uuid[14] = '4';  // the version
  return Object(type, uuid, properties);
}

std::string Base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

Json Artifact(const std::string& value) {
  const Json payload = {{"payload_bin", Base64(value)}};
  Json object = Identified("artifact", payload);
  object["mime_type"] = "text/plain";
  return object;
}

// As STIX writes it: six pairs of small digits with colons between.
std::optional<std::string> MacAddress(const std::string& value) {
  std::string digits;
  for (const char c : value) {
    if (IsHexDigit(c)) {
      digits += ToLowerAscii(c);
    } else if (c != ':' && c != '-' && c != '.') {
      return std::nullopt;
    }
  }
  if (digits.size() != 12) return std::nullopt;
  std::string mac = digits.substr(0, 2);
  for (std::size_t i = 2; i < 12; i += 2) mac += ':' + digits.substr(i, 2);
  return mac;
}

std::optional<std::uint32_t> AsNumber(std::string_view value) {
  if (value.size() > 2 && LowerText(value.substr(0, 2)) == "as") value.remove_prefix(2);
  if (value.empty() || value.size() > 10 || !std::all_of(value.begin(), value.end(), IsDigit)) return {};
  const unsigned long long number = std::stoull(std::string(value));
  if (number > 0xFFFFFFFF) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

// A path is a file in a directory.
std::vector<Json> FilePath(const std::string& value) {
  const std::size_t separator = value.find_last_of("/\\");
  if (separator == std::string::npos) return {Identified("file", {{"name", value}})};
  if (separator + 1 == value.size()) return {Identified("directory", {{"path", value}})};
  Json directory = Identified("directory", {{"path", value.substr(0, std::max<std::size_t>(separator, 1))}});
  Json file =
      Identified("file", {{"name", value.substr(separator + 1)}, {"parent_directory_ref", directory["id"]}});
  return {std::move(directory), std::move(file)};
}

Json EmailWithSubject(const std::string& subject) {
  Json object = Identified("email-message", {{"subject", subject}});
  object["is_multipart"] = false;
  return object;
}

}  // namespace

std::vector<Json> StixObservables(Kind kind, const std::string& value) {
  const auto with_value = [&](const char* type) { return std::vector{Identified(type, {{"value", value}})}; };
  const auto with_name = [&](const char* type) { return std::vector{Identified(type, {{"name", value}})}; };
  const auto with_hash = [&](const char* algorithm) {
    return std::vector{Identified("file", {{"hashes", {{algorithm, value}}}})};
  };
  switch (kind) {
    case Kind::kIp:
    case Kind::kNetwork:
      return with_value(value.find(':') == std::string::npos ? "ipv4-addr" : "ipv6-addr");
    case Kind::kDomain:
      return with_value("domain-name");
    case Kind::kUrl:
      return with_value("url");
    case Kind::kEmail:
      return with_value("email-addr");
    case Kind::kMd5:
      return with_hash("MD5");
    case Kind::kSha1:
      return with_hash("SHA-1");
    case Kind::kSha256:
      return with_hash("SHA-256");
    case Kind::kSha512:
      return with_hash("SHA-512");
    case Kind::kFileName:
    case Kind::kNamedPipe:
      return with_name("file");
    case Kind::kFilePath:
      return FilePath(value);
    case Kind::kRegistryKey:
      return {Identified("windows-registry-key", {{"key", value}})};
    case Kind::kMutex:
      return with_name("mutex");
    case Kind::kServiceName:
      return {WithoutContributing("process",
                                  {{"extensions", {{"windows-service-ext", {{"service_name", value}}}}}})};
    case Kind::kCommandLine:
      return {WithoutContributing("process", {{"command_line", value}})};
    case Kind::kUserAgent:
      return with_name("software");
    case Kind::kEmailSubject:
      return {EmailWithSubject(value)};
    case Kind::kCertificateSerial:
      return {Identified("x509-certificate", {{"serial_number", value}})};
    case Kind::kMacAddress:
      if (const auto mac = MacAddress(value)) return {Identified("mac-addr", {{"value", *mac}})};
      return {Artifact(value)};
    case Kind::kAsNumber:
      if (const auto number = AsNumber(value))
        return {Identified("autonomous-system", {{"number", *number}})};
      return {Artifact(value)};
    case Kind::kTlsFingerprint:
    case Kind::kText:
    case Kind::kPort:
    case Kind::kPattern:
    case Kind::kStixPattern:
      return {Artifact(value)};
  }
  return {};
}

}  // namespace polder
