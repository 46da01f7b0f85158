// What the object paths of STIX patterns mean to Polder: the one table of them.
#ifndef POLDER_RULES_READ_STIX_PATHS_H_
#define POLDER_RULES_READ_STIX_PATHS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/observable/kind.h"

namespace polder {

// What a comparison of such a path with a value amounts to.
enum class PathUse : std::uint8_t {
  kValue,         // a value of PathMeaning::kind; an address may be a network
  kEndpoint,      // an address, network, name or MAC address: what it is shows in its shape
  kDigest,        // a digest whose kind shows in its length
  kType,          // `..._ref.type`: says what the value beside it is, and nothing else
  kNotMatchable,  // PathMeaning::reason says why
};

struct PathMeaning {
  PathUse use = PathUse::kValue;
  Kind kind = Kind::kText;
  // Too common to be looked for alone: counts only beside another value.
  bool only_beside = false;
  std::string_view reason = {};  // of kNotMatchable
};

// The meaning of a path in the lexer's spelling (without quotes); nothing for one that needs the STIX pattern
// engine. Paths are compared without regard to case and to hyphens in the names of hashes; an index `[0]` is
// as good as `[*]`.
//
//   ipv4-addr:value, ipv6-addr:value                           ip, network
//   network-traffic:{src,dst}_ref.value                        by its shape
//   domain-name:resolves_to_refs[*].value                      by its shape
//   domain-name:value, request_header.Host of HTTP             domain
//   url:value, request_header.Referer of HTTP                  url
//   email-addr:value                                           email
//   email-message:{from,sender}_ref, {to,cc,bcc}_refs[*]       email
//   ...hashes.{MD5,SHA-1,SHA-256,SHA-512} of any object        md5 ... sha512
//   ...hashes.{AUTHENTIHASH,CDHASH,SHA3-*}, hashes[*]          a digest, by its length
//   ...hashes.{SSDEEP,TLSH,IMPHASH,SHA-224,...}                not matchable
//   file:name, process:name, process:image_ref.name, ...       file name; with a folder file path, named pipe
//   file:path, directory:path, parent_directory_ref.path       file path
//   windows-registry-key:key                                   registry key
//   windows-registry-key:values[*].{name,data}                 text, only beside another value
//   mutex:name                                                 mutex
//   process:command_line                                       command line
//   windows-service-ext.{service,display}_name                 service name
//   request_header.User-Agent of HTTP                          user agent
//   email-message:subject                                      email subject
//   x509-certificate:serial_number                             certificate serial, with and without colons
//   x509-certificate:{issuer,subject}                          text
//   mac-addr:value                                             mac address
//   autonomous-system:number, belongs_to_refs[*].number        as number
//   network-traffic:{src,dst}_port                             port, only beside another value
//   app:id, configuration-profile:id, android-property:name    text, as tools for mobile devices write them
//   app:cert.{md5,sha1,sha256}                                 md5, sha1, sha256
//   software, user-account, location, identity, ...            not matchable
std::optional<PathMeaning> MeaningOfPath(std::string_view path);

// The object that a path reaches through a reference: the path up to its last step, in small letters and with
// indices as `[*]`, if a step before names one; else empty. So
// `network-traffic:dst_ref.type` and `network-traffic:dst_ref.value` speak of one thing.
std::string ReferredObject(std::string_view path);

}  // namespace polder

#endif  // POLDER_RULES_READ_STIX_PATHS_H_
