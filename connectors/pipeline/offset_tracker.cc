#include "connectors/pipeline/offset_tracker.h"

#include <algorithm>

namespace polder {

OffsetTracker::Ticket OffsetTracker::Open(const TopicPartition& at, std::int64_t next) {
  const Ticket ticket = ++last_ticket_;
  stretches_.emplace(ticket, Stretch{at, next});
  partitions_[at].push_back(ticket);
  return ticket;
}

void OffsetTracker::Owe(Ticket ticket) {
  const auto found = stretches_.find(ticket);
  if (found == stretches_.end()) return;
  ++found->second.debts;
  ++owed_;
}

void OffsetTracker::Pay(Ticket ticket) {
  const auto found = stretches_.find(ticket);
  if (found == stretches_.end()) return;
  --found->second.debts;
  --owed_;
}

void OffsetTracker::Close(Ticket ticket) {
  const auto found = stretches_.find(ticket);
  if (found != stretches_.end()) found->second.closed = true;
}

std::vector<std::pair<TopicPartition, std::int64_t>> OffsetTracker::TakeSettled() {
  std::vector<std::pair<TopicPartition, std::int64_t>> settled;
  for (auto& [at, tickets] : partitions_) {
    std::int64_t next = -1;
    const auto unsettled = std::find_if(tickets.begin(), tickets.end(), [&](Ticket ticket) {
      const Stretch& stretch = stretches_.at(ticket);
      if (!stretch.closed || stretch.debts > 0) return true;
      next = stretch.next;
      return false;
    });
    for (auto ticket = tickets.begin(); ticket != unsettled; ++ticket) stretches_.erase(*ticket);
    tickets.erase(tickets.begin(), unsettled);
    if (next >= 0) settled.emplace_back(at, next);
  }
  return settled;
}

void OffsetTracker::Forget(const TopicPartition& at) {
  const auto found = partitions_.find(at);
  if (found == partitions_.end()) return;
  for (const Ticket ticket : found->second) {
    owed_ -= stretches_.at(ticket).debts;
    stretches_.erase(ticket);
  }
  partitions_.erase(found);
}

}  // namespace polder
