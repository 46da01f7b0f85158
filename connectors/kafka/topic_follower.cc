#include "connectors/kafka/topic_reader.h"

#include <fmt/format.h>

#include <chrono>
#include <set>

namespace polder {
namespace {

using std::chrono::steady_clock;

constexpr int kMetadataMs = 30'000;
constexpr int kPollMs = 200;
constexpr auto kSilence = std::chrono::seconds(30);

struct ClientDeleter {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using Client = std::unique_ptr<rd_kafka_t, ClientDeleter>;

absl::StatusOr<int> CountPartitions(rd_kafka_t* client, const std::string& brokers,
                                    const std::string& topic) {
  rd_kafka_topic_t* handle = rd_kafka_topic_new(client, topic.c_str(), nullptr);
  const struct rd_kafka_metadata* metadata = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(client, 0, handle, &metadata, kMetadataMs);
  rd_kafka_topic_destroy(handle);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::UnavailableError(
        fmt::format("no Kafka broker answers at {}: {}", brokers, rd_kafka_err2str(error)));
  }
  const int count = metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR
                        ? metadata->topics[0].partition_cnt
                        : 0;
  rd_kafka_metadata_destroy(metadata);
  if (count == 0) return absl::NotFoundError(fmt::format("there is no topic '{}' at {}", topic, brokers));
  return count;
}

}  // namespace

absl::Status ReadTopic(const std::string& brokers, const std::string& topic,
                       const KafkaProperties& properties, absl::FunctionRef<void(const KafkaRecord&)> sink) {
  const KafkaProperties fixed = {
      {"bootstrap.servers", brokers},
      {"group.id", "polder-reads-once"},  // librdkafka wants one; it is never joined
      {"enable.auto.commit", "false"},
      {"enable.partition.eof", "true"},
      {"allow.auto.create.topics", "false"}};
  auto conf = MakeKafkaConf({&properties, &fixed});
  if (!conf.ok()) return conf.status();
  auto made = MakeKafkaClient(RD_KAFKA_CONSUMER, *std::move(conf));
  if (!made.ok()) return made.status();
  const Client client(*made);
  rd_kafka_poll_set_consumer(client.get());
  const auto partitions = CountPartitions(client.get(), brokers, topic);
  if (!partitions.ok()) return partitions.status();

  std::set<std::int32_t> unread;
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(*partitions);
  for (std::int32_t i = 0; i < *partitions; ++i) {
    rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    unread.insert(i);
  }
  rd_kafka_assign(client.get(), list);
  rd_kafka_topic_partition_list_destroy(list);

  auto last_heard = steady_clock::now();
  while (!unread.empty()) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(client.get(), kPollMs);
    if (message == nullptr) {
      if (steady_clock::now() - last_heard < kSilence) continue;
      return absl::UnavailableError(
          fmt::format("the topic '{}' at {} was not read to its end: no answer for {} s", topic, brokers,
                      kSilence.count()));
    }
    last_heard = steady_clock::now();
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      unread.erase(message->partition);
    } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      sink(KafkaRecord{topic, message->partition, message->offset, std::nullopt,
                       KafkaBytes(message->key, message->key_len),
                       KafkaBytes(message->payload, message->len)});
    }
    rd_kafka_message_destroy(message);
  }
  rd_kafka_consumer_close(client.get());
  return absl::OkStatus();
}

}  // namespace polder
