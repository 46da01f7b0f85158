#include "connectors/isac/operator_store.h"

#include <fmt/format.h>

#include "connectors/isac/store_schema.h"

namespace polder {
namespace {

template <typename Enumeration>
std::optional<std::int64_t> NumberOf(const std::optional<Enumeration>& value) {
  return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
}

template <typename Enumeration>
std::optional<Enumeration> OptionalOf(std::optional<std::int64_t> number) {
  return number ? std::optional(static_cast<Enumeration>(*number)) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OperatorStore>> OperatorStore::Open(const std::string& path) {
  auto database = Database::Open(path);
  if (!database.ok()) return database.status();
  if (absl::Status prepared = PrepareOperatorTables(**database); !prepared.ok()) return prepared;
  return std::unique_ptr<OperatorStore>(new OperatorStore(*std::move(database)));
}

absl::StatusOr<std::optional<OperatorStore::Accepted>> OperatorStore::FindBatch(const std::string& member,
                                                                                TimeUs epoch_start) {
  auto find = database_->Prepare("SELECT digest, place FROM batches WHERE member = ? AND epoch_start = ?");
  if (!find.ok()) return find.status();
  const auto found = find->Bind(1, member).Bind(2, epoch_start).Step();
  if (!found.ok()) return found.status();
  if (!*found) return std::nullopt;
  return Accepted{FromBlob<32>(find->Blob(0)), FromBlob<32>(find->Blob(1))};
}

absl::Status OperatorStore::Accept(const OpenedBatch& opened, const Accepted& accepted) {
  const Batch& batch = opened.batch;
  auto insert = database_->Prepare(
      "INSERT INTO batches (member, epoch_start, epoch_length, digest, place, recipient, manifest, kinds, "
      "log_sources, events, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING batch");
  if (!insert.ok()) return insert.status();
  insert->Bind(1, batch.member).Bind(2, batch.epoch.start).Bind(3, batch.epoch.length);
  insert->BindBlob(4, AsBlob(accepted.digest)).BindBlob(5, AsBlob(accepted.where));
  insert->BindBlob(6, AsBlob(batch.recipient)).BindBlob(7, AsBlob(batch.manifest));
  insert->Bind(8, batch.watched.kinds).Bind(9, batch.watched.log_sources);
  insert->Bind(10, static_cast<std::int64_t>(batch.watched.events)).BindBlob(11, AsBlob(opened.signature));
  const auto inserted = insert->Step();
  if (!inserted.ok()) return inserted.status();
  const std::int64_t number = insert->Number(0);
  insert->Reset();
  return AddRecords(number, batch);
}

absl::Status OperatorStore::AddRecords(std::int64_t batch, const Batch& content) {
  auto record = database_->Prepare("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)");
  if (!record.ok()) return record.status();
  for (const Feedback& one : content.records) {
    record->Bind(1, batch).BindBlob(2, AsBlob(one.ioc_id)).Bind(3, static_cast<std::int64_t>(one.verdict));
    record->Bind(4, NumberOf(one.latency)).Bind(5, NumberOf(one.count)).Bind(6, one.late ? 1 : 0);
    if (absl::Status added = record->Run(); !added.ok()) return added;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Feedback>> OperatorStore::RecordsOf(std::int64_t batch) {
  auto select = database_->Prepare(
      "SELECT ioc_id, verdict, latency, count, late FROM records WHERE batch = ? ORDER BY ioc_id");
  if (!select.ok()) return select.status();
  select->Bind(1, batch);
  std::vector<Feedback> records;
  for (;;) {
    const auto more = select->Step();
    if (!more.ok()) return more.status();
    if (!*more) return records;
    Feedback& one = records.emplace_back();
    one.ioc_id = FromBlob<32>(select->Blob(0));
    one.verdict = static_cast<Verdict>(select->Number(1));
    one.latency = OptionalOf<LatencyBucket>(select->OptionalNumber(2));
    one.count = OptionalOf<CountBucket>(select->OptionalNumber(3));
    one.late = select->Number(4) != 0;
  }
}

absl::StatusOr<std::vector<OperatorStore::Kept>> OperatorStore::BatchesOf(const Epoch& epoch) {
  auto select = database_->Prepare(
      "SELECT batch, member, recipient, manifest, kinds, log_sources, events, signature FROM batches "
      "WHERE epoch_start = ? AND epoch_length = ? ORDER BY member");
  if (!select.ok()) return select.status();
  select->Bind(1, epoch.start).Bind(2, epoch.length);
  std::vector<Kept> batches;
  for (;;) {
    const auto more = select->Step();
    if (!more.ok()) return more.status();
    if (!*more) return batches;
    Kept& kept = batches.emplace_back();
    Batch& batch = kept.batch;
    batch.member = select->Text(1);
    batch.recipient = FromBlob<32>(select->Blob(2));
    batch.epoch = epoch;
    batch.manifest = FromBlob<32>(select->Blob(3));
    batch.watched.kinds = static_cast<std::uint32_t>(select->Number(4));
    batch.watched.log_sources = static_cast<std::uint16_t>(select->Number(5));
    batch.watched.events = static_cast<EventsBucket>(select->Number(6));
    kept.signature = FromBlob<64>(select->Blob(7));
    auto records = RecordsOf(select->Number(0));
    if (!records.ok()) return records.status();
    batch.records = *std::move(records);
  }
}

absl::Status OperatorStore::CountRefusals(TimeUs day, const RefusalCounts& counts) {
  auto transaction = Transaction::Begin(*database_);
  if (!transaction.ok()) return transaction.status();
  auto count = database_->Prepare(
      "INSERT INTO refusals VALUES (?, ?, ?) ON CONFLICT (day, reason) DO UPDATE "
      "SET count = max(count, excluded.count)");
  if (!count.ok()) return count.status();
  for (std::size_t reason = 0; reason < counts.size(); ++reason) {
    if (counts[reason] == 0) continue;
    count->Bind(1, day).Bind(2, static_cast<std::int64_t>(reason));
    count->Bind(3, static_cast<std::int64_t>(counts[reason]));
    if (absl::Status counted = count->Run(); !counted.ok()) return counted;
  }
  return transaction->Commit();
}

absl::StatusOr<std::vector<OperatorStore::Refused>> OperatorStore::Refusals() {
  auto select = database_->Prepare("SELECT day, reason, count FROM refusals ORDER BY day, reason");
  if (!select.ok()) return select.status();
  std::vector<Refused> refused;
  for (;;) {
    const auto more = select->Step();
    if (!more.ok()) return more.status();
    if (!*more) return refused;
    refused.push_back({select->Number(0), static_cast<BatchRefusal>(select->Number(1)),
                       static_cast<std::uint64_t>(select->Number(2))});
  }
}

absl::StatusOr<std::optional<std::string>> OperatorStore::ManifestOf(TimeUs epoch_start) {
  auto select = database_->Prepare("SELECT document FROM manifests WHERE epoch_start = ?");
  if (!select.ok()) return select.status();
  const auto found = select->Bind(1, epoch_start).Step();
  if (!found.ok()) return found.status();
  return *found ? std::optional(std::string(select->Text(0))) : std::nullopt;
}

absl::StatusOr<std::set<TimeUs>> OperatorStore::EpochsWithBatches() {
  auto select = database_->Prepare("SELECT DISTINCT epoch_start FROM batches ORDER BY epoch_start");
  if (!select.ok()) return select.status();
  std::set<TimeUs> epochs;
  for (;;) {
    const auto more = select->Step();
    if (!more.ok()) return more.status();
    if (!*more) return epochs;
    epochs.insert(select->Number(0));
  }
}

}  // namespace polder
