// The keys of one party of a community: one pair to sign with, one that others seal to.
#ifndef POLDER_ENGINE_COMMUNITY_PARTY_KEYS_H_
#define POLDER_ENGINE_COMMUNITY_PARTY_KEYS_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/base/crypto.h"
#include "engine/community/signed_document.h"

namespace polder {

struct PartyKeys {
  PublicKey signing{};
  PublicKey sealing{};

  friend bool operator==(const PartyKeys&, const PartyKeys&) = default;
};

struct PartySecrets {
  SigningKeys signing;
  SealingKeys sealing;

  PartyKeys Public() const { return {signing.public_key, sealing.public_key}; }
};
PartySecrets NewPartySecrets();

// `polder-key:` and 128 hexadecimal digits, the signing key first.
std::string FormatPartyKeys(const PartyKeys& keys);
std::optional<PartyKeys> ParsePartyKeys(std::string_view text);
// What two people compare to know that they mean the same keys.
std::string FingerprintOf(const PartyKeys& keys);

// What is kept in a file that only its owner reads: `polder-secret-key:` and 128 digits, the seeds.
std::string FormatPartySecrets(const PartySecrets& secrets);
std::optional<PartySecrets> ParsePartySecrets(std::string_view text);

// A party tells its public keys in a document of the type "key", which they sign themselves: proof that it
// holds them. When it changes them (rotation) the old ones sign the document around that one, so that nobody
// else can change them.
struct KeyStatement {
  std::string name;  // of the party
  PartyKeys keys;
  std::optional<PartyKeys> replaces;  // the old keys, which have signed
  TimeUs signed_at = 0;
};
SignedDocument MakeKeyStatement(const std::string& name, const PartySecrets& secrets, TimeUs now);
SignedDocument MakeRotation(const std::string& name, const PartySecrets& old_secrets,
                            const PartySecrets& new_secrets, TimeUs now);
// Checks every signature. An InvalidArgument says what is wrong.
absl::StatusOr<KeyStatement> ReadKeyStatement(const SignedDocument& document);

}  // namespace polder

#endif  // POLDER_ENGINE_COMMUNITY_PARTY_KEYS_H_
