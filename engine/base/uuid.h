// UUIDs. Name-based ones are the same for the same name on every machine and in every run.
#ifndef POLDER_ENGINE_BASE_UUID_H_
#define POLDER_ENGINE_BASE_UUID_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polder {

using UuidBytes = std::array<std::uint8_t, 16>;

// Nothing unless `text` is a UUID as FormatUuid writes it, in small letters.
std::optional<UuidBytes> ParseUuid(std::string_view text);
std::string FormatUuid(const UuidBytes& uuid);

// UUID version 5 (RFC 9562 section 5.5) of `name` in Polder's own namespace, as lower-case text. Build names
// from parts joined with NUL, the first saying what is named, so that two uses never share a name.
std::string NameBasedUuid(std::string_view name);

// UUID version 5 in the namespace of STIX 2.1 section 2.9, of the JSON of a cyber-observable's contributing
// properties.
std::string StixObservableUuid(std::string_view contributing_properties);

}  // namespace polder

#endif  // POLDER_ENGINE_BASE_UUID_H_
