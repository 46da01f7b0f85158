#include "connectors/kafka/embedded_broker.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka_mock.h>

namespace polder {

absl::StatusOr<std::unique_ptr<EmbeddedBroker>> EmbeddedBroker::Start() {
  auto conf = MakeKafkaConf({});
  if (!conf.ok()) return conf.status();
  auto client = MakeKafkaClient(RD_KAFKA_PRODUCER, *std::move(conf));
  if (!client.ok()) return client.status();
  rd_kafka_mock_cluster_t* cluster = rd_kafka_mock_cluster_new(*client, 1);
  if (cluster == nullptr) {
    rd_kafka_destroy(*client);
    return absl::InternalError("the embedded broker did not start: no free loopback port?");
  }
  return std::unique_ptr<EmbeddedBroker>(new EmbeddedBroker(*client, cluster));
}

EmbeddedBroker::~EmbeddedBroker() {
  rd_kafka_mock_cluster_destroy(cluster_);
  rd_kafka_destroy(client_);
}

std::string EmbeddedBroker::brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }

absl::Status EmbeddedBroker::CreateTopic(const std::string& name, int partitions) {
  const rd_kafka_resp_err_t error = rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
    return absl::OkStatus();
  }
  return absl::InternalError(
      fmt::format("the embedded broker cannot create the topic '{}': {}", name, rd_kafka_err2str(error)));
}

}  // namespace polder
