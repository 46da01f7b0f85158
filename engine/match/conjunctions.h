// Which conjunctions hold in an event: indicators that hit only where the same event holds something else as
// well (engine/indicator/indicator.h, Condition). Only events with a hit of such an indicator come here.
#ifndef POLDER_ENGINE_MATCH_CONJUNCTIONS_H_
#define POLDER_ENGINE_MATCH_CONJUNCTIONS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

// Add every conjunction of interest, then show it all that the event holds, then ask. Memory is in proportion
// to the conditions of what was added. One per worker.
class Conjunctions {
 public:
  void Clear();
  bool empty() const { return parts_.empty(); }

  // `indicator` has conditions; one that was added before is passed over.
  void Add(std::uint32_t indicator, const Snapshot& snapshot);

  // An observable of the event, a piece of its text (for ports), a number of it.
  void See(const Observable& observable);
  void SeeText(std::string_view text);
  void SeeNumber(double number);
  // What was seen does not count: the event turned out to be something else.
  void Forget();

  // Whether all that was asked of the event has been seen. `indicator` was added.
  bool Hold(std::uint32_t indicator) const;

 private:
  std::uint32_t NumberOf(const Condition& condition);
  void See(Kind kind, std::string_view canonical);

  absl::flat_hash_map<std::uint32_t, std::vector<std::uint32_t>> parts_;  // by indicator: its conditions
  absl::flat_hash_map<std::string, std::uint32_t> numbers_;               // of conditions, by kind and value
  std::vector<std::pair<Network, std::uint32_t>> networks_;
  std::vector<bool> seen_;  // by the condition's number
  std::string key_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_CONJUNCTIONS_H_
