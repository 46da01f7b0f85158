#include "engine/snapshot/value_key.h"

#include <array>
#include <cstring>
#include <string>

#include "absl/functional/function_ref.h"
#include "engine/observable/url.h"

namespace polder {
namespace {

using Role = GateHasher::Role;

// What GateHasher may read behind a text.
constexpr std::size_t kPadding = 8;

// Calls `use` with the byte `first` and `text` behind it, readable for kPadding bytes more. On the stack for
// all but the longest.
std::uint64_t WithPadding(char first, std::string_view text,
                          absl::FunctionRef<std::uint64_t(std::string_view)> use) {
  std::array<char, 512> buffer;
  const std::size_t size = text.size() + 1;
  if (size + kPadding <= buffer.size()) {
    buffer[0] = first;
    text.copy(buffer.data() + 1, text.size());
    std::memset(buffer.data() + size, 0, kPadding);
    return use({buffer.data(), size});
  }
  std::string copy(1, first);
  copy += text;
  copy.append(kPadding, '\0');
  return use(std::string_view(copy).substr(0, size));
}

Role RoleOf(Kind kind) {
  switch (kind) {
    case Kind::kUrl:
      return Role::kUrl;
    case Kind::kEmail:
      return Role::kEmail;
    case Kind::kFileName:
      return Role::kFileName;
    default:
      return IsDigest(kind) ? Role::kDigest : Role::kWholeText;
  }
}

}  // namespace

ValueKey KeyOfNetwork(const GateHasher& hasher, const IpAddress& address, unsigned prefix_bits) {
  std::array<char, 18> buffer;
  buffer[0] = static_cast<char>(Kind::kNetwork);
  std::memcpy(buffer.data() + 1, address.bytes.data(), 16);
  buffer[17] = static_cast<char>(prefix_bits);
  return {hasher.Ip(Role::kNetwork, address, prefix_bits), ValueHash({buffer.data(), buffer.size()})};
}

ValueKey KeyOf(const GateHasher& hasher, Kind kind, std::string_view canonical) {
  if (kind == Kind::kIp) return KeyOfNetwork(hasher, *ParseIp(canonical), 128);
  if (kind == Kind::kNetwork) {
    const Network network = *ParseNetwork(canonical);
    return KeyOfNetwork(hasher, network.address, network.prefix_bits);
  }
  if (IsWholeText(kind)) kind = Kind::kText;
  ValueKey key;
  WithPadding(static_cast<char>(kind), canonical, [&](std::string_view kind_and_value) {
    const std::string_view value = kind_and_value.substr(1);
    key.gate = kind == Kind::kDomain ? hasher.Name(Role::kName, value) : hasher.Text(RoleOf(kind), value);
    return key.value = ValueHash(kind_and_value);
  });
  return key;
}

std::optional<std::uint64_t> HostGate(const GateHasher& hasher, Kind kind, std::string_view canonical) {
  if (kind == Kind::kEmail) {
    return WithPadding('@', canonical.substr(canonical.rfind('@') + 1),
                       [&](std::string_view host) { return hasher.Name(Role::kEmailHost, host.substr(1)); });
  }
  if (kind != Kind::kUrl) return std::nullopt;
  const std::string_view url_host = HostOfCanonicalUrl(canonical);
  if (const auto ip = ParseIp(url_host)) return hasher.Ip(Role::kUrlHostIp, *ip, 128);
  return WithPadding('/', url_host,
                     [&](std::string_view host) { return hasher.Name(Role::kUrlHost, host.substr(1)); });
}

}  // namespace polder
