#include "connectors/community/load_community.h"

#include <fmt/format.h>

#include <utility>

namespace polder {
namespace {

// Without reading the whole of it as JSON: a board may hold a million indicators.
bool MayBeRoster(std::string_view bytes) { return bytes.find("\"roster/1\"") != std::string_view::npos; }

}  // namespace

std::string RosterKey(std::uint64_t version) { return fmt::format("roster-{:08}", version); }

std::string ManifestKey(TimeUs epoch_start) { return fmt::format("manifest-{}", FormatIsoTime(epoch_start)); }

std::string IndicatorKey(const std::string& signer, const std::string& id) {
  return fmt::format("indicator-{}-{}", signer, id);
}

absl::StatusOr<Community> LoadCommunity(
    const Place& board, const PartyKeys& operator_keys, std::uint64_t least_roster_version, TimeUs now,
    absl::FunctionRef<void(const std::string& where, const absl::Status& why)> refused,
    absl::FunctionRef<void(const Community::News& news)> taken) {
  Community community(operator_keys);
  community.RequireRosterVersion(least_roster_version);
  // By their version: a topic of several partitions has them in any order.
  std::multimap<std::uint64_t, std::pair<std::string, std::string>> rosters;
  absl::Status read = ReadBoard(board, [&](const std::string& where, std::string_view bytes) {
    if (!MayBeRoster(bytes)) return;
    const auto document = ReadSignedDocument(bytes);
    if (!document.ok() || document->type != kRosterType) return;
    if (const auto roster = ReadRoster(document->body); roster.ok()) {
      rosters.emplace(roster->version, std::pair(where, std::string(bytes)));
    }
  });
  if (!read.ok()) return read;
  for (const auto& [version, roster] : rosters) {
    if (const auto news = community.Take(roster.second, now); !news.ok())
      refused(roster.first, news.status());
  }
  if (!community.roster()) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: holds no roster{} that is signed with the operator's key {}; is it the right place, and the "
        "right "
        "key?",
        board.name,
        least_roster_version > 0 ? fmt::format(" of version {} or later", least_roster_version) : "",
        Fingerprint(Blake2b256(FormatPartyKeys(operator_keys)))));
  }
  read = ReadBoard(board, [&](const std::string& where, std::string_view bytes) {
    if (MayBeRoster(bytes)) {
      const auto document = ReadSignedDocument(bytes);
      if (document.ok() && document->type == kRosterType) return;
    }
    const auto news = community.Take(bytes, now);
    if (!news.ok()) {
      refused(where, news.status());
    } else {
      taken(*news);
    }
  });
  if (!read.ok()) return read;
  return community;
}

}  // namespace polder
