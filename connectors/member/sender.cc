#include "connectors/member/sender.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

#include "connectors/community/key_file.h"
#include "connectors/files/clock.h"

namespace polder {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestRetry{60'000};
constexpr milliseconds kSlice{100};

std::vector<Feedback> Leaving(const PreparedBatch& prepared) { return prepared.batch.records; }

}  // namespace

absl::StatusOr<std::unique_ptr<Sender>> Sender::Open(FeedbackConfig config, Options options) {
  std::unique_ptr<Sender> sender(new Sender(std::move(config), std::move(options)));
  if (absl::Status status = sender->Prepare(); !status.ok()) return status;
  return sender;
}

Sender::~Sender() {
  if (lock_ >= 0) close(lock_);
}

absl::Status Sender::Prepare() {
  auto secrets = ReadKeyFile(config_.key);
  if (!secrets.ok()) return secrets.status();
  secrets_ = *std::move(secrets);
  auto store = MemberStore::Open(config_.state);
  if (!store.ok()) return store.status();
  store_ = *std::move(store);
  if (absl::Status status = Lock(); !status.ok()) return status;
  const auto head = store_->ledger_head();
  if (!head.ok()) return head.status();
  auto ledger = Ledger::Open(LedgerPath(config_.state), *head);
  if (!ledger.ok()) return ledger.status();
  ledger_ = *std::move(ledger);
  return store_->SetLedgerHead(ledger_->head());
}

absl::Status Sender::Lock() {
  const std::string path = (std::filesystem::path(config_.state) / "sender.lock").string();
  lock_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) {
    return absl::PermissionDeniedError(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
  }
  if (flock(lock_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return absl::UnavailableError(fmt::format(
      "{}: another polder feedback send works with this state: there is one for each member; end that "
      "one, or leave the sending to it",
      path));
}

absl::Status Sender::SendDue(TimeUs now, std::optional<Epoch> only, std::vector<SendReport>* sent) {
  const auto board = ReadMemberBoard(config_, *store_, now);
  if (!board.ok()) return board.status();
  for (const std::string& example : board->examples)
    options_.tell(fmt::format("refused on the board: {}", example));
  const Community& community = board->community;
  absl::Status standing = CheckStanding(community, config_, secrets_.Public(), now);
  if (!standing.ok()) return standing;
  if (absl::Status status = DeliverPending({}, sent); !status.ok()) return status;

  const auto epochs = EpochsDue(community, now, only);
  if (!epochs.ok() || epochs->empty()) return epochs.status();
  if (absl::Status status = TakeIn(now); !status.ok()) return status;
  for (const Epoch& epoch : *epochs) {
    absl::Status manifest = CheckManifest(config_, *store_, community, epoch);
    if (!manifest.ok() && epoch != epochs->back()) {
      // One that was missed must not hold up the last.
      options_.tell(fmt::format("no batch of an earlier epoch: {}", std::string(manifest.message())));
      continue;
    }
    if (!manifest.ok()) return manifest;
    auto made = Make(community, epoch, now);
    if (!made.ok()) return made.status();
    if (absl::Status status = DeliverPending(*std::move(made), sent); !status.ok()) return status;
  }
  return store_->Prune(epochs->back());
}

absl::StatusOr<Epoch> Sender::NextEpoch(TimeUs now) {
  const auto length = store_->Number(kEpochLengthNumber, kDayUs);
  if (!length.ok()) return length.status();
  const auto pending = store_->Undelivered();
  if (!pending.ok()) return pending.status();
  const Epoch open = Epoch::Of(now, *length);
  if (*pending) return open.Previous();
  const auto has = store_->HasBatch(open.Previous());
  if (!has.ok()) return has.status();
  return *has ? open : open.Previous();
}

absl::StatusOr<std::vector<Epoch>> Sender::EpochsDue(const Community& community, TimeUs now,
                                                     std::optional<Epoch> only) {
  const Roster& roster = *community.roster();
  if (only) {
    const Epoch epoch = Epoch::Of(only->start, roster.terms.epoch_length);
    if (epoch.end() > now) {
      return absl::FailedPreconditionError(
          fmt::format("the epoch of {} ends at {}: its batch is sent after that", FormatIsoTime(epoch.start),
                      FormatIsoTime(epoch.end())));
    }
    const auto has = store_->HasBatch(epoch);
    if (!has.ok()) return has.status();
    if (*has) {
      return absl::AlreadyExistsError(fmt::format(
          "the batch of the epoch of {} was sent already, and there is one for each: see polder feedback "
          "ledger. What came later goes with the next one",
          FormatIsoTime(epoch.start)));
    }
    return std::vector<Epoch>{epoch};
  }
  const auto last = store_->LastEpoch();
  if (!last.ok()) return last.status();
  return EpochsToSend({now, roster.terms.epoch_length, roster.Find(config_.member)->joined, *last});
}

absl::Status Sender::TakeIn(TimeUs now) {
  const auto length = store_->Number(kEpochLengthNumber, kDayUs);
  if (!length.ok()) return length.status();
  Intake intake(*store_, *length, now, options_.cancelled);
  if (absl::Status status = intake.ReadAll(config_); !status.ok()) {
    return absl::Status(status.code(),
                        fmt::format("{}; nothing is sent, since it would say that nothing was seen",
                                    std::string(status.message())));
  }
  const IntakeTally& tally = intake.tally();
  for (const std::string& example : tally.examples) options_.tell(example);
  if (tally.refused > 0)
    options_.tell(fmt::format("{} records were none of what is expected", tally.refused));
  if (tally.unknown_verdicts > 0) {
    options_.tell(fmt::format("{} verdicts are about indicators that were never seen here: passed over",
                              tally.unknown_verdicts));
  }
  return absl::OkStatus();
}

// What is weighed and what is settled is one transaction: no sighting comes between.
absl::StatusOr<SendReport> Sender::Make(const Community& community, const Epoch& epoch, TimeUs now) {
  auto transaction = Transaction::Begin(store_->database());
  if (!transaction.ok()) return transaction.status();
  auto prepared = PrepareBatch(config_, *store_, community, secrets_, epoch, now);
  if (!prepared.ok()) return prepared.status();
  auto sealed = SealBatch(prepared->encoded, prepared->batch.recipient);
  if (!sealed) {
    return absl::FailedPreconditionError(
        "nothing can be sealed to the key that the roster has for the operator");
  }
  SendReport report{.epoch = epoch, .records = prepared->batch.records.size(), .bytes = sealed->size()};
  report.late =
      static_cast<std::size_t>(std::count_if(prepared->batch.records.begin(), prepared->batch.records.end(),
                                             [](const Feedback& one) { return one.late; }));
  report.waiting = CountFate(prepared->weighed, Fate::kWaits);
  report.stays = prepared->weighed.size() - report.records - report.waiting;
  absl::Status saved = store_->SaveBatch({epoch, *std::move(sealed), Leaving(*prepared)}, prepared->weighed);
  if (!saved.ok()) return saved;
  if (absl::Status status = transaction->Commit(); !status.ok()) return status;
  return report;
}

// `report` is about a batch that was made just now, if its epoch is that of the pending one.
absl::Status Sender::DeliverPending(SendReport report, std::vector<SendReport>* sent) {
  while (true) {
    const auto pending = store_->Undelivered();
    if (!pending.ok()) return pending.status();
    if (!*pending) return absl::OkStatus();
    const OutgoingBatch& batch = **pending;
    if (absl::Status status = Record(LedgerEvent::kLeaving, batch); !status.ok()) return status;
    if (absl::Status status = DeliverPatiently(batch.sealed); !status.ok()) return status;
    if (absl::Status status = Record(LedgerEvent::kLeft, batch); !status.ok()) return status;
    if (absl::Status status = store_->MarkDelivered(batch.epoch, Now()); !status.ok()) return status;
    const bool fresh = report.bytes > 0 && report.epoch == batch.epoch;
    SendReport one = fresh ? report : SendReport{.epoch = batch.epoch, .records = batch.records.size()};
    one.again = !fresh;
    one.bytes = batch.sealed.size();
    one.ledger_entry = ledger_->head().number;
    sent->push_back(one);
  }
}

// After a crash between two steps the same step is not recorded twice.
absl::Status Sender::Record(LedgerEvent event, const OutgoingBatch& batch) {
  const Digest256 digest = Blake2b256(batch.sealed);
  const bool leaving = ledger_->IsLeaving(digest);
  if (event == LedgerEvent::kLeaving ? leaving : !leaving) return absl::OkStatus();
  LedgerEntry entry;
  entry.event = event;
  entry.time = Now();
  entry.epoch = batch.epoch.start;
  entry.destination = config_.send_to.name;
  entry.bytes = batch.sealed.size();
  entry.digest = digest;
  if (event == LedgerEvent::kLeaving) entry.records = batch.records;
  if (absl::Status status = ledger_->Append(std::move(entry), secrets_.signing); !status.ok()) return status;
  return store_->SetLedgerHead(ledger_->head());
}

absl::Status Sender::DeliverPatiently(const std::string& sealed) {
  milliseconds delay = options_.first_retry;
  milliseconds waited{0};
  while (true) {
    absl::Status status = DeliverBatch(config_.send_to, sealed);
    if (status.ok() || !absl::IsUnavailable(status)) return status;
    if (options_.patience && waited + delay > *options_.patience) {
      return absl::UnavailableError(
          fmt::format("{}; the batch is kept, and the next polder feedback send delivers the same bytes",
                      std::string(status.message())));
    }
    options_.tell(fmt::format("{}; trying again in {} s", std::string(status.message()),
                              std::chrono::duration_cast<std::chrono::seconds>(delay).count()));
    if (!Wait(delay))
      return absl::CancelledError("ended before the batch had arrived; the next send delivers it");
    waited += delay;
    delay = std::min(2 * delay, kLongestRetry);
  }
}

bool Sender::Wait(milliseconds time) const {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    if (options_.cancelled != nullptr && options_.cancelled->load()) return false;
    std::this_thread::sleep_for(std::min(kSlice, time));
  }
  return true;
}

}  // namespace polder
