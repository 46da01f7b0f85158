// What lies on a board, as a Community.
#ifndef POLDER_CONNECTORS_COMMUNITY_LOAD_COMMUNITY_H_
#define POLDER_CONNECTORS_COMMUNITY_LOAD_COMMUNITY_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/community/place.h"
#include "engine/community/community.h"

namespace polder {

// The keys of documents on a board. Every version of the roster stays, so that a reader who knows only the
// operator's first key can follow how it changed.
std::string RosterKey(std::uint64_t version);
std::string ManifestKey(TimeUs epoch_start);
std::string IndicatorKey(const std::string& signer, const std::string& id);

// The list of a manifest, in parts. Sixteen epochs later the key is used again, so that lists do not pile up
// on a compacted topic.
std::string ManifestListKey(const Epoch& epoch, std::size_t part);

// Reads the board, rosters first. Every document that is refused is handed to `refused` with where it lay and
// why; every indicator in force, whose ioc_ids are those of its object, to `taken`. Goes on from
// `remembered`, the roster document of an earlier reading, unless that is empty; that the board has only
// older ones is handed to `refused`. FailedPrecondition if there is no roster that `operator_keys` vouch for;
// Cancelled as ReadBoard.
absl::StatusOr<Community> LoadCommunity(
    const Place& board, const PartyKeys& operator_keys, std::string_view remembered, TimeUs now,
    absl::FunctionRef<void(const std::string& where, const absl::Status& why)> refused,
    absl::FunctionRef<void(const Community::News& news)> taken = [](const Community::News&) {},
    const std::atomic<bool>* cancelled = nullptr);

}  // namespace polder

#endif  // POLDER_CONNECTORS_COMMUNITY_LOAD_COMMUNITY_H_
