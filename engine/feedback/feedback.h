// The only thing that leaves a member: which indicator was seen in which epoch, coarsely (DESIGN section 7).
//
// Pure functions. Nothing of an event, host, user, sensor, exact time or exact count is in a Feedback: the
// type has no field that could hold it, and MakeFeedback alone makes one. Signing, sealing and sending come
// around this, not into it.
#ifndef POLDER_ENGINE_FEEDBACK_FEEDBACK_H_
#define POLDER_ENGINE_FEEDBACK_FEEDBACK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/crypto.h"
#include "engine/base/time.h"
#include "engine/feedback/policy.h"

namespace polder {

// BLAKE2b-256(kind || 0x00 || canonical value): the same for every member, whatever identifier a feed gave.
using IocId = Digest256;
IocId MakeIocId(Kind kind, std::string_view canonical_value);

// In order of weight: of two about one indicator the later named counts.
enum class Verdict : std::uint8_t { kSeen, kConfirmed, kFalsePositive };
// From when the community got the indicator (else: from when it says to be valid) to when it was first seen:
// before that (retro), within a day, a week, later; kUnknown where neither is known.
enum class LatencyBucket : std::uint8_t { kUnknown, kRetro, kDay, kWeek, kLater };
// Events in the epoch: 1, 2-9, 10-99, 100 or more.
enum class CountBucket : std::uint8_t { kOne, kFew, kTens, kHundreds };

std::string_view VerdictName(Verdict verdict);
std::optional<Verdict> VerdictFromName(std::string_view name);
std::string_view LatencyBucketName(LatencyBucket bucket);
std::string_view CountBucketName(CountBucket bucket);

struct Feedback {
  IocId ioc_id{};
  Verdict verdict = Verdict::kSeen;
  std::optional<LatencyBucket> latency;  // nothing: the marking does not allow it
  std::optional<CountBucket> count;      // likewise
  bool late = false;                     // seen in an earlier epoch, of which the batch has left

  friend bool operator==(const Feedback&, const Feedback&) = default;
};

// A fixed period, by default one UTC day.
struct Epoch {
  TimeUs start = 0;
  TimeUs length = kDayUs;

  TimeUs end() const { return start + length; }
  bool Contains(TimeUs time) const { return start <= time && time < end(); }
  Epoch Next() const { return {start + length, length}; }
  Epoch Previous() const { return {start - length, length}; }
  static Epoch Of(TimeUs time, TimeUs length = kDayUs);

  friend bool operator==(const Epoch&, const Epoch&) = default;
};

// What feedback needs to know of one hit of a sighting.
struct SightedIndicator {
  std::string sighting_id;    // to count an event once, however often it was delivered
  Kind kind = Kind::kDomain;  // of the indicator
  std::string value;          // canonical
  std::string source;
  Tlp tlp = Tlp::kUnmarked;
  Pap pap = Pap::kUnmarked;
  std::optional<TimeUs> valid_from;
  std::optional<TimeUs> valid_until;
  TimeUs seen = 0;
};

// What is gathered of one indicator over an epoch. Stays with the member.
struct Tally {
  Kind kind = Kind::kDomain;
  std::string value;
  std::set<std::string> sources;
  Tlp tlp = Tlp::kClear;  // the strictest of all sources; unmarked is as strict as AMBER+STRICT
  Pap pap = Pap::kUnmarked;
  std::set<std::uint64_t> sightings;  // hashes of their ids, up to kMostSightings
  TimeUs first_seen = kEndOfTime;
  std::optional<TimeUs> valid_from;  // the earliest of all sources
  bool expired = true;               // in every sighting, by every source
  Verdict verdict = Verdict::kSeen;
  bool late = false;

  // Enough to tell the last bucket.
  static constexpr std::size_t kMostSightings = 100;

  static Tally Of(Kind kind, std::string value);
  // `one` is about the same value. Adding it twice changes nothing.
  void Add(const SightedIndicator& one);
  IocId ioc_id() const { return MakeIocId(kind, value); }
};

// The one function that makes a record. Latency counts from `published`, when the community got the
// indicator, if that is known, else from when the indicator says to be valid.
Feedback MakeFeedback(const Tally& tally, Detail detail, std::optional<TimeUs> published);

// An indicator that was seen, whether feedback about it leaves, and the record if it does.
struct Considered {
  Tally tally;
  Decision decision;
  std::optional<Feedback> feedback;
};

// What a decision is made with, beside the tally.
struct FeedbackTerms {
  MemberPolicy policy;
  bool one_organisation = false;
  std::function<bool(const IocId&)> in_manifest;                 // none: nothing is
  std::function<std::optional<TimeUs>(const IocId&)> published;  // none: not known of any
};
// In the order of the tallies.
std::vector<Considered> Consider(std::span<const Tally> tallies, const FeedbackTerms& terms);

// One tally per indicator that was seen in the epoch, in the order of ioc_id.
std::vector<Tally> TallyEpoch(std::span<const SightedIndicator> sighted, const Epoch& epoch);
// Those that leave, ascending by ioc_id.
std::vector<Feedback> Leaving(std::span<const Considered> considered);

// One JSON object: what leaves, in full.
std::string RenderFeedback(const Feedback& feedback);

}  // namespace polder

#endif  // POLDER_ENGINE_FEEDBACK_FEEDBACK_H_
