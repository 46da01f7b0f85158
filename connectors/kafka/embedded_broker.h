// A Kafka broker inside this process, for the demo and for trying things out.
#ifndef POLDER_CONNECTORS_KAFKA_EMBEDDED_BROKER_H_
#define POLDER_CONNECTORS_KAFKA_EMBEDDED_BROKER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "connectors/kafka/client.h"

typedef struct rd_kafka_mock_cluster_s rd_kafka_mock_cluster_t;

namespace polder {

// librdkafka's mock cluster: speaks the protocol on a free loopback port, keeps a few megabytes per partition
// in memory, and forgets everything when it is destroyed. Nothing about delivery is proven with it.
class EmbeddedBroker {
 public:
  static absl::StatusOr<std::unique_ptr<EmbeddedBroker>> Start();
  ~EmbeddedBroker();
  EmbeddedBroker(const EmbeddedBroker&) = delete;
  EmbeddedBroker& operator=(const EmbeddedBroker&) = delete;

  // `host:port`, for bootstrap.servers.
  std::string brokers() const;
  absl::Status CreateTopic(const std::string& name, int partitions);

 private:
  EmbeddedBroker(rd_kafka_t* client, rd_kafka_mock_cluster_t* cluster) : client_(client), cluster_(cluster) {}

  rd_kafka_t* client_;  // the cluster needs one to live in
  rd_kafka_mock_cluster_t* cluster_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_KAFKA_EMBEDDED_BROKER_H_
