// The kinds of value that Polder compares.
#ifndef POLDER_ENGINE_OBSERVABLE_KIND_H_
#define POLDER_ENGINE_OBSERVABLE_KIND_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace polder {

// The numbers are internal; the names are part of the formats that Polder writes.
//
// A network and a pattern are kinds of indicator only, and a port is nothing by itself: only a condition of
// an indicator (engine/indicator/indicator.h). Every other kind is also a kind of observable. From kFileName
// on come the text kinds: a file name is the last component of a path, the others are a whole value of an
// event.
enum class Kind : std::uint8_t {
  kIp,
  kNetwork,
  kDomain,
  kUrl,
  kEmail,
  kMd5,
  kSha1,
  kSha256,
  kSha512,
  kFileName,
  kFilePath,
  kRegistryKey,
  kMutex,
  kNamedPipe,
  kServiceName,
  kCommandLine,
  kUserAgent,
  kEmailSubject,
  kCertificateSerial,
  kTlsFingerprint,  // JARM and others that are not of the shape of a hash
  kMacAddress,
  kAsNumber,
  kText,  // a whole value whose meaning is not known
  kPort,
  kPattern,      // a substring or regular expression: engine/expression/expression.h
  kStixPattern,  // of a hit: Indicator::pattern, which is looked for by other values
};

inline constexpr std::array<Kind, 26> kAllKinds = {Kind::kIp,
                                                   Kind::kNetwork,
                                                   Kind::kDomain,
                                                   Kind::kUrl,
                                                   Kind::kEmail,
                                                   Kind::kMd5,
                                                   Kind::kSha1,
                                                   Kind::kSha256,
                                                   Kind::kSha512,
                                                   Kind::kFileName,
                                                   Kind::kFilePath,
                                                   Kind::kRegistryKey,
                                                   Kind::kMutex,
                                                   Kind::kNamedPipe,
                                                   Kind::kServiceName,
                                                   Kind::kCommandLine,
                                                   Kind::kUserAgent,
                                                   Kind::kEmailSubject,
                                                   Kind::kCertificateSerial,
                                                   Kind::kTlsFingerprint,
                                                   Kind::kMacAddress,
                                                   Kind::kAsNumber,
                                                   Kind::kText,
                                                   Kind::kPort,
                                                   Kind::kPattern,
                                                   Kind::kStixPattern};

// "ip", "network", "domain", "url", "email", "md5", "sha1", "sha256", "sha512", "file_name", "file_path",
// "registry_key", "mutex", "named_pipe", "service_name", "command_line", "user_agent", "email_subject",
// "certificate_serial", "tls_fingerprint", "mac_address", "as_number", "text", "port", "pattern",
// "stix_pattern".
std::string_view KindName(Kind kind);
std::optional<Kind> KindFromName(std::string_view name);

constexpr bool IsDigest(Kind kind) { return kind >= Kind::kMd5 && kind <= Kind::kSha512; }
// Compared with a whole value of an event, case-insensitively in ASCII.
constexpr bool IsWholeText(Kind kind) { return kind > Kind::kFileName && kind <= Kind::kText; }

// The kind of a hexadecimal digest of so many digits (32, 40, 64 or 128).
std::optional<Kind> DigestKind(std::size_t hex_digits);

}  // namespace polder

#endif  // POLDER_ENGINE_OBSERVABLE_KIND_H_
