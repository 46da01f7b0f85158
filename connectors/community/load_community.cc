#include "connectors/community/load_community.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "connectors/community/published.h"

namespace polder {
namespace {

constexpr TimeUs kListedEpochs = 16;
constexpr std::size_t kMostRefusals = 1'000;

bool IsOld(const absl::Status& status) { return absl::IsFailedPrecondition(status); }

// Without reading the whole of it as JSON: a board may hold a million indicators.
bool IsRoster(std::string_view bytes) {
  if (bytes.find("\"roster/1\"") == std::string_view::npos) return false;
  const auto document = ReadSignedDocument(bytes);
  return document.ok() && document->type == kRosterType;
}

// In whatever order they lie there, and whatever keys they are signed with: the board is read until no more
// of them is taken. Nothing is held, since anybody may have put something there.
absl::Status ReadRosters(const Place& board, Community& community, TimeUs now,
                         absl::FunctionRef<void(const std::string& where, const absl::Status& why)> refused,
                         const std::atomic<bool>* cancelled) {
  std::vector<std::pair<std::string, absl::Status>> refusals;
  bool more = true;
  while (more) {
    refusals.clear();
    const std::uint64_t before = community.roster_version();
    absl::Status read = ReadBoard(
        board,
        [&](const std::string& where, std::string_view bytes) {
          if (!IsRoster(bytes)) return;
          const auto news = community.Take(bytes, now);
          // An older one that stands behind a newer one is as it should be.
          if (!news.ok() && !IsOld(news.status()) && refusals.size() < kMostRefusals) {
            refusals.emplace_back(where, news.status());
          }
        },
        cancelled);
    if (!read.ok()) return read;
    more = !refusals.empty() && community.roster_version() != before;
  }
  for (const auto& [where, why] : refusals) refused(where, why);
  return absl::OkStatus();
}

}  // namespace

std::string RosterKey(std::uint64_t version) { return fmt::format("roster-{:08}", version); }

std::string ManifestKey(TimeUs epoch_start) { return fmt::format("manifest-{}", FormatIsoTime(epoch_start)); }

std::string IndicatorKey(const std::string& signer, const std::string& id) {
  // No name holds a colon: nobody can overwrite what another publishes by mistake.
  return fmt::format("indicator-{}:{}", signer, id);
}

std::string ManifestListKey(const Epoch& epoch, std::size_t part) {
  return fmt::format("manifest-list-{}-{}", epoch.start / epoch.length % kListedEpochs, part);
}

absl::StatusOr<Community> LoadCommunity(
    const Place& board, const PartyKeys& operator_keys, std::string_view remembered, TimeUs now,
    absl::FunctionRef<void(const std::string& where, const absl::Status& why)> refused,
    absl::FunctionRef<void(const Community::News& news)> taken, const std::atomic<bool>* cancelled) {
  Community community(operator_keys, CheckClaims);
  if (!remembered.empty()) {
    if (absl::Status status = community.Resume(remembered); !status.ok()) return status;
  }
  if (absl::Status status = ReadRosters(board, community, now, refused, cancelled); !status.ok())
    return status;
  if (!community.roster()) {
    return absl::FailedPreconditionError(
        fmt::format("{}: holds no roster that is signed with the operator's key {}; is it the right place, "
                    "and the right key?",
                    board.name, FingerprintOf(operator_keys)));
  }
  if (community.roster_version_shown() < community.roster_version()) {
    refused(board.name, absl::FailedPreconditionError(fmt::format(
                            "version {} is the latest roster there, and version {} was there before: "
                            "somebody keeps the newer ones back; what they say stays in force here",
                            community.roster_version_shown(), community.roster_version())));
  }
  absl::Status read = ReadBoard(
      board,
      [&](const std::string& where, std::string_view bytes) {
        if (IsRoster(bytes)) return;
        const auto news = community.Take(bytes, now);
        if (!news.ok()) {
          refused(where, news.status());
        } else {
          taken(*news);
        }
      },
      cancelled);
  if (!read.ok()) return read;
  return community;
}

}  // namespace polder
