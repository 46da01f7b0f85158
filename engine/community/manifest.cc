#include "engine/community/manifest.h"

#include <nlohmann/json.hpp>

#include "engine/community/body.h"

namespace polder {
namespace {

// RFC 6962 section 2.1: a leaf and a node can never have the same digest.
Digest256 LeafDigest(const IocId& id) {
  std::string bytes(1, '\0');
  bytes.append(reinterpret_cast<const char*>(id.data()), id.size());
  return Blake2b256(bytes);
}

Digest256 NodeDigest(const Digest256& left, const Digest256& right) {
  std::string bytes(1, '\1');
  bytes.append(reinterpret_cast<const char*>(left.data()), left.size());
  bytes.append(reinterpret_cast<const char*>(right.data()), right.size());
  return Blake2b256(bytes);
}

}  // namespace

Digest256 MerkleRoot(std::span<const IocId> ordered) {
  if (ordered.empty()) return Blake2b256("");
  if (ordered.size() == 1) return LeafDigest(ordered.front());
  std::size_t left = 1;  // the largest power of two that is smaller than the number of leaves
  while (left * 2 < ordered.size()) left *= 2;
  return NodeDigest(MerkleRoot(ordered.first(left)), MerkleRoot(ordered.subspan(left)));
}

std::string RenderManifest(const Manifest& manifest) {
  nlohmann::ordered_json json = {
      {"epoch_start", FormatIsoTime(manifest.epoch.start)},
      {"epoch_seconds", manifest.epoch.length / kSecondUs},
      {"as_of", FormatIsoTime(manifest.as_of)},
      {"indicators", manifest.indicators},
      {"root", ToHex(manifest.root)},
      {"roster_version", manifest.roster_version},
      {"roster_digest", ToHex(manifest.roster_digest)},
      {"k", manifest.k ? nlohmann::ordered_json(*manifest.k) : nlohmann::ordered_json(nullptr)}};
  return json.dump();
}

absl::StatusOr<Manifest> ReadManifest(std::string_view body) {
  const auto json = ParseBody(body, "manifest");
  if (!json.ok()) return json.status();
  absl::Status status;
  const BodyObject top(*json, "manifest", &status);
  Manifest manifest;
  manifest.epoch.start = top.Time("epoch_start");
  const std::uint64_t seconds = top.Number("epoch_seconds");
  if (seconds == 0 || seconds > 366 * 86'400) top.Wrong("epoch_seconds", "1 to 31622400");
  manifest.as_of = top.Time("as_of");
  manifest.indicators = top.Number("indicators");
  manifest.root = top.Digest("root");
  manifest.roster_version = top.Number("roster_version");
  manifest.roster_digest = top.Digest("roster_digest");
  if (const auto k = top.NumberIfAny("k")) manifest.k = *k;
  if (!status.ok()) return status;
  manifest.epoch.length = static_cast<TimeUs>(seconds) * kSecondUs;
  return manifest;
}

}  // namespace polder
