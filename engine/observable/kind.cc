#include "engine/observable/kind.h"

namespace polder {

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kIp:
      return "ip";
    case Kind::kNetwork:
      return "network";
    case Kind::kDomain:
      return "domain";
    case Kind::kUrl:
      return "url";
    case Kind::kEmail:
      return "email";
    case Kind::kMd5:
      return "md5";
    case Kind::kSha1:
      return "sha1";
    case Kind::kSha256:
      return "sha256";
    case Kind::kSha512:
      return "sha512";
    case Kind::kFileName:
      return "file_name";
    case Kind::kFilePath:
      return "file_path";
    case Kind::kRegistryKey:
      return "registry_key";
    case Kind::kMutex:
      return "mutex";
    case Kind::kNamedPipe:
      return "named_pipe";
    case Kind::kServiceName:
      return "service_name";
    case Kind::kCommandLine:
      return "command_line";
    case Kind::kUserAgent:
      return "user_agent";
    case Kind::kEmailSubject:
      return "email_subject";
    case Kind::kCertificateSerial:
      return "certificate_serial";
    case Kind::kTlsFingerprint:
      return "tls_fingerprint";
    case Kind::kMacAddress:
      return "mac_address";
    case Kind::kAsNumber:
      return "as_number";
    case Kind::kText:
      return "text";
    case Kind::kPort:
      return "port";
    case Kind::kPattern:
      return "pattern";
    case Kind::kStixPattern:
      return "stix_pattern";
  }
  return "unknown";
}

std::optional<Kind> KindFromName(std::string_view name) {
  for (const Kind kind : kAllKinds) {
    if (KindName(kind) == name) return kind;
  }
  return std::nullopt;
}

std::optional<Kind> DigestKind(std::size_t hex_digits) {
  switch (hex_digits) {
    case 32:
      return Kind::kMd5;
    case 40:
      return Kind::kSha1;
    case 64:
      return Kind::kSha256;
    case 128:
      return Kind::kSha512;
    default:
      return std::nullopt;
  }
}

}  // namespace polder
