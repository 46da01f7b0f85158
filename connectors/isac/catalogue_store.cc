#include "connectors/isac/catalogue_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/isac/operator_store.h"

namespace polder {
namespace {

std::string Joined(const Warninglists::Verdict& verdict) {
  if (verdict.benign_on.empty() || verdict.known_on.empty()) return verdict.benign_on + verdict.known_on;
  return fmt::format("{}, {}", verdict.benign_on, verdict.known_on);
}

SharedBy SharedByOf(const Statement& row, const Roster& roster) {
  SharedBy shared;
  shared.source = row.Text(4);
  shared.indicator_id = row.Text(5);
  shared.published = row.Number(6);
  shared.withdrawn = row.OptionalNumber(7);
  shared.valid_from = row.OptionalNumber(8);
  shared.valid_until = row.OptionalNumber(9);
  shared.tlp = TlpFromName(row.Text(10)).value_or(Tlp::kUnmarked);
  shared.pap = PapFromName(row.Text(11)).value_or(Pap::kUnmarked);
  shared.known_as = row.Text(3);
  if (const bool is_signed = row.Number(12) != 0; !is_signed) return shared;
  const RosterEntry* const signer = roster.Find(shared.source);
  if (signer == nullptr || signer->left == kEndOfTime) return shared;
  shared.withdrawn = std::min(shared.withdrawn.value_or(kEndOfTime), signer->left);
  return shared;
}

}  // namespace

absl::Status CatalogueStore::Share(const SharedStatement& statement, std::span<const SharedValue> values,
                                   TimeUs updated) {
  // First all as gone, then those that are there as not.
  if (absl::Status gone = Withdraw(statement, updated); !gone.ok()) return gone;
  auto indicator =
      database_.Prepare("INSERT INTO indicators VALUES (?, ?, ?, '') ON CONFLICT (ioc_id) DO NOTHING");
  if (!indicator.ok()) return indicator.status();
  auto shared = database_.Prepare(
      "INSERT INTO shared VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?) ON CONFLICT (source, name, ioc_id) "
      "DO UPDATE SET signed = excluded.signed, indicator_id = excluded.indicator_id, "
      "published = min(published, excluded.published), withdrawn = NULL, valid_from = excluded.valid_from, "
      "valid_until = excluded.valid_until, tlp = excluded.tlp, pap = excluded.pap");
  if (!shared.ok()) return shared.status();
  for (const SharedValue& value : values) {
    if (absl::Status one = ShareOne(statement, value, *indicator, *shared); !one.ok()) return one;
  }
  return absl::OkStatus();
}

absl::Status CatalogueStore::ShareOne(const SharedStatement& statement, const SharedValue& value,
                                      Statement& indicator, Statement& shared) {
  const IocId id = MakeIocId(value.kind, value.value);
  indicator.BindBlob(1, AsBlob(id)).Bind(2, KindName(value.kind)).Bind(3, value.value);
  if (absl::Status added = indicator.Run(); !added.ok()) return added;
  shared.Bind(1, statement.source).Bind(2, statement.name).BindBlob(3, AsBlob(id));
  shared.Bind(4, statement.is_signed ? 1 : 0)
      .Bind(5, value.shared.indicator_id)
      .Bind(6, value.shared.published);
  shared.Bind(7, value.shared.valid_from).Bind(8, value.shared.valid_until);
  shared.Bind(9, TlpName(value.shared.tlp)).Bind(10, PapName(value.shared.pap));
  return shared.Run();
}

absl::Status CatalogueStore::Withdraw(const SharedStatement& statement, TimeUs at) {
  auto update = database_.Prepare(
      "UPDATE shared SET withdrawn = ? WHERE source = ? AND name = ? AND withdrawn IS NULL");
  if (!update.ok()) return update.status();
  return update->Bind(1, at).Bind(2, statement.source).Bind(3, statement.name).Run();
}

absl::Status CatalogueStore::WithdrawOthers(const std::string& source, const std::vector<std::string>& names,
                                            TimeUs at) {
  absl::Status made = database_.Execute(
      "CREATE TEMP TABLE IF NOT EXISTS stated (name TEXT PRIMARY KEY) WITHOUT ROWID; DELETE FROM stated");
  if (!made.ok()) return made;
  auto insert = database_.Prepare("INSERT OR IGNORE INTO stated VALUES (?)");
  if (!insert.ok()) return insert.status();
  for (const std::string& name : names) {
    if (absl::Status added = insert->Bind(1, name).Run(); !added.ok()) return added;
  }
  auto update = database_.Prepare(
      "UPDATE shared SET withdrawn = ? WHERE source = ? AND withdrawn IS NULL AND name NOT IN (SELECT name "
      "FROM "
      "stated)");
  if (!update.ok()) return update.status();
  return update->Bind(1, at).Bind(2, source).Run();
}

absl::Status CatalogueStore::MarkKnown(const Warninglists& lists) {
  auto select = database_.Prepare("SELECT ioc_id, kind, value, known_as FROM indicators");
  if (!select.ok()) return select.status();
  std::vector<std::pair<IocId, std::string>> changed;
  for (;;) {
    const auto more = select->Step();
    if (!more.ok()) return more.status();
    if (!*more) break;
    const auto kind = KindFromName(select->Text(1));
    std::string known = kind ? Joined(lists.Find(*kind, select->Text(2))) : "";
    if (known != select->Text(3)) changed.emplace_back(FromBlob<32>(select->Blob(0)), std::move(known));
  }
  select->Reset();
  auto update = database_.Prepare("UPDATE indicators SET known_as = ? WHERE ioc_id = ?");
  if (!update.ok()) return update.status();
  for (const auto& [id, known] : changed) {
    if (absl::Status done = update->Bind(1, known).BindBlob(2, AsBlob(id)).Run(); !done.ok()) return done;
  }
  return absl::OkStatus();
}

absl::StatusOr<Catalogue> CatalogueStore::Read(const Roster& roster) {
  auto select = database_.Prepare(
      "SELECT ioc_id, kind, value, known_as, source, indicator_id, published, withdrawn, valid_from, "
      "valid_until, "
      "tlp, pap, signed FROM shared JOIN indicators USING (ioc_id) ORDER BY ioc_id, published, source, name");
  if (!select.ok()) return select.status();
  Catalogue catalogue;
  for (;;) {
    const auto more = select->Step();
    if (!more.ok()) return more.status();
    if (!*more) return catalogue;
    const auto kind = KindFromName(select->Text(1));
    if (!kind) continue;  // of a later version of this program
    const auto at = catalogue.try_emplace(catalogue.end(), FromBlob<32>(select->Blob(0)));
    at->second.kind = *kind;
    at->second.value = select->Text(2);
    at->second.shared_by.push_back(SharedByOf(*select, roster));
  }
}

}  // namespace polder
