// polder isac: the operator of a community.
#include <fmt/format.h>

#include <map>

#include "connectors/cli/command.h"
#include "connectors/cli/member_sightings.h"
#include "engine/feedback/release.h"

namespace polder {
namespace {

struct ReleaseOptions {
  std::vector<std::string> members;  // NAME[@GROUP]=PLACE
  std::string brokers;
  std::string epoch;
};

struct Member {
  std::string name;
  std::string group;
  std::vector<std::string> places;
};

absl::StatusOr<std::vector<Member>> ParseMembers(const std::vector<std::string>& texts) {
  std::map<std::string, Member> members;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) {
      return absl::InvalidArgumentError(
          fmt::format("--member '{}': expected NAME=SIGHTINGS or NAME@GROUP=SIGHTINGS", text));
    }
    const std::string who = text.substr(0, equals);
    const std::size_t at = who.find('@');
    const std::string name = who.substr(0, at);
    const std::string group = at == std::string::npos ? name : who.substr(at + 1);
    Member& member = members[name];
    if (!member.name.empty() && member.group != group) {
      return absl::InvalidArgumentError(
          fmt::format("--member '{}': {} is in the group {} already", text, name, member.group));
    }
    member.name = name;
    member.group = group;
    member.places.push_back(text.substr(equals + 1));
  }
  std::vector<Member> list;
  list.reserve(members.size());
  for (auto& [name, member] : members) list.push_back(std::move(member));
  return list;
}

int PrintRelease(const ReleaseOptions& options) {
  const auto members = ParseMembers(options.members);
  if (!members.ok()) {
    PrintError(std::string(members.status().message()));
    return kExitError;
  }
  std::vector<std::vector<SightedIndicator>> sighted;
  std::vector<SightedIndicator> all;
  std::size_t refused = 0;
  for (const Member& member : *members) {
    sighted.emplace_back();
    for (const std::string& place : member.places) {
      auto read = ReadMemberSightings(place, options.brokers, &refused);
      if (!read.ok()) {
        PrintError(std::string(read.status().message()));
        return kExitError;
      }
      sighted.back().insert(sighted.back().end(), read->begin(), read->end());
    }
    all.insert(all.end(), sighted.back().begin(), sighted.back().end());
  }
  const auto epoch = ChooseEpoch(options.epoch, all);
  if (!epoch.ok()) {
    PrintError(std::string(epoch.status().message()));
    return kExitError;
  }
  std::vector<MemberReport> reports;
  for (std::size_t i = 0; i < members->size(); ++i) {
    reports.push_back(
        {(*members)[i].name, (*members)[i].group, BuildFeedback(sighted[i], *epoch, NeverRed())});
  }
  const Release release = MakeRelease(reports, *epoch);
  fmt::print("{}\n", RenderRelease(release));
  if (!release.threshold) {
    fmt::print(stderr, "{} members: below 5 nothing is released per indicator\n", release.members);
  }
  fmt::print(
      stderr,
      "{} members in {} groups; released {} indicators; hidden below k {} indicators with {} of {} reports; "
      "{} lines were no sightings\n",
      release.members, release.groups, release.released.size(), release.suppressed_indicators,
      release.suppressed_reports, release.suppressed_reports + release.released_reports, refused);
  return kExitHit;
}

}  // namespace

void AddIsacCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("isac", "the operator's side of a community");
  command->require_subcommand(1);
  auto options = std::make_shared<ReleaseOptions>();
  CLI::App* release = command->add_subcommand(
      "release", "print what at least k groups saw in an epoch, and how much stays hidden");
  release
      ->add_option(
          "--member", options->members,
          "NAME=SIGHTINGS or NAME@GROUP=SIGHTINGS, a file (ecs) or kafka:TOPIC; once for each member")
      ->required();
  release->add_option("--brokers", options->brokers, "HOST:PORT, for topics");
  release->add_option("--epoch", options->epoch,
                      "the day, such as 2024-05-06 (default: of the latest sighting)");
  release->callback([options, &action] { action = [options] { return PrintRelease(*options); }; });
}

}  // namespace polder
