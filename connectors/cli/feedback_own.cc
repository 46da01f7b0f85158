// polder feedback own: what this member gave, as the operator tells it.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "connectors/cli/contribution.h"
#include "connectors/community/key_file.h"
#include "engine/community/party_keys.h"
#include "engine/community/signed_document.h"

namespace polder {
namespace {

struct OwnOptions {
  std::string file;
  std::string key;
  std::string operator_key;
};

absl::StatusOr<std::string> ReadWhole(const std::string& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(fmt::format("{}: cannot be read", path));
  std::string text(most + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() <= most) return text;
  return absl::InvalidArgumentError(
      fmt::format("{}: it is larger than {} bytes, which no such file is", path, most));
}

// The key itself, or the file that it is in.
absl::StatusOr<PartyKeys> OperatorKeys(const std::string& text) {
  if (const auto keys = ParsePartyKeys(text)) return *keys;
  auto line = ReadWhole(text, 4096);
  if (!line.ok()) {
    return absl::InvalidArgumentError(fmt::format(
        "--operator-key '{}': expected polder-key: and 128 digits, or the file that has this", text));
  }
  line->erase(line->find_last_not_of(" \t\r\n") + 1);
  if (const auto keys = ParsePartyKeys(*line)) return *keys;
  return absl::InvalidArgumentError(fmt::format(
      "{}: expected polder-key: and 128 digits, the line that the operator tells everyone", text));
}

absl::StatusOr<std::string> Open(const OwnOptions& options) {
  const auto secrets = ReadKeyFile(options.key);
  if (!secrets.ok()) return secrets.status();
  const auto sealed = ReadWhole(options.file, 2 * kLargestDocument);
  if (!sealed.ok()) return sealed.status();
  auto opened = Unseal(*sealed, secrets->sealing);
  if (!opened) {
    return absl::InvalidArgumentError(
        fmt::format("{}: {} does not open it: it is damaged, or was sealed to another key; after a rotation "
                    "the old key opens "
                    "what was sealed before",
                    options.file, options.key));
  }
  opened->erase(opened->find_last_not_of(' ') + 1);
  const auto document = ReadSignedDocument(*opened);
  if (!document.ok() || document->type != kContributionType) {
    return absl::InvalidArgumentError(
        fmt::format("{}: it opens, but is not what `polder isac scorecard --member` writes", options.file));
  }
  if (options.operator_key.empty()) {
    fmt::print(stderr,
               "who made this was not checked: anybody can seal a file to you; give --operator-key\n");
    return document->body;
  }
  const auto keys = OperatorKeys(options.operator_key);
  if (!keys.ok()) return keys.status();
  if (IsAuthentic(*document, keys->signing)) return document->body;
  return absl::UnauthenticatedError(
      fmt::format("{}: it is not signed with the key of the operator that was given", options.file));
}

}  // namespace

void AddFeedbackOwn(CLI::App& feedback, Action& action) {
  auto options = std::make_shared<OwnOptions>();
  CLI::App* command = feedback.add_subcommand(
      "own", "print what this member gave, out of the file that the operator sealed to it; JSON");
  command->add_option("file", options->file, "NAME.sealed")->required();
  command->add_option("--key", options->key, "the member's secret key file")->required();
  command->add_option("--operator-key", options->operator_key,
                      "the operator's public keys, or a file with them, to check who made it");
  command->callback([options, &action] {
    action = [options] {
      const auto body = Open(*options);
      if (!body.ok()) {
        PrintError(std::string(body.status().message()));
        return kExitError;
      }
      fmt::print("{}\n", *body);
      return kExitHit;
    };
  });
}

}  // namespace polder
