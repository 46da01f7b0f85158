// A community with one member to test with: a board and a mailbox in folders, the operator's keys, a policy.
#ifndef POLDER_TESTS_CONNECTORS_MEMBER_MEMBER_FIXTURE_H_
#define POLDER_TESTS_CONNECTORS_MEMBER_MEMBER_FIXTURE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/community/place.h"
#include "engine/community/community.h"
#include "engine/feedback/batch.h"
#include "tests/connectors/files/test_files.h"

namespace polder {

class TestCommunity {
 public:
  // Founded nine days before this one; the member "harbour" is on the roster since, the board is posted.
  explicit TestCommunity(std::size_t room = 8);

  // Posts a version with this change.
  void Post(const absl::StatusOr<Roster>& roster);
  // Published by the operator a week ago, unless said otherwise.
  void PostIndicator(const std::string& domain, std::optional<TimeUs> published = std::nullopt);
  // What the board holds for the epoch, or with these changed.
  std::string PostManifest(const Epoch& epoch, std::uint64_t more_indicators = 0);

  // A line of sightings (ecs) of a domain.
  static std::string Sighting(const std::string& domain, TimeUs seen, const std::string& id,
                              std::string_view tlp = "GREEN", std::string_view source = "community");
  // Adds one to sightings.ndjson.
  void See(const std::string& domain, TimeUs seen, const std::string& id, std::string_view tlp = "GREEN",
           std::string_view source = "community");

  // The text of policy.yaml, with `more` behind it, and its path.
  std::string Policy(const std::string& more = "") const;
  std::string WritePolicy(const std::string& more = "") const {
    return folder_.Write("policy.yaml", Policy(more));
  }

  // What lies in the mailbox, as the operator opens it.
  std::vector<Batch> Mail() const;
  std::vector<std::string> SealedMail() const;

  const TemporaryFolder& folder() const { return folder_; }
  const Roster& roster() const { return roster_; }
  const PartySecrets& member() const { return member_; }

  const TimeUs now;
  const Epoch yesterday;

 private:
  SignedDocument Document(std::string_view type, std::string body, TimeUs signed_at) const;

  TemporaryFolder folder_;
  TimeUs founded_;
  PartySecrets operator_ = NewPartySecrets();
  PartySecrets member_ = NewPartySecrets();
  Roster roster_;
};

}  // namespace polder

#endif  // POLDER_TESTS_CONNECTORS_MEMBER_MEMBER_FIXTURE_H_
