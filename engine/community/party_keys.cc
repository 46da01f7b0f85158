#include "engine/community/party_keys.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/community/body.h"

namespace polder {
namespace {

constexpr std::string_view kPublicPrefix = "polder-key:";
constexpr std::string_view kSecretPrefix = "polder-secret-key:";
constexpr std::string_view kKeyType = "key";
constexpr std::size_t kHalf = 64;  // hexadecimal digits of one key

std::string Body(const PartyKeys& keys, std::string_view around) {
  nlohmann::ordered_json json = {{"keys", FormatPartyKeys(keys)}};
  if (!around.empty()) json["confirmed"] = around;
  return json.dump();
}

SignedDocument Sign(const std::string& name, const PartySecrets& by, std::string body, TimeUs now) {
  SignedDocument document;
  document.type = kKeyType;
  document.signer = name;
  document.signed_at = now;
  document.body = std::move(body);
  return SignDocument(std::move(document), by.signing);
}

}  // namespace

PartySecrets NewPartySecrets() { return {NewSigningKeys(), NewSealingKeys()}; }

std::string FormatPartyKeys(const PartyKeys& keys) {
  return fmt::format("{}{}{}", kPublicPrefix, ToHex(keys.signing), ToHex(keys.sealing));
}

std::string FingerprintOf(const PartyKeys& keys) { return Fingerprint(Blake2b256(FormatPartyKeys(keys))); }

std::optional<PartyKeys> ParsePartyKeys(std::string_view text) {
  if (!text.starts_with(kPublicPrefix)) return std::nullopt;
  text.remove_prefix(kPublicPrefix.size());
  if (text.size() != 2 * kHalf) return std::nullopt;
  const auto signing = FromHex<32>(text.substr(0, kHalf));
  const auto sealing = FromHex<32>(text.substr(kHalf));
  if (!signing || !sealing) return std::nullopt;
  return PartyKeys{*signing, *sealing};
}

std::string FormatPartySecrets(const PartySecrets& secrets) {
  return fmt::format("{}{}{}", kSecretPrefix, ToHex(secrets.signing.seed.bytes),
                     ToHex(secrets.sealing.seed.bytes));
}

std::optional<PartySecrets> ParsePartySecrets(std::string_view text) {
  if (!text.starts_with(kSecretPrefix)) return std::nullopt;
  text.remove_prefix(kSecretPrefix.size());
  SecretBytes<32> signing;
  SecretBytes<32> sealing;
  if (text.size() != 2 * kHalf || !FromHex(text.substr(0, kHalf), signing.bytes.data(), 32) ||
      !FromHex(text.substr(kHalf), sealing.bytes.data(), 32)) {
    return std::nullopt;
  }
  return PartySecrets{SigningKeysFromSeed(signing), SealingKeysFromSeed(sealing)};
}

SignedDocument MakeKeyStatement(const std::string& name, const PartySecrets& secrets, TimeUs now) {
  return Sign(name, secrets, Body(secrets.Public(), ""), now);
}

SignedDocument MakeRotation(const std::string& name, const PartySecrets& old_secrets,
                            const PartySecrets& new_secrets, TimeUs now) {
  const std::string confirmed = RenderSignedDocument(MakeKeyStatement(name, new_secrets, now));
  return Sign(name, old_secrets, Body(old_secrets.Public(), confirmed), now);
}

absl::StatusOr<KeyStatement> ReadKeyStatement(const SignedDocument& document) {
  if (document.type != kKeyType) {
    return absl::InvalidArgumentError(
        fmt::format("a document of the type '{}', and one of the type 'key' is expected: see polder key new",
                    document.type));
  }
  const auto json = ParseBody(document.body, "statement of keys");
  if (!json.ok()) return json.status();
  absl::Status status;
  const BodyObject body(*json, "key", &status);
  const auto keys = ParsePartyKeys(body.Text("keys"));
  if (!keys) body.Wrong("keys", "polder-key: and 128 hexadecimal digits");
  const std::string confirmed = body.TextOr("confirmed", "");
  if (!status.ok()) return status;
  if (!IsAuthentic(document, keys->signing)) {
    return absl::InvalidArgumentError(fmt::format(
        "the statement of {}'s keys is not signed by them: it was altered on its way", document.signer));
  }
  KeyStatement statement{document.signer, *keys, std::nullopt, document.signed_at};
  if (confirmed.empty()) return statement;
  const auto inner = ReadSignedDocument(confirmed);
  if (!inner.ok()) return inner.status();
  const auto inner_json = ParseBody(inner->body, "statement of keys");
  if (!inner_json.ok()) return inner_json.status();
  if (inner_json->contains("confirmed") || inner->signer != document.signer) {
    return absl::InvalidArgumentError(
        fmt::format("the new keys of {} are not stated plainly by themselves", document.signer));
  }
  auto fresh = ReadKeyStatement(*inner);
  if (!fresh.ok()) return fresh.status();
  fresh->replaces = *keys;
  fresh->signed_at = document.signed_at;
  return fresh;
}

}  // namespace polder
