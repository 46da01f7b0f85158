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
#include "connectors/isac/operator_folder.h"
#include "engine/community/batch_judgement.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOldPrefix = "operator-before-";
constexpr std::string_view kKeySuffix = ".key";

// Keys that were made and not used yet are as good as new ones.
absl::StatusOr<PartySecrets> NewKeysAt(const std::string& path) {
  if (auto left = ReadKeyFile(path); left.ok() || left.status().code() != absl::StatusCode::kNotFound)
    return left;
  PartySecrets fresh = NewPartySecrets();
  if (absl::Status written = WriteKeyFile(path, fresh); !written.ok()) return written;
  return fresh;
}

absl::Status Rename(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("{}: cannot be renamed to {}: {}", from, to, error.message()));
}

}  // namespace

absl::Status OperatorFolder::ChangeKeys(TimeUs now) {
  auto fresh = NewKeysAt(File("operator-new.key"));
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
  const std::string path = File("operator-new.key");
  const auto fresh = ReadKeyFile(path);
  if (fresh.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  if (!fresh.ok()) return fresh.status();
  const auto document = ReadDocumentFile(File("roster.json"));
  if (!document.ok()) return document.status();
  auto roster = ReadRoster(document->body);
  if (!roster.ok()) return roster.status();
  if (roster->Operator()->keys.back().keys != fresh->Public()) return absl::OkStatus();
  if (!IsAuthentic(*document, fresh->signing.public_key)) {
    ++roster->version;
    if (absl::Status written = WriteRoster(*roster, *fresh, document->signed_at); !written.ok())
      return written;
  }
  // Of a repair in between: then operator.key is the new one already.
  const auto present = ReadKeyFile(File("operator.key"));
  if (present.ok() && present->Public() != fresh->Public()) {
    const std::string old = File(fmt::format("{}{}{}", kOldPrefix, roster->version, kKeySuffix));
    if (absl::Status kept = Rename(File("operator.key"), old); !kept.ok()) return kept;
  }
  secrets_ = *fresh;
  if (absl::Status written = WritePublicKeys(); !written.ok()) return written;
  return Rename(path, File("operator.key"));
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
