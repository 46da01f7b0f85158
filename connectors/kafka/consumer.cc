#include "connectors/kafka/consumer.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace polder {
namespace {

constexpr auto kCommitEvery = std::chrono::seconds(1);
constexpr auto kLeaveWithin = std::chrono::seconds(5);
constexpr int kServeMs = 50;
constexpr int kFirstThatDestroysUnassigned = 0x020300ff;

struct ListDeleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, ListDeleter>;

struct MessageDeleter {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};

std::vector<TopicPartition> Partitions(const rd_kafka_topic_partition_list_t* list) {
  std::vector<TopicPartition> partitions;
  partitions.reserve(static_cast<std::size_t>(list->cnt));
  for (int i = 0; i < list->cnt; ++i) partitions.push_back({list->elems[i].topic, list->elems[i].partition});
  return partitions;
}

void LogKafkaError(rd_kafka_error_t* error, const char* doing) {
  if (error == nullptr) return;
  spdlog::error("kafka: {}: {}", doing, rd_kafka_error_string(error));
  rd_kafka_error_destroy(error);
}

}  // namespace

absl::StatusOr<std::unique_ptr<KafkaConsumer>> KafkaConsumer::Create(
    const std::string& brokers, const std::string& group, const std::vector<std::string>& topics,
    const KafkaProperties& shared, const KafkaProperties& own, Rebalance* rebalance) {
  const KafkaProperties defaults = {{"client.id", "polder"},
                                    {"auto.offset.reset", "earliest"},
                                    {"fetch.wait.max.ms", "100"},
                                    // Bounds memory while a slow sink holds consumption back.
                                    {"queued.max.messages.kbytes", "65536"}};
  const KafkaProperties fixed = {{"bootstrap.servers", brokers},
                                 {"group.id", group},
                                 {"enable.auto.offset.store", "false"},
                                 {"enable.auto.commit", "false"},
                                 {"partition.assignment.strategy", "cooperative-sticky"}};
  auto conf = MakeKafkaConf({&defaults, &shared, &own, &fixed});
  if (!conf.ok()) return conf.status();
  std::unique_ptr<KafkaConsumer> consumer(new KafkaConsumer(rebalance));
  rd_kafka_conf_set_opaque(conf->get(), consumer.get());
  rd_kafka_conf_set_rebalance_cb(conf->get(), OnRebalance);
  rd_kafka_conf_set_offset_commit_cb(conf->get(), OnCommit);
  auto client = MakeKafkaClient(RD_KAFKA_CONSUMER, *std::move(conf));
  if (!client.ok()) return client.status();
  consumer->client_ = *client;
  rd_kafka_poll_set_consumer(consumer->client_);

  const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
  for (const std::string& topic : topics) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  const rd_kafka_resp_err_t error = rd_kafka_subscribe(consumer->client_, list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::InvalidArgumentError(fmt::format("cannot subscribe: {}", rd_kafka_err2str(error)));
  }
  return consumer;
}

KafkaConsumer::~KafkaConsumer() {
  if (client_ != nullptr) Close();
}

void KafkaConsumer::OnRebalance(rd_kafka_t* client, rd_kafka_resp_err_t event,
                                rd_kafka_topic_partition_list_t* list, void* self) {
  auto* consumer = static_cast<KafkaConsumer*>(self);
  const std::vector<TopicPartition> partitions = Partitions(list);
  if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    consumer->ever_assigned_ = true;
    consumer->rebalance_->OnAssign(partitions);
    LogKafkaError(rd_kafka_incremental_assign(client, list), "taking partitions");
    return;
  }
  const bool lost = rd_kafka_assignment_lost(client) != 0;
  consumer->rebalance_->OnRevoke(partitions, lost);
  if (!lost) {
    const absl::Status committed = consumer->CommitStored();
    if (!committed.ok()) spdlog::warn("{}", std::string(committed.message()));
  }
  for (const TopicPartition& at : partitions) consumer->offsets_.erase(at);
  LogKafkaError(rd_kafka_incremental_unassign(client, list), "giving partitions up");
}

absl::StatusOr<bool> KafkaConsumer::Poll(int wait_ms, absl::FunctionRef<void(const KafkaRecord&)> sink) {
  const std::unique_ptr<rd_kafka_message_t, MessageDeleter> message(rd_kafka_consumer_poll(client_, wait_ms));
  if (message == nullptr) return false;
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const std::string text =
        fmt::format("kafka: {}: {}", rd_kafka_err2name(message->err), rd_kafka_message_errstr(message.get()));
    switch (message->err) {
      case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      case RD_KAFKA_RESP_ERR__FATAL:
        return absl::PermissionDeniedError(text);
      default:
        spdlog::warn("{}", text);
        return false;
    }
  }
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp = rd_kafka_message_timestamp(message.get(), &type);
  sink(KafkaRecord{rd_kafka_topic_name(message->rkt), message->partition, message->offset,
                   type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? std::nullopt : std::optional(timestamp),
                   KafkaBytes(message->key, message->key_len), KafkaBytes(message->payload, message->len)});
  return true;
}

void KafkaConsumer::StoreOffset(const TopicPartition& at, std::int64_t next) { offsets_[at].stored = next; }

rd_kafka_topic_partition_list_t* KafkaConsumer::ListUncommitted() const {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets_.size())));
  for (const auto& [at, offsets] : offsets_) {
    if (offsets.stored == offsets.committed) continue;
    rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition)->offset = offsets.stored;
  }
  return list->cnt > 0 ? list.release() : nullptr;
}

void KafkaConsumer::NoteCommitted(const rd_kafka_topic_partition_list_t* list) {
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& element = list->elems[i];
    const auto found = offsets_.find({element.topic, element.partition});
    if (element.err == RD_KAFKA_RESP_ERR_NO_ERROR && found != offsets_.end()) {
      found->second.committed = std::max(found->second.committed, element.offset);
    }
  }
}

void KafkaConsumer::OnCommit(rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* list,
                             void* self) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    static_cast<KafkaConsumer*>(self)->NoteCommitted(list);
  } else {
    spdlog::debug("kafka: a commit did not succeed and will be tried again: {}", rd_kafka_err2str(error));
  }
}

void KafkaConsumer::CommitIfDue() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_commit_) return;
  const PartitionList list(ListUncommitted());
  if (list == nullptr) return;
  next_commit_ = now + kCommitEvery;
  const rd_kafka_resp_err_t error = rd_kafka_commit(client_, list.get(), /*async=*/1);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    spdlog::debug("kafka: a commit could not be sent and will be tried again: {}", rd_kafka_err2str(error));
  }
}

absl::Status KafkaConsumer::CommitStored() {
  const PartitionList list(ListUncommitted());
  if (list == nullptr) return absl::OkStatus();
  const rd_kafka_resp_err_t error = rd_kafka_commit(client_, list.get(), /*async=*/0);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    NoteCommitted(list.get());
    return absl::OkStatus();
  }
  return absl::UnavailableError(
      fmt::format("kafka: offsets were not committed ({}); the events since the last commit will be matched "
                  "again, under the same sighting ids",
                  rd_kafka_err2str(error)));
}

void KafkaConsumer::SetPaused(bool paused) {
  rd_kafka_topic_partition_list_t* raw = nullptr;
  if (rd_kafka_assignment(client_, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const PartitionList list(raw);
  const rd_kafka_resp_err_t error = paused ? rd_kafka_pause_partitions(client_, list.get())
                                           : rd_kafka_resume_partitions(client_, list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    spdlog::warn("kafka: {}: {}", paused ? "pausing" : "resuming", rd_kafka_err2str(error));
  }
}

void KafkaConsumer::PauseAll() { SetPaused(true); }
void KafkaConsumer::ResumeAll() { SetPaused(false); }

// While a rebalance goes on, closing may wait for ever (librdkafka before 2.4, its issue 4527), and
// destroying a client that was never assigned anything aborts (before 2.3, issue 4312); Debian 12 has 2.0. So
// the subscription is given up first, everything has a deadline, and a client that does not come to its end
// is left behind: it has left the group or is thrown out, and what it was to commit is committed.
void KafkaConsumer::Close() {
  if (closed_) return;
  closed_ = true;
  const bool may_destroy = ever_assigned_ || rd_kafka_version() >= kFirstThatDestroysUnassigned;
  if (LeaveGroup() && may_destroy) {
    rd_kafka_destroy(client_);
  } else {
    rd_kafka_set_log_level(client_, 0);
  }
  client_ = nullptr;
}

bool KafkaConsumer::LeaveGroup() {
  const auto deadline = std::chrono::steady_clock::now() + kLeaveWithin;
  const auto serve = [&] {
    static_cast<void>(Poll(kServeMs, [](const KafkaRecord&) {}));
    return std::chrono::steady_clock::now() < deadline;
  };
  const auto assigned = [this] {
    rd_kafka_topic_partition_list_t* list = nullptr;
    if (rd_kafka_assignment(client_, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
    return PartitionList(list)->cnt > 0;
  };
  rd_kafka_unsubscribe(client_);
  // At least once: what unsubscribing has set off is served by polling.
  do {
    if (!serve()) return false;
  } while (assigned());

  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(client_);
  rd_kafka_error_t* error = rd_kafka_consumer_close_queue(client_, queue);
  rd_kafka_queue_destroy(queue);
  if (error != nullptr) {
    LogKafkaError(error, "leaving the group");
    return false;
  }
  while (rd_kafka_consumer_closed(client_) == 0) {
    if (!serve()) return false;
  }
  return true;
}

}  // namespace polder
