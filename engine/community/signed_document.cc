#include "engine/community/signed_document.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/community/body.h"

namespace polder {
namespace {

constexpr std::string_view kSuffix = "/1";
constexpr std::size_t kLongestName = 64;
constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

// The parts hold no NUL, so it is clear where each ends; the first says for what the signature is.
std::string SignedBytes(const SignedDocument& document) {
  std::string bytes = "polder signed document 1";
  for (const std::string& part : {document.type, document.community, document.signer,
                                  FormatIsoTime(document.signed_at), document.body}) {
    bytes += '\0';
    bytes += part;
  }
  return bytes;
}

bool HoldsNul(const std::string& text) { return text.find('\0') != std::string::npos; }

}  // namespace

bool IsPartyName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName &&
         name.find_first_not_of(kNameCharacters) == std::string_view::npos;
}

SignedDocument SignDocument(SignedDocument document, const SigningKeys& keys) {
  document.signed_at -= document.signed_at % kSecondUs;
  document.signature = Sign(SignedBytes(document), keys);
  return document;
}

bool IsAuthentic(const SignedDocument& document, const PublicKey& key) {
  return IsSignedBy(SignedBytes(document), document.signature, key);
}

std::string RenderSignedDocument(const SignedDocument& document) {
  nlohmann::ordered_json json;
  json["polder"] = document.type + std::string(kSuffix);
  if (!document.community.empty()) json["community"] = document.community;
  json["signer"] = document.signer;
  json["signed_at"] = FormatIsoTime(document.signed_at);
  json["body"] = document.body;
  json["signature"] = ToHex(document.signature);
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

absl::StatusOr<SignedDocument> ReadSignedDocument(std::string_view bytes) {
  constexpr std::string_view kWhat = "signed document of a community";
  if (bytes.size() > kLargestDocument) {
    return absl::InvalidArgumentError(
        fmt::format("not a {}: {} bytes, and {} are the most", kWhat, bytes.size(), kLargestDocument));
  }
  const auto json = ParseBody(bytes, kWhat);
  if (!json.ok()) return json.status();
  absl::Status status;
  const BodyObject top(*json, "document", &status);
  SignedDocument document;
  document.type = top.Text("polder");
  document.community = top.TextOr("community", "");
  document.signer = top.Text("signer");
  document.signed_at = top.Time("signed_at");
  document.body = top.Text("body");
  const auto signature = FromHex<64>(top.Text("signature"));
  if (!signature) top.Wrong("signature", "128 hexadecimal digits");
  if (document.type.size() > kSuffix.size() && document.type.ends_with(kSuffix)) {
    document.type.resize(document.type.size() - kSuffix.size());
  } else {
    top.Wrong("polder", "the type of a document and its version, such as 'roster/1'");
  }
  if (!IsPartyName(document.type) || !IsPartyName(document.signer) ||
      (!document.community.empty() && !IsPartyName(document.community))) {
    top.Wrong("signer", "names of 1 to 64 of [A-Za-z0-9._-]");
  }
  if (HoldsNul(document.body) || document.signed_at % kSecondUs != 0) {
    top.Wrong("body", "a text without NUL, and a time in whole seconds");
  }
  if (!status.ok()) return status;
  document.signature = *signature;
  return document;
}

std::string Fingerprint(const Digest256& digest) {
  const std::string hex = ToHex(digest.data(), 16);
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 4) {
    if (i > 0) text += '-';
    text.append(hex, i, 4);
  }
  return text;
}

}  // namespace polder
