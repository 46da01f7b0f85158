#ifndef POLDER_TESTS_E2E_KAFKA_CLIENT_H_
#define POLDER_TESTS_E2E_KAFKA_CLIENT_H_

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace polder {

// What a test puts on a topic, and what it finds there.
struct KafkaMessage {
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers = {};
  int32_t partition = RD_KAFKA_PARTITION_UA;  // when produced: by the key's hash
  int64_t offset = -1;                        // set by ReadAll
  bool removal = false;                       // no value at all: a compacted topic forgets the key
};

// A group as its coordinator sees it.
struct GroupState {
  std::string name;  // "Stable" once every member has its partitions
  int members = 0;
};

// The test's own view of a cluster: what went in, what came out, what was
// committed. It shares no code with connectors/kafka, which it judges.
// Calls block, wait out a broker that is being restarted, and throw
// std::runtime_error after kLimit. One thread at a time.
class KafkaClient {
 public:
  static constexpr std::chrono::milliseconds kLimit = std::chrono::seconds(60);

  explicit KafkaClient(const std::string& brokers);
  KafkaClient(const KafkaClient&) = delete;
  KafkaClient& operator=(const KafkaClient&) = delete;

  // Does a broker serve clients there? Never throws.
  static bool Answers(const std::string& brokers);

  // Returns when every partition has a leader. A topic must not exist yet. `config` as the broker names it.
  void CreateTopic(const std::string& topic, int partitions,
                   const std::map<std::string, std::string>& config = {});

  // Returns when all are acknowledged; each is on the topic once.
  void Produce(const std::string& topic, const std::vector<KafkaMessage>& messages);

  // Everything from the first offset up to the end as it is now, partition by
  // partition in the order of offsets; of transactions only committed ones.
  std::vector<KafkaMessage> ReadAll(const std::string& topic);

  // The next offset by partition: the last message's plus one (a transaction's
  // end takes an offset as well).
  std::map<int32_t, int64_t> EndOffsets(const std::string& topic);
  int64_t EndTotal(const std::string& topic);

  // By partition; 0 where the group has committed nothing.
  std::map<int32_t, int64_t> CommittedOffsets(const std::string& group, const std::string& topic);
  int64_t CommittedTotal(const std::string& group, const std::string& topic);

  GroupState Group(const std::string& group);

 private:
  struct Destroy {
    void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  };
  using Handle = std::unique_ptr<rd_kafka_t, Destroy>;

  Handle Open(rd_kafka_type_t type, const std::map<std::string, std::string>& properties) const;
  int PartitionCount(const std::string& topic);

  std::string brokers_;
  Handle producer_;
  std::map<std::string, Handle> groups_;        // one that reads offsets by group; never joins
  std::map<std::string, int> partition_count_;  // of the topics seen so far
};

}  // namespace polder

#endif  // POLDER_TESTS_E2E_KAFKA_CLIENT_H_
