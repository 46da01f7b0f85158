// The roster as JSON.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "engine/community/body.h"
#include "engine/community/roster.h"
#include "engine/community/signed_document.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostRecords = 65'536;

Json RenderEntry(const RosterEntry& entry) {
  Json json = {{"name", entry.name}, {"group", entry.group}, {"role", RoleName(entry.role)}};
  if (!entry.sector.empty()) json["sector"] = entry.sector;
  json["joined"] = FormatIsoTime(entry.joined);
  if (entry.left != kEndOfTime) {
    json["left"] = FormatIsoTime(entry.left);
    json["reason"] = entry.reason;
  }
  if (!entry.vouchers.empty()) json["vouchers"] = entry.vouchers;
  Json keys = Json::array();
  for (const KeyPeriod& period : entry.keys) {
    Json one = {{"keys", FormatPartyKeys(period.keys)}, {"from", FormatIsoTime(period.from)}};
    if (period.until != kEndOfTime) one["until"] = FormatIsoTime(period.until);
    keys.push_back(std::move(one));
  }
  json["keys"] = std::move(keys);
  return json;
}

RosterEntry ReadEntry(const nlohmann::json& json, const std::string& path, absl::Status* status) {
  const BodyObject object(json, path, status);
  RosterEntry entry;
  entry.name = object.Text("name");
  entry.group = object.Text("group");
  entry.sector = object.TextOr("sector", "");
  const auto role = RoleFromName(object.Text("role"));
  if (!role) object.Wrong("role", "member, supplier, csirt or operator");
  entry.role = role.value_or(Role::kMember);
  entry.joined = object.Time("joined");
  entry.left = object.TimeOr("left", kEndOfTime);
  entry.reason = object.TextOr("reason", "");
  for (const nlohmann::json& voucher : object.List("vouchers")) {
    if (voucher.is_string()) {
      entry.vouchers.push_back(voucher.get<std::string>());
    } else {
      object.Wrong("vouchers", "names");
    }
  }
  for (const nlohmann::json& item : object.List("keys")) {
    const BodyObject period(item, path + ".keys", status);
    const auto keys = ParsePartyKeys(period.Text("keys"));
    if (!keys) period.Wrong("keys", "polder-key: and 128 hexadecimal digits");
    entry.keys.push_back(
        {keys.value_or(PartyKeys{}), period.Time("from"), period.TimeOr("until", kEndOfTime)});
  }
  for (const char* key : {"name", "group"}) {
    if (!IsPartyName(object.TextOr(key, ""))) object.Wrong(key, "1 to 64 of [A-Za-z0-9._-]");
  }
  if (entry.keys.empty()) object.Wrong("keys", "at least one pair of keys");
  return entry;
}

CommunityTerms ReadTerms(const BodyObject& top) {
  CommunityTerms terms;
  terms.name = top.Text("community");
  if (!IsPartyName(terms.name)) top.Wrong("community", "1 to 64 of [A-Za-z0-9._-]");
  const std::uint64_t seconds = top.Number("epoch_seconds");
  if (seconds < 60 || seconds > 366 * 86'400) top.Wrong("epoch_seconds", "60 to 31622400");
  terms.epoch_length = static_cast<TimeUs>(seconds) * kSecondUs;
  terms.batch_records = top.Number("batch_records");
  if (terms.batch_records == 0 || terms.batch_records > kMostRecords) {
    top.Wrong("batch_records", fmt::format("1 to {}", kMostRecords));
  }
  terms.minimum_members = top.Number("minimum_members");
  terms.vouchers = top.Number("vouchers");
  terms.newcomer_epochs = top.Number("newcomer_epochs");
  terms.one_organisation = top.Flag("one_organisation");
  return terms;
}

absl::Status CheckWhole(const Roster& roster) {
  std::set<std::string_view> names;
  std::set<PublicKey> keys;
  std::size_t operators = 0;
  for (const RosterEntry& entry : roster.entries) {
    if (!names.insert(entry.name).second) {
      return absl::InvalidArgumentError(fmt::format("roster: '{}' is on it twice", entry.name));
    }
    for (const KeyPeriod& period : entry.keys) {
      if (!keys.insert(period.keys.signing).second) {
        return absl::InvalidArgumentError(fmt::format("roster: a key of '{}' is on it twice", entry.name));
      }
    }
    operators += entry.role == Role::kOperator ? 1 : 0;
  }
  if (operators != 1) {
    return absl::InvalidArgumentError(fmt::format("roster: {} operators, and one is expected", operators));
  }
  return absl::OkStatus();
}

}  // namespace

std::string RenderRoster(const Roster& roster) {
  const CommunityTerms& terms = roster.terms;
  Json json = {{"community", terms.name},
               {"version", roster.version},
               {"issued", FormatIsoTime(roster.issued)},
               {"epoch_seconds", terms.epoch_length / kSecondUs},
               {"batch_records", terms.batch_records},
               {"minimum_members", terms.minimum_members},
               {"vouchers", terms.vouchers},
               {"newcomer_epochs", terms.newcomer_epochs},
               {"one_organisation", terms.one_organisation}};
  Json entries = Json::array();
  for (const RosterEntry& entry : roster.entries) entries.push_back(RenderEntry(entry));
  json["entries"] = std::move(entries);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<Roster> ReadRoster(std::string_view body) {
  const auto json = ParseBody(body, "roster");
  if (!json.ok()) return json.status();
  absl::Status status;
  const BodyObject top(*json, "roster", &status);
  Roster roster;
  roster.terms = ReadTerms(top);
  roster.version = top.Number("version");
  roster.issued = top.Time("issued");
  std::size_t at = 0;
  for (const nlohmann::json& entry : top.List("entries")) {
    roster.entries.push_back(ReadEntry(entry, fmt::format("roster.entries.{}", at++), &status));
  }
  if (!status.ok()) return status;
  if (status = CheckWhole(roster); !status.ok()) return status;
  return roster;
}

Digest256 RosterDigest(const Roster& roster) { return Blake2b256(RenderRoster(roster)); }

}  // namespace polder
