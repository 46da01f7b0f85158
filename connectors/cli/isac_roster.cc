// polder isac roster: who belongs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "connectors/cli/isac.h"
#include "connectors/files/read_file.h"
#include "connectors/isac/release_store.h"

namespace polder {
namespace {

struct AddOptions {
  std::string folder = ".";
  std::string party;  // NAME, or the file of a statement of keys
  std::string keys;
  std::string group;
  std::string role = "member";
  std::string sector;
  std::vector<std::string> vouchers;
  std::string since;
};

struct RevokeOptions {
  std::string folder = ".";
  std::string name;
  std::string reason;
};

struct ListOptions {
  std::string folder = ".";
  bool json = false;
};

absl::StatusOr<KeyStatement> ReadStatementFile(const std::string& path) {
  const auto text = ReadWholeFile(path, kLargestDocument);
  if (!text.ok()) return text.status();
  const auto document =
      ReadSignedDocument(std::string_view(*text).substr(0, text->find_last_not_of("\r\n") + 1));
  auto statement = document.ok() ? ReadKeyStatement(*document) : document.status();
  if (statement.ok()) return statement;
  return absl::InvalidArgumentError(fmt::format("{}: {}", path, std::string(statement.status().message())));
}

absl::StatusOr<KeyStatement> StatementOf(const AddOptions& options) {
  if (options.keys.empty()) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(options.party, ignored)) return ReadStatementFile(options.party);
    return absl::NotFoundError(
        fmt::format("{}: there is no such file; expected the statement of keys that the party made, or its "
                    "NAME with --keys",
                    options.party));
  }
  const auto keys = ParsePartyKeys(options.keys);
  if (keys) return KeyStatement{options.party, *keys, std::nullopt, 0};
  return absl::InvalidArgumentError(
      fmt::format("--keys '{}': expected polder-key: and 128 hexadecimal digits", options.keys));
}

// Puts the next version in force and on the board.
int PutInForce(OperatorFolder& folder, const absl::StatusOr<Roster>& next, TimeUs now,
               const std::string& what) {
  if (!next.ok()) return Failed(next.status());
  if (absl::Status replaced = folder.Replace(*next, now); !replaced.ok()) return Failed(replaced);
  fmt::print(stderr, "{}: roster version {}\n", what, next->version);
  const absl::Status posted = folder.PostRosters(next->version);
  return posted.ok() ? kExitHit : Failed(posted);
}

// Who comes counts from a time that no release is about: else the next one could be compared with the last.
absl::StatusOr<TimeUs> JoiningTime(const AddOptions& options, const OperatorFolder& folder, TimeUs now) {
  const auto since = SinceNamed(options.since, now);
  if (!since.ok() || options.since.empty()) return since;
  TimeUs earliest = folder.roster().Operator()->joined;
  const auto store = OperatorStore::Open(folder.StorePath());
  if (!store.ok()) return store.status();
  const auto released = ReleaseStore((*store)->database()).Latest();
  if (!released.ok()) return released.status();
  if (*released) earliest = std::max(earliest, **released + folder.roster().terms.epoch_length);
  if (*since >= earliest) return since;
  return absl::InvalidArgumentError(
      fmt::format("--since {}: expected {} or later, when the community began or its last release ended",
                  options.since, FormatIsoTime(earliest)));
}

int Add(const AddOptions& options) {
  const auto statement = StatementOf(options);
  if (!statement.ok()) return Failed(statement.status());
  const auto folder = OperatorFolder::Open(options.folder, OperatorFolder::Access::kChange);
  if (!folder.ok()) return Failed(folder.status());
  const TimeUs now = WallClock();
  const Roster& roster = (*folder)->roster();
  if (statement->replaces) {
    if (!options.group.empty() || !options.sector.empty() || !options.vouchers.empty() ||
        !options.since.empty()) {
      return Failed(
          absl::InvalidArgumentError(fmt::format("{}: changes the keys of '{}' and nothing else; leave "
                                                 "--group, --sector, --voucher and --since away",
                                                 options.party, statement->name)));
    }
    return PutInForce(**folder, WithKeys(roster, *statement, now), now,
                      fmt::format("'{}' has new keys {}", statement->name, FingerprintOf(statement->keys)));
  }
  if (options.group.empty()) {
    return Failed(absl::InvalidArgumentError(
        "--group is missing: whose part the party is (its own name if it is nobody's); a group counts once"));
  }
  const auto since = JoiningTime(options, **folder, now);
  if (!since.ok()) return Failed(since.status());
  RosterEntry entry;
  entry.name = statement->name;
  entry.group = options.group;
  entry.role = RoleFromName(options.role).value_or(Role::kMember);
  entry.sector = options.sector;
  entry.keys.push_back({statement->keys, *since, kEndOfTime});
  entry.vouchers = options.vouchers;
  entry.joined = *since;
  return PutInForce(**folder, WithEntry(roster, std::move(entry), now), now,
                    fmt::format("'{}' is added with the keys {} (compare them with the party)",
                                statement->name, FingerprintOf(statement->keys)));
}

int Revoke(const RevokeOptions& options) {
  if (options.reason.find_first_not_of(' ') == std::string::npos) {
    return Failed(absl::InvalidArgumentError(
        "--reason: is empty; say in a few words why, for all to read: it stands on the roster for good"));
  }
  const auto folder = OperatorFolder::Open(options.folder, OperatorFolder::Access::kChange);
  if (!folder.ok()) return Failed(folder.status());
  const TimeUs now = WallClock();
  return PutInForce(**folder,
                    WithoutEntry((*folder)->roster(), options.name, "revoked: " + options.reason, now), now,
                    fmt::format("'{}' is revoked", options.name));
}

nlohmann::ordered_json JsonOf(const RosterEntry& entry) {
  nlohmann::ordered_json json = {{"name", entry.name},
                                 {"group", entry.group},
                                 {"role", RoleName(entry.role)},
                                 {"sector", entry.sector},
                                 {"keys", FormatPartyKeys(entry.keys.back().keys)},
                                 {"vouchers", entry.vouchers},
                                 {"joined", FormatIsoTime(entry.joined)}};
  if (entry.left != kEndOfTime) {
    json["left"] = FormatIsoTime(entry.left);
    json["reason"] = entry.reason;
  }
  return json;
}

void PrintTable(const Roster& roster) {
  for (const RosterEntry& entry : roster.entries) {
    const std::string state = entry.left == kEndOfTime
                                  ? fmt::format("since {}", FormatIsoTime(entry.joined))
                                  : fmt::format("until {} ({})", FormatIsoTime(entry.left), entry.reason);
    fmt::print("{:<24} {:<9} {:<20} {:<14} {}  {}\n", entry.name, RoleName(entry.role), entry.group,
               entry.sector, FingerprintOf(entry.keys.back().keys).substr(0, 19), state);
  }
}

int List(const ListOptions& options) {
  const auto folder = OperatorFolder::Open(options.folder, OperatorFolder::Access::kRead);
  if (!folder.ok()) return Failed(folder.status());
  const Roster& roster = (*folder)->roster();
  if (!options.json) {
    PrintTable(roster);
    fmt::print(stderr, "community '{}', roster version {} of {}, {} who send feedback\n", roster.terms.name,
               roster.version, FormatIsoTime(roster.issued), roster.ReportersAt(WallClock()).size());
    return kExitHit;
  }
  nlohmann::ordered_json entries = nlohmann::ordered_json::array();
  for (const RosterEntry& entry : roster.entries) entries.push_back(JsonOf(entry));
  const nlohmann::ordered_json json = {{"community", roster.terms.name},
                                       {"version", roster.version},
                                       {"issued", FormatIsoTime(roster.issued)},
                                       {"digest", Fingerprint(RosterDigest(roster))},
                                       {"entries", std::move(entries)}};
  fmt::print("{}\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return kExitHit;
}

int Post(const std::string& path) {
  const auto folder = OperatorFolder::Open(path, OperatorFolder::Access::kChange);
  if (!folder.ok()) return Failed(folder.status());
  if (!(*folder)->Board()) {
    return Failed(
        absl::FailedPreconditionError(fmt::format("{}: no board is set; add board: to settings.yaml", path)));
  }
  const absl::Status posted = (*folder)->PostRosters(1);
  if (!posted.ok()) return Failed(posted);
  fmt::print(stderr, "roster version {} and all before it are on the board\n", (*folder)->roster().version);
  return kExitHit;
}

void AddRosterAdd(CLI::App& roster, Action& action) {
  auto options = std::make_shared<AddOptions>();
  CLI::App* add = roster.add_subcommand("add", "a party, or the new keys of one");
  AddFolderOption(*add, options->folder);
  add->add_option("party", options->party,
                  "the party's statement of its keys (a file), or its NAME with --keys")
      ->required();
  add->add_option("--keys", options->keys, "polder-key:..., where there is no statement");
  add->add_option("--group", options->group, "affiliation: the members of one group count once");
  add->add_option("--role", options->role, "member, supplier or csirt (default member)")
      ->check(CLI::IsMember({"member", "supplier", "csirt"}));
  add->add_option("--sector", options->sector, "such as energy, for the scorecard");
  add->add_option("--voucher", options->vouchers, "a party that vouches for it; once for each")
      ->allow_extra_args(false);
  add->add_option("--since", options->since,
                  "since when it belongs (default: now), for who belonged before there was this roster");
  add->callback([options, &action] { action = [options] { return Add(*options); }; });
}

}  // namespace

void AddIsacRoster(CLI::App& isac, Action& action) {
  CLI::App* roster = isac.add_subcommand("roster", "who belongs to the community");
  roster->require_subcommand(1);
  AddRosterAdd(*roster, action);

  auto revoke_options = std::make_shared<RevokeOptions>();
  CLI::App* revoke = roster->add_subcommand(
      "revoke", "end a party's belonging, now and for ever: its indicators and its batches no longer count");
  AddFolderOption(*revoke, revoke_options->folder);
  revoke->add_option("name", revoke_options->name, "on the roster")->required();
  revoke->add_option("--reason", revoke_options->reason, "for all to read")->required();
  revoke->callback(
      [revoke_options, &action] { action = [revoke_options] { return Revoke(*revoke_options); }; });

  auto list_options = std::make_shared<ListOptions>();
  CLI::App* list = roster->add_subcommand("list", "print the roster, and who once was on it");
  AddFolderOption(*list, list_options->folder);
  list->add_flag("--json", list_options->json, "as one JSON object");
  list->callback([list_options, &action] { action = [list_options] { return List(*list_options); }; });

  auto folder = std::make_shared<std::string>(".");
  CLI::App* post = roster->add_subcommand("post", "put every version of the roster on the board once more");
  AddFolderOption(*post, *folder);
  post->callback([folder, &action] { action = [folder] { return Post(*folder); }; });
}

}  // namespace polder
