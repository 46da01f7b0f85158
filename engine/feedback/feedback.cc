#include "engine/feedback/feedback.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace polder {
namespace {

LatencyBucket BucketOfLatency(TimeUs first_seen, const std::optional<TimeUs>& since) {
  if (!since) return LatencyBucket::kUnknown;
  const TimeUs latency = first_seen - *since;
  if (latency < 0) return LatencyBucket::kRetro;
  if (latency <= kDayUs) return LatencyBucket::kDay;
  return latency <= 7 * kDayUs ? LatencyBucket::kWeek : LatencyBucket::kLater;
}

CountBucket BucketOfCount(std::size_t events) {
  if (events <= 1) return CountBucket::kOne;
  if (events < 10) return CountBucket::kFew;
  return events < Tally::kMostSightings ? CountBucket::kTens : CountBucket::kHundreds;
}

constexpr std::array<std::string_view, 3> kVerdicts{"seen", "confirmed", "false_positive"};

}  // namespace

IocId MakeIocId(Kind kind, std::string_view canonical_value) {
  std::string name(KindName(kind));
  name += '\0';
  name += canonical_value;
  return Blake2b256(name);
}

std::string_view VerdictName(Verdict verdict) { return kVerdicts.at(static_cast<std::size_t>(verdict)); }

std::optional<Verdict> VerdictFromName(std::string_view name) {
  const auto* const found = std::find(kVerdicts.begin(), kVerdicts.end(), name);
  if (found == kVerdicts.end()) return std::nullopt;
  return static_cast<Verdict>(found - kVerdicts.begin());
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

Tally Tally::Of(Kind kind, std::string value) {
  Tally tally;
  tally.kind = kind;
  tally.value = std::move(value);
  return tally;
}

void Tally::Add(const SightedIndicator& one) {
  sources.insert(one.source);
  tlp = StricterToLeave(tlp, one.tlp);
  pap = Stricter(pap, one.pap);
  if (sightings.size() < kMostSightings) sightings.insert(ValueHash(one.sighting_id));
  first_seen = std::min(first_seen, one.seen);
  if (one.valid_from && (!valid_from || *one.valid_from < *valid_from)) valid_from = one.valid_from;
  expired = expired && one.valid_until && *one.valid_until <= one.seen;
}

Feedback MakeFeedback(const Tally& tally, Detail detail, std::optional<TimeUs> published) {
  Feedback feedback;
  feedback.ioc_id = tally.ioc_id();
  feedback.verdict = tally.verdict;
  if (detail >= Detail::kLatency) {
    feedback.latency = BucketOfLatency(tally.first_seen, published ? published : tally.valid_from);
  }
  if (detail >= Detail::kCount) feedback.count = BucketOfCount(tally.sightings.size());
  feedback.late = tally.late;
  return feedback;
}

std::vector<Considered> Consider(std::span<const Tally> tallies, const FeedbackTerms& terms) {
  std::vector<Considered> all;
  all.reserve(tallies.size());
  for (const Tally& tally : tallies) {
    const Reportable reportable{.kind = tally.kind,
                                .value = tally.value,
                                .tlp = tally.tlp,
                                .pap = tally.pap,
                                .sources = {tally.sources.begin(), tally.sources.end()},
                                .expired = tally.expired,
                                .in_manifest = terms.in_manifest && terms.in_manifest(tally.ioc_id())};
    Considered one{tally, Decide(reportable, terms.policy, terms.one_organisation), std::nullopt};
    if (one.decision.leaves()) {
      one.feedback = MakeFeedback(tally, one.decision.detail,
                                  terms.published ? terms.published(tally.ioc_id()) : std::nullopt);
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<Tally> TallyEpoch(std::span<const SightedIndicator> sighted, const Epoch& epoch) {
  std::map<IocId, Tally> by_id;
  for (const SightedIndicator& one : sighted) {
    if (!epoch.Contains(one.seen)) continue;
    const auto [at, fresh] = by_id.try_emplace(MakeIocId(one.kind, one.value));
    if (fresh) at->second = Tally::Of(one.kind, one.value);
    at->second.Add(one);
  }
  std::vector<Tally> tallies;
  tallies.reserve(by_id.size());
  for (auto& [id, tally] : by_id) tallies.push_back(std::move(tally));
  return tallies;
}

std::vector<Feedback> Leaving(std::span<const Considered> considered) {
  std::vector<Feedback> leaving;
  for (const Considered& one : considered) {
    if (one.feedback) leaving.push_back(*one.feedback);
  }
  std::sort(leaving.begin(), leaving.end(),
            [](const Feedback& a, const Feedback& b) { return a.ioc_id < b.ioc_id; });
  return leaving;
}

std::string RenderFeedback(const Feedback& feedback) {
  std::string json =
      fmt::format(R"({{"ioc_id":"{}","verdict":"{}")", ToHex(feedback.ioc_id), VerdictName(feedback.verdict));
  if (feedback.latency) json += fmt::format(R"(,"latency":"{}")", LatencyBucketName(*feedback.latency));
  if (feedback.count) json += fmt::format(R"(,"count":"{}")", CountBucketName(*feedback.count));
  if (feedback.late) json += R"(,"late":true)";
  json += '}';
  return json;
}

}  // namespace polder
