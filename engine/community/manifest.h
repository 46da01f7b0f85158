// What the community's indicators were at the close of an epoch: a list that the operator publishes in parts,
// and a signed manifest with one digest over it, so that two members can tell whether they were given the
// same (DESIGN section 7). Whoever is given other indicators than the rest could be told apart by what he
// reports; so nothing leaves about what is not on the list.
#ifndef POLDER_ENGINE_COMMUNITY_MANIFEST_H_
#define POLDER_ENGINE_COMMUNITY_MANIFEST_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/base/crypto.h"
#include "engine/feedback/feedback.h"

namespace polder {

struct Manifest {
  Epoch epoch;
  // The indicators that were published before this time and not withdrawn before it.
  TimeUs as_of = 0;
  std::uint64_t indicators = 0;  // the length of the list
  Digest256 root{};
  std::uint64_t roster_version = 0;
  Digest256 roster_digest{};
  std::optional<std::size_t> k;  // how many groups a release asks for; nothing: none is made per indicator

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

// One line of the list. That all members have the same time is what keeps a source from moving the latencies
// that they report by publishing with an earlier date.
struct ListedIndicator {
  IocId ioc_id{};
  TimeUs published = 0;  // when the community was given it first

  friend auto operator<=>(const ListedIndicator&, const ListedIndicator&) = default;
};

// A Merkle tree as RFC 6962 section 2.1 has it, with BLAKE2b-256 in place of SHA-256; a leaf is the ioc_id
// and the time, 8 bytes, the highest first. `list` is ascending by ioc_id, each once; the root of none is the
// digest of nothing.
Digest256 MerkleRoot(std::span<const ListedIndicator> list);

inline constexpr std::string_view kManifestType = "manifest";
std::string RenderManifest(const Manifest& manifest);
absl::StatusOr<Manifest> ReadManifest(std::string_view body);
// What members compare: that of the rendered manifest.
Digest256 ManifestDigest(const Manifest& manifest);

// The list in parts, of which each fits a record of a topic: bodies of signed documents.
inline constexpr std::string_view kManifestListType = "manifest-list";
inline constexpr std::size_t kListedInPart = 8'192;
struct ManifestPart {
  TimeUs epoch_start = 0;
  std::uint64_t part = 0;  // from 0 on
  std::uint64_t parts = 1;
  std::vector<ListedIndicator> list;
};
std::vector<std::string> RenderManifestParts(TimeUs epoch_start, std::span<const ListedIndicator> list);
absl::StatusOr<ManifestPart> ReadManifestPart(std::string_view body);

// Puts the parts of one epoch together, whatever order they come in. Parts that the operator published for
// an earlier epoch, or twice, do no harm: what counts is whether the whole has the manifest's root.
class ManifestList {
 public:
  explicit ManifestList(const Manifest& manifest) : manifest_(manifest) {}

  void Add(ManifestPart part);
  // NotFound if parts are missing, FailedPrecondition if they are not what the manifest is about.
  absl::StatusOr<std::vector<ListedIndicator>> Whole() const;

 private:
  Manifest manifest_;
  std::vector<std::vector<ListedIndicator>> parts_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_COMMUNITY_MANIFEST_H_
