// How a topic is named where a file or folder could stand as well: `kafka:TOPIC`.
#ifndef POLDER_CONNECTORS_KAFKA_TOPIC_PLACE_H_
#define POLDER_CONNECTORS_KAFKA_TOPIC_PLACE_H_

#include <string>
#include <string_view>

namespace polder {

inline constexpr std::string_view kTopicPrefix = "kafka:";

inline bool IsTopicPlace(std::string_view place) { return place.starts_with(kTopicPrefix); }

// Of a place that is one.
inline std::string TopicOfPlace(std::string_view place) {
  return std::string(place.substr(kTopicPrefix.size()));
}

}  // namespace polder

#endif  // POLDER_CONNECTORS_KAFKA_TOPIC_PLACE_H_
