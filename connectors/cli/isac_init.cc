// polder isac init, rotate-key.
#include <fmt/format.h>

#include <filesystem>

#include "connectors/cli/isac.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr TimeUs kHourUs = 3'600 * kSecondUs;

struct InitOptions {
  std::string folder = ".";
  std::string community;
  std::string operator_name = "operator";
  unsigned epoch_hours = 24;
  unsigned batch_records = 1024;
  unsigned minimum_members = 5;
  unsigned vouchers = 0;
  bool one_organisation = false;
  std::string board;
  std::vector<std::string> mailboxes;
  std::string brokers;
  std::string since;
};

bool IsFolder(const Place& place) { return !place.name.empty() && !place.is_topic() && !place.is_address(); }

// A folder is written down so that it means the same from wherever a command is run, and made if there is
// none.
absl::StatusOr<Place> PlaceToKeep(const std::string& name, const std::string& brokers) {
  Place place{.name = name, .brokers = brokers, .properties = {}, .http = {}};
  if (place.is_topic() && brokers.empty()) {
    return absl::InvalidArgumentError(fmt::format("'{}' is a topic; add --brokers HOST:PORT", name));
  }
  if (!IsFolder(place)) return place;
  std::error_code error;
  fs::create_directories(name, error);
  if (error) return absl::InvalidArgumentError(fmt::format("{}: cannot be made: {}", name, error.message()));
  place.name = fs::canonical(name, error).string();
  return place;
}

absl::StatusOr<IsacConfig> ConfigOf(const InitOptions& options) {
  IsacConfig config;
  config.brokers = options.brokers;
  auto board = PlaceToKeep(options.board, options.brokers);
  if (!board.ok()) return board.status();
  config.board = std::move(board->name);
  for (const std::string& mailbox : options.mailboxes) {
    auto place = PlaceToKeep(mailbox, options.brokers);
    if (!place.ok()) return place.status();
    if (!place->is_address()) {
      config.mailboxes.push_back(std::move(place->name));
      continue;
    }
    return absl::InvalidArgumentError(fmt::format(
        "--mailbox {}: batches are collected from a folder or kafka:TOPIC; name the folder into which "
        "the server at that address writes them",
        mailbox));
  }
  return config;
}

// Two communities on one board would overwrite each other's rosters.
absl::Status CheckBoardIsFree(const IsacConfig& config) {
  if (config.board.empty()) return absl::OkStatus();
  const Place board{
      .name = config.board, .brokers = config.brokers, .properties = config.kafka_properties, .http = {}};
  std::string community;
  // What cannot be read yet may be made by the first roster; else that says what is wrong.
  (void)ReadBoard(board, [&](const std::string&, std::string_view bytes) {
    if (!community.empty() || bytes.find("\"roster/1\"") == std::string_view::npos) return;
    const auto document = ReadSignedDocument(bytes);
    if (document.ok() && document->type == kRosterType) community = document->community;
  });
  if (community.empty()) return absl::OkStatus();
  return absl::AlreadyExistsError(
      fmt::format("{}: is the board of '{}' already; a community has a board of its own: name another",
                  config.board, community));
}

int Init(const InitOptions& options) {
  CommunityTerms terms;
  terms.name = options.community;
  terms.epoch_length = options.epoch_hours * kHourUs;
  terms.batch_records = options.batch_records;
  terms.minimum_members = options.minimum_members;
  terms.vouchers = options.vouchers;
  terms.one_organisation = options.one_organisation;
  const auto since = SinceNamed(options.since, WallClock());
  if (!since.ok()) return Failed(since.status());
  const auto config = ConfigOf(options);
  if (!config.ok()) return Failed(config.status());
  if (absl::Status free = CheckBoardIsFree(*config); !free.ok()) return Failed(free);
  const auto folder =
      OperatorFolder::Create(options.folder, std::move(terms), options.operator_name, *config, *since);
  if (!folder.ok()) return Failed(folder.status());
  if (const auto store = OperatorStore::Open((*folder)->StorePath()); !store.ok())
    return Failed(store.status());
  fmt::print("{}\n", FormatPartyKeys((*folder)->secrets().Public()));
  fmt::print(
      stderr,
      "{}: the community '{}' is made. Next:\n"
      "- give the line on standard output (operator.pub) to every member by a way that nobody can alter\n"
      "- keep a backup of operator.key where only you can read it\n"
      "- polder isac roster add STATEMENT.json --group G for each member's statement of its keys\n",
      options.folder, options.community);
  if (config->board.empty() || config->mailboxes.empty()) {
    fmt::print(stderr, "- say in {}/settings.yaml where the board and the mailbox are\n", options.folder);
  }
  const absl::Status posted = (*folder)->PostRosters(1);
  return posted.ok() ? kExitHit : Failed(posted);
}

int RotateKey(const std::string& path) {
  const auto folder = OperatorFolder::Open(path, OperatorFolder::Access::kChange);
  if (!folder.ok()) return Failed(folder.status());
  const std::uint64_t before = (*folder)->roster().version;
  if (absl::Status changed = (*folder)->ChangeKeys(WallClock()); !changed.ok()) return Failed(changed);
  fmt::print("{}\n", FormatPartyKeys((*folder)->secrets().Public()));
  fmt::print(stderr,
             "new keys, in force from version {} of the roster on. Members who have the old roster follow by "
             "themselves; who joins is given the line on standard output. operator-before-{}.key still opens "
             "batches that were sealed before: keep it for {} epochs\n",
             before + 1, before + 2, 15);
  const absl::Status posted = (*folder)->PostRosters(before + 1);
  return posted.ok() ? kExitHit : Failed(posted);
}

}  // namespace

void AddIsacInit(CLI::App& isac, Action& action) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* init = isac.add_subcommand(
      "init", "make a community: the operator's keys, the roster, the database; overwrites nothing");
  AddFolderOption(*init, options->folder);
  init->add_option("--community", options->community, "its name: letters, digits, '.', '_', '-'")->required();
  init->add_option("--operator", options->operator_name,
                   "the operator's name on the roster (default operator)");
  init->add_option("--epoch-hours", options->epoch_hours, "the length of an epoch (default 24)")
      ->check(CLI::Range(1U, 168U));
  init->add_option("--batch-records", options->batch_records,
                   "that every batch has room for, so that all are of one size (default 1024)")
      ->check(CLI::Range(16U, 16384U));
  init->add_option("--minimum-members", options->minimum_members,
                   "below which nothing is released per indicator (default 5)")
      ->check(CLI::Range(5U, 1000U));
  init->add_option("--vouchers", options->vouchers,
                   "members of different groups that a newcomer needs (default 0)")
      ->check(CLI::Range(0U, 10U));
  init->add_flag("--one-organisation", options->one_organisation,
                 "the members are one organisation, in which TLP:AMBER+STRICT may be shared");
  init->add_option("--board", options->board,
                   "where signed documents are posted: a folder, or kafka:TOPIC (compacted)");
  init->add_option("--mailbox", options->mailboxes, "where batches arrive: a folder, or kafka:TOPIC")
      ->allow_extra_args(false);
  init->add_option("--brokers", options->brokers, "HOST:PORT, for topics");
  init->add_option("--since", options->since,
                   "since when the community is there, such as 2024-05-06 (default: now)");
  init->callback([options, &action] { action = [options] { return Init(*options); }; });
}

void AddIsacRotateKey(CLI::App& isac, Action& action) {
  auto folder = std::make_shared<std::string>(".");
  CLI::App* rotate = isac.add_subcommand(
      "rotate-key", "change the operator's keys; the old ones sign the roster that names the new ones");
  AddFolderOption(*rotate, *folder);
  rotate->callback([folder, &action] { action = [folder] { return RotateKey(*folder); }; });
}

}  // namespace polder
