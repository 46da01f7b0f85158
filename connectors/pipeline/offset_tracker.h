// Which offsets may be committed: those whose sightings, and those of every event before them, are
// acknowledged. A pure decision; the worker moves the bytes.
#ifndef POLDER_CONNECTORS_PIPELINE_OFFSET_TRACKER_H_
#define POLDER_CONNECTORS_PIPELINE_OFFSET_TRACKER_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "connectors/kafka/consumer.h"

namespace polder {

// A stretch of events of one partition is opened before its sightings are produced, gets one more debt for
// each of them, and is closed when the last was handed over. It is settled when it is closed and all debts
// are paid. Belongs to one worker.
class OffsetTracker {
 public:
  using Ticket = std::uint64_t;

  // Events up to, but not including, `next` of this partition, behind all stretches opened for it before.
  Ticket Open(const TopicPartition& at, std::int64_t next);
  void Owe(Ticket ticket);
  void Pay(Ticket ticket);
  void Close(Ticket ticket);

  // For every partition where stretches were settled since the last call, without a gap from its oldest: the
  // offset to go on from. These stretches are forgotten.
  std::vector<std::pair<TopicPartition, std::int64_t>> TakeSettled();

  // The partition is somebody else's now: tickets of it are accepted and mean nothing any more.
  void Forget(const TopicPartition& at);

  // Debts of all stretches together.
  std::size_t owed() const { return owed_; }
  // Stretches that are not settled.
  std::size_t open() const { return stretches_.size(); }

 private:
  struct Stretch {
    TopicPartition at;
    std::int64_t next;
    std::size_t debts = 0;
    bool closed = false;
  };

  std::map<Ticket, Stretch> stretches_;                       // tickets grow with time
  std::map<TopicPartition, std::vector<Ticket>> partitions_;  // oldest first
  Ticket last_ticket_ = 0;
  std::size_t owed_ = 0;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_PIPELINE_OFFSET_TRACKER_H_
