#include "engine/base/uuid.h"

#include <uuid/uuid.h>

#include <array>

namespace polder {
namespace {

// Polder's namespace, drawn once at random. Changing it would change every sighting's identifier.
constexpr uuid_t kNamespace = {0x6b, 0x1d, 0x2e, 0x0c, 0x5f, 0x0a, 0x4c, 0x86,
                               0x9b, 0x3e, 0x7a, 0x51, 0xc4, 0xd8, 0x20, 0xe7};

}  // namespace

std::string NameBasedUuid(std::string_view name) {
  uuid_t uuid;
  uuid_generate_sha1(uuid, kNamespace, name.data(), name.size());
  std::array<char, UUID_STR_LEN> text{};
  uuid_unparse_lower(uuid, text.data());
  return text.data();
}

}  // namespace polder
