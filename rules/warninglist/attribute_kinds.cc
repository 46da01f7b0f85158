#include "rules/warninglist/attribute_kinds.h"

#include <array>

namespace polder {
namespace {

constexpr KindSet kIps = KindBit(Kind::kIp) | KindBit(Kind::kNetwork);
constexpr KindSet kDomains = KindBit(Kind::kDomain);

struct TypeKinds {
  std::string_view type;
  KindSet kinds;
};

constexpr auto kTypes = std::to_array<TypeKinds>({{"ip-src", kIps},
                                                  {"ip-dst", kIps},
                                                  {"ip-src|port", kIps},
                                                  {"ip-dst|port", kIps},
                                                  {"domain", kDomains},
                                                  {"hostname", kDomains},
                                                  {"hostname|port", kDomains},
                                                  {"domain|ip", kDomains | kIps},
                                                  {"url", KindBit(Kind::kUrl)},
                                                  {"uri", KindBit(Kind::kUrl)},
                                                  {"link", KindBit(Kind::kUrl)},
                                                  {"email", KindBit(Kind::kEmail)},
                                                  {"email-src", KindBit(Kind::kEmail)},
                                                  {"email-dst", KindBit(Kind::kEmail)},
                                                  {"email-reply-to", KindBit(Kind::kEmail)},
                                                  {"target-email", KindBit(Kind::kEmail)},
                                                  {"whois-registrant-email", KindBit(Kind::kEmail)},
                                                  {"dns-soa-email", KindBit(Kind::kEmail)},
                                                  {"md5", KindBit(Kind::kMd5)},
                                                  {"filename|md5", KindBit(Kind::kMd5)},
                                                  {"x509-fingerprint-md5", KindBit(Kind::kMd5)},
                                                  {"ja3-fingerprint-md5", KindBit(Kind::kMd5)},
                                                  {"hassh-md5", KindBit(Kind::kMd5)},
                                                  {"hasshserver-md5", KindBit(Kind::kMd5)},
                                                  {"sha1", KindBit(Kind::kSha1)},
                                                  {"filename|sha1", KindBit(Kind::kSha1)},
                                                  {"x509-fingerprint-sha1", KindBit(Kind::kSha1)},
                                                  {"sha256", KindBit(Kind::kSha256)},
                                                  {"filename|sha256", KindBit(Kind::kSha256)},
                                                  {"x509-fingerprint-sha256", KindBit(Kind::kSha256)},
                                                  {"sha512", KindBit(Kind::kSha512)},
                                                  {"filename|sha512", KindBit(Kind::kSha512)},
                                                  {"filename", KindBit(Kind::kFileName)},
                                                  {"regkey", KindBit(Kind::kRegistryKey)},
                                                  {"mutex", KindBit(Kind::kMutex)},
                                                  {"named pipe", KindBit(Kind::kNamedPipe)},
                                                  {"windows-service-name", KindBit(Kind::kServiceName)},
                                                  {"user-agent", KindBit(Kind::kUserAgent)},
                                                  {"email-subject", KindBit(Kind::kEmailSubject)},
                                                  {"jarm-fingerprint", KindBit(Kind::kTlsFingerprint)},
                                                  {"mac-address", KindBit(Kind::kMacAddress)},
                                                  {"AS", KindBit(Kind::kAsNumber)}});

}  // namespace

KindSet KindsOfMispType(std::string_view type) {
  for (const TypeKinds& known : kTypes) {
    if (known.type == type) return known.kinds;
  }
  return 0;
}

}  // namespace polder
