// polder feedback: what a member would send, sends and has sent.
#include <fmt/format.h>

#include <chrono>

#include "connectors/cli/command.h"
#include "connectors/cli/contribution.h"
#include "connectors/cli/feedback_actions.h"
#include "connectors/files/clock.h"
#include "connectors/member/intake.h"

namespace polder {
namespace {

using Options = std::shared_ptr<FeedbackOptions>;

CLI::App* Add(CLI::App* parent, const Options& options, const char* name, const char* what,
              bool config_required) {
  CLI::App* command = parent->add_subcommand(name, what);
  CLI::Option* config =
      command->add_option("-c,--config", options->config, "the member's policy, a YAML file");
  if (config_required) config->required();
  return command;
}

void AddPreview(CLI::App* parent, Action& action) {
  auto options = std::make_shared<FeedbackOptions>();
  CLI::App* command =
      Add(parent, options, "preview",
          "print each record that would leave, each that would not and why, and the exact bytes; "
          "send nothing",
          false);
  command->add_option("sightings", options->places,
                      "without a policy: files of sightings (ecs), or kafka:TOPIC");
  command->add_option("--brokers", options->brokers, "HOST:PORT, for topics without a policy");
  command->add_option("--epoch", options->epoch,
                      "the day, such as 2024-05-06, or a time in it (default: the one that is due)");
  command->add_flag("--json", options->json, "as one JSON object");
  command->callback([options, &action] {
    action = [options] {
      if (options->config.empty() == options->places.empty()) {
        PrintError("give either a policy with -c policy.yaml, or files of sightings");
        return static_cast<int>(kExitError);
      }
      return options->config.empty() ? PreviewQuickly(*options) : PreviewPolicy(*options);
    };
  });
}

void AddSend(CLI::App* parent, Action& action) {
  auto options = std::make_shared<FeedbackOptions>();
  CLI::App* command = Add(parent, options, "send",
                          "seal and send the batch of each epoch that is over and was not sent", true);
  CLI::Option* epoch = command->add_option("--epoch", options->epoch,
                                           "this one alone: a day such as 2024-05-06, or a time in it");
  command->add_flag("--follow", options->follow, "stay, and send at the end of each epoch; SIGTERM ends it")
      ->excludes(epoch);
  command->add_flag("--now", options->now, "do not wait a random time before");
  command->callback([options, &action] { action = [options] { return SendFeedback(*options); }; });
}

void AddLedger(CLI::App* parent, Action& action) {
  auto options = std::make_shared<FeedbackOptions>();
  CLI::App* command = Add(parent, options, "ledger", "print what has left", true);
  command->add_flag("--verify", options->verify,
                    "check that nothing in it was altered; exit 1 if something was");
  command->add_flag("--json", options->json, "its entries as they are written");
  command->callback([options, &action] { action = [options] { return ShowLedger(*options); }; });
}

void AddManifest(CLI::App* parent, Action& action) {
  auto options = std::make_shared<FeedbackOptions>();
  CLI::App* command =
      Add(parent, options, "manifest",
          "print the fingerprint of the community's indicators, to compare with another member", true);
  command->add_option("--epoch", options->epoch,
                      "the day, such as 2024-05-06, or a time in it (default: the last that is signed)");
  command->add_option("--compare", options->compare, "another member's copy, a file (see --json)");
  command->add_flag("--json", options->json, "the signed manifest itself, to give to another member");
  command->callback([options, &action] { action = [options] { return ShowManifest(*options); }; });
}

}  // namespace

std::optional<FeedbackConfig> LoadFeedbackConfig(const std::string& path) {
  auto config = ReadFeedbackConfigFile(path);
  if (config.ok()) return *std::move(config);
  fmt::print(stderr, "{}\n", std::string(config.status().message()));
  return std::nullopt;
}

absl::Status TakeInNow(const FeedbackConfig& config, MemberStore& store) {
  return TakeInAll(config, store, Now(), [](const std::string& what) { fmt::print(stderr, "{}\n", what); });
}

void AddFeedbackCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("feedback", "what leaves for the community");
  command->require_subcommand(1);
  AddPreview(command, action);
  AddSend(command, action);
  AddLedger(command, action);
  AddManifest(command, action);
  AddFeedbackOwn(*command, action);
}

}  // namespace polder
