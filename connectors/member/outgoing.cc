#include "connectors/member/outgoing.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/community/load_community.h"

namespace polder {
namespace {

constexpr std::size_t kMostExamples = 5;

Weighed WeighOne(const PendingTally& pending, const FeedbackTerms& terms) {
  const Tally& tally = pending.stored.tally;
  Considered considered = Consider({&tally, 1}, terms).front();
  return Weighed{pending.stored.epoch, tally.ioc_id(),       tally.kind,
                 tally.value,          considered.decision,  considered.feedback,
                 pending.has_verdict,  pending.verdict_only, Fate::kRefused};
}

absl::StatusOr<std::vector<Weighed>> Weigh(MemberStore& store, const FeedbackTerms& terms, const Epoch& epoch,
                                           std::size_t room) {
  const auto first = store.FirstEpoch();
  if (!first.ok()) return first.status();
  std::vector<Weighed> weighed;
  absl::Status read = store.tallies().ForEachPending(
      epoch, [&](const PendingTally& pending) { weighed.push_back(WeighOne(pending, terms)); });
  if (!read.ok()) return read;
  std::vector<Candidate> candidates;
  candidates.reserve(weighed.size());
  for (const Weighed& one : weighed) {
    candidates.push_back({one.epoch, one.ioc_id, one.feedback.has_value()});
  }
  const TimeUs first_epoch = std::min(first->value_or(epoch.start), epoch.start);
  const std::vector<Fate> fates = PlanBatch(candidates, {epoch, first_epoch, room});
  for (std::size_t i = 0; i < weighed.size(); ++i) weighed[i].fate = fates[i];
  return weighed;
}

std::vector<Feedback> RecordsOf(const std::vector<Weighed>& weighed) {
  std::vector<Feedback> records;
  for (const Weighed& one : weighed) {
    if (one.fate == Fate::kLeaves) records.push_back(*one.feedback);
  }
  std::sort(records.begin(), records.end(),
            [](const Feedback& a, const Feedback& b) { return a.ioc_id < b.ioc_id; });
  return records;
}

absl::Status NothingIsSent(const absl::Status& why) {
  return absl::Status(why.code(), fmt::format("nothing is sent: {}", std::string(why.message())));
}

// A board may hold a million indicators, which need not be read for this.
void TakeOfManifest(const Community& community, std::string_view bytes, CheckedManifest& checked,
                    ManifestList& list) {
  const bool is_part = bytes.find("\"manifest-list/1\"") != std::string_view::npos;
  if (!is_part && bytes.find("\"manifest/1\"") == std::string_view::npos) return;
  const auto document = ReadSignedDocument(bytes);
  if (!document.ok() || !community.CheckOperatorSigned(*document).ok()) return;
  if (document->type == kManifestListType) {
    if (auto part = ReadManifestPart(document->body); part.ok()) list.Add(*std::move(part));
  } else if (document->type == kManifestType) {
    const auto manifest = ReadManifest(document->body);
    if (manifest.ok() && manifest->epoch.start == checked.manifest.epoch.start) {
      checked.documents.emplace_back(bytes);
    }
  }
}

// The operator may sign one manifest of an epoch, and this member remembers the first that it saw.
absl::Status CheckFirst(const Community& community, MemberStore& store, const CheckedManifest& checked) {
  for (const std::string& document : checked.documents) {
    const auto first = store.FirstManifest(checked.manifest.epoch, document);
    if (!first.ok()) return first.status();
    const auto before = ReadSignedManifest(community, *first);
    if (before.ok() && *before != checked.manifest) {
      return absl::FailedPreconditionError(
          fmt::format("the operator signed two manifests of the epoch of {}: {} came first, and now there is "
                      "{}. Both are "
                      "kept; show them to other members",
                      FormatIsoTime(checked.manifest.epoch.start), Fingerprint(ManifestDigest(*before)),
                      Fingerprint(ManifestDigest(checked.manifest))));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BoardReading> ReadMemberBoard(const FeedbackConfig& config, MemberStore& store, TimeUs now,
                                             const std::atomic<bool>* cancelled) {
  const auto remembered = store.RosterDocument();
  if (!remembered.ok()) return remembered.status();
  std::size_t refused = 0;
  std::vector<std::string> examples;
  auto community = LoadCommunity(
      config.board, config.operator_keys, *remembered, now,
      [&](const std::string& where, const absl::Status& why) {
        if (++refused > kMostExamples) return;
        examples.push_back(fmt::format("{}: {}", where, std::string(why.message())));
      },
      [](const Community::News&) {}, cancelled);
  if (!community.ok()) return community.status();
  absl::Status status = store.SetRosterDocument(community->roster_document());
  if (status.ok()) status = store.SetNumber(kEpochLengthNumber, community->roster()->terms.epoch_length);
  if (!status.ok()) return status;
  return BoardReading{*std::move(community), refused, std::move(examples)};
}

absl::Status CheckStanding(const Community& community, const FeedbackConfig& config, const PartyKeys& keys,
                           TimeUs now) {
  const Roster& roster = *community.roster();
  const RosterEntry* entry = roster.Find(config.member);
  if (entry == nullptr) {
    return absl::PermissionDeniedError(fmt::format(
        "'{}' is not on the roster of '{}' (version {}): give the operator the statement of polder key "
        "new, or correct 'member'",
        config.member, roster.terms.name, roster.version));
  }
  if (!entry->BelongsAt(now)) {
    return absl::PermissionDeniedError(
        fmt::format("'{}' does not belong to '{}' any more ({}, {}): nothing is sent", config.member,
                    roster.terms.name, entry->left <= now ? FormatIsoTime(entry->left) : "not yet",
                    entry->reason.empty() ? "no reason is told" : entry->reason));
  }
  if (!SendsFeedback(entry->role)) {
    return absl::PermissionDeniedError(fmt::format("'{}' is on the roster as {}, which sends no feedback",
                                                   config.member, RoleName(entry->role)));
  }
  const PartyKeys* on_roster = entry->KeysAt(now);
  if (on_roster == nullptr || on_roster->signing != keys.signing) {
    return absl::PermissionDeniedError(fmt::format(
        "{}: its key is not the one that the roster has for '{}': give the operator the statement of "
        "polder key rotate, or name the right file with 'key'",
        config.key, config.member));
  }
  if (roster.Operator()->KeysAt(now) == nullptr) {
    return absl::PermissionDeniedError("the roster has no key of the operator that is in force");
  }
  return absl::OkStatus();
}

absl::StatusOr<Manifest> ReadSignedManifest(const Community& community, std::string_view document) {
  const auto read = ReadSignedDocument(document);
  if (!read.ok()) return read.status();
  if (read->type != kManifestType) {
    return absl::InvalidArgumentError(fmt::format("a document of the type '{}', no manifest", read->type));
  }
  if (absl::Status status = community.CheckOperatorSigned(*read); !status.ok()) return status;
  return ReadManifest(read->body);
}

absl::StatusOr<CheckedManifest> CheckManifest(const FeedbackConfig& config, MemberStore& store,
                                              const Community& community, const Epoch& epoch,
                                              const std::atomic<bool>* cancelled) {
  const Manifest* manifest = community.ManifestOf(epoch.start);
  if (manifest == nullptr) {
    return absl::NotFoundError(fmt::format(
        "{}: the operator has not yet signed the manifest of the epoch of {}: nothing is sent before, "
        "since nobody could tell whether all members were given the same indicators; try later",
        config.board.name, FormatIsoTime(epoch.start)));
  }
  if (absl::Status status = community.Check(*manifest); !status.ok()) return NothingIsSent(status);
  if (manifest->epoch != epoch) {
    return NothingIsSent(absl::FailedPreconditionError(
        fmt::format("the manifest of {} is of an epoch of another length than the roster says",
                    FormatIsoTime(epoch.start))));
  }
  CheckedManifest checked{*manifest, {}, {}, {}};
  ManifestList list(*manifest);
  absl::Status read = ReadBoard(
      config.board,
      [&](const std::string&, std::string_view bytes) { TakeOfManifest(community, bytes, checked, list); },
      cancelled);
  if (!read.ok()) return read;
  if (absl::Status status = CheckFirst(community, store, checked); !status.ok()) return NothingIsSent(status);
  auto whole = list.Whole();
  if (!whole.ok()) return NothingIsSent(whole.status());
  checked.list = *std::move(whole);
  checked.difference = community.Compare(*manifest, checked.list);
  return checked;
}

std::string DifferenceText(const CheckedManifest& checked) {
  const auto& [missing, unlisted] = checked.difference;
  std::string text;
  if (missing > 0) {
    text = fmt::format(
        "{} of its {} indicators did not come here: changed since then, or others were given what this "
        "member "
        "was not; compare with other members",
        missing, checked.list.size());
  }
  if (unlisted > 0) {
    text += fmt::format(
        "{}{} indicators that came here are not in it, though they say that they were published before: "
        "nothing leaves about them",
        text.empty() ? "" : "; ", unlisted);
  }
  return text;
}

absl::StatusOr<PreparedBatch> PrepareBatch(const FeedbackConfig& config, MemberStore& store,
                                           const Community& community, const CheckedManifest* manifest,
                                           const PartySecrets& secrets, const Epoch& epoch, TimeUs now) {
  const Roster& roster = *community.roster();
  const std::vector<ListedIndicator> list =
      manifest == nullptr ? community.ListAsOf(std::min(now, epoch.end())) : manifest->list;
  const auto published = [&list](const IocId& id) -> std::optional<TimeUs> {
    const auto found = std::lower_bound(
        list.begin(), list.end(), id, [](const ListedIndicator& a, const IocId& b) { return a.ioc_id < b; });
    if (found == list.end() || found->ioc_id != id) return std::nullopt;
    return found->published;
  };
  const FeedbackTerms terms{config.policy, roster.terms.one_organisation,
                            [&](const IocId& id) { return published(id).has_value(); }, published};
  PreparedBatch prepared;
  prepared.room = roster.terms.batch_records;
  auto weighed = Weigh(store, terms, epoch, prepared.room);
  if (!weighed.ok()) return weighed.status();
  prepared.weighed = *std::move(weighed);

  Batch& batch = prepared.batch;
  batch.community = roster.terms.name;
  batch.member = config.member;
  if (const PartyKeys* to = roster.Operator()->KeysAt(now)) batch.recipient = to->sealing;
  batch.epoch = epoch;
  if (manifest != nullptr) batch.manifest = ManifestDigest(manifest->manifest);
  if (config.watches) {
    batch.watched = config.watches->In(epoch);
  } else {
    const auto watched = store.WatchedIn(epoch);
    if (!watched.ok()) return watched.status();
    batch.watched = *watched;
  }
  batch.records = RecordsOf(prepared.weighed);
  prepared.encoded = EncodeBatch(batch, prepared.room, secrets.signing);
  return prepared;
}

std::size_t CountFate(const std::vector<Weighed>& weighed, Fate fate) {
  return static_cast<std::size_t>(
      std::count_if(weighed.begin(), weighed.end(), [fate](const Weighed& one) { return one.fate == fate; }));
}

std::string FateText(const Weighed& weighed) {
  switch (weighed.fate) {
    case Fate::kLeaves:
      return "leaves";
    case Fate::kRefused:
      return std::string(ReasonText(weighed.decision.reason));
    case Fate::kWaits:
      return "the batch is full: it waits for the next one, and is told as late";
    case Fate::kCovered:
      return "a later record about the same indicator leaves with this batch";
    case Fate::kTooOld:
      return fmt::format("seen before this member's first batch, or more than {} epochs ago", kLateEpochs);
  }
  return "";
}

}  // namespace polder
