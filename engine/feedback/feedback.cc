#include "engine/feedback/feedback.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace polder {
namespace {

LatencyBucket BucketOfLatency(TimeUs latency) {
  if (latency < 0) return LatencyBucket::kRetro;
  if (latency <= kDayUs) return LatencyBucket::kDay;
  if (latency <= 7 * kDayUs) return LatencyBucket::kWeek;
  return LatencyBucket::kLater;
}

CountBucket BucketOfCount(std::size_t events) {
  if (events <= 1) return CountBucket::kOne;
  if (events < 10) return CountBucket::kFew;
  return events < 100 ? CountBucket::kTens : CountBucket::kHundreds;
}

// What is gathered of one value over an epoch, and forgotten when its record is made.
struct Tally {
  std::set<std::string_view> sightings;
  TimeUs first_seen = kEndOfTime;
  std::optional<TimeUs> valid_from;
  bool may_leave = true;
};

}  // namespace

IocId MakeIocId(Kind kind, std::string_view canonical_value) {
  std::string name(KindName(kind));
  name += '\0';
  name += canonical_value;
  return Blake2b256(name);
}

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSeen:
      return "seen";
    case Verdict::kConfirmed:
      return "confirmed";
    case Verdict::kFalsePositive:
      return "false_positive";
  }
  return "unknown";
}

std::string_view LatencyBucketName(LatencyBucket bucket) {
  switch (bucket) {
    case LatencyBucket::kUnknown:
      return "unknown";
    case LatencyBucket::kRetro:
      return "retro";
    case LatencyBucket::kDay:
      return "<=1d";
    case LatencyBucket::kWeek:
      return "<=7d";
    case LatencyBucket::kLater:
      return ">7d";
  }
  return "unknown";
}

std::string_view CountBucketName(CountBucket bucket) {
  switch (bucket) {
    case CountBucket::kOne:
      return "1";
    case CountBucket::kFew:
      return "2-9";
    case CountBucket::kTens:
      return "10-99";
    case CountBucket::kHundreds:
      return "100+";
  }
  return "unknown";
}

Epoch Epoch::Of(TimeUs time, TimeUs length) {
  TimeUs index = time / length;
  if (time % length < 0) --index;
  return Epoch{index * length, length};
}

std::vector<Feedback> BuildFeedback(std::span<const SightedIndicator> sighted, const Epoch& epoch,
                                    const FeedbackPolicy& policy) {
  std::map<IocId, Tally> tallies;
  for (const SightedIndicator& one : sighted) {
    if (!epoch.Contains(one.seen)) continue;
    Tally& tally = tallies[MakeIocId(one.kind, one.value)];
    tally.sightings.insert(one.sighting_id);
    tally.first_seen = std::min(tally.first_seen, one.seen);
    if (one.valid_from && (!tally.valid_from || *one.valid_from < *tally.valid_from)) {
      tally.valid_from = one.valid_from;
    }
    tally.may_leave = tally.may_leave && policy.MayLeave(one);
  }
  std::vector<Feedback> feedback;
  for (const auto& [ioc_id, tally] : tallies) {
    if (!tally.may_leave) continue;
    const LatencyBucket latency =
        tally.valid_from ? BucketOfLatency(tally.first_seen - *tally.valid_from) : LatencyBucket::kUnknown;
    feedback.push_back({ioc_id, Verdict::kSeen, latency, BucketOfCount(tally.sightings.size())});
  }
  return feedback;
}

std::string RenderFeedback(const Feedback& feedback) {
  return fmt::format(R"({{"ioc_id":"{}","verdict":"{}","latency":"{}","count":"{}"}})",
                     ToHex(feedback.ioc_id), VerdictName(feedback.verdict),
                     LatencyBucketName(feedback.latency), CountBucketName(feedback.count));
}

}  // namespace polder
