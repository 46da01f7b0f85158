#include "connectors/isac/release_store.h"

#include "connectors/isac/operator_store.h"

namespace polder {

absl::StatusOr<bool> ReleaseStore::IsReleased(TimeUs epoch_start) {
  auto select = database_.Prepare("SELECT 1 FROM released_epochs WHERE epoch_start = ?");
  if (!select.ok()) return select.status();
  return select->Bind(1, epoch_start).Step();
}

absl::StatusOr<std::optional<TimeUs>> ReleaseStore::Latest() {
  auto select = database_.Prepare("SELECT max(epoch_start) FROM released_epochs");
  if (!select.ok()) return select.status();
  if (const auto row = select->Step(); !row.ok()) return row.status();
  return select->OptionalNumber(0);
}

absl::StatusOr<Runs> ReleaseStore::ReadRuns() {
  auto select = database_.Prepare("SELECT ioc_id, since, last, released, k FROM runs ORDER BY ioc_id");
  if (!select.ok()) return select.status();
  Runs runs;
  for (;;) {
    const auto more = select->Step();
    if (!more.ok()) return more.status();
    if (!*more) return runs;
    runs.emplace_hint(runs.end(), FromBlob<32>(select->Blob(0)),
                      Run{select->Number(1), select->Number(2), select->OptionalNumber(3),
                          static_cast<std::size_t>(select->Number(4))});
  }
}

absl::Status ReleaseStore::Keep(std::span<const Epoch> epochs, const KeptRelease& release, const Runs& runs,
                                std::span<const CountedMember> counted) {
  if (absl::Status kept = KeepDocuments(release); !kept.ok()) return kept;
  auto epoch = database_.Prepare("INSERT INTO released_epochs VALUES (?, ?)");
  if (!epoch.ok()) return epoch.status();
  for (const Epoch& one : epochs) {
    epoch->Bind(1, one.start).Bind(2, release.period_start);
    if (absl::Status kept = epoch->Run(); !kept.ok()) return kept;
  }
  if (absl::Status kept = KeepRuns(runs); !kept.ok()) return kept;
  return KeepCounted(release.period_start, counted);
}

absl::Status ReleaseStore::KeepDocuments(const KeptRelease& release) {
  auto insert = database_.Prepare("INSERT INTO releases VALUES (?, ?)");
  if (!insert.ok()) return insert.status();
  insert->Bind(1, release.period_start).Bind(2, release.released_at);
  if (absl::Status kept = insert->Run(); !kept.ok()) return kept;
  auto document = database_.Prepare("INSERT INTO release_documents VALUES (?, ?, ?)");
  if (!document.ok()) return document.status();
  for (const KeptRelease::Document& one : release.documents) {
    document->Bind(1, release.period_start).Bind(2, one.name).Bind(3, one.text);
    if (absl::Status kept = document->Run(); !kept.ok()) return kept;
  }
  return absl::OkStatus();
}

absl::Status ReleaseStore::KeepRuns(const Runs& runs) {
  if (absl::Status cleared = database_.Execute("DELETE FROM runs"); !cleared.ok()) return cleared;
  auto insert = database_.Prepare("INSERT INTO runs VALUES (?, ?, ?, ?, ?)");
  if (!insert.ok()) return insert.status();
  for (const auto& [ioc_id, run] : runs) {
    insert->BindBlob(1, AsBlob(ioc_id)).Bind(2, run.since).Bind(3, run.last).Bind(4, run.released);
    insert->Bind(5, static_cast<std::int64_t>(run.k));
    if (absl::Status kept = insert->Run(); !kept.ok()) return kept;
  }
  return absl::OkStatus();
}

absl::Status ReleaseStore::KeepCounted(TimeUs period_start, std::span<const CountedMember> counted) {
  auto insert = database_.Prepare("INSERT INTO release_reporters VALUES (?, ?, ?, ?, ?, ?)");
  if (!insert.ok()) return insert.status();
  for (const CountedMember& one : counted) {
    insert->Bind(1, period_start).Bind(2, one.member).Bind(3, one.group).Bind(4, one.sector);
    insert->Bind(5, RoleName(one.role)).Bind(6, one.from);
    if (absl::Status kept = insert->Run(); !kept.ok()) return kept;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<CountedMember>> ReleaseStore::CountedIn(TimeUs period_start) {
  auto select = database_.Prepare(
      "SELECT member, affiliation, sector, role, counts_from FROM release_reporters WHERE period_start = ? "
      "ORDER BY member");
  if (!select.ok()) return select.status();
  select->Bind(1, period_start);
  std::vector<CountedMember> counted;
  for (;;) {
    const auto more = select->Step();
    if (!more.ok()) return more.status();
    if (!*more) return counted;
    counted.push_back({std::string(select->Text(0)), std::string(select->Text(1)),
                       std::string(select->Text(2)), RoleFromName(select->Text(3)).value_or(Role::kMember),
                       select->Number(4)});
  }
}

absl::StatusOr<std::optional<KeptRelease>> ReleaseStore::Find(TimeUs epoch_start) {
  auto select = database_.Prepare(
      "SELECT period_start, released_at FROM released_epochs JOIN releases USING (period_start) "
      "WHERE epoch_start = ?");
  if (!select.ok()) return select.status();
  const auto found = select->Bind(1, epoch_start).Step();
  if (!found.ok()) return found.status();
  if (!*found) return std::nullopt;
  KeptRelease release{select->Number(0), select->Number(1), {}};
  auto documents =
      database_.Prepare("SELECT name, text FROM release_documents WHERE period_start = ? ORDER BY name");
  if (!documents.ok()) return documents.status();
  documents->Bind(1, release.period_start);
  for (;;) {
    const auto more = documents->Step();
    if (!more.ok()) return more.status();
    if (!*more) return release;
    release.documents.push_back({std::string(documents->Text(0)), std::string(documents->Text(1))});
  }
}

}  // namespace polder
