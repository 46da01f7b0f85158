#include "rules/read/misp_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "engine/observable/characters.h"
#include "engine/observable/digest.h"
#include "rules/read/expression_spelling.h"
#include "rules/read/refang.h"
#include "rules/read/stix_statement.h"

namespace polder {
namespace {

// Types that are read alike, their names separated by commas.
struct Group {
  MispForm form;
  Kind kind;
  bool for_detection;
  std::string_view names;
  std::string_view reason = {};
};

constexpr Group NotMatchable(std::string_view reason, std::string_view names) {
  return {MispForm::kNotMatchable, Kind::kText, false, names, reason};
}

constexpr Group kGroups[] = {
    // Networks.
    {MispForm::kHost, Kind::kIp, true, "ip-src,ip-dst"},
    {MispForm::kHost, Kind::kDomain, true, "domain,hostname,onion-address"},
    {MispForm::kHost, Kind::kUrl, true, "url"},
    {MispForm::kUri, Kind::kUrl, true, "uri"},
    {MispForm::kHostPort, Kind::kIp, true, "ip-src|port,ip-dst|port"},
    {MispForm::kHostPort, Kind::kDomain, true, "hostname|port"},
    {MispForm::kDomainIp, Kind::kDomain, true, "domain|ip"},
    {MispForm::kAsNumber, Kind::kAsNumber, false, "AS"},
    {MispForm::kMacAddress, Kind::kMacAddress, false, "mac-address,mac-eui-64"},
    {MispForm::kTextOrExpression, Kind::kUserAgent, false, "user-agent"},
    {MispForm::kText, Kind::kText, true, "community-id"},
    {MispForm::kText, Kind::kText, false, "cookie,ssh-fingerprint"},
    // Fingerprints of encrypted traffic. Those that are digests are searched as digests.
    {MispForm::kText, Kind::kTlsFingerprint, true, "jarm-fingerprint"},
    {MispForm::kDigest, Kind::kMd5, true, "ja3-fingerprint-md5,hassh-md5,hasshserver-md5"},
    {MispForm::kDigest, Kind::kSha1, true,
     "x509-fingerprint-md5,x509-fingerprint-sha1,x509-fingerprint-sha256"},
    // Mail.
    {MispForm::kEmail, Kind::kEmail, true, "email,email-src,email-dst,eppn"},
    {MispForm::kEmail, Kind::kEmail, false, "email-reply-to,dns-soa-email,whois-registrant-email,jabber-id"},
    {MispForm::kText, Kind::kEmailSubject, false, "email-subject"},
    {MispForm::kFile, Kind::kFileName, true, "email-attachment"},
    {MispForm::kText, Kind::kText, false,
     "email-message-id,email-mime-boundary,email-thread-index,email-x-mailer,email-src-display-name,"
     "email-dst-display-name"},
    // Files. A digest of the whole content identifies a file whatever the algorithm; events are searched for
    // digests of the lengths of MD5, SHA-1, SHA-256 and SHA-512.
    {MispForm::kDigest, Kind::kSha256, true,
     "md5,sha1,sha256,sha512,sha512/256,sha3-256,sha3-512,authentihash,cdhash"},
    {MispForm::kDigest, Kind::kSha1, false, "git-commit-id"},
    {MispForm::kFile, Kind::kFileName, true, "filename"},
    {MispForm::kFileDigest, Kind::kSha256, true,
     "filename|md5,filename|sha1,filename|sha256,filename|sha512,filename|sha512/256,filename|sha3-256,"
     "filename|sha3-512,filename|authentihash,malware-sample"},
    {MispForm::kText, Kind::kText, false, "pdb"},
    // Hosts.
    {MispForm::kRegistryKey, Kind::kRegistryKey, true, "regkey"},
    {MispForm::kRegistryValue, Kind::kRegistryKey, true, "regkey|value"},
    {MispForm::kText, Kind::kMutex, true, "mutex"},
    {MispForm::kNamedPipe, Kind::kNamedPipe, false, "named pipe"},
    {MispForm::kText, Kind::kServiceName, false, "windows-service-name,windows-service-displayname"},
    {MispForm::kText, Kind::kText, false, "windows-scheduled-task"},
    // Names that are unique by themselves, as logs have them.
    {MispForm::kText, Kind::kText, true,
     "mobile-application-id,azure-application-id,chrome-extension-id,edge-extension-id,btc,dash,xmr,iban"},
    {MispForm::kText, Kind::kText, false, "uuid"},

    {MispForm::kPattern, Kind::kPattern, true, "pattern-in-file,pattern-in-memory,pattern-in-traffic"},
    {MispForm::kFilePattern, Kind::kPattern, true, "filename-pattern"},
    {MispForm::kStixPattern, Kind::kStixPattern, true, "stix2-pattern"},

    NotMatchable("free text", "comment,text,other,email-body,email-header,anonymised"),
    NotMatchable("bytes of which nothing says where they stand", "hex,dkim-signature"),
    NotMatchable("a number, time or state, which alone says nothing",
                 "boolean,counter,datetime,float,integer,size-in-bytes,port,process-state,favicon-mmh3"),
    NotMatchable("a word that benign events have as well", "http-method,mime-type,malware-type,gene"),
    NotMatchable("a digest of a length that events are not searched for",
                 "sha224,sha384,sha512/224,sha3-224,sha3-384,filename|sha224,filename|sha384,"
                 "filename|sha512/224,filename|sha3-224,filename|sha3-384"),
    NotMatchable("a hash for likeness, which exact matching cannot use",
                 "ssdeep,tlsh,impfuzzy,telfhash,vhash,filename|ssdeep,filename|tlsh,"
                 "filename|impfuzzy,filename|vhash"),
    NotMatchable("a hash of a structure, which unrelated files and pages share",
                 "imphash,pehash,dom-hash,filename|imphash,filename|pehash"),
    NotMatchable("a rule for another engine", "bro,cortex,kusto-query,sigma,snort,suricata,yara,zeek"),
    NotMatchable("a reference to read on, nothing that the attacker uses", "attachment,link"),
    NotMatchable("a weakness or a product, no trace of an attack", "vulnerability,weakness,cpe"),
    NotMatchable("a name for an attacker, which events do not hold",
                 "campaign-id,campaign-name,threat-actor"),
    NotMatchable("about the victim",
                 "target-email,target-external,target-location,target-machine,target-org,"
                 "target-user"),
    NotMatchable("about the registration of a name, which events do not hold",
                 "whois-creation-date,whois-registrant-name,whois-registrant-org,whois-registrant-phone,"
                 "whois-registrar"),
    NotMatchable("an account at a service, too short a name to tell from others",
                 "github-organisation,github-repository,github-username,twitter-id"),
    NotMatchable("a number of payments or telephony, too short to tell from others",
                 "aba-rtn,bank-account-nr,bic,bin,cc-number,phone-number,prtn"),
    NotMatchable("a key, which events do not hold", "dkim,pgp-private-key,pgp-public-key"),
    NotMatchable("about a person",
                 "country-of-residence,date-of-birth,first-name,frequent-flyer-number,full-name,gender,"
                 "identity-card-number,issue-date-of-the-visa,last-name,middle-name,nationality,"
                 "passenger-name-record-locator-number,passport-country,passport-expiration,passport-number,"
                 "payment-details,place-of-birth,place-port-of-clearance,"
                 "place-port-of-onward-foreign-destination,place-port-of-original-embarkation,"
                 "primary-residence,redress-number,special-service-request,travel-details,visa-number"),
};

using TypeMap = std::map<std::string_view, MispType>;

const TypeMap& Types() {
  static const TypeMap& types = *[] {
    auto* all = new TypeMap;
    for (const Group& group : kGroups) {
      for (std::string_view names = group.names; !names.empty();) {
        const std::size_t end = std::min(names.find(','), names.size());
        const std::string_view name = names.substr(0, end);
        (*all)[name] = {name, group.form, group.kind, group.for_detection, group.reason};
        names.remove_prefix(std::min(end + 1, names.size()));
      }
    }
    return all;
  }();
  return types;
}

using Values = std::vector<TypedValue>;

absl::Status Wrong(std::string message) { return absl::InvalidArgumentError(message); }

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

bool StartsWithIgnoringCase(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(),
                    [](char a, char b) { return ToLowerAscii(a) == ToLowerAscii(b); });
}

absl::StatusOr<Values> DigestOf(std::string_view text) {
  // Fingerprints of certificates are written with colons.
  std::string digits(text);
  std::erase(digits, ':');
  auto digest = CanonicaliseDigest(digits);
  if (!digest) return Wrong("not the 32, 40, 64 or 128 hexadecimal digits of a hash");
  return Values{{digest->kind, std::move(digest->hex), {}}};
}

absl::StatusOr<Values> TextOrExpressionOf(Kind kind, std::string_view text) {
  if (const auto expression = ReadClearExpression(text); expression.ok()) return PatternValue(*expression);
  return TypeValueAs(kind, text);
}

absl::StatusOr<Values> FileOf(std::string_view text) {
  const bool path = text.find_first_of("/\\") != std::string_view::npos;
  return TypeValueAs(path ? Kind::kFilePath : Kind::kFileName, text);
}

// Whether there are backslashes, and what stands behind each has a meaning in expressions.
bool EscapesMarksAlone(std::string_view text) {
  constexpr std::string_view kMarks = ".[](){}+*?^$|-";
  std::size_t at = text.find('\\');
  if (at == std::string_view::npos) return false;
  for (; at != std::string_view::npos; at = text.find('\\', at + 2)) {
    if (at + 1 == text.size() || kMarks.find(text[at + 1]) == std::string_view::npos) return false;
  }
  return true;
}

absl::StatusOr<Values> FileOrExpressionOf(std::string_view text) {
  if (const auto expression = ReadClearExpression(text); expression.ok()) return PatternValue(*expression);
  if (text.starts_with('^') && text.ends_with('$')) return PatternValue({std::string(text), true});
  // `evil_[0-9]{4}\.exe`: no folder begins with what an expression has to escape.
  if (EscapesMarksAlone(text)) return PatternValue({std::string(text), true});
  return FileOf(text);
}

// Windows has two names for each hive; MISP stores the long one, Sysmon logs the short one.
absl::StatusOr<Values> RegistryKeyOf(std::string_view key) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kHives = {
      {{"HKEY_LOCAL_MACHINE", "HKLM"},
       {"HKEY_CURRENT_USER", "HKCU"},
       {"HKEY_CLASSES_ROOT", "HKCR"},
       {"HKEY_USERS", "HKU"},
       {"HKEY_CURRENT_CONFIG", "HKCC"}}};
  const std::size_t end = std::min(key.find('\\'), key.size());
  const std::string_view hive = key.substr(0, end);
  for (const auto& [long_name, short_name] : kHives) {
    const bool known = (hive.size() == long_name.size() && StartsWithIgnoringCase(hive, long_name)) ||
                       (hive.size() == short_name.size() && StartsWithIgnoringCase(hive, short_name));
    if (!known) continue;
    if (end + 1 >= key.size()) return Wrong("a whole hive of the registry, which every event about it holds");
    Values values;
    for (const std::string_view name : {long_name, short_name}) {
      auto spelling = TypeValueAs(Kind::kRegistryKey, fmt::format("{}{}", name, key.substr(end)));
      if (!spelling.ok()) return spelling.status();
      values.push_back(std::move(spelling->front()));
    }
    return values;
  }
  return TypeValueAs(Kind::kRegistryKey, key);
}

absl::StatusOr<Values> NamedPipeOf(std::string_view name) {
  auto values = TypeValueAs(Kind::kNamedPipe, name);
  if (!values.ok()) return values;
  for (const std::string_view prefix : {R"(\\.\pipe\)", R"(\\*\pipe\)", R"(\pipe\)"}) {
    if (!StartsWithIgnoringCase(name, prefix) || name.size() == prefix.size()) continue;
    auto logged = TypeValueAs(Kind::kNamedPipe, name.substr(prefix.size() - 1));
    if (logged.ok()) values->push_back(std::move(logged->front()));
    break;
  }
  return values;
}

absl::StatusOr<Values> MacAddressOf(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), IsHexDigit);
  const bool separated = std::all_of(
      text.begin(), text.end(), [](char c) { return IsHexDigit(c) || c == ':' || c == '-' || c == '.'; });
  if (!separated || (digits.size() != 12 && digits.size() != 16)) {
    return Wrong("not the 12 or 16 hexadecimal digits of a hardware address");
  }
  Values values;
  for (const char separator : {':', '-'}) {
    std::string spelling;
    for (std::size_t i = 0; i < digits.size(); ++i) {
      if (i > 0 && i % 2 == 0) spelling += separator;
      spelling += ToLowerAscii(digits[i]);
    }
    values.push_back({Kind::kMacAddress, std::move(spelling), {}});
  }
  return values;
}

absl::StatusOr<Values> AsNumberOf(std::string_view text) {
  if (StartsWithIgnoringCase(text, "AS")) text = Trim(text.substr(2));
  const bool number = !text.empty() && text.size() <= 10 && std::all_of(text.begin(), text.end(), IsDigit);
  if (!number) return Wrong("not the number of an autonomous system, such as AS64496");
  return Values{{Kind::kAsNumber, fmt::format("as{}", text), {}}};
}

// Each of `values` on the condition of `conditions`, which must be one.
absl::StatusOr<Values> On(absl::StatusOr<Values> values, const absl::StatusOr<Values>& conditions) {
  if (!values.ok()) return values;
  if (!conditions.ok()) return conditions.status();
  for (TypedValue& value : *values)
    value.conditions.push_back({conditions->front().kind, conditions->front().value});
  return values;
}

bool IsNetworkKind(Kind kind) {
  return kind == Kind::kIp || kind == Kind::kNetwork || kind == Kind::kDomain || kind == Kind::kUrl;
}

// MISP writes `host|port`; others also `host:port` and `[address]:port`.
absl::StatusOr<Values> HostPortOf(Kind kind, std::string_view text) {
  const std::size_t split = text.find('|');
  if (split == std::string_view::npos) {
    auto by_shape = TypeValue(text);
    if (by_shape.ok() && !by_shape->front().conditions.empty()) return by_shape;
    return Wrong("no '|' with a port behind the host");
  }
  std::string_view host = Trim(text.substr(0, split));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  auto hosts = TypeValueAs(kind, host);
  if (!hosts.ok() && kind == Kind::kDomain) hosts = TypeValueAs(Kind::kIp, host);
  return On(std::move(hosts), TypeValueAs(Kind::kPort, Trim(text.substr(split + 1))));
}

absl::StatusOr<Values> HostOf(Kind kind, std::string_view text) {
  auto values = TypeValueAs(kind, text);
  if (values.ok()) return values;
  auto by_shape = TypeValue(text);
  return by_shape.ok() && IsNetworkKind(by_shape->front().kind) ? by_shape : values;
}

absl::StatusOr<Values> DomainIpOf(std::string_view text) {
  const std::size_t split = text.find('|');
  if (split == std::string_view::npos) return Wrong("no '|' with an address behind the domain name");
  auto address = TypeValueAs(Kind::kIp, Refang(Trim(text.substr(split + 1))));
  if (address.ok() && address->front().kind != Kind::kIp) {
    return Wrong("a network behind the '|', where the address that the domain resolved to is expected");
  }
  return On(TypeValueAs(Kind::kDomain, Refang(Trim(text.substr(0, split)))), address);
}

absl::StatusOr<Values> FileDigestOf(std::string_view text) {
  const std::size_t split = text.rfind('|');
  if (split == std::string_view::npos) return Wrong("no '|' with a hash behind the file name");
  return On(DigestOf(Trim(text.substr(split + 1))), FileOf(Trim(text.substr(0, split))));
}

absl::StatusOr<Values> RegistryValueOf(std::string_view text) {
  const std::size_t split = text.find('|');
  if (split == std::string_view::npos) return Wrong("no '|' with the data behind the registry key");
  return On(RegistryKeyOf(Trim(text.substr(0, split))),
            TypeValueAs(Kind::kText, Trim(text.substr(split + 1))));
}

}  // namespace

const MispType* FindMispType(std::string_view name) {
  const auto found = Types().find(name);
  return found == Types().end() ? nullptr : &found->second;
}

namespace {

// All of it, or the first reason why not.
absl::StatusOr<Values> StixPatternOf(std::string_view text) {
  auto statement = ReadStixStatement(text);
  if (!statement.ok()) return statement.status();
  if (!statement->refused.empty() || statement->values.empty()) {
    return Wrong(statement->refused.empty() ? "it states nothing" : statement->refused.front().reason);
  }
  return std::move(statement->values);
}

}  // namespace

std::vector<const MispType*> AllMispTypes() {
  std::vector<const MispType*> all;
  for (const auto& [name, type] : Types()) all.push_back(&type);
  return all;
}

absl::StatusOr<std::vector<TypedValue>> ReadMispValue(const MispType& type, std::string_view value) {
  value = Trim(value);
  if (value.empty()) return Wrong("it is empty");
  switch (type.form) {
    case MispForm::kNotMatchable:
      return Wrong(std::string(type.reason));
    case MispForm::kText:
      return TypeValueAs(type.kind, value);
    case MispForm::kTextOrExpression:
      return TextOrExpressionOf(type.kind, value);
    case MispForm::kPattern:
      return ReadPatternText(value);
    case MispForm::kFilePattern:
      return ReadFilePattern(value);
    case MispForm::kStixPattern:
      return StixPatternOf(value);
    case MispForm::kHost:
      return HostOf(type.kind, Refang(value));
    case MispForm::kUri:
      return value.starts_with('/') ? TypeValueAs(Kind::kText, value) : HostOf(Kind::kUrl, Refang(value));
    case MispForm::kEmail:
      return TypeValueAs(Kind::kEmail, Refang(value));
    case MispForm::kDigest:
      return DigestOf(value);
    case MispForm::kFile:
      return FileOrExpressionOf(value);
    case MispForm::kRegistryKey:
      return RegistryKeyOf(value);
    case MispForm::kNamedPipe:
      return NamedPipeOf(value);
    case MispForm::kMacAddress:
      return MacAddressOf(value);
    case MispForm::kAsNumber:
      return AsNumberOf(value);
    case MispForm::kHostPort:
      return HostPortOf(type.kind, Refang(value));
    case MispForm::kDomainIp:
      return DomainIpOf(value);
    case MispForm::kFileDigest:
      return FileDigestOf(value);
    case MispForm::kRegistryValue:
      return RegistryValueOf(value);
  }
  return Wrong("of an unknown form");
}

}  // namespace polder
