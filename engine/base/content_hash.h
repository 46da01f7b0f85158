// A fast hash of what something says, to tell things apart: the same on every machine, and no protection
// against somebody who looks for collisions. xxHash computes it, and only here.
#ifndef POLDER_ENGINE_BASE_CONTENT_HASH_H_
#define POLDER_ENGINE_BASE_CONTENT_HASH_H_

#include <cstdint>
#include <string_view>
#include <utility>

namespace polder {

struct ContentHash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  friend bool operator==(const ContentHash&, const ContentHash&) = default;
  friend auto operator<=>(const ContentHash&, const ContentHash&) = default;
  // Already uniform: one half is hash enough.
  template <typename H>
  friend H AbslHashValue(H state, const ContentHash& hash) {
    return H::combine(std::move(state), hash.low);
  }
};

// XXH3 with a 128-bit result.
ContentHash HashContent(std::string_view bytes);

}  // namespace polder

#endif  // POLDER_ENGINE_BASE_CONTENT_HASH_H_
