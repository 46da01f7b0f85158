// What consumers and producers have in common: configuration and handles of librdkafka, which is included
// under connectors/kafka alone.
#ifndef POLDER_CONNECTORS_KAFKA_CLIENT_H_
#define POLDER_CONNECTORS_KAFKA_CLIENT_H_

#include <librdkafka/rdkafka.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace polder {

// librdkafka properties by name.
using KafkaProperties = std::map<std::string, std::string>;

struct KafkaConfDeleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using KafkaConf = std::unique_ptr<rd_kafka_conf_t, KafkaConfDeleter>;

// A configuration with these properties; later layers win. librdkafka's log goes to Polder's. An
// InvalidArgument names the property that librdkafka refuses and its reason.
absl::StatusOr<KafkaConf> MakeKafkaConf(std::initializer_list<const KafkaProperties*> layers);

// A client of this configuration; takes it over.
absl::StatusOr<rd_kafka_t*> MakeKafkaClient(rd_kafka_type_t type, KafkaConf conf);

// What librdkafka hands over as a pointer and a size; null is empty.
inline std::string_view KafkaBytes(const void* bytes, std::size_t size) {
  return bytes == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
}

}  // namespace polder

#endif  // POLDER_CONNECTORS_KAFKA_CLIENT_H_
