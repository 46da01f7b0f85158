#include "connectors/isac/manifest_store.h"

#include "connectors/isac/operator_store.h"

namespace polder {
namespace {

// Members who have not sent by then do not send for that epoch any more.
constexpr TimeUs kEpochsOfParts = 4;

}  // namespace

absl::StatusOr<std::map<IocId, TimeUs>> ManifestStore::Listed() {
  auto select = database_.Prepare("SELECT ioc_id, published FROM listed ORDER BY ioc_id");
  if (!select.ok()) return select.status();
  std::map<IocId, TimeUs> listed;
  for (;;) {
    const auto more = select->Step();
    if (!more.ok()) return more.status();
    if (!*more) return listed;
    listed.emplace_hint(listed.end(), FromBlob<32>(select->Blob(0)), select->Number(1));
  }
}

absl::StatusOr<std::optional<TimeUs>> ManifestStore::EpochBefore(const Epoch& epoch) {
  auto select = database_.Prepare(
      "SELECT epoch_start FROM manifests WHERE epoch_start < ? ORDER BY epoch_start DESC LIMIT 1");
  if (!select.ok()) return select.status();
  const auto found = select->Bind(1, epoch.start).Step();
  if (!found.ok()) return found.status();
  return *found ? std::optional(select->Number(0)) : std::nullopt;
}

absl::StatusOr<std::vector<std::string>> ManifestStore::PartsOf(const Epoch& epoch) {
  auto select = database_.Prepare("SELECT document FROM manifest_parts WHERE epoch_start = ? ORDER BY part");
  if (!select.ok()) return select.status();
  select->Bind(1, epoch.start);
  std::vector<std::string> parts;
  for (;;) {
    const auto more = select->Step();
    if (!more.ok()) return more.status();
    if (!*more) return parts;
    parts.emplace_back(select->Text(0));
  }
}

absl::Status ManifestStore::Keep(const Epoch& epoch, const std::string& document,
                                 const std::vector<std::string>& parts,
                                 std::span<const ListedIndicator> list) {
  auto transaction = Transaction::Begin(database_);
  if (!transaction.ok()) return transaction.status();
  auto manifest = database_.Prepare("INSERT INTO manifests VALUES (?, ?)");
  if (!manifest.ok()) return manifest.status();
  absl::Status status = manifest->Bind(1, epoch.start).Bind(2, document).Run();
  auto keep_part = database_.Prepare("INSERT INTO manifest_parts VALUES (?, ?, ?)");
  if (!keep_part.ok()) return keep_part.status();
  for (std::size_t part = 0; part < parts.size() && status.ok(); ++part) {
    keep_part->Bind(1, epoch.start).Bind(2, static_cast<std::int64_t>(part)).Bind(3, parts[part]);
    status = keep_part->Run();
  }
  auto remember = database_.Prepare("INSERT OR IGNORE INTO listed VALUES (?, ?)");
  if (!remember.ok()) return remember.status();
  for (const ListedIndicator& one : list) {
    if (!status.ok()) break;
    status = remember->BindBlob(1, AsBlob(one.ioc_id)).Bind(2, one.published).Run();
  }
  auto forget = database_.Prepare("DELETE FROM manifest_parts WHERE epoch_start < ?");
  if (!forget.ok()) return forget.status();
  if (status.ok()) status = forget->Bind(1, epoch.start - kEpochsOfParts * epoch.length).Run();
  return status.ok() ? transaction->Commit() : status;
}

}  // namespace polder
