#include "engine/stix/event_value.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/observable/characters.h"
#include "engine/observable/domain.h"
#include "engine/observable/email.h"
#include "engine/observable/text.h"
#include "engine/observable/url.h"

namespace polder {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

// A reference or an object whose `value` names a host, a sender, an interface.
bool IsEndpoint(std::string_view path) {
  for (const std::string_view type :
       {"ipv4-addr:", "ipv6-addr:", "domain-name:", "email-addr:", "mac-addr:"}) {
    if (path.starts_with(type)) return path.ends_with("value");
  }
  return path.ends_with("_ref.value") || path.ends_with("_refs.value") ||
         path.ends_with("request_header.host");
}

std::optional<std::string> CanonicalMac(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (IsHexDigit(c)) {
      digits += ToLowerAscii(c);
    } else if (c != ':' && c != '-' && c != '.') {
      return std::nullopt;
    }
  }
  if (digits.size() != 12) return std::nullopt;
  return digits;
}

std::string LongHive(std::string key) {
  static constexpr auto kHives =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"hklm", "hkey_local_machine"},
                                                                    {"hkcu", "hkey_current_user"},
                                                                    {"hku", "hkey_users"},
                                                                    {"hkcr", "hkey_classes_root"},
                                                                    {"hkcc", "hkey_current_config"}});
  const std::size_t end = std::min(key.find_first_of("\\:"), key.size());
  for (const auto& [hive, name] : kHives) {
    if (std::string_view(key).substr(0, end) != hive) continue;
    const bool drive = end < key.size() && key[end] == ':';  // PowerShell's HKLM:\...
    return std::string(name) + key.substr(drive ? end + 1 : end);
  }
  return key;
}

std::string CanonicalEndpoint(std::string_view text) {
  if (const auto ip = ParseIp(text)) return FormatIp(*ip);
  if (const auto email = CanonicalEmail(text)) return *email;
  if (auto mac = CanonicalMac(text)) return *std::move(mac);
  if (IsName(text)) {
    if (auto domain = CanonicalDomain(text, /*drop_bad_labels=*/false)) return *std::move(domain);
  }
  return LowerText(text);
}

std::string CanonicalOf(EventPathKind kind, std::string_view text) {
  std::string lower = LowerText(text);
  switch (kind) {
    case EventPathKind::kEndpoint:
      return CanonicalEndpoint(text);
    case EventPathKind::kUrl:
      if (auto url = CanonicaliseUrl(text)) return std::move(url->text);
      return std::string(text);
    case EventPathKind::kRegistryKey:
      return LongHive(std::move(lower));
    case EventPathKind::kSerial:
      std::erase(lower, ':');
      return lower;
    case EventPathKind::kText:
    case EventPathKind::kFileName:
      break;
  }
  return lower;
}

}  // namespace

EventPathKind KindOfEventPath(std::string_view path) {
  if (IsEndpoint(path)) return EventPathKind::kEndpoint;
  if (path == "url:value" || path.ends_with("request_header.referer")) return EventPathKind::kUrl;
  if (path.ends_with("registry-key:key")) return EventPathKind::kRegistryKey;
  if (path == "x509-certificate:serial_number") return EventPathKind::kSerial;
  const bool file = path == "file:name" || path == "process:name" || path.ends_with("image_ref.name") ||
                    path.ends_with("binary_ref.name") || path.ends_with("parent_ref.name") ||
                    path.ends_with("body_raw_ref.name");
  return file ? EventPathKind::kFileName : EventPathKind::kText;
}

void EventConstants::Add(std::string_view constant) {
  if (kind_ == EventPathKind::kEndpoint) {
    if (const auto network = ParseNetwork(constant)) return networks_.push_back(*network);
  }
  if (kind_ == EventPathKind::kUrl && constant.find("://") == std::string_view::npos) {
    for (const std::string_view scheme : {kHttp, kHttps}) {
      spellings_.insert(CanonicalOf(kind_, std::string(scheme).append(constant)));
    }
  }
  spellings_.insert(CanonicalOf(kind_, constant));
}

bool EventConstants::Hold(std::string_view value) const {
  const std::string canonical = CanonicalOf(kind_, value);
  if (spellings_.contains(canonical)) return true;
  if (kind_ == EventPathKind::kFileName) {
    const std::size_t last = canonical.find_last_of("/\\");
    return last != std::string::npos && spellings_.contains(canonical.substr(last + 1));
  }
  if (kind_ != EventPathKind::kEndpoint) return false;
  if (const auto ip = ParseIp(value)) {
    return std::any_of(networks_.begin(), networks_.end(),
                       [&ip](const Network& network) { return network.Contains(*ip); });
  }
  if (const auto network = ParseNetwork(value)) {
    return std::find(networks_.begin(), networks_.end(), *network) != networks_.end();
  }
  if (!IsName(value)) return false;
  for (std::string_view name = ParentDomain(canonical); !name.empty(); name = ParentDomain(name)) {
    if (spellings_.contains(name)) return true;
  }
  return false;
}

}  // namespace polder
