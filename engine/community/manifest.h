// What the community's indicators were at the close of an epoch, in one digest: so that two members can tell
// whether they were given the same (DESIGN section 7). Whoever is given other indicators than the rest could
// be told apart by what he reports.
#ifndef POLDER_ENGINE_COMMUNITY_MANIFEST_H_
#define POLDER_ENGINE_COMMUNITY_MANIFEST_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/base/crypto.h"
#include "engine/feedback/feedback.h"

namespace polder {

struct Manifest {
  Epoch epoch;
  // The indicators that were published before this time and not withdrawn before it.
  TimeUs as_of = 0;
  std::uint64_t indicators = 0;  // different ioc_ids
  Digest256 root{};
  std::uint64_t roster_version = 0;
  Digest256 roster_digest{};
  std::optional<std::size_t> k;  // how many groups a release asks for; nothing: none is made per indicator

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

// A Merkle tree as RFC 6962 section 2.1 has it, with BLAKE2b-256 in place of SHA-256. `ordered` is ascending,
// each once; the root of none is the digest of nothing.
Digest256 MerkleRoot(std::span<const IocId> ordered);

inline constexpr std::string_view kManifestType = "manifest";
std::string RenderManifest(const Manifest& manifest);
absl::StatusOr<Manifest> ReadManifest(std::string_view body);

}  // namespace polder

#endif  // POLDER_ENGINE_COMMUNITY_MANIFEST_H_
