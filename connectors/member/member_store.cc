#include "connectors/member/member_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace polder {
namespace {

constexpr std::int32_t kApplication = 0x504c444d;  // "PLDM"
// Longer than anything goes late.
constexpr std::int64_t kKeptEpochs = 3 * kLateEpochs;
constexpr std::size_t kFeedbackBytes = 36;

constexpr std::string_view kSchema =
    "CREATE TABLE number (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE position (input TEXT NOT NULL, part INTEGER NOT NULL, next INTEGER NOT NULL,"
    "  mark INTEGER NOT NULL, PRIMARY KEY (input, part)) WITHOUT ROWID;"
    "CREATE TABLE watch_record (epoch INTEGER NOT NULL, instance TEXT NOT NULL, sequence INTEGER NOT NULL,"
    "  PRIMARY KEY (epoch, instance, sequence)) WITHOUT ROWID;"
    "CREATE TABLE watched (epoch INTEGER PRIMARY KEY, events INTEGER NOT NULL, kinds INTEGER NOT NULL,"
    "  log_sources INTEGER NOT NULL);"
    "CREATE TABLE batch (epoch INTEGER PRIMARY KEY, length INTEGER NOT NULL, sealed BLOB, records BLOB,"
    "  delivered INTEGER);"
    "CREATE TABLE ledger_head (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL,"
    "  hash BLOB NOT NULL);"
    "CREATE TABLE manifest (epoch INTEGER PRIMARY KEY, document TEXT NOT NULL);"
    "CREATE TABLE roster (one INTEGER PRIMARY KEY CHECK (one = 1), document TEXT NOT NULL);";

std::string PackRecords(const std::vector<Feedback>& records) {
  std::string bytes;
  for (const Feedback& one : records) {
    bytes.append(reinterpret_cast<const char*>(one.ioc_id.data()), one.ioc_id.size());
    bytes += static_cast<char>(one.verdict);
    bytes += static_cast<char>(one.latency ? static_cast<int>(*one.latency) + 1 : 0);
    bytes += static_cast<char>(one.count ? static_cast<int>(*one.count) + 1 : 0);
    bytes += static_cast<char>(one.late);
  }
  return bytes;
}

std::vector<Feedback> UnpackRecords(std::string_view bytes) {
  std::vector<Feedback> records;
  for (; bytes.size() >= kFeedbackBytes; bytes.remove_prefix(kFeedbackBytes)) {
    Feedback& one = records.emplace_back();
    std::copy_n(bytes.begin(), one.ioc_id.size(), one.ioc_id.begin());
    one.verdict = static_cast<Verdict>(std::min<char>(bytes[32], 2));
    if (bytes[33] > 0 && bytes[33] <= 5) one.latency = static_cast<LatencyBucket>(bytes[33] - 1);
    if (bytes[34] > 0 && bytes[34] <= 4) one.count = static_cast<CountBucket>(bytes[34] - 1);
    one.late = bytes[35] != 0;
  }
  return records;
}

}  // namespace

absl::StatusOr<std::unique_ptr<MemberStore>> MemberStore::Open(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  const bool fresh = fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder, error)) {
    return absl::PermissionDeniedError(fmt::format(
        "{}: this folder, for the state of the feedback, cannot be made: {}; make it, or name another "
        "with 'state'",
        folder, error ? error.message() : "there is a file of that name"));
  }
  if (fresh) fs::permissions(folder, fs::perms::owner_all, error);
  auto database = Database::Open((fs::path(folder) / "member.sqlite").string());
  if (!database.ok()) return database.status();
  static const std::string first = std::string(kSchema) + std::string(TallyTable::kSchema);
  const std::array<std::string_view, 1> steps{first};
  if (absl::Status status = (*database)->Migrate(kApplication, steps); !status.ok()) return status;
  return std::unique_ptr<MemberStore>(new MemberStore(*std::move(database)));
}

absl::StatusOr<InputPositions> MemberStore::Positions(const std::string& input) {
  auto rows = database_->Prepare("SELECT part, next, mark FROM position WHERE input = ?1");
  if (!rows.ok()) return rows.status();
  rows->Bind(1, std::string_view(input));
  InputPositions positions;
  while (true) {
    const auto more = rows->Step();
    if (!more.ok()) return more.status();
    if (!*more) return positions;
    positions[static_cast<std::int32_t>(rows->Number(0))] = {rows->Number(1), rows->Number(2)};
  }
}

absl::StatusOr<std::size_t> MemberStore::Take(const IntakeChunk& chunk, TimeUs epoch_length) {
  auto transaction = Transaction::Begin(*database_);
  if (!transaction.ok()) return transaction.status();
  if (absl::Status status = tallies_.Add(chunk.sighted, epoch_length); !status.ok()) return status;
  std::size_t unknown = 0;
  for (const GivenVerdict& verdict : chunk.verdicts) {
    const auto known = tallies_.Add(verdict);
    if (!known.ok()) return known.status();
    unknown += *known ? 0 : 1;
  }
  for (const WatchReport& report : chunk.watched) {
    if (absl::Status status = TakeWatched(report); !status.ok()) return status;
  }
  auto save = database_->Prepare("INSERT OR REPLACE INTO position VALUES (?1, ?2, ?3, ?4)");
  if (!save.ok()) return save.status();
  for (const auto& [part, position] : chunk.positions) {
    save->Bind(1, std::string_view(chunk.input)).Bind(2, std::int64_t{part});
    if (absl::Status status = save->Bind(3, position.next).Bind(4, position.mark).Run(); !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = transaction->Commit(); !status.ok()) return status;
  return unknown;
}

absl::Status MemberStore::TakeWatched(const WatchReport& report) {
  auto first = database_->Prepare("INSERT OR IGNORE INTO watch_record VALUES (?1, ?2, ?3)");
  if (!first.ok()) return first.status();
  first->Bind(1, report.period_start).Bind(2, std::string_view(report.instance));
  absl::Status status = first->Bind(3, static_cast<std::int64_t>(report.sequence)).Run();
  if (!status.ok() || database_->changes() == 0) return status;
  auto sum = database_->Prepare(
      "INSERT INTO watched VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET"
      // Never past what a number can hold.
      " events = MIN(events, 4000000000000000000) + MIN(?2, 4000000000000000000), kinds = kinds | ?3,"
      " log_sources = log_sources | ?4");
  if (!sum.ok()) return sum.status();
  sum->Bind(1, report.period_start).Bind(2, static_cast<std::int64_t>(report.events));
  sum->Bind(3, std::int64_t{report.watched.kinds}).Bind(4, std::int64_t{report.watched.log_sources});
  return sum->Run();
}

absl::StatusOr<Watched> MemberStore::WatchedIn(const Epoch& epoch) {
  auto rows =
      database_->Prepare("SELECT events, kinds, log_sources FROM watched WHERE epoch >= ?1 AND epoch < ?2");
  if (!rows.ok()) return rows.status();
  rows->Bind(1, epoch.start).Bind(2, epoch.end());
  Watched watched;
  std::uint64_t events = 0;
  while (true) {
    const auto more = rows->Step();
    if (!more.ok()) return more.status();
    if (!*more) break;
    events += static_cast<std::uint64_t>(rows->Number(0));
    watched.kinds |= static_cast<std::uint32_t>(rows->Number(1));
    watched.log_sources = static_cast<std::uint16_t>(watched.log_sources | rows->Number(2));
  }
  watched.events = EventsBucketOf(events);
  return watched;
}

absl::Status MemberStore::SaveBatch(const OutgoingBatch& batch, const std::vector<Weighed>& weighed) {
  auto save = database_->Prepare("INSERT INTO batch VALUES (?1, ?2, ?3, ?4, NULL)");
  if (!save.ok()) return save.status();
  save->Bind(1, batch.epoch.start).Bind(2, batch.epoch.length).BindBlob(3, batch.sealed);
  if (absl::Status status = save->BindBlob(4, PackRecords(batch.records)).Run(); !status.ok()) {
    if (!absl::IsAlreadyExists(status)) return status;
    return absl::AlreadyExistsError(
        fmt::format("a batch of the epoch of {} was made already: there is one for each",
                    FormatIsoTime(batch.epoch.start)));
  }
  return tallies_.Settle(batch.epoch, weighed);
}

absl::StatusOr<std::optional<OutgoingBatch>> MemberStore::Undelivered() {
  auto row = database_->Prepare(
      "SELECT epoch, length, sealed, records FROM batch WHERE delivered IS NULL ORDER BY epoch LIMIT 1");
  if (!row.ok()) return row.status();
  const auto found = row->Step();
  if (!found.ok()) return found.status();
  if (!*found) return std::nullopt;
  return OutgoingBatch{
      {row->Number(0), row->Number(1)}, std::string(row->Blob(2)), UnpackRecords(row->Blob(3))};
}

absl::Status MemberStore::MarkDelivered(const Epoch& epoch, TimeUs when) {
  auto mark =
      database_->Prepare("UPDATE batch SET delivered = ?2, sealed = NULL, records = NULL WHERE epoch = ?1");
  if (!mark.ok()) return mark.status();
  return mark->Bind(1, epoch.start).Bind(2, when).Run();
}

absl::StatusOr<std::optional<TimeUs>> MemberStore::Extreme(std::string_view function) {
  auto row = database_->Prepare(fmt::format("SELECT {}(epoch) FROM batch", function));
  if (!row.ok()) return row.status();
  const auto found = row->Step();
  if (!found.ok()) return found.status();
  return row->OptionalNumber(0);
}

absl::StatusOr<std::optional<TimeUs>> MemberStore::FirstEpoch() { return Extreme("MIN"); }
absl::StatusOr<std::optional<TimeUs>> MemberStore::LastEpoch() { return Extreme("MAX"); }

absl::StatusOr<bool> MemberStore::HasBatch(const Epoch& epoch) {
  auto row = database_->Prepare("SELECT 1 FROM batch WHERE epoch = ?1");
  if (!row.ok()) return row.status();
  return row->Bind(1, epoch.start).Step();
}

absl::StatusOr<std::int64_t> MemberStore::Number(std::string_view name, std::int64_t otherwise) {
  auto row = database_->Prepare("SELECT value FROM number WHERE name = ?1");
  if (!row.ok()) return row.status();
  const auto found = row->Bind(1, name).Step();
  if (!found.ok()) return found.status();
  return *found ? row->Number(0) : otherwise;
}

absl::Status MemberStore::SetNumber(std::string_view name, std::int64_t value) {
  auto save = database_->Prepare("INSERT OR REPLACE INTO number VALUES (?1, ?2)");
  if (!save.ok()) return save.status();
  return save->Bind(1, name).Bind(2, value).Run();
}

absl::StatusOr<LedgerHead> MemberStore::ledger_head() {
  auto row = database_->Prepare("SELECT number, hash FROM ledger_head");
  if (!row.ok()) return row.status();
  const auto found = row->Step();
  if (!found.ok()) return found.status();
  LedgerHead head;
  if (!*found) return head;
  head.number = static_cast<std::uint64_t>(row->Number(0));
  const std::string_view hash = row->Blob(1);
  std::copy_n(hash.begin(), std::min(hash.size(), head.hash.size()), head.hash.begin());
  return head;
}

absl::Status MemberStore::SetLedgerHead(const LedgerHead& head) {
  auto save = database_->Prepare("INSERT OR REPLACE INTO ledger_head VALUES (1, ?1, ?2)");
  if (!save.ok()) return save.status();
  save->Bind(1, static_cast<std::int64_t>(head.number));
  return save->BindBlob(2, {reinterpret_cast<const char*>(head.hash.data()), head.hash.size()}).Run();
}

absl::StatusOr<std::string> MemberStore::RosterDocument() {
  auto row = database_->Prepare("SELECT document FROM roster");
  if (!row.ok()) return row.status();
  const auto found = row->Step();
  if (!found.ok()) return found.status();
  return *found ? std::string(row->Text(0)) : std::string();
}

absl::Status MemberStore::SetRosterDocument(const std::string& document) {
  auto save = database_->Prepare("INSERT OR REPLACE INTO roster VALUES (1, ?1)");
  if (!save.ok()) return save.status();
  return save->Bind(1, std::string_view(document)).Run();
}

absl::StatusOr<std::string> MemberStore::FirstManifest(const Epoch& epoch, const std::string& document) {
  auto save = database_->Prepare("INSERT OR IGNORE INTO manifest VALUES (?1, ?2)");
  if (!save.ok()) return save.status();
  if (absl::Status status = save->Bind(1, epoch.start).Bind(2, std::string_view(document)).Run();
      !status.ok()) {
    return status;
  }
  auto row = database_->Prepare("SELECT document FROM manifest WHERE epoch = ?1");
  if (!row.ok()) return row.status();
  const auto found = row->Bind(1, epoch.start).Step();
  if (!found.ok()) return found.status();
  return *found ? std::string(row->Text(0)) : document;
}

absl::Status MemberStore::Prune(const Epoch& epoch) {
  const TimeUs oldest = epoch.start - kKeptEpochs * epoch.length;
  if (absl::Status status = tallies_.Prune(oldest); !status.ok()) return status;
  return database_->Execute(
      fmt::format("DELETE FROM watch_record WHERE epoch < {0};"
                  "DELETE FROM watched WHERE epoch < {0};"
                  "DELETE FROM manifest WHERE epoch < {0};",
                  oldest));
}

}  // namespace polder
