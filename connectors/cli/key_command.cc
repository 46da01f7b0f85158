// polder key: the keys of a party of a community.
#include <fmt/format.h>

#include "connectors/cli/command.h"
#include "connectors/cli/feedback_actions.h"
#include "connectors/community/key_file.h"
#include "connectors/files/clock.h"
#include "engine/community/party_keys.h"
#include "engine/community/signed_document.h"
#include "rules/read/shown.h"

namespace polder {
namespace {

struct KeyOptions {
  std::string key;
  std::string new_key;
  std::string name;
};

// Before keys are made that no roster can name.
absl::Status CheckName(const std::string& name) {
  if (IsPartyName(name)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("--name '{}': expected 1 to 64 of [A-Za-z0-9._-], as a roster has it", Shown(name, 80)));
}

int NewKey(const KeyOptions& options) {
  if (absl::Status status = CheckName(options.name); !status.ok()) return Failed(status);
  const PartySecrets secrets = NewPartySecrets();
  if (absl::Status status = WriteKeyFile(options.key, secrets); !status.ok()) return Failed(status);
  fmt::print("{}\n", RenderSignedDocument(MakeKeyStatement(options.name, secrets, NowInWholeSeconds())));
  fmt::print(
      stderr,
      "{}: the secret key, for this machine alone. Give what is printed to the operator, and tell him the "
      "fingerprint another way: {}\n",
      options.key, FingerprintOf(secrets.Public()));
  return kExitHit;
}

int RotateKey(const KeyOptions& options) {
  if (absl::Status status = CheckName(options.name); !status.ok()) return Failed(status);
  const auto old_secrets = ReadKeyFile(options.key);
  if (!old_secrets.ok()) return Failed(old_secrets.status());
  const PartySecrets new_secrets = NewPartySecrets();
  if (absl::Status status = WriteKeyFile(options.new_key, new_secrets); !status.ok()) return Failed(status);
  fmt::print("{}\n", RenderSignedDocument(
                         MakeRotation(options.name, *old_secrets, new_secrets, NowInWholeSeconds())));
  fmt::print(stderr,
             "{}: the new secret key, {}. Give what is printed to the operator; use the new file from when "
             "the roster has it\n",
             options.new_key, FingerprintOf(new_secrets.Public()));
  return kExitHit;
}

int ShowKey(const KeyOptions& options) {
  const auto secrets = ReadKeyFile(options.key);
  if (!secrets.ok()) return Failed(secrets.status());
  fmt::print("{}\n{}\n", FormatPartyKeys(secrets->Public()), FingerprintOf(secrets->Public()));
  return kExitHit;
}

CLI::App* Add(CLI::App* parent, Action& action, const char* name, const char* what,
              const std::shared_ptr<KeyOptions>& options, int (*run)(const KeyOptions&)) {
  CLI::App* command = parent->add_subcommand(name, what);
  command->add_option("--key", options->key, "the file of the secret key")->required();
  command->callback([options, run, &action] { action = [options, run] { return run(*options); }; });
  return command;
}

}  // namespace

void AddKeyCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("key", "the keys that a member signs and reads with");
  command->require_subcommand(1);
  auto options = std::make_shared<KeyOptions>();
  constexpr const char* kName = "the party's name on the roster";
  Add(command, action, "new", "make a secret key file, and print the public keys, signed", options, NewKey)
      ->add_option("--name", options->name, kName)
      ->required();
  CLI::App* rotate = Add(command, action, "rotate", "make new keys, and print them, signed with the old ones",
                         options, RotateKey);
  rotate->add_option("--new", options->new_key, "the file to make for the new secret key")->required();
  rotate->add_option("--name", options->name, kName)->required();
  Add(command, action, "show", "print the public keys and their fingerprint", options, ShowKey);
}

}  // namespace polder
