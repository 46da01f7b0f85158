// Delivers records and tells when each was acknowledged.
#ifndef POLDER_CONNECTORS_KAFKA_PRODUCER_H_
#define POLDER_CONNECTORS_KAFKA_PRODUCER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/kafka/client.h"

namespace polder {

// Belongs to one thread, on which the listener is called, from Poll, Produce and Flush. Idempotent,
// acknowledged by all in-sync replicas, retried without end while brokers are away.
class KafkaProducer {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    // `ticket` as given to Produce. A refusal is final: the broker will never take this record.
    virtual void OnDelivered(std::uint64_t ticket) = 0;
    virtual void OnRefused(std::uint64_t ticket, std::string_view topic, std::string_view key,
                           std::string_view value, bool too_large, const std::string& reason) = 0;
  };

  struct OutgoingRecord {
    const std::string& topic;
    std::string_view key;
    std::string_view value;
    std::vector<std::pair<std::string, std::string>> headers = {};
  };

  // Holds up to `max_records` that are not acknowledged. `listener` must outlive the producer.
  static absl::StatusOr<std::unique_ptr<KafkaProducer>> Create(const std::string& brokers,
                                                               const KafkaProperties& shared,
                                                               const KafkaProperties& own,
                                                               std::size_t max_records, Listener* listener);
  ~KafkaProducer();
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  // Copies the record into the queue. While that is full it waits up to `wait_ms`, delivering; false if it
  // was full to the end.
  absl::StatusOr<bool> Produce(const OutgoingRecord& record, std::uint64_t ticket, int wait_ms);

  // Calls the listener for what has been settled.
  void Poll(int wait_ms);
  // Waits until everything is settled; false if `wait_ms` passed before that.
  bool Flush(int wait_ms);
  std::size_t in_flight() const;

 private:
  explicit KafkaProducer(Listener* listener) : listener_(listener) {}
  static void OnReport(rd_kafka_t* client, const rd_kafka_message_t* message, void* self);

  Listener* listener_;
  rd_kafka_t* client_ = nullptr;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_KAFKA_PRODUCER_H_
