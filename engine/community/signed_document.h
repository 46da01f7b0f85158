// A text that a party of a community has signed: a roster, a manifest, an indicator (DESIGN section 7).
//
// Pure. The text is carried as it was signed, as a string inside of JSON: no canonical form is needed, and
// nothing that is read again can come out different. What it means is the business of those who read `body`.
#ifndef POLDER_ENGINE_COMMUNITY_SIGNED_DOCUMENT_H_
#define POLDER_ENGINE_COMMUNITY_SIGNED_DOCUMENT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/base/crypto.h"
#include "engine/base/time.h"

namespace polder {

struct SignedDocument {
  std::string type;       // "roster", "manifest", "indicator", "key", ...
  std::string community;  // empty where it is not known yet: a member's first key
  std::string signer;     // the party's name on the roster
  TimeUs signed_at = 0;   // whole seconds
  std::string body;
  Signature signature{};
};

// What a party, a group, a community and a type of document may be called: 1 to 64 of [A-Za-z0-9._-]. So
// names can stand in messages, in keys of topics and in batches as they are.
bool IsPartyName(std::string_view name);

// Signs all the other fields. They hold no NUL, and are not larger than kLargestDocument together.
SignedDocument SignDocument(SignedDocument document, const SigningKeys& keys);
bool IsAuthentic(const SignedDocument& document, const PublicKey& key);

// One JSON object, `{"polder":"roster/1","community":...,"signer":...,"signed_at":...,"body":...,
// "signature":...}`, on one line.
std::string RenderSignedDocument(const SignedDocument& document);

inline constexpr std::size_t kLargestDocument = std::size_t{16} << 20;

// Reads that; authenticity is not judged. An InvalidArgument says what is wrong with it.
absl::StatusOr<SignedDocument> ReadSignedDocument(std::string_view bytes);

// A digest for people to compare over the telephone: `1f3a-9c02-77de-40b1-...`, the first 16 bytes.
std::string Fingerprint(const Digest256& digest);

}  // namespace polder

#endif  // POLDER_ENGINE_COMMUNITY_SIGNED_DOCUMENT_H_
