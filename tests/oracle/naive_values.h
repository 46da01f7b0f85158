// The matching rules read as plainly as they can be: DESIGN section 3 and the comments in engine/observable,
// written down a second time without looking at speed. Nothing of the engine's own extraction is called.
#ifndef POLDER_TESTS_ORACLE_NAIVE_VALUES_H_
#define POLDER_TESTS_ORACLE_NAIVE_VALUES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/observable/kind.h"

namespace polder::oracle {

// Network byte order; IPv4 as ::ffff:a.b.c.d.
using Address = std::array<std::uint8_t, 16>;

bool IsV4(const Address& address);
std::optional<Address> ReadIpv4(std::string_view text);
std::optional<Address> ReadIpv6(std::string_view text);
// A dotted quad, or RFC 5952.
std::string WriteAddress(const Address& address);

// See engine/observable/domain.h, CanonicalDomain.
std::optional<std::string> ReadDomain(std::string_view run, bool drop_bad_labels);

struct Url {
  std::string text;
  std::string host;
  bool host_encoded;  // written with percent-encoding
};
// See engine/observable/url.h, CanonicaliseUrl.
std::optional<Url> ReadUrl(std::string_view url);

// What was found: for an ip `address` counts, for everything else `canonical`.
struct Value {
  Kind kind;
  std::string canonical;
  Address address{};
};

// True if `text` holds `port` as a port (engine/observable/extract.h).
bool HoldsPort(std::string_view text, std::string_view port);

// Every observable of one string value or line (engine/observable/extract.h), duplicates included.
std::vector<Value> FindValues(std::string_view text);

// The length of the name character at text[at], 0 if there is none: [A-Za-z0-9._-] or a letter or digit
// outside ASCII.
std::size_t NameCharAt(std::string_view text, std::size_t at);

}  // namespace polder::oracle

#endif  // POLDER_TESTS_ORACLE_NAIVE_VALUES_H_
