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

absl::Status Sender::SendDue(TimeUs now, std::optional<TimeUs> only, std::vector<SendReport>* sent) {
  const auto board = ReadMemberBoard(config_, *store_, now, options_.cancelled);
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
    const auto manifest = CheckManifest(config_, *store_, community, epoch, options_.cancelled);
    if (!manifest.ok() && epoch != epochs->back()) {
      // One that was missed must not hold up the last.
      options_.tell(
          fmt::format("no batch of an earlier epoch: {}", std::string(manifest.status().message())));
      continue;
    }
    if (!manifest.ok()) return manifest.status();
    if (manifest->difference.missing > 0) {
      options_.tell(
          fmt::format("the manifest of {}: {}", FormatIsoTime(epoch.start), DifferenceText(*manifest)));
    }
    auto made = Make(community, *manifest, now);
    if (!made.ok()) return made.status();
    if (absl::Status status = DeliverPending(*std::move(made), sent); !status.ok()) return status;
  }
  return store_->Prune(epochs->back());
}

absl::StatusOr<Epoch> Sender::NextEpoch(TimeUs now) {
  const auto length = EpochLength(config_, *store_, now);
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
                                                     std::optional<TimeUs> only) {
  const Roster& roster = *community.roster();
  if (only) {
    const Epoch epoch = Epoch::Of(*only, roster.terms.epoch_length);
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
  absl::Status status = TakeInAll(config_, *store_, now, options_.tell, options_.cancelled);
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      fmt::format("{}; nothing is sent, since it would say that nothing was seen",
                                  std::string(status.message())));
}

// What is weighed and what is settled is one transaction: no sighting comes between.
absl::StatusOr<SendReport> Sender::Make(const Community& community, const CheckedManifest& manifest,
                                        TimeUs now) {
  const Epoch& epoch = manifest.manifest.epoch;
  auto transaction = Transaction::Begin(store_->database());
  if (!transaction.ok()) return transaction.status();
  auto prepared = PrepareBatch(config_, *store_, community, &manifest, secrets_, epoch, now);
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
    // After a crash between two steps none is done or recorded twice.
    const bool arrived = ledger_->HasLeft(Blake2b256(batch.sealed));
    if (!arrived) {
      if (absl::Status status = Deliver(batch); !status.ok()) return status;
    }
    if (absl::Status status = store_->MarkDelivered(batch.epoch, Now()); !status.ok()) return status;
    if (arrived) continue;
    const bool fresh = report.bytes > 0 && report.epoch == batch.epoch;
    SendReport one = fresh ? report : SendReport{.epoch = batch.epoch, .records = batch.records.size()};
    one.again = !fresh;
    one.bytes = batch.sealed.size();
    one.ledger_entry = ledger_->head().number;
    sent->push_back(one);
  }
}

absl::Status Sender::Deliver(const OutgoingBatch& batch) {
  if (!ledger_->IsLeaving(Blake2b256(batch.sealed))) {
    if (absl::Status status = Record(LedgerEvent::kLeaving, batch); !status.ok()) return status;
  }
  if (absl::Status status = DeliverPatiently(batch.sealed); !status.ok()) return status;
  return Record(LedgerEvent::kLeft, batch);
}

absl::Status Sender::Record(LedgerEvent event, const OutgoingBatch& batch) {
  LedgerEntry entry;
  entry.event = event;
  entry.time = Now();
  entry.epoch = batch.epoch.start;
  entry.destination = config_.send_to.name;
  entry.bytes = batch.sealed.size();
  entry.digest = Blake2b256(batch.sealed);
  if (event == LedgerEvent::kLeaving) entry.records = batch.records;
  if (absl::Status status = ledger_->Append(std::move(entry), secrets_.signing); !status.ok()) return status;
  return store_->SetLedgerHead(ledger_->head());
}

absl::Status Sender::DeliverPatiently(const std::string& sealed) {
  milliseconds delay = options_.first_retry;
  milliseconds waited{0};
  while (true) {
    absl::Status status = DeliverBatch(config_.send_to, sealed, options_.cancelled);
    if (absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status)) {
      // Of the mailbox, not of the member's standing: its operator may let it in again.
      return absl::FailedPreconditionError(
          fmt::format("{}; the batch is kept, and is delivered when the mailbox takes it",
                      std::string(status.message())));
    }
    if (absl::IsCancelled(status)) break;
    if (status.ok() || !absl::IsUnavailable(status)) return status;
    if (options_.patience && waited + delay > *options_.patience) {
      return absl::UnavailableError(
          fmt::format("{}; the batch is kept, and the next polder feedback send delivers the same bytes",
                      std::string(status.message())));
    }
    options_.tell(fmt::format("{}; trying again in {} s", std::string(status.message()),
                              std::chrono::duration_cast<std::chrono::seconds>(delay).count()));
    if (!Wait(delay)) break;
    waited += delay;
    delay = std::min(2 * delay, kLongestRetry);
  }
  return absl::CancelledError("ended before the batch had arrived; the next send delivers it");
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
