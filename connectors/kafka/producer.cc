#include "connectors/kafka/producer.h"

#include <fmt/format.h>

#include <algorithm>

namespace polder {
absl::StatusOr<std::unique_ptr<KafkaProducer>> KafkaProducer::Create(const std::string& brokers,
                                                                     const KafkaProperties& shared,
                                                                     const KafkaProperties& own,
                                                                     std::size_t max_records,
                                                                     Listener* listener) {
  const KafkaProperties defaults = {
      {"client.id", "polder"},
      {"linger.ms", "5"},
      {"compression.type", "zstd"},
      // A broker that is away is waited for: only a refusal makes a record undeliverable.
      {"message.timeout.ms", "0"},
      {"queue.buffering.max.messages", std::to_string(std::max<std::size_t>(max_records, 1))},
      {"queue.buffering.max.kbytes", "1048576"}};
  const KafkaProperties fixed = {{"bootstrap.servers", brokers}, {"enable.idempotence", "true"}};
  auto conf = MakeKafkaConf({&defaults, &shared, &own, &fixed});
  if (!conf.ok()) return conf.status();
  std::unique_ptr<KafkaProducer> producer(new KafkaProducer(listener));
  rd_kafka_conf_set_opaque(conf->get(), producer.get());
  rd_kafka_conf_set_dr_msg_cb(conf->get(), OnReport);
  auto client = MakeKafkaClient(RD_KAFKA_PRODUCER, *std::move(conf));
  if (!client.ok()) return client.status();
  producer->client_ = *client;
  return producer;
}

KafkaProducer::~KafkaProducer() {
  if (client_ != nullptr) rd_kafka_destroy(client_);
}

void KafkaProducer::OnReport(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  auto* producer = static_cast<KafkaProducer*>(self);
  const auto ticket = reinterpret_cast<std::uintptr_t>(message->_private);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    producer->listener_->OnDelivered(ticket);
    return;
  }
  producer->listener_->OnRefused(
      ticket, rd_kafka_topic_name(message->rkt), KafkaBytes(message->key, message->key_len),
      KafkaBytes(message->payload, message->len), message->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
      rd_kafka_err2str(message->err));
}

absl::StatusOr<bool> KafkaProducer::Produce(const OutgoingRecord& record, std::uint64_t ticket, int wait_ms) {
  constexpr int kStepMs = 50;
  for (int waited_ms = 0;; waited_ms += kStepMs) {
    rd_kafka_headers_t* headers = nullptr;
    if (!record.headers.empty()) {
      headers = rd_kafka_headers_new(record.headers.size());
      for (const auto& [name, value] : record.headers) {
        rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                            static_cast<ssize_t>(value.size()));
      }
    }
    const rd_kafka_resp_err_t error = rd_kafka_producev(
        client_, RD_KAFKA_V_TOPIC(record.topic.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(record.key.empty() ? nullptr : record.key.data(), record.key.size()),
        // librdkafka's headers take what they only read as mutable.
        RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(ticket)), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return true;
    if (headers != nullptr) rd_kafka_headers_destroy(headers);
    if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
      return absl::OutOfRangeError(fmt::format(
          "a record of {} bytes is larger than message.max.bytes lets pass", record.value.size()));
    }
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      return absl::InternalError(
          fmt::format("cannot produce to the topic '{}': {}", record.topic, rd_kafka_err2str(error)));
    }
    if (waited_ms >= wait_ms) return false;
    rd_kafka_poll(client_, kStepMs);
  }
}

void KafkaProducer::Poll(int wait_ms) { rd_kafka_poll(client_, wait_ms); }

bool KafkaProducer::Flush(int wait_ms) {
  return rd_kafka_flush(client_, wait_ms) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

std::size_t KafkaProducer::in_flight() const { return static_cast<std::size_t>(rd_kafka_outq_len(client_)); }

}  // namespace polder
