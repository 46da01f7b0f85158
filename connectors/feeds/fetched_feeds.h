// The feeds that are fetched: TAXII collections, MISP feeds, files behind an address, topics of indicators.
#ifndef POLDER_CONNECTORS_FEEDS_FETCHED_FEEDS_H_
#define POLDER_CONNECTORS_FEEDS_FETCHED_FEEDS_H_

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "connectors/feeds/remote_feed.h"
#include "connectors/http/http_client.h"
#include "connectors/kafka/client.h"
#include "engine/community/party_keys.h"

namespace polder {

struct TaxiiOrigin {
  std::string url;
  std::string collection;
  HttpOptions http;
  std::chrono::milliseconds interval{300'000};
};
struct MispOrigin {
  std::string url;
  HttpOptions http;
  std::chrono::milliseconds interval{3'600'000};
};
struct UrlOrigin {
  std::string url;
  HttpOptions http;
  std::chrono::milliseconds interval{3'600'000};
};
// Compacted: the key is the identifier of an indicator, the value the indicator, none its removal; or MISP's
// topic of attributes, without keys.
struct TopicOrigin {
  std::string brokers;
  std::string topic;
  KafkaProperties properties;
  // It is a community's board: only what those sign who belong to it counts. The operator's keys.
  std::optional<PartyKeys> operator_keys = {};
  std::string memory = {};  // a folder, where the board's last roster is remembered; may be empty
};
using RemoteOrigin = std::variant<TaxiiOrigin, MispOrigin, UrlOrigin, TopicOrigin>;

// The address or the topic, for messages and as the name of a source that was given none.
std::string NameOf(const RemoteOrigin& origin);

// Checks the options; nothing is fetched yet. Once `cancelled` is set, a Poll ends soon; it outlives the
// feed.
absl::StatusOr<std::unique_ptr<RemoteFeed>> OpenRemoteFeed(const RemoteOrigin& origin,
                                                           const std::atomic<bool>* cancelled);

}  // namespace polder

#endif  // POLDER_CONNECTORS_FEEDS_FETCHED_FEEDS_H_
