#include "connectors/member/send_plan.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace polder {

std::vector<Epoch> EpochsToSend(const EpochQuestion& question) {
  const Epoch last = Epoch::Of(question.now, question.length).Previous();
  const TimeUs joined = Epoch::Of(question.joined, question.length).start;
  TimeUs first = last.start;
  if (question.last_sent) {
    const TimeUs reach = static_cast<TimeUs>(kMostEpochsAtOnce - 1) * question.length;
    first = std::max(Epoch::Of(*question.last_sent, question.length).Next().start, last.start - reach);
  }
  std::vector<Epoch> epochs;
  for (Epoch epoch{std::max(first, joined), question.length}; epoch.start <= last.start;
       epoch = epoch.Next()) {
    epochs.push_back(epoch);
  }
  return epochs;
}

TimeUs JitterOf(std::chrono::milliseconds most, std::uint32_t draw) {
  // The product holds for weeks.
  return ((most.count() * std::int64_t{draw}) >> 32) * (kSecondUs / 1000);
}

TimeUs TimeToSend(const Epoch& epoch, TimeUs jitter) { return epoch.end() + jitter; }

std::vector<Fate> PlanBatch(std::span<const Candidate> candidates, const BatchQuestion& question) {
  std::vector<Fate> fates(candidates.size(), Fate::kRefused);
  const TimeUs oldest =
      std::max(question.first_epoch, question.epoch.start - kLateEpochs * question.epoch.length);
  std::map<IocId, std::size_t> chosen;  // of each indicator the one candidate that may go
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& one = candidates[i];
    if (one.epoch < oldest) {
      fates[i] = Fate::kTooOld;
    } else if (one.may_leave) {
      fates[i] = Fate::kCovered;
      const auto [at, fresh] = chosen.try_emplace(one.ioc_id, i);
      if (!fresh && candidates[at->second].epoch < one.epoch) at->second = i;
    }
  }
  std::vector<std::size_t> order;
  order.reserve(chosen.size());
  for (const auto& [id, index] : chosen) order.push_back(index);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(candidates[a].epoch, candidates[a].ioc_id) <
           std::tie(candidates[b].epoch, candidates[b].ioc_id);
  });
  for (std::size_t place = 0; place < order.size(); ++place) {
    fates[order[place]] = place < question.room ? Fate::kLeaves : Fate::kWaits;
  }
  // Nothing covers what is covered only by a record that waits.
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (fates[i] != Fate::kCovered) continue;
    if (fates[chosen.at(candidates[i].ioc_id)] == Fate::kWaits) fates[i] = Fate::kWaits;
  }
  return fates;
}

}  // namespace polder
