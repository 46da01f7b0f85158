#include "connectors/kafka/topic_follower.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace polder {
namespace {

using std::chrono::steady_clock;

constexpr auto kMetadata = std::chrono::seconds(30);
constexpr int kMetadataSliceMs = 500;
constexpr int kPollMs = 200;
constexpr auto kSilence = std::chrono::seconds(30);

struct ClientDeleter {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using Client = std::unique_ptr<rd_kafka_t, ClientDeleter>;

// What the topic's metadata says; 0 and no error if it is worth asking again.
absl::StatusOr<int> AskPartitions(rd_kafka_t* client, const std::string& brokers, const std::string& topic,
                                  std::string* why) {
  rd_kafka_topic_t* handle = rd_kafka_topic_new(client, topic.c_str(), nullptr);
  const struct rd_kafka_metadata* metadata = nullptr;
  rd_kafka_resp_err_t error = rd_kafka_metadata(client, 0, handle, &metadata, kMetadataSliceMs);
  rd_kafka_topic_destroy(handle);
  int count = 0;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (metadata->topic_cnt == 1) {
      error = metadata->topics[0].err;
      count = metadata->topics[0].partition_cnt;
    }
    rd_kafka_metadata_destroy(metadata);
  }
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
    return absl::NotFoundError(
        fmt::format("there is no topic '{}' at {}; create it, or correct its name", topic, brokers));
  }
  if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    return absl::PermissionDeniedError(
        fmt::format("topic '{}' at {} may not be read: {}", topic, brokers, rd_kafka_err2str(error)));
  }
  *why = rd_kafka_err2str(error);
  return error == RD_KAFKA_RESP_ERR_NO_ERROR ? count : 0;
}

absl::StatusOr<int> CountPartitions(rd_kafka_t* client, const std::string& brokers, const std::string& topic,
                                    const std::atomic<bool>* cancelled) {
  const auto deadline = steady_clock::now() + kMetadata;
  std::string why;
  while (steady_clock::now() < deadline) {
    const auto asked = steady_clock::now();
    const auto count = AskPartitions(client, brokers, topic, &why);
    if (!count.ok() || *count > 0) return count;
    if (cancelled != nullptr && cancelled->load()) {
      return absl::CancelledError(fmt::format("topic '{}': reading was ended", topic));
    }
    // An answer that came at once comes so again.
    std::this_thread::sleep_until(asked + std::chrono::milliseconds(kMetadataSliceMs));
  }
  return absl::UnavailableError(
      fmt::format("no Kafka broker answers at {} for topic '{}': {}", brokers, topic, why));
}

}  // namespace

absl::StatusOr<std::unique_ptr<TopicFollower>> TopicFollower::Open(const std::string& brokers,
                                                                   const std::string& topic,
                                                                   const KafkaProperties& properties,
                                                                   const std::atomic<bool>* cancelled,
                                                                   const TopicStarts& starts) {
  const KafkaProperties fixed = {{"bootstrap.servers", brokers},
                                 {"group.id", "polder-follows"},  // librdkafka wants one; it is never joined
                                 {"auto.offset.reset", "earliest"},
                                 {"enable.auto.commit", "false"},
                                 {"enable.partition.eof", "true"},
                                 {"allow.auto.create.topics", "false"}};
  auto conf = MakeKafkaConf({&properties, &fixed});
  if (!conf.ok()) return conf.status();
  auto made = MakeKafkaClient(RD_KAFKA_CONSUMER, *std::move(conf));
  if (!made.ok()) return made.status();
  Client client(*made);
  rd_kafka_poll_set_consumer(client.get());
  const auto partitions = CountPartitions(client.get(), brokers, topic, cancelled);
  if (!partitions.ok()) return partitions.status();

  std::unique_ptr<TopicFollower> follower(new TopicFollower(client.release(), topic));
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(*partitions);
  for (std::int32_t i = 0; i < *partitions; ++i) {
    const auto start = starts.find(i);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset =
        start == starts.end() ? RD_KAFKA_OFFSET_BEGINNING : start->second;
    follower->unread_.insert(i);
  }
  rd_kafka_assign(follower->client_, list);
  rd_kafka_topic_partition_list_destroy(list);
  return follower;
}

TopicFollower::~TopicFollower() {
  rd_kafka_consumer_close(client_);
  rd_kafka_destroy(client_);
}

bool TopicFollower::Poll(int wait_ms, absl::FunctionRef<void(const KafkaRecord&)> sink) {
  rd_kafka_message_t* message = rd_kafka_consumer_poll(client_, wait_ms);
  if (message == nullptr) return false;
  const bool heard =
      message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF || message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    unread_.erase(message->partition);
  } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    sink(KafkaRecord{topic_, message->partition, message->offset, std::nullopt,
                     KafkaBytes(message->key, message->key_len), KafkaBytes(message->payload, message->len)});
  }
  rd_kafka_message_destroy(message);
  return heard;
}

absl::Status ReadTopic(const std::string& brokers, const std::string& topic,
                       const KafkaProperties& properties, absl::FunctionRef<void(const KafkaRecord&)> sink) {
  return ReadTopicFrom(brokers, topic, properties, {}, nullptr, [&sink](const KafkaRecord& record) {
    sink(record);
    return absl::OkStatus();
  });
}

absl::Status ReadTopicFrom(const std::string& brokers, const std::string& topic,
                           const KafkaProperties& properties, const TopicStarts& starts,
                           const std::atomic<bool>* cancelled,
                           absl::FunctionRef<absl::Status(const KafkaRecord&)> sink) {
  const auto follower = TopicFollower::Open(brokers, topic, properties, cancelled, starts);
  if (!follower.ok()) return follower.status();
  auto last_heard = steady_clock::now();
  absl::Status sunk;
  while (sunk.ok() && !(*follower)->caught_up()) {
    if (cancelled != nullptr && cancelled->load()) {
      return absl::CancelledError(fmt::format("topic '{}': reading was ended", topic));
    }
    if ((*follower)->Poll(kPollMs, [&](const KafkaRecord& record) { sunk = sink(record); })) {
      last_heard = steady_clock::now();
    } else if (steady_clock::now() - last_heard > kSilence) {
      return absl::UnavailableError(
          fmt::format("the topic '{}' at {} was not read to its end: no answer for {} s", topic, brokers,
                      kSilence.count()));
    }
  }
  return sunk;
}

}  // namespace polder
