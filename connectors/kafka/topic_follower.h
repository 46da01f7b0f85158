// Reads a whole topic from its beginning, or from where it was left, once or on and on.
#ifndef POLDER_CONNECTORS_KAFKA_TOPIC_FOLLOWER_H_
#define POLDER_CONNECTORS_KAFKA_TOPIC_FOLLOWER_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/kafka/consumer.h"

namespace polder {

// By partition: the offset to read from. Partitions that are not named are read from their beginning, as is
// one whose offset the topic does not have (any more).
using TopicStarts = std::map<std::int32_t, std::int64_t>;

// All partitions that the topic has when it is opened. Commits nothing and joins no group. Brokers that go
// away are waited for, and reading goes on where it was. Used by one thread.
class TopicFollower {
 public:
  // NotFound if the topic does not exist, PermissionDenied if it may not be read, Unavailable if no broker
  // answers for it within half a minute, Cancelled soon after another thread set `cancelled`.
  static absl::StatusOr<std::unique_ptr<TopicFollower>> Open(const std::string& brokers,
                                                             const std::string& topic,
                                                             const KafkaProperties& properties,
                                                             const std::atomic<bool>* cancelled = nullptr,
                                                             const TopicStarts& starts = {});
  ~TopicFollower();
  TopicFollower(const TopicFollower&) = delete;
  TopicFollower& operator=(const TopicFollower&) = delete;

  // Hands over the next record within `wait_ms`. True if anything was heard, a record or the end of a
  // partition.
  bool Poll(int wait_ms, absl::FunctionRef<void(const KafkaRecord&)> sink);

  // Whether the end of every partition has been reached once.
  bool caught_up() const { return unread_.empty(); }

 private:
  TopicFollower(rd_kafka_t* client, std::string topic) : client_(client), topic_(std::move(topic)) {}

  rd_kafka_t* client_;
  std::string topic_;
  std::set<std::int32_t> unread_;  // partitions whose end has not been reached
};

// Hands every record of all partitions to `sink`, from the beginning to where each partition ended when it
// was reached. Errors as of Open, and Unavailable after half a minute without an answer.
absl::Status ReadTopic(const std::string& brokers, const std::string& topic,
                       const KafkaProperties& properties, absl::FunctionRef<void(const KafkaRecord&)> sink);

// The same from `starts` on; ends with the first error of `sink`, and with Cancelled soon after `cancelled`
// was set (null: nobody ends it).
absl::Status ReadTopicFrom(const std::string& brokers, const std::string& topic,
                           const KafkaProperties& properties, const TopicStarts& starts,
                           const std::atomic<bool>* cancelled,
                           absl::FunctionRef<absl::Status(const KafkaRecord&)> sink);

}  // namespace polder

#endif  // POLDER_CONNECTORS_KAFKA_TOPIC_FOLLOWER_H_
