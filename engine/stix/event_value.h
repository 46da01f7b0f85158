// How constants of patterns are compared with values of events: as the rest of Polder compares them
// (engine/observable), so that a STIX pattern and an atom of it hold for the same events.
#ifndef POLDER_ENGINE_STIX_EVENT_VALUE_H_
#define POLDER_ENGINE_STIX_EVENT_VALUE_H_

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/observable/ip.h"

namespace polder {

// What is at a path, as far as it is compared otherwise than as text without regard to the case of ASCII
// letters:
//   kEndpoint     an address by number, whatever its spelling; `192.0.2.0/24` is equal to every address in
//   it;
//                 a domain name in canonical form, `evil.example` being equal to every name under it; an
//                 email address; a MAC address whatever its separators
//   kUrl          in canonical form; without a scheme it is http and https
//   kFileName     also equal to the last component of a path
//   kRegistryKey  hives by their long names: HKLM is HKEY_LOCAL_MACHINE
//   kSerial       hexadecimal, with or without colons
enum class EventPathKind : std::uint8_t { kText, kEndpoint, kUrl, kFileName, kRegistryKey, kSerial };

// `path` is normal (NormalPath).
EventPathKind KindOfEventPath(std::string_view path);

// Constants that the values at one path are compared with. Any number of threads may ask.
class EventConstants {
 public:
  explicit EventConstants(EventPathKind kind) : kind_(kind) {}

  void Add(std::string_view constant);
  // Whether `value` is equal to one of them.
  bool Hold(std::string_view value) const;

 private:
  EventPathKind kind_;
  std::set<std::string, std::less<>> spellings_;
  std::vector<Network> networks_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_EVENT_VALUE_H_
