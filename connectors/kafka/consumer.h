// One member of a consumer group.
#ifndef POLDER_CONNECTORS_KAFKA_CONSUMER_H_
#define POLDER_CONNECTORS_KAFKA_CONSUMER_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "connectors/kafka/client.h"

namespace polder {

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;

  friend bool operator==(const TopicPartition&, const TopicPartition&) = default;
  friend bool operator<(const TopicPartition& a, const TopicPartition& b) {
    return std::tie(a.topic, a.partition) < std::tie(b.topic, b.partition);
  }
};

// A record as the broker handed it over; the views last for the call.
struct KafkaRecord {
  std::string_view topic;
  std::int32_t partition;
  std::int64_t offset;
  std::optional<std::int64_t> timestamp_ms;
  std::string_view key;
  std::string_view value;  // empty for a tombstone
};

// Belongs to one thread, on which all callbacks run. Only offsets that were given to StoreOffset are
// committed, by this class and not by librdkafka, which commits also while it leaves a group, and may wait
// for ever for the answer. Partitions move cooperatively.
class KafkaConsumer {
 public:
  // Called while Poll runs, before the partitions go. What is settled and stored by the end of OnRevoke is
  // committed; when they were lost rather than given up, nothing can be.
  class Rebalance {
   public:
    virtual ~Rebalance() = default;
    virtual void OnAssign(std::span<const TopicPartition> partitions) = 0;
    virtual void OnRevoke(std::span<const TopicPartition> partitions, bool lost) = 0;
  };

  // `properties` are laid over Polder's own. `rebalance` must outlive the consumer.
  static absl::StatusOr<std::unique_ptr<KafkaConsumer>> Create(
      const std::string& brokers, const std::string& group, const std::vector<std::string>& topics,
      const KafkaProperties& shared, const KafkaProperties& own, Rebalance* rebalance);
  ~KafkaConsumer();
  KafkaConsumer(const KafkaConsumer&) = delete;
  KafkaConsumer& operator=(const KafkaConsumer&) = delete;

  // Hands over the next record within `wait_ms`, false if there is none. An error is one that does not go
  // away by itself; errors that do are logged.
  absl::StatusOr<bool> Poll(int wait_ms, absl::FunctionRef<void(const KafkaRecord&)> sink);

  // `next` is the offset to go on from after a restart.
  void StoreOffset(const TopicPartition& at, std::int64_t next);
  // Commits what is stored and is not committed yet, without waiting, if the last such commit is a second
  // old. What fails is tried again with the next one.
  void CommitIfDue();
  // Commits it now and waits for the answer. Called too when partitions are given up.
  absl::Status CommitStored();

  void PauseAll();
  void ResumeAll();
  // Leaves the group; OnRevoke is called for what is still assigned. Takes a few seconds at the most.
  void Close();

 private:
  explicit KafkaConsumer(Rebalance* rebalance) : rebalance_(rebalance) {}
  struct Offsets {
    std::int64_t stored = 0;
    std::int64_t committed = 0;
  };

  static void OnCommit(rd_kafka_t* client, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* list,
                       void* self);
  rd_kafka_topic_partition_list_t* ListUncommitted() const;  // the caller's; null if there is none
  void NoteCommitted(const rd_kafka_topic_partition_list_t* list);
  bool LeaveGroup();
  static void OnRebalance(rd_kafka_t* client, rd_kafka_resp_err_t event,
                          rd_kafka_topic_partition_list_t* list, void* self);
  void SetPaused(bool paused);

  Rebalance* rebalance_;
  rd_kafka_t* client_ = nullptr;
  std::map<TopicPartition, Offsets> offsets_;  // of assigned partitions, once anything is stored
  std::chrono::steady_clock::time_point next_commit_{};
  bool ever_assigned_ = false;
  bool closed_ = false;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_KAFKA_CONSUMER_H_
