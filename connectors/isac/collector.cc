#include "connectors/isac/collector.h"

#include <filesystem>
#include <numeric>

#include "engine/community/batch_judgement.h"

namespace polder {
namespace {

// A file is known by its name, however its folder was named; a record by its topic, partition and offset.
Digest256 DigestOfPlace(const std::string& where) {
  return Blake2b256(std::filesystem::path(where).filename().string());
}

}  // namespace

std::uint64_t CollectReport::all_refused() const {
  return std::accumulate(refused.begin(), refused.end(), std::uint64_t{0});
}

Collector::Collector(const OperatorFolder& folder, OperatorStore& store, TimeUs now,
                     LimitedMessages& messages)
    : folder_(folder), store_(store), releases_(store.database()), now_(now), messages_(messages) {}

std::optional<Collector::Opened> Collector::Open(std::string_view sealed, BatchProblem& why) const {
  for (const SealingKeys& keys : folder_.sealing_keys()) {
    if (auto opened = OpenBatch(sealed, folder_.roster().terms.batch_records, keys, &why)) {
      return Opened{*std::move(opened), keys.public_key};
    }
    if (why.refusal != BatchRefusal::kSealed) break;
  }
  return std::nullopt;
}

absl::Status Collector::Take(const std::string& where, std::string_view sealed) {
  BatchProblem why;
  const auto opened = Open(sealed, why);
  if (opened) return Judge(where, *opened, Blake2b256(sealed));
  Refuse(where, why);
  return absl::OkStatus();
}

absl::Status Collector::Judge(const std::string& where, const Opened& opened, const Digest256& digest) {
  const Batch& batch = opened.batch.batch;
  // What the judgement rests on holds until the batch is kept: its epoch may be released at any moment.
  auto transaction = Transaction::Begin(store_.database());
  if (!transaction.ok()) return transaction.status();
  const auto earlier = store_.FindBatch(batch.member, batch.epoch.start);
  if (!earlier.ok()) return earlier.status();
  const auto released = releases_.IsReleased(batch.epoch.start);
  if (!released.ok()) return released.status();
  const BatchCircumstances circumstances{
      .now = now_,
      .digest = digest,
      .accepted = *earlier ? std::optional((*earlier)->digest) : std::nullopt,
      .released = *released,
  };
  const Digest256 place = DigestOfPlace(where);
  if (const auto problem = JudgeBatch(opened.batch, opened.recipient, folder_.roster(), circumstances)) {
    if (problem->refusal == BatchRefusal::kReplayed && (*earlier)->where == place) {
      ++report_.known;
    } else {
      Refuse(where, *problem);
    }
    return absl::OkStatus();
  }
  absl::Status accepted = store_.Accept(opened.batch, {.digest = digest, .where = place});
  if (accepted.ok()) accepted = transaction->Commit();
  if (accepted.ok()) ++report_.accepted;
  return accepted;
}

void Collector::Refuse(const std::string& where, const BatchProblem& problem) {
  ++report_.refused.at(static_cast<std::size_t>(problem.refusal));
  messages_.Say(where, problem.detail, BatchRefusalName(problem.refusal));
}

absl::Status Collector::TakeAll(const Place& mailbox) {
  absl::Status failed;
  const absl::Status read =
      ReadMailbox(mailbox, batch_size(), [&](const std::string& where, std::string_view sealed) {
        if (failed.ok()) failed = Take(where, sealed);
      });
  return failed.ok() ? read : failed;
}

absl::Status Collector::Finish() {
  messages_.Finish();
  return store_.CountRefusals(Epoch::Of(now_, kDayUs).start, report_.refused);
}

}  // namespace polder
