// The policy of a member: who it is in its community, what it lets leave, and where its sightings, verdicts
// and documents lie (policy.yaml of `polder feedback`).
#ifndef POLDER_CONNECTORS_MEMBER_FEEDBACK_CONFIG_H_
#define POLDER_CONNECTORS_MEMBER_FEEDBACK_CONFIG_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/community/place.h"
#include "connectors/config/secrets.h"
#include "engine/community/party_keys.h"
#include "engine/feedback/batch.h"
#include "engine/feedback/policy.h"

namespace polder {

// What the member says that it watches, where its engines do not tell.
struct DeclaredWatch {
  std::vector<Kind> kinds;
  std::vector<LogSource> log_sources;
  std::uint64_t events_per_day = 0;

  Watched In(const Epoch& epoch) const;
};

struct FeedbackConfig {
  std::string member;  // on the roster
  std::string key;     // file with the secret key
  PartyKeys operator_keys;
  Place board;                    // a folder or topic
  Place send_to;                  // also an address
  std::vector<Place> sightings;   // at least one: files and topics
  std::optional<Place> verdicts;  // a file or topic
  std::optional<Place> watch;     // likewise; never together with `watches`
  std::optional<DeclaredWatch> watches;
  std::string state;  // a folder
  std::chrono::minutes jitter{120};
  MemberPolicy policy;
};

// Reads and checks YAML as ReadRunConfig does (connectors/config/config.h): all that is wrong is reported at
// once, one line each with its place, and what came from the environment or a file is not shown.
// `operator_key` and the secrets under `http` may be `file:PATH`.
absl::StatusOr<FeedbackConfig> ReadFeedbackConfig(const std::string& text,
                                                  const std::string& name_for_messages,
                                                  const SecretReader& secrets);

// The same for a file; relative paths are counted from the file's folder.
absl::StatusOr<FeedbackConfig> ReadFeedbackConfigFile(const std::string& path);

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_FEEDBACK_CONFIG_H_
