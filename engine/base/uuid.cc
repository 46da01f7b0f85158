#include "engine/base/uuid.h"

#include <uuid/uuid.h>

#include <algorithm>

namespace polder {
namespace {

// Polder's namespace, drawn once at random. Changing it would change every sighting's identifier.
constexpr uuid_t kNamespace = {0x6b, 0x1d, 0x2e, 0x0c, 0x5f, 0x0a, 0x4c, 0x86,
                               0x9b, 0x3e, 0x7a, 0x51, 0xc4, 0xd8, 0x20, 0xe7};

// STIX 2.1 section 2.9.
constexpr uuid_t kStixNamespace = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                   0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};

std::string Version5(const uuid_t& space, std::string_view name) {
  UuidBytes uuid;
  uuid_generate_sha1(uuid.data(), space, name.data(), name.size());
  return FormatUuid(uuid);
}

}  // namespace

std::optional<UuidBytes> ParseUuid(std::string_view text) {
  const bool capitals = std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  UuidBytes uuid;
  if (text.size() != UUID_STR_LEN - 1 || capitals ||
      uuid_parse_range(text.data(), text.data() + text.size(), uuid.data()) != 0) {
    return std::nullopt;
  }
  return uuid;
}

std::string FormatUuid(const UuidBytes& uuid) {
  std::array<char, UUID_STR_LEN> text{};
  uuid_unparse_lower(uuid.data(), text.data());
  return text.data();
}

std::string NameBasedUuid(std::string_view name) { return Version5(kNamespace, name); }

std::string StixObservableUuid(std::string_view contributing_properties) {
  return Version5(kStixNamespace, contributing_properties);
}

}  // namespace polder
