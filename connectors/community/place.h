// Where the parties of a community leave things for each other: a folder, a topic of Kafka, an HTTPS address.
// A board has signed documents that all read, each under a key; a mailbox has sealed batches for the
// operator.
#ifndef POLDER_CONNECTORS_COMMUNITY_PLACE_H_
#define POLDER_CONNECTORS_COMMUNITY_PLACE_H_

#include <atomic>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/http/http_client.h"
#include "connectors/kafka/client.h"
#include "connectors/kafka/topic_place.h"

namespace polder {

// `kafka:TOPIC`, `https://...` (mailboxes only, to send to), else the path of a folder.
struct Place {
  std::string name;
  std::string brokers;         // of a topic
  KafkaProperties properties;  // likewise
  HttpOptions http;            // of an address

  bool is_topic() const { return IsTopicPlace(name); }
  std::string topic() const { return TopicOfPlace(name); }  // if it is one
  bool is_address() const { return name.starts_with("https://") || name.starts_with("http://"); }
};

// The part of the name that a file or record is found under: [A-Za-z0-9._-] and nothing else; other bytes are
// written as `_` and two hexadecimal digits.
std::string SafeName(std::string_view key);

// Puts documents under their keys, in place of what was there: records of a compacted topic, or files
// `KEY.json`, each of which appears whole or not at all. Returns once the broker has acknowledged all or the
// files are on disk. Unavailable if the broker did not acknowledge within half a minute.
struct KeyedDocument {
  std::string key;
  std::string document;
};
absl::Status PostDocuments(const Place& board, std::span<const KeyedDocument> documents);
absl::Status PostDocument(const Place& board, const std::string& key, std::string_view document);

// Every document of the board, in the order of the topic or of the names; `where` is for messages. NotFound
// if there is no such place; Cancelled soon after another thread set `cancelled` (null: nobody ends it). A
// file that is larger than kLargestDocument is passed over with a warning, a link without one.
absl::Status ReadBoard(const Place& board,
                       absl::FunctionRef<void(const std::string& where, std::string_view bytes)> take,
                       const std::atomic<bool>* cancelled = nullptr);

// Delivers a sealed batch: a record without a key, a new file whose name tells nothing, the body of a POST
// that is answered with 2xx, or with 409: it has arrived before. OK means that it has arrived. An error that
// is worth another try is Unavailable; Cancelled soon after `cancelled` was set.
absl::Status DeliverBatch(const Place& mailbox, std::string_view sealed,
                          const std::atomic<bool>* cancelled = nullptr);

// Hands over every batch that lies there, one at a time, none larger than `largest` bytes: of larger ones
// only the first `largest` + 1 are read. What is no regular file is none. Nothing is removed.
absl::Status ReadMailbox(const Place& mailbox, std::size_t largest,
                         absl::FunctionRef<void(const std::string& where, std::string_view bytes)> take);

}  // namespace polder

#endif  // POLDER_CONNECTORS_COMMUNITY_PLACE_H_
