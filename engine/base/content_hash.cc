#include "engine/base/content_hash.h"

#include <xxhash.h>

namespace polder {

ContentHash HashContent(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.low64, hash.high64};
}

}  // namespace polder
