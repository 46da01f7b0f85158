// A community's board on a topic: signed indicators, each with its signer for a source, of those alone who
// belong (DESIGN section 7).
#ifndef POLDER_CONNECTORS_FEEDS_COMMUNITY_FEED_H_
#define POLDER_CONNECTORS_FEEDS_COMMUNITY_FEED_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "connectors/feeds/remote_feed.h"
#include "connectors/kafka/topic_follower.h"
#include "engine/community/community.h"

namespace polder {

// Once a roster says that a party no longer belongs, everything that it published is withdrawn. What was
// refused for want of a roster, or since its signer was not on it yet, is read again when a newer roster
// comes.
class CommunityFeed : public RemoteFeed {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<TopicFollower>>()>;

  // `topic` is for messages. `memory` is a folder where the last roster is kept, so that no older one is
  // believed after a restart; empty: none is. `cancelled` outlives it.
  CommunityFeed(std::string topic, const PartyKeys& operator_keys, std::string memory, Open open,
                const std::atomic<bool>* cancelled);

  FeedPoll Poll() override;
  void Settle(bool /*taken*/) override {}
  bool guarded() const override { return false; }

 private:
  void Take(const KafkaRecord& record, FeedPoll& poll);
  void TakeNews(const Community::News& news, const std::string& where, FeedPoll& poll);
  // What was kept before the start, and what is to be kept now.
  void ReadMemory(const std::string& folder, const PartyKeys& operator_keys);
  void Remember(FeedPoll& poll) const;
  void WarnOfOldRoster(FeedPoll& poll);
  void Refuse(const std::string& where, std::string_view why, FeedPoll& poll);

  const std::string topic_;
  const Open open_;
  const std::atomic<bool>* cancelled_;
  Community community_;
  std::string memory_;   // the file; empty: none
  std::string warning_;  // of reading it, until it is told
  bool old_told_ = false;
  std::unique_ptr<TopicFollower> follower_;
  std::map<std::string, std::set<std::string>> in_force_;  // by signer: the identifiers
  bool refused_for_roster_ = false;                        // something, that a later roster might admit
  bool read_again_ = false;
  std::size_t refusals_ = 0;  // of this poll
  std::size_t bytes_ = 0;     // likewise
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FEEDS_COMMUNITY_FEED_H_
