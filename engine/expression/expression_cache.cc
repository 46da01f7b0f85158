#include "engine/expression/expression_cache.h"

#include "engine/base/crypto.h"

namespace polder {
namespace {

constexpr std::string_view kMark = "polder expressions 1\n";

std::string ChecksumOf(std::string_view payload) {
  const Digest256 digest = Blake2b256(payload);
  return {digest.begin(), digest.end()};
}

}  // namespace

std::string SealCacheEntry(std::string_view payload) {
  std::string entry(kMark);
  entry += ChecksumOf(payload);
  entry += payload;
  return entry;
}

std::optional<std::string_view> OpenCacheEntry(std::string_view entry) {
  constexpr std::size_t kHead = kMark.size() + sizeof(Digest256);
  if (entry.size() < kHead || !entry.starts_with(kMark)) return std::nullopt;
  const std::string_view payload = entry.substr(kHead);
  if (entry.substr(kMark.size(), sizeof(Digest256)) != ChecksumOf(payload)) return std::nullopt;
  return payload;
}

}  // namespace polder
