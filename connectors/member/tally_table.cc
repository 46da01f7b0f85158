#include "connectors/member/tally_table.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

namespace polder {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kColumns =
    "t.epoch, t.ioc_id, t.kind, t.value, t.sources, t.tlp, t.pap, t.sightings, t.first_seen, t.valid_from, "
    "t.expired, t.state";

std::string_view BytesOf(const IocId& id) { return {reinterpret_cast<const char*>(id.data()), id.size()}; }

std::string PackSightings(const std::set<std::uint64_t>& hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * sizeof(std::uint64_t));
  for (const std::uint64_t hash : hashes) {
    char raw[sizeof hash];
    std::memcpy(raw, &hash, sizeof hash);
    bytes.append(raw, sizeof raw);
  }
  return bytes;
}

std::set<std::uint64_t> UnpackSightings(std::string_view bytes) {
  std::set<std::uint64_t> hashes;
  for (; bytes.size() >= sizeof(std::uint64_t); bytes.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t hash;
    std::memcpy(&hash, bytes.data(), sizeof hash);
    hashes.insert(hash);
  }
  return hashes;
}

std::string PackSources(const std::set<std::string>& sources) {
  return Json(sources).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::set<std::string> UnpackSources(std::string_view text) {
  std::set<std::string> sources;
  const Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_array()) return sources;
  for (const Json& one : json) {
    if (one.is_string()) sources.insert(one.get<std::string>());
  }
  return sources;
}

// Of the columns kColumns; what was stored by another program may be anything, and is read as the strictest.
StoredTally ReadRow(const Statement& row) {
  StoredTally stored;
  stored.epoch = row.Number(0);
  Tally& tally = stored.tally;
  tally = Tally::Of(KindFromName(row.Text(2)).value_or(Kind::kText), std::string(row.Text(3)));
  tally.sources = UnpackSources(row.Text(4));
  const std::int64_t tlp = row.Number(5);
  tally.tlp = tlp >= 0 && tlp <= static_cast<int>(Tlp::kRed) ? static_cast<Tlp>(tlp) : Tlp::kRed;
  const std::int64_t pap = row.Number(6);
  tally.pap = pap >= 0 && pap <= static_cast<int>(Pap::kRed) ? static_cast<Pap>(pap) : Pap::kRed;
  tally.sightings = UnpackSightings(row.Blob(7));
  tally.first_seen = row.Number(8);
  tally.valid_from = row.OptionalNumber(9);
  tally.expired = row.Number(10) != 0;
  const std::int64_t state = row.Number(11);
  stored.state = state >= 0 && state <= static_cast<int>(TallyState::kTooOld) ? static_cast<TallyState>(state)
                                                                              : TallyState::kRefused;
  return stored;
}

Verdict VerdictOf(std::int64_t number) {
  return number == static_cast<int>(Verdict::kConfirmed) ? Verdict::kConfirmed : Verdict::kFalsePositive;
}

TallyState StateAfter(Fate fate) {
  switch (fate) {
    case Fate::kLeaves:
      return TallyState::kLeft;
    case Fate::kRefused:
      return TallyState::kRefused;
    case Fate::kWaits:
      return TallyState::kPending;
    case Fate::kCovered:
      return TallyState::kCovered;
    case Fate::kTooOld:
      return TallyState::kTooOld;
  }
  return TallyState::kRefused;
}

}  // namespace

absl::StatusOr<StoredTally> TallyTable::LoadOrMake(Statement& load, const Key& key,
                                                   const SightedIndicator& one) {
  load.Bind(1, key.first).BindBlob(2, BytesOf(key.second));
  const auto found = load.Step();
  if (!found.ok()) return found.status();
  StoredTally stored{key.first, Tally::Of(one.kind, one.value)};
  if (*found) stored = ReadRow(load);
  load.Reset();
  return stored;
}

absl::Status TallyTable::Save(Statement& save, const Key& key, const StoredTally& stored) {
  const Tally& tally = stored.tally;
  save.Bind(1, key.first).BindBlob(2, BytesOf(key.second)).Bind(3, KindName(tally.kind));
  save.Bind(4, std::string_view(tally.value)).Bind(5, std::string_view(PackSources(tally.sources)));
  save.Bind(6, std::int64_t{static_cast<int>(tally.tlp)}).Bind(7, std::int64_t{static_cast<int>(tally.pap)});
  save.BindBlob(8, PackSightings(tally.sightings)).Bind(9, tally.first_seen).Bind(10, tally.valid_from);
  save.Bind(11, std::int64_t{tally.expired}).Bind(12, std::int64_t{static_cast<int>(stored.state)});
  return save.Run();
}

absl::Status TallyTable::Add(std::span<const SightedIndicator> sighted, TimeUs epoch_length) {
  auto load =
      database_.Prepare("SELECT " + std::string(kColumns) + " FROM tally t WHERE epoch = ?1 AND ioc_id = ?2");
  if (!load.ok()) return load.status();
  auto save = database_.Prepare(
      "INSERT INTO tally (epoch, ioc_id, kind, value, sources, tlp, pap, sightings, first_seen, valid_from,"
      " expired, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
      " ON CONFLICT DO UPDATE SET sources = ?5, tlp = ?6, pap = ?7, sightings = ?8, first_seen = ?9,"
      " valid_from = ?10, expired = ?11, state = ?12");
  if (!save.ok()) return save.status();
  std::map<Key, StoredTally> touched;
  for (const SightedIndicator& one : sighted) {
    const Key key{Epoch::Of(one.seen, epoch_length).start, MakeIocId(one.kind, one.value)};
    auto at = touched.find(key);
    if (at == touched.end()) {
      auto stored = LoadOrMake(*load, key, one);
      if (!stored.ok()) return stored.status();
      at = touched.emplace(key, *std::move(stored)).first;
    }
    StoredTally& stored = at->second;
    const bool was_expired = stored.tally.expired;
    stored.tally.Add(one);
    // All else that a sighting adds makes a decision stricter; this may turn it.
    if (stored.state == TallyState::kRefused && was_expired && !stored.tally.expired) {
      stored.state = TallyState::kPending;
    }
  }
  for (const auto& [key, stored] : touched) {
    if (absl::Status status = Save(*save, key, stored); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> TallyTable::Add(const GivenVerdict& verdict) {
  const IocId id = MakeIocId(verdict.kind, verdict.value);
  auto seen = database_.Prepare("SELECT 1 FROM tally WHERE ioc_id = ?1 LIMIT 1");
  if (!seen.ok()) return seen.status();
  const auto found = seen->BindBlob(1, BytesOf(id)).Step();
  if (!found.ok() || !*found) return found;
  auto insert = database_.Prepare(
      "INSERT INTO verdict (ioc_id, verdict, given, batch) VALUES (?1, ?2, ?3, NULL)"
      // One that was told, and is given again, is told no second time: a file may be read again.
      " ON CONFLICT DO UPDATE SET batch = iif(verdict = ?2, batch, NULL), verdict = ?2, given = ?3"
      " WHERE given <= ?3");
  if (!insert.ok()) return insert.status();
  insert->BindBlob(1, BytesOf(id)).Bind(2, std::int64_t{static_cast<int>(verdict.verdict)});
  if (absl::Status status = insert->Bind(3, verdict.given).Run(); !status.ok()) return status;
  return true;
}

absl::Status TallyTable::ForEachPending(const Epoch& epoch, absl::FunctionRef<void(PendingTally)> take) {
  const auto each = [&](const std::string& sql, bool verdict_only) {
    auto rows = database_.Prepare(sql);
    if (!rows.ok()) return rows.status();
    rows->Bind(1, epoch.start);
    while (true) {
      const auto more = rows->Step();
      if (!more.ok()) return more.status();
      if (!*more) return absl::OkStatus();
      PendingTally pending{ReadRow(*rows), !rows->IsNull(12), verdict_only};
      if (pending.has_verdict) pending.stored.tally.verdict = VerdictOf(rows->Number(12));
      pending.stored.tally.late = pending.stored.epoch != epoch.start || verdict_only;
      take(std::move(pending));
    }
  };
  const std::string columns(kColumns);
  absl::Status status = each("SELECT " + columns +
                                 ", v.verdict FROM tally t LEFT JOIN verdict v"
                                 " ON v.ioc_id = t.ioc_id AND v.batch IS NULL"
                                 " WHERE t.state = 0 AND t.epoch <= ?1 ORDER BY t.epoch, t.ioc_id",
                             /*verdict_only=*/false);
  if (!status.ok()) return status;
  return each(
      "SELECT " + columns +
          ", v.verdict FROM verdict v JOIN tally t ON t.ioc_id = v.ioc_id"
          " WHERE v.batch IS NULL"
          " AND t.epoch = (SELECT MAX(epoch) FROM tally WHERE ioc_id = v.ioc_id AND epoch <= ?1)"
          " AND NOT EXISTS (SELECT 1 FROM tally WHERE ioc_id = v.ioc_id AND epoch <= ?1 AND state = 0)"
          " ORDER BY t.epoch, t.ioc_id",
      /*verdict_only=*/true);
}

absl::Status TallyTable::Settle(const Epoch& epoch, std::span<const Weighed> weighed) {
  auto settle = database_.Prepare("UPDATE tally SET state = ?3, batch = ?4 WHERE epoch = ?1 AND ioc_id = ?2");
  if (!settle.ok()) return settle.status();
  for (const Weighed& one : weighed) {
    if (one.fate == Fate::kWaits || one.verdict_only) continue;
    settle->Bind(1, one.epoch).BindBlob(2, BytesOf(one.ioc_id));
    settle->Bind(3, std::int64_t{static_cast<int>(StateAfter(one.fate))}).Bind(4, epoch.start);
    if (absl::Status status = settle->Run(); !status.ok()) return status;
  }
  return SettleVerdicts(epoch, weighed);
}

// A verdict has been told, or refused with all that it is about, unless some of that still waits.
absl::Status TallyTable::SettleVerdicts(const Epoch& epoch, std::span<const Weighed> weighed) {
  std::set<IocId> waiting;
  for (const Weighed& one : weighed) {
    if (one.fate == Fate::kWaits) waiting.insert(one.ioc_id);
  }
  auto settle = database_.Prepare("UPDATE verdict SET batch = ?2 WHERE ioc_id = ?1 AND batch IS NULL");
  if (!settle.ok()) return settle.status();
  for (const Weighed& one : weighed) {
    if (!one.has_verdict || waiting.contains(one.ioc_id)) continue;
    settle->BindBlob(1, BytesOf(one.ioc_id)).Bind(2, epoch.start);
    if (absl::Status status = settle->Run(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status TallyTable::Prune(TimeUs time) {
  auto tallies = database_.Prepare("DELETE FROM tally WHERE epoch < ?1 AND state <> 0");
  if (!tallies.ok()) return tallies.status();
  if (absl::Status status = tallies->Bind(1, time).Run(); !status.ok()) return status;
  return database_.Execute(
      "DELETE FROM verdict WHERE NOT EXISTS (SELECT 1 FROM tally WHERE tally.ioc_id = verdict.ioc_id)");
}

}  // namespace polder
