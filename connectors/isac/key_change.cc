// The operator's keys change in steps, each of which leaves a folder that can be opened, or be repaired by
// what the steps before have left:
//   1. operator-new.key is written
//   2. the roster that names the new keys is written, signed by the old ones
//   3. the same again, one version later, signed by the new ones
//   4. operator.key is kept as operator-before-N.key, operator-new.key becomes operator.key
// After 2 there is no way back: somebody may have seen it.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "connectors/community/key_file.h"
#include "connectors/files/write_file.h"
#include "connectors/isac/operator_folder.h"
#include "engine/community/batch_judgement.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNewKey = "operator-new.key";
constexpr std::string_view kOldPrefix = "operator-before-";
constexpr std::string_view kKeySuffix = ".key";

// Keys that were made and not used yet are as good as new ones. What holds none is not needed: the roster in
// force names the keys of operator.key, or this would not be reached.
absl::StatusOr<PartySecrets> NewKeysAt(const std::string& path) {
  if (auto left = ReadKeyFile(path); !absl::IsNotFound(left.status())) {
    if (!absl::IsInvalidArgument(left.status())) return left;
    std::error_code error;
    if (!fs::remove(path, error)) return left;
  }
  PartySecrets fresh = NewPartySecrets();
  if (absl::Status written = WriteKeyFile(path, fresh); !written.ok()) return written;
  return fresh;
}

}  // namespace

absl::Status OperatorFolder::ChangeKeys(TimeUs now) {
  auto fresh = NewKeysAt(File(kNewKey));
  if (!fresh.ok()) return fresh.status();
  const std::string name = operator_name();
  const auto statement = ReadKeyStatement(MakeRotation(name, secrets_, *fresh, now));
  if (!statement.ok()) return statement.status();
  auto next = WithKeys(roster_, *statement, now);
  if (!next.ok()) return next.status();
  if (absl::Status written = WriteRoster(*next, secrets_, now); !written.ok()) return written;
  if (absl::Status finished = FinishKeyChange(); !finished.ok()) return finished;
  return Read();
}

// Steps 3 and 4, if 2 was the last that was done, or 4, if 3 was.
absl::Status OperatorFolder::FinishKeyChange() {
  const auto fresh = ReadKeyFile(File(kNewKey));
  if (absl::IsNotFound(fresh.status())) return absl::OkStatus();
  const auto document = ReadDocumentFile(File("roster.json"));
  if (!document.ok()) return document.status();
  auto roster = ReadRoster(document->body);
  if (!roster.ok()) return roster.status();
  const PartyKeys& named = roster->Operator()->keys.back().keys;
  const auto present = ReadKeyFile(File("operator.key"));
  if (!fresh.ok()) {
    // Step 1 was not completed: nobody needs what is left of it.
    const bool needed = !present.ok() || present->Public() != named;
    return needed ? fresh.status() : absl::OkStatus();
  }
  if (named != fresh->Public()) return absl::OkStatus();
  if (!IsAuthentic(*document, fresh->signing.public_key)) {
    ++roster->version;
    if (absl::Status written = WriteRoster(*roster, *fresh, document->signed_at); !written.ok())
      return written;
  }
  secrets_ = *fresh;
  if (absl::Status written = WritePublicKeys(); !written.ok()) return written;
  return ReplaceKeyFile(present, roster->version);
}

absl::Status OperatorFolder::ReplaceKeyFile(const absl::StatusOr<PartySecrets>& present,
                                            std::uint64_t version) {
  const std::string fresh = File(kNewKey);
  const std::string place = File("operator.key");
  if (present.ok() && present->Public() == secrets_.Public()) {
    // Of a repair in between.
    std::error_code error;
    if (fs::remove(fresh, error)) return SyncFolderOf(fresh);
    return absl::PermissionDeniedError(fmt::format("{}: cannot be removed: {}", fresh, error.message()));
  }
  if (!absl::IsNotFound(present.status())) {
    const std::string old = File(fmt::format("{}{}{}", kOldPrefix, version, kKeySuffix));
    if (absl::Status kept = RenameToNew(place, old); !kept.ok()) {
      if (!absl::IsAlreadyExists(kept)) return kept;
      // Moved there already, and something else was put in its place since.
      return absl::AlreadyExistsError(fmt::format(
          "{0}: holds other keys than the roster names, which are in {1}; polder isac rotate-key was "
          "interrupted, and this file was made since: move it away, and run polder isac roster post",
          place, fresh));
    }
  }
  return RenameToNew(fresh, place);
}

absl::Status OperatorFolder::ReadKeys() {
  auto secrets = ReadKeyFile(File("operator.key"));
  if (secrets.ok()) {
    secrets_ = *std::move(secrets);
    return absl::OkStatus();
  }
  if (!absl::IsNotFound(secrets.status())) return secrets.status();
  std::error_code ignored;
  if (fs::exists(File(kNewKey), ignored)) {
    return absl::FailedPreconditionError(
        fmt::format("{}: there is no operator.key, since polder isac rotate-key was interrupted; polder isac "
                    "roster post finishes it. Make no key by hand",
                    path_));
  }
  return absl::NotFoundError(fmt::format(
      "{}: there is no operator.key, without which nobody can speak for this community; restore it from the "
      "backup",
      path_));
}

absl::Status OperatorFolder::ReadOldKeys() {
  sealing_keys_ = {secrets_.sealing};
  const TimeUs newest_needed =
      roster_.Operator()->keys.back().from - (kEpochsCollected + 1) * roster_.terms.epoch_length;
  std::error_code error;
  for (fs::directory_iterator entry(path_, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(kOldPrefix) || !name.ends_with(kKeySuffix)) continue;
    const auto secrets = ReadKeyFile(entry->path().string());
    if (!secrets.ok()) return secrets.status();
    const auto& periods = roster_.Operator()->keys;
    const bool needed = std::any_of(periods.begin(), periods.end(), [&](const KeyPeriod& period) {
      return period.keys == secrets->Public() && period.until > newest_needed;
    });
    if (needed) sealing_keys_.push_back(secrets->sealing);
  }
  if (error) {
    return absl::PermissionDeniedError(fmt::format("{}: cannot be read: {}", path_, error.message()));
  }
  return absl::OkStatus();
}

}  // namespace polder
