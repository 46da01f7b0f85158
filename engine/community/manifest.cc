#include "engine/community/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/community/body.h"
#include "engine/community/signed_document.h"

namespace polder {
namespace {

constexpr std::size_t kListedBytes = sizeof(IocId) + 8;
constexpr std::size_t kMostParts = 10'000;

void AppendListed(const ListedIndicator& one, std::string& bytes) {
  bytes.append(reinterpret_cast<const char*>(one.ioc_id.data()), one.ioc_id.size());
  const auto time = static_cast<std::uint64_t>(one.published);
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(time >> shift);
}

ListedIndicator ReadListed(std::string_view bytes) {
  ListedIndicator one;
  std::memcpy(one.ioc_id.data(), bytes.data(), one.ioc_id.size());
  std::uint64_t time = 0;
  for (const char byte : bytes.substr(one.ioc_id.size())) time = time << 8 | static_cast<std::uint8_t>(byte);
  one.published = static_cast<TimeUs>(time);
  return one;
}

// RFC 6962 section 2.1: a leaf and a node can never have the same digest.
Digest256 LeafDigest(const ListedIndicator& one) {
  std::string bytes(1, '\0');
  AppendListed(one, bytes);
  return Blake2b256(bytes);
}

Digest256 NodeDigest(const Digest256& left, const Digest256& right) {
  std::string bytes(1, '\1');
  bytes.append(reinterpret_cast<const char*>(left.data()), left.size());
  bytes.append(reinterpret_cast<const char*>(right.data()), right.size());
  return Blake2b256(bytes);
}

}  // namespace

Digest256 MerkleRoot(std::span<const ListedIndicator> list) {
  if (list.empty()) return Blake2b256("");
  if (list.size() == 1) return LeafDigest(list.front());
  std::size_t left = 1;  // the largest power of two that is smaller than the number of leaves
  while (left * 2 < list.size()) left *= 2;
  return NodeDigest(MerkleRoot(list.first(left)), MerkleRoot(list.subspan(left)));
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

Digest256 ManifestDigest(const Manifest& manifest) { return Blake2b256(RenderManifest(manifest)); }

std::vector<std::string> RenderManifestParts(TimeUs epoch_start, std::span<const ListedIndicator> list) {
  const std::size_t parts = std::max<std::size_t>(1, (list.size() + kListedInPart - 1) / kListedInPart);
  std::vector<std::string> bodies;
  for (std::size_t part = 0; part < parts; ++part) {
    std::string bytes;
    for (const ListedIndicator& one : list.first(std::min(kListedInPart, list.size())))
      AppendListed(one, bytes);
    list = list.subspan(std::min(kListedInPart, list.size()));
    const nlohmann::ordered_json json = {
        {"epoch_start", FormatIsoTime(epoch_start)},
        {"part", part},
        {"parts", parts},
        {"list", ToBase64(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size())}};
    bodies.push_back(json.dump());
  }
  return bodies;
}

absl::StatusOr<ManifestPart> ReadManifestPart(std::string_view body) {
  const auto json = ParseBody(body, "part of a manifest's list");
  if (!json.ok()) return json.status();
  absl::Status status;
  const BodyObject top(*json, "manifest-list", &status);
  ManifestPart part;
  part.epoch_start = top.Time("epoch_start");
  part.part = top.Number("part");
  part.parts = top.Number("parts");
  const auto bytes = FromBase64(top.Text("list"));
  if (part.part >= part.parts || part.parts > kMostParts) {
    top.Wrong("parts", fmt::format("1 to {}, and more than 'part'", kMostParts));
  }
  if (!bytes || bytes->size() % kListedBytes != 0 || bytes->size() > kListedInPart * kListedBytes) {
    top.Wrong("list", fmt::format("base64 of at most {} times {} bytes", kListedInPart, kListedBytes));
  }
  if (!status.ok()) return status;
  for (std::string_view rest = *bytes; !rest.empty(); rest.remove_prefix(kListedBytes)) {
    part.list.push_back(ReadListed(rest.substr(0, kListedBytes)));
  }
  return part;
}

void ManifestList::Add(ManifestPart part) {
  if (part.epoch_start != manifest_.epoch.start) return;
  if (parts_.size() != part.parts) parts_.assign(part.parts, {});
  parts_[part.part] = std::move(part.list);
}

absl::StatusOr<std::vector<ListedIndicator>> ManifestList::Whole() const {
  const std::string whose =
      fmt::format("the list of the manifest of {}", FormatIsoTime(manifest_.epoch.start));
  std::vector<ListedIndicator> list;
  for (const auto& part : parts_) list.insert(list.end(), part.begin(), part.end());
  if (list.size() < manifest_.indicators) {
    return absl::NotFoundError(
        fmt::format("{} is not there whole: {} of {} indicators; the operator posts it "
                    "with the manifest (polder isac manifest): try later",
                    whose, list.size(), manifest_.indicators));
  }
  const bool ordered = std::adjacent_find(list.begin(), list.end(), [](const auto& a, const auto& b) {
                         return a.ioc_id >= b.ioc_id;
                       }) == list.end();
  if (!ordered || list.size() != manifest_.indicators || MerkleRoot(list) != manifest_.root) {
    return absl::FailedPreconditionError(
        fmt::format("{} is another than the operator signed: its root is {}, that of the manifest {}", whose,
                    Fingerprint(MerkleRoot(list)), Fingerprint(manifest_.root)));
  }
  return list;
}

}  // namespace polder
