// polder feedback preview: exactly what would leave.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <nlohmann/json.hpp>

#include "connectors/cli/command.h"
#include "connectors/cli/feedback_actions.h"
#include "connectors/cli/member_sightings.h"
#include "connectors/community/key_file.h"
#include "connectors/files/clock.h"
#include "connectors/member/outgoing.h"
#include "rules/read/shown.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestShown = 200;
constexpr std::size_t kSignatureBytes = sizeof(Signature);
constexpr std::size_t kRecordBytes = 34;

std::string HexOf(std::string_view bytes) {
  return ToHex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

// The content as it is sealed, apart: see engine/feedback/batch.h.
struct ContentParts {
  std::string_view header;
  std::string_view records;  // and the padding behind them
  std::string_view signature;

  explicit ContentParts(const PreparedBatch& prepared) {
    const std::string_view all = prepared.encoded;
    const std::size_t room = prepared.room * kRecordBytes;
    header = all.substr(0, all.size() - room - kSignatureBytes);
    records = all.substr(header.size(), room);
    signature = all.substr(all.size() - kSignatureBytes);
  }
  std::string_view Record(std::size_t index) const {
    return records.substr(index * kRecordBytes, kRecordBytes);
  }
};

struct WatchedNames {
  std::string kinds;
  std::string log_sources;
};

WatchedNames NamesOf(const Watched& watched) {
  std::vector<std::string_view> kinds, sources;
  for (const Kind kind : kAllKinds) {
    if (watched.Has(kind)) kinds.push_back(KindName(kind));
  }
  for (std::size_t i = 0; i < kLogSources; ++i) {
    const auto source = static_cast<LogSource>(i);
    if (watched.Has(source)) sources.push_back(LogSourceName(source));
  }
  return {fmt::format("{}", fmt::join(kinds, ",")), fmt::format("{}", fmt::join(sources, ","))};
}

std::string WhoseMarking(const Decision& decision) {
  const std::string_view name = TlpName(decision.effective);
  return name.empty() ? "unmarked" : fmt::format("TLP:{}", name);
}

std::map<IocId, const Weighed*> LeavingById(const PreparedBatch& prepared) {
  std::map<IocId, const Weighed*> by_id;
  for (const Weighed& one : prepared.weighed) {
    if (one.fate == Fate::kLeaves) by_id[one.ioc_id] = &one;
  }
  return by_id;
}

// What stands against sending it, in words; empty if nothing does.
std::vector<std::string> Obstacles(const FeedbackConfig& config, MemberStore& store,
                                   const Community& community, const absl::Status& manifest,
                                   const PartySecrets& secrets, const Epoch& epoch, TimeUs now) {
  std::vector<std::string> obstacles;
  for (const absl::Status& status : {CheckStanding(community, config, secrets.Public(), now), manifest}) {
    if (!status.ok()) obstacles.emplace_back(status.message());
  }
  if (epoch.end() > now) {
    obstacles.push_back(fmt::format("the epoch is not over before {}", FormatIsoTime(epoch.end())));
  }
  if (const auto has = store.HasBatch(epoch); has.ok() && *has) {
    obstacles.emplace_back("its batch was sent already; what is shown here goes with the next one");
  }
  return obstacles;
}

void PrintLeaving(const PreparedBatch& prepared) {
  const ContentParts parts(prepared);
  fmt::print("would leave: {} records\n", prepared.batch.records.size());
  const auto by_id = LeavingById(prepared);
  for (std::size_t i = 0; i < prepared.batch.records.size(); ++i) {
    const Feedback& record = prepared.batch.records[i];
    const Weighed& one = *by_id.at(record.ioc_id);
    fmt::print("  {} {}  {}\n    {}\n    {}\n", KindName(one.kind), Shown(one.value, kLongestShown),
               WhoseMarking(one.decision), RenderFeedback(record), HexOf(parts.Record(i)));
  }
}

void PrintStaying(const PreparedBatch& prepared) {
  fmt::print("would not leave: {}\n", prepared.weighed.size() - prepared.batch.records.size());
  for (const Weighed& one : prepared.weighed) {
    if (one.fate == Fate::kLeaves) continue;
    fmt::print("  {} {}  {}, seen in the epoch of {}\n    {}\n", KindName(one.kind),
               Shown(one.value, kLongestShown), WhoseMarking(one.decision), FormatIsoTime(one.epoch),
               FateText(one));
  }
}

void PrintBatch(const FeedbackConfig& config, const PreparedBatch& prepared) {
  const Batch& batch = prepared.batch;
  const ContentParts parts(prepared);
  const WatchedNames watched = NamesOf(batch.watched);
  fmt::print("batch: {} bytes when sealed, of the same size with any content; room for {} records\n",
             SealedBatchSize(prepared.room), prepared.room);
  fmt::print("  to: {}\n  community: {}\n  member: {}\n  recipient: {}\n", config.send_to.name,
             batch.community, batch.member, ToHex(batch.recipient));
  fmt::print("  epoch: {} to {}\n  manifest: {}\n", FormatIsoTime(batch.epoch.start),
             FormatIsoTime(batch.epoch.end()), ToHex(batch.manifest));
  fmt::print("  watched kinds: {}\n  watched log sources: {}\n  events: {}\n", watched.kinds,
             watched.log_sources, EventsBucketName(batch.watched.events));
  fmt::print("  header: {}\n  signature: {}\n", HexOf(parts.header), HexOf(parts.signature));
}

Json RecordJson(const Weighed& one) {
  Json json = {{"kind", KindName(one.kind)},
               {"value", one.value},
               {"marking", WhoseMarking(one.decision)},
               {"seen_in", FormatIsoTime(one.epoch)}};
  return json;
}

void PrintJson(const FeedbackConfig& config, const PreparedBatch& prepared,
               const std::vector<std::string>& obstacles) {
  const Batch& batch = prepared.batch;
  const ContentParts parts(prepared);
  const WatchedNames watched = NamesOf(batch.watched);
  const auto by_id = LeavingById(prepared);
  Json leaves = Json::array();
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    Json json = RecordJson(*by_id.at(batch.records[i].ioc_id));
    json["record"] = Json::parse(RenderFeedback(batch.records[i]));
    json["bytes"] = HexOf(parts.Record(i));
    leaves.push_back(std::move(json));
  }
  Json stays = Json::array();
  for (const Weighed& one : prepared.weighed) {
    if (one.fate == Fate::kLeaves) continue;
    Json json = RecordJson(one);
    json["why"] = FateText(one);
    json["waits"] = one.fate == Fate::kWaits;
    stays.push_back(std::move(json));
  }
  const Json all = {
      {"epoch", {{"start", FormatIsoTime(batch.epoch.start)}, {"end", FormatIsoTime(batch.epoch.end())}}},
      {"obstacles", obstacles},
      {"leaves", std::move(leaves)},
      {"stays", std::move(stays)},
      {"batch",
       {{"to", config.send_to.name},
        {"community", batch.community},
        {"member", batch.member},
        {"recipient", ToHex(batch.recipient)},
        {"manifest", ToHex(batch.manifest)},
        {"watched",
         {{"kinds", watched.kinds},
          {"log_sources", watched.log_sources},
          {"events", EventsBucketName(batch.watched.events)}}},
        {"room", prepared.room},
        {"sealed_bytes", SealedBatchSize(prepared.room)},
        {"header", HexOf(parts.header)},
        {"signature", HexOf(parts.signature)}}}};
  fmt::print("{}\n", all.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// The oldest one that send would send; the open one if none is due.
absl::StatusOr<Epoch> EpochToPreview(const FeedbackOptions& options, const FeedbackConfig& config,
                                     MemberStore& store, const Roster& roster, TimeUs now) {
  const TimeUs length = roster.terms.epoch_length;
  if (!options.epoch.empty()) return EpochOfDate(options.epoch, length);
  const auto last = store.LastEpoch();
  if (!last.ok()) return last.status();
  const RosterEntry* entry = roster.Find(config.member);
  const auto due = EpochsToSend({now, length, entry == nullptr ? 0 : entry->joined, *last});
  return due.empty() ? Epoch::Of(now, length) : due.front();
}

}  // namespace

int PreviewPolicy(const FeedbackOptions& options) {
  const auto config = LoadFeedbackConfig(options.config);
  if (!config) return kExitError;
  const TimeUs now = Now();
  const auto secrets = ReadKeyFile(config->key);
  if (!secrets.ok()) return Failed(secrets.status());
  auto store = MemberStore::Open(config->state);
  if (!store.ok()) return Failed(store.status());
  const auto board = ReadMemberBoard(*config, **store, now);
  if (!board.ok()) return Failed(board.status());
  for (const std::string& example : board->examples)
    fmt::print(stderr, "refused on the board: {}\n", example);
  if (absl::Status status = TakeInNow(*config, **store); !status.ok()) return Failed(status);
  const auto epoch = EpochToPreview(options, *config, **store, *board->community.roster(), now);
  if (!epoch.ok()) return Failed(epoch.status());
  const auto manifest = CheckManifest(*config, **store, board->community, *epoch);
  const auto prepared = PrepareBatch(*config, **store, board->community, manifest.ok() ? &*manifest : nullptr,
                                     *secrets, *epoch, now);
  if (!prepared.ok()) return Failed(prepared.status());
  const std::vector<std::string> obstacles =
      Obstacles(*config, **store, board->community, manifest.status(), *secrets, *epoch, now);
  if (options.json) {
    PrintJson(*config, *prepared, obstacles);
  } else {
    fmt::print("epoch {} to {}\n", FormatIsoTime(epoch->start), FormatIsoTime(epoch->end()));
    for (const std::string& obstacle : obstacles) fmt::print("not sent: {}\n", obstacle);
    PrintLeaving(*prepared);
    PrintStaying(*prepared);
    PrintBatch(*config, *prepared);
  }
  fmt::print(stderr, "{} records would leave, {} would not; nothing has left\n",
             prepared->batch.records.size(), prepared->weighed.size() - prepared->batch.records.size());
  return kExitHit;
}

int PreviewQuickly(const FeedbackOptions& options) {
  std::vector<SightedIndicator> sighted;
  std::size_t refused = 0;
  for (const std::string& place : options.places) {
    auto read = ReadMemberSightings(place, options.brokers, &refused);
    if (!read.ok()) return Failed(read.status());
    std::move(read->begin(), read->end(), std::back_inserter(sighted));
  }
  const auto epoch = ChooseEpoch(options.epoch, sighted);
  if (!epoch.ok()) return Failed(epoch.status());
  FeedbackTerms terms;
  terms.in_manifest = [](const IocId&) { return true; };
  const std::vector<Considered> considered = Consider(TallyEpoch(sighted, *epoch), terms);
  const std::vector<Feedback> leaving = Leaving(considered);
  for (const Feedback& record : leaving) fmt::print("{}\n", RenderFeedback(record));
  for (const Considered& one : considered) {
    if (one.feedback) continue;
    fmt::print(stderr, "would not leave: {} {}: {}\n", KindName(one.tally.kind),
               Shown(one.tally.value, kLongestShown), std::string(ReasonText(one.decision.reason)));
  }
  fmt::print(
      stderr,
      "epoch {} to {}: {} records would leave, {} would not, from {} hits in the sightings; {} lines were no "
      "sightings. Without a policy (-c) there is no board to ask: as if all indicators were in the "
      "community's manifest. Nothing has left.\n",
      FormatIsoTime(epoch->start), FormatIsoTime(epoch->end()), leaving.size(),
      considered.size() - leaving.size(), sighted.size(), refused);
  return kExitHit;
}

}  // namespace polder
