// The section `kafka` of the configuration. Internal to those who read one.
#ifndef POLDER_CONNECTORS_CONFIG_KAFKA_SECTION_H_
#define POLDER_CONNECTORS_CONFIG_KAFKA_SECTION_H_

#include <string>
#include <string_view>

#include "connectors/config/config.h"
#include "connectors/config/section.h"

namespace polder {

KafkaConfig ReadKafkaSection(const Section& top);

// The map of librdkafka properties under `key`.
KafkaConfig::Properties ReadKafkaProperties(const Section& section, std::string_view key);

// Adds a problem unless `name`, as given by `value`, can be the name of a topic.
void CheckTopicName(const ReadingContext& context, const Value& value, const std::string& name);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_KAFKA_SECTION_H_
