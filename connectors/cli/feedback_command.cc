// polder feedback: what a member would send, and sends.
#include <fmt/format.h>

#include "connectors/cli/command.h"
#include "connectors/cli/member_sightings.h"

namespace polder {
namespace {

struct PreviewOptions {
  std::vector<std::string> places;
  std::string brokers;
  std::string epoch;
};

int Preview(const PreviewOptions& options) {
  std::vector<SightedIndicator> sighted;
  std::size_t refused = 0;
  for (const std::string& place : options.places) {
    auto read = ReadMemberSightings(place, options.brokers, &refused);
    if (!read.ok()) {
      PrintError(std::string(read.status().message()));
      return kExitError;
    }
    std::move(read->begin(), read->end(), std::back_inserter(sighted));
  }
  const auto epoch = ChooseEpoch(options.epoch, sighted);
  if (!epoch.ok()) {
    PrintError(std::string(epoch.status().message()));
    return kExitError;
  }
  const std::vector<Feedback> feedback = BuildFeedback(sighted, *epoch, NeverRed());
  for (const Feedback& record : feedback) fmt::print("{}\n", RenderFeedback(record));
  fmt::print(
      stderr,
      "epoch {} to {}: {} records would leave, from {} hits in the sightings; {} lines were no sightings. "
      "Sending is not yet supported: nothing has left.\n",
      FormatIsoTime(epoch->start), FormatIsoTime(epoch->end()), feedback.size(), sighted.size(), refused);
  return kExitHit;
}

}  // namespace

void AddFeedbackCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("feedback", "what leaves for the community");
  command->require_subcommand(1);
  auto options = std::make_shared<PreviewOptions>();
  CLI::App* preview =
      command->add_subcommand("preview", "print each record that would leave, and send nothing");
  preview->add_option("sightings", options->places, "files of sightings (ecs), or kafka:TOPIC")->required();
  preview->add_option("--brokers", options->brokers, "HOST:PORT, for topics");
  preview->add_option("--epoch", options->epoch,
                      "the day, such as 2024-05-06 (default: of the latest sighting)");
  preview->callback([options, &action] { action = [options] { return Preview(*options); }; });
  CLI::App* send = command->add_subcommand("send", "not yet supported");
  send->callback([&action] {
    action = [] {
      PrintError(
          "polder feedback send is not yet supported: feedback is neither sealed nor signed yet; preview "
          "shows "
          "what would leave");
      return static_cast<int>(kExitError);
    };
  });
}

}  // namespace polder
