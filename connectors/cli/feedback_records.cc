// polder feedback ledger and manifest: what has left, and whether all members were given the same.
#include <fmt/format.h>

#include "connectors/cli/command.h"
#include "connectors/cli/feedback_actions.h"
#include "connectors/community/key_file.h"
#include "connectors/files/clock.h"
#include "connectors/files/read_file.h"
#include "connectors/member/ledger.h"
#include "connectors/member/outgoing.h"

namespace polder {
namespace {

// The keys that this member has or had, by its key file and the roster.
struct OwnKeys {
  std::vector<PublicKey> keys;
  std::string missing;  // why the roster could not be asked

  bool Has(const PublicKey& key) const { return std::find(keys.begin(), keys.end(), key) != keys.end(); }
};

OwnKeys FindOwnKeys(const FeedbackConfig& config, MemberStore& store) {
  OwnKeys own;
  if (const auto secrets = ReadKeyFile(config.key); secrets.ok()) {
    own.keys.push_back(secrets->signing.public_key);
  } else {
    own.missing = std::string(secrets.status().message());
  }
  const auto board = ReadMemberBoard(config, store, Now());
  if (!board.ok()) {
    own.missing = std::string(board.status().message());
    return own;
  }
  if (const RosterEntry* entry = board->community.roster()->Find(config.member)) {
    for (const KeyPeriod& period : entry->keys) own.keys.push_back(period.keys.signing);
  }
  return own;
}

void PrintEntry(const LedgerEntry& entry) {
  fmt::print("{}  {}  {}  epoch {}  {}  {} bytes  {}\n", entry.number, FormatIsoTime(entry.time),
             entry.event == LedgerEvent::kLeaving ? "leaving" : "left   ", FormatIsoTime(entry.epoch),
             entry.destination, entry.bytes, ToHex(entry.digest).substr(0, 16));
}

absl::StatusOr<Epoch> EpochOfManifest(const FeedbackOptions& options, const FeedbackConfig& config,
                                      const Community& community) {
  if (!options.epoch.empty()) return EpochOfDate(options.epoch, community.roster()->terms.epoch_length);
  if (const Manifest* latest = community.LatestManifest()) return latest->epoch;
  return absl::NotFoundError(
      fmt::format("{}: the operator has not yet signed a manifest; try later", config.board.name));
}

void PrintManifest(std::string_view whose, const Manifest& manifest) {
  fmt::print("{}: {}  {} indicators as of {}, root {}\n", whose, Fingerprint(ManifestDigest(manifest)),
             manifest.indicators, FormatIsoTime(manifest.as_of), Fingerprint(manifest.root));
}

int Compare(const Community& community, const Manifest& own, const std::string& path) {
  const auto text = ReadWholeFile(path, kLargestDocument);
  if (!text.ok()) return Failed(text.status());
  const auto theirs = ReadSignedManifest(community, *text);
  if (!theirs.ok()) {
    return Failed(
        absl::InvalidArgumentError(fmt::format("{}: {}", path, std::string(theirs.status().message()))));
  }
  PrintManifest("other copy", *theirs);
  if (theirs->epoch.start != own.epoch.start) {
    return Failed(absl::InvalidArgumentError(
        fmt::format("{}: a manifest of another epoch, that of {}; name it with --epoch", path,
                    FormatIsoTime(theirs->epoch.start))));
  }
  if (*theirs == own) {
    fmt::print("same: both members were given the same indicators\n");
    return kExitHit;
  }
  fmt::print(
      "differs: the operator signed both, and so told two members different things of one epoch. Keep both "
      "files: together they prove it\n");
  return kExitNoHit;
}

}  // namespace

int ShowLedger(const FeedbackOptions& options) {
  const auto config = LoadFeedbackConfig(options.config);
  if (!config) return kExitError;
  const auto store = MemberStore::Open(config->state);
  if (!store.ok()) return Failed(store.status());
  const auto head = (*store)->ledger_head();
  if (!head.ok()) return Failed(head.status());
  const OwnKeys own = options.verify ? FindOwnKeys(*config, **store) : OwnKeys{};
  const auto trusted = [&](const PublicKey& key) { return !options.verify || own.Has(key); };
  const auto check = CheckLedger(LedgerPath(config->state), *head, trusted,
                                 [&](const LedgerEntry& entry, std::string_view line) {
                                   if (options.json) {
                                     fmt::print("{}\n", line);
                                   } else {
                                     PrintEntry(entry);
                                   }
                                 });
  if (!check.ok()) {
    if (!own.missing.empty()) fmt::print(stderr, "not all keys of this member are known: {}\n", own.missing);
    Failed(check.status());
    return kExitNoHit;
  }
  fmt::print(
      stderr, "{} entries, {} batches have left{}{}\n", check->head.number, check->left,
      check->leaving ? ", and one is on its way" : "",
      options.verify ? "; the ledger is whole: every entry is signed and follows on the one before it" : "");
  return kExitHit;
}

int ShowManifest(const FeedbackOptions& options) {
  const auto config = LoadFeedbackConfig(options.config);
  if (!config) return kExitError;
  const auto store = MemberStore::Open(config->state);
  if (!store.ok()) return Failed(store.status());
  const auto board = ReadMemberBoard(*config, **store, Now());
  if (!board.ok()) return Failed(board.status());
  const Community& community = board->community;
  const auto epoch = EpochOfManifest(options, *config, community);
  if (!epoch.ok()) return Failed(epoch.status());
  const Manifest* manifest = community.ManifestOf(epoch->start);
  if (manifest == nullptr) {
    return Failed(absl::NotFoundError(
        fmt::format("{}: no manifest of the epoch of {}", config->board.name, FormatIsoTime(epoch->start))));
  }
  const auto checked = CheckManifest(*config, **store, community, *epoch);
  if (options.json) {
    if (!checked.ok()) return Failed(checked.status());
    for (const std::string& document : checked->documents) fmt::print("{}\n", document);
    return kExitHit;
  }
  fmt::print("epoch {} to {}\n", FormatIsoTime(epoch->start), FormatIsoTime(epoch->end()));
  PrintManifest("manifest", *manifest);
  bool same = checked.ok();
  if (!checked.ok()) {
    Failed(checked.status());
  } else {
    const std::string difference = DifferenceText(*checked);
    fmt::print("{}\n",
               difference.empty() ? "the indicators on the board are those of the manifest" : difference);
    same = checked->difference.missing == 0;
  }
  if (!options.compare.empty()) return Compare(community, *manifest, options.compare);
  return same ? kExitHit : kExitNoHit;
}

}  // namespace polder
