// Reads a whole topic, once.
#ifndef POLDER_CONNECTORS_KAFKA_TOPIC_READER_H_
#define POLDER_CONNECTORS_KAFKA_TOPIC_READER_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "connectors/kafka/consumer.h"

namespace polder {

// Hands every record of all partitions to `sink`, from the beginning to where each partition ended when it
// was reached. Commits nothing and joins no group. NotFound if the topic does not exist, Unavailable if no
// broker answers within half a minute.
absl::Status ReadTopic(const std::string& brokers, const std::string& topic,
                       const KafkaProperties& properties, absl::FunctionRef<void(const KafkaRecord&)> sink);

}  // namespace polder

#endif  // POLDER_CONNECTORS_KAFKA_TOPIC_READER_H_
