#include "tests/e2e/kafka_client.h"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>

#include "tests/e2e/child_process.h"

namespace polder {
namespace {

constexpr int kCallLimit_ms = 5000;

struct ListDestroy {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, ListDestroy>;

struct MetadataDestroy {
  void operator()(const rd_kafka_metadata_t* metadata) const { rd_kafka_metadata_destroy(metadata); }
};
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, MetadataDestroy>;

struct MessageDestroy {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
using Received = std::unique_ptr<rd_kafka_message_t, MessageDestroy>;

// Repeats a call that a starting or dead broker refuses.
void Retry(const std::string& what, const std::function<rd_kafka_resp_err_t()>& call) {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  const bool done = WaitUntil(KafkaClient::kLimit, [&] {
    error = call();
    return error == RD_KAFKA_RESP_ERR_NO_ERROR;
  });
  if (!done) throw std::runtime_error(fmt::format("Kafka, {}: {}", what, rd_kafka_err2str(error)));
}

PartitionList ListOf(const std::string& topic, int partitions, int64_t offset) {
  PartitionList list(rd_kafka_topic_partition_list_new(partitions));
  for (int partition = 0; partition < partitions; ++partition) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  }
  return list;
}

rd_kafka_resp_err_t Describe(rd_kafka_t* client, const std::string& topic, int* partitions) {
  const std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)> handle(
      rd_kafka_topic_new(client, topic.c_str(), nullptr), rd_kafka_topic_destroy);
  const rd_kafka_metadata_t* raw = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(client, 0, handle.get(), &raw, kCallLimit_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error;
  const Metadata metadata(raw);
  const rd_kafka_metadata_topic_t& found = metadata->topics[0];
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return found.err;
  for (int i = 0; i < found.partition_cnt; ++i) {
    if (found.partitions[i].leader < 0) return RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
  }
  *partitions = found.partition_cnt;
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

// Counts what the broker did not take; the producer's opaque points here.
struct Deliveries {
  size_t failed = 0;
  rd_kafka_resp_err_t last_error = RD_KAFKA_RESP_ERR_NO_ERROR;
};

void OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  auto* deliveries = static_cast<Deliveries*>(message->_private);
  ++deliveries->failed;
  deliveries->last_error = message->err;
}

rd_kafka_resp_err_t Enqueue(rd_kafka_t* producer, const std::string& topic, const KafkaMessage& message,
                            Deliveries* deliveries) {
  rd_kafka_headers_t* headers = nullptr;
  if (!message.headers.empty()) {
    headers = rd_kafka_headers_new(message.headers.size());
    for (const auto& [name, value] : message.headers) {
      rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                          static_cast<ssize_t>(value.size()));
    }
  }
  rd_kafka_vu_t arguments[7] = {};
  size_t count = 0;
  arguments[count].vtype = RD_KAFKA_VTYPE_TOPIC;
  arguments[count++].u.cstr = topic.c_str();
  arguments[count].vtype = RD_KAFKA_VTYPE_PARTITION;
  arguments[count++].u.i32 = message.partition;
  arguments[count].vtype = RD_KAFKA_VTYPE_KEY;
  arguments[count++].u.mem = {const_cast<char*>(message.key.data()), message.key.size()};
  arguments[count].vtype = RD_KAFKA_VTYPE_VALUE;
  if (message.removal) {
    arguments[count++].u.mem = {nullptr, 0};
  } else {
    arguments[count++].u.mem = {const_cast<char*>(message.value.data()), message.value.size()};
  }
  arguments[count].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  arguments[count++].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[count].vtype = RD_KAFKA_VTYPE_OPAQUE;
  arguments[count++].u.ptr = deliveries;
  if (headers != nullptr) {
    arguments[count].vtype = RD_KAFKA_VTYPE_HEADERS;
    arguments[count++].u.headers = headers;
  }
  rd_kafka_error_t* error = rd_kafka_produceva(producer, arguments, count);
  if (error == nullptr) return RD_KAFKA_RESP_ERR_NO_ERROR;
  const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  if (headers != nullptr) rd_kafka_headers_destroy(headers);  // ours again after a refusal
  return code;
}

KafkaMessage CopyOf(const rd_kafka_message_t& message) {
  KafkaMessage copy;
  if (message.key != nullptr) copy.key.assign(static_cast<const char*>(message.key), message.key_len);
  if (message.payload != nullptr) copy.value.assign(static_cast<const char*>(message.payload), message.len);
  copy.removal = message.payload == nullptr;
  copy.partition = message.partition;
  copy.offset = message.offset;
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return copy;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i) {
    const auto* bytes = static_cast<const char*>(value);
    copy.headers.emplace_back(name, bytes == nullptr ? std::string() : std::string(bytes, size));
  }
  return copy;
}

rd_kafka_resp_err_t RequestTopic(rd_kafka_t* client, const std::string& topic, int partitions,
                                 const std::map<std::string, std::string>& config) {
  char text[512] = {};
  rd_kafka_NewTopic_t* request = rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, text, sizeof text);
  if (request == nullptr) throw std::runtime_error(fmt::format("Kafka, topic {}: {}", topic, text));
  for (const auto& [name, value] : config) {
    rd_kafka_NewTopic_set_config(request, name.c_str(), value.c_str());
  }
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client);
  rd_kafka_CreateTopics(client, &request, 1, nullptr, queue);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, static_cast<int>(KafkaClient::kLimit.count()));
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (event != nullptr) {
    error = rd_kafka_event_error(event);
    const rd_kafka_CreateTopics_result_t* result = rd_kafka_event_CreateTopics_result(event);
    size_t count = 0;
    const rd_kafka_topic_result_t** topics =
        result == nullptr ? nullptr : rd_kafka_CreateTopics_result_topics(result, &count);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && count == 1) error = rd_kafka_topic_result_error(topics[0]);
    rd_kafka_event_destroy(event);
  }
  rd_kafka_queue_destroy(queue);
  rd_kafka_NewTopic_destroy(request);
  return error;
}

int64_t Sum(const std::map<int32_t, int64_t>& offsets) {
  int64_t sum = 0;
  for (const auto& [partition, offset] : offsets) sum += offset;
  return sum;
}

}  // namespace

KafkaClient::KafkaClient(const std::string& brokers)
    : brokers_(brokers),
      producer_(Open(RD_KAFKA_PRODUCER, {{"enable.idempotence", "true"}, {"linger.ms", "2"}})) {}

KafkaClient::Handle KafkaClient::Open(rd_kafka_type_t type,
                                      const std::map<std::string, std::string>& properties) const {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char text[512] = {};
  std::map<std::string, std::string> all = properties;
  all.insert({{"bootstrap.servers", brokers_},
              {"reconnect.backoff.max.ms", "200"},
              {"allow.auto.create.topics", "false"}});
  if (type == RD_KAFKA_PRODUCER) all.erase("allow.auto.create.topics");
  for (const auto& [name, value] : all) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text, sizeof text) != RD_KAFKA_CONF_OK) {
      rd_kafka_conf_destroy(conf);
      throw std::runtime_error(fmt::format("Kafka client: {}", text));
    }
  }
  // A restarted broker is expected here; librdkafka would print each refusal.
  rd_kafka_conf_set_log_cb(conf, nullptr);
  if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(conf, OnDelivery);
  rd_kafka_t* client = rd_kafka_new(type, conf, text, sizeof text);
  if (client == nullptr) {
    rd_kafka_conf_destroy(conf);
    throw std::runtime_error(fmt::format("Kafka client: {}", text));
  }
  if (type == RD_KAFKA_CONSUMER) rd_kafka_poll_set_consumer(client);
  return Handle(client);
}

bool KafkaClient::Answers(const std::string& brokers) {
  try {
    const Handle client = KafkaClient(brokers).Open(RD_KAFKA_PRODUCER, {});
    const rd_kafka_metadata_t* raw = nullptr;
    if (rd_kafka_metadata(client.get(), 0, nullptr, &raw, 1000) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
    return Metadata(raw)->broker_cnt > 0;
  } catch (const std::exception&) {
    return false;
  }
}

void KafkaClient::CreateTopic(const std::string& topic, int partitions,
                              const std::map<std::string, std::string>& config) {
  Retry(fmt::format("create topic {}", topic),
        [&] { return RequestTopic(producer_.get(), topic, partitions, config); });
  Retry(fmt::format("leaders of topic {}", topic), [&] {
    int seen = 0;
    const rd_kafka_resp_err_t error = Describe(producer_.get(), topic, &seen);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR && seen != partitions ? RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE
                                                                     : error;
  });
  partition_count_[topic] = partitions;
}

int KafkaClient::PartitionCount(const std::string& topic) {
  int& count = partition_count_[topic];
  if (count == 0) {
    Retry(fmt::format("topic {}", topic), [&] { return Describe(producer_.get(), topic, &count); });
  }
  return count;
}

void KafkaClient::Produce(const std::string& topic, const std::vector<KafkaMessage>& messages) {
  Deliveries deliveries;
  for (const KafkaMessage& message : messages) {
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
    while ((error = Enqueue(producer_.get(), topic, message, &deliveries)) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_poll(producer_.get(), 10);
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error(fmt::format("Kafka, produce to {}: {}", topic, rd_kafka_err2str(error)));
    }
    rd_kafka_poll(producer_.get(), 0);
  }
  Retry(fmt::format("produce to {}", topic), [&] { return rd_kafka_flush(producer_.get(), kCallLimit_ms); });
  if (deliveries.failed > 0) {
    throw std::runtime_error(
        fmt::format("Kafka, produce to {}: {} of {} messages not taken, the last one: {}", topic,
                    deliveries.failed, messages.size(), rd_kafka_err2str(deliveries.last_error)));
  }
}

std::vector<KafkaMessage> KafkaClient::ReadAll(const std::string& topic) {
  const int partitions = PartitionCount(topic);
  const Handle consumer = Open(RD_KAFKA_CONSUMER, {{"group.id", "polder-e2e-reader"},
                                                   {"enable.auto.commit", "false"},
                                                   {"enable.partition.eof", "true"},
                                                   {"fetch.wait.max.ms", "10"},
                                                   {"auto.offset.reset", "error"}});
  rd_kafka_assign(consumer.get(), ListOf(topic, partitions, RD_KAFKA_OFFSET_BEGINNING).get());
  std::vector<std::vector<KafkaMessage>> read(static_cast<size_t>(partitions));
  const auto limit = std::chrono::steady_clock::now() + kLimit;
  for (int at_end = 0; at_end < partitions;) {
    if (std::chrono::steady_clock::now() > limit) {
      throw std::runtime_error(
          fmt::format("Kafka, read {}: {} of {} partitions not read to their end in time", topic,
                      partitions - at_end, partitions));
    }
    const Received message(rd_kafka_consumer_poll(consumer.get(), 100));
    if (message == nullptr) continue;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      read[static_cast<size_t>(message->partition)].push_back(CopyOf(*message));
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ++at_end;
      // Told once per partition only if nothing more is fetched from it.
      PartitionList done(rd_kafka_topic_partition_list_new(1));
      rd_kafka_topic_partition_list_add(done.get(), topic.c_str(), message->partition);
      rd_kafka_pause_partitions(consumer.get(), done.get());
    }
  }
  std::vector<KafkaMessage> all;
  for (std::vector<KafkaMessage>& partition : read) {
    all.insert(all.end(), std::make_move_iterator(partition.begin()),
               std::make_move_iterator(partition.end()));
  }
  return all;
}

std::map<int32_t, int64_t> KafkaClient::EndOffsets(const std::string& topic) {
  std::map<int32_t, int64_t> ends;
  for (int32_t partition = 0; partition < PartitionCount(topic); ++partition) {
    int64_t first = 0;
    Retry(fmt::format("end of {}/{}", topic, partition), [&] {
      return rd_kafka_query_watermark_offsets(producer_.get(), topic.c_str(), partition, &first,
                                              &ends[partition], kCallLimit_ms);
    });
  }
  return ends;
}

int64_t KafkaClient::EndTotal(const std::string& topic) { return Sum(EndOffsets(topic)); }

std::map<int32_t, int64_t> KafkaClient::CommittedOffsets(const std::string& group, const std::string& topic) {
  Handle& reader = groups_[group];
  if (!reader) reader = Open(RD_KAFKA_CONSUMER, {{"group.id", group}, {"enable.auto.commit", "false"}});
  const PartitionList list = ListOf(topic, PartitionCount(topic), RD_KAFKA_OFFSET_INVALID);
  Retry(fmt::format("committed offsets of group {}", group),
        [&] { return rd_kafka_committed(reader.get(), list.get(), kCallLimit_ms); });
  std::map<int32_t, int64_t> committed;
  for (int i = 0; i < list->cnt; ++i) {
    committed[list->elems[i].partition] = std::max<int64_t>(list->elems[i].offset, 0);
  }
  return committed;
}

int64_t KafkaClient::CommittedTotal(const std::string& group, const std::string& topic) {
  return Sum(CommittedOffsets(group, topic));
}

GroupState KafkaClient::Group(const std::string& group) {
  const rd_kafka_group_list* list = nullptr;
  Retry(fmt::format("group {}", group),
        [&] { return rd_kafka_list_groups(producer_.get(), group.c_str(), &list, kCallLimit_ms); });
  GroupState state;
  if (list->group_cnt == 1) state = {list->groups[0].state, list->groups[0].member_cnt};
  rd_kafka_group_list_destroy(list);
  return state;
}

}  // namespace polder
