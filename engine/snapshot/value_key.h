// Under which key a value is looked up.
#ifndef POLDER_ENGINE_SNAPSHOT_VALUE_KEY_H_
#define POLDER_ENGINE_SNAPSHOT_VALUE_KEY_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/base/crypto.h"
#include "engine/observable/ip.h"
#include "engine/observable/kind.h"
#include "engine/snapshot/gate_hasher.h"

namespace polder {

// 128 bits that stand for a kind and a canonical value. One half is the hash that the gates ask for, under
// the secret key of the process; the other is the same on every machine. Nobody without the secret can make
// two values collide.
struct ValueKey {
  std::uint64_t gate = 0;
  std::uint64_t value = 0;

  friend bool operator==(const ValueKey&, const ValueKey&) = default;
  friend auto operator<=>(const ValueKey&, const ValueKey&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const ValueKey& key) {
    return H::combine(std::move(state), key.gate ^ key.value);
  }
};

// An address is keyed as the network of its full length, and all kinds of whole text alike. `canonical` as
// CanonicaliseValue returns it.
ValueKey KeyOf(const GateHasher& hasher, Kind kind, std::string_view canonical);
ValueKey KeyOfNetwork(const GateHasher& hasher, const IpAddress& address, unsigned prefix_bits);

// The hash of the host of a URL or email address, for which a gate of its own is opened: a format may split a
// URL over several fields. Nothing for other kinds.
std::optional<std::uint64_t> HostGate(const GateHasher& hasher, Kind kind, std::string_view canonical);

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_VALUE_KEY_H_
