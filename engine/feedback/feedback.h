// The only thing that leaves a member: which indicator was seen in which epoch, coarsely (DESIGN section 7).
//
// Pure functions. Nothing of an event, host, user, sensor, exact time or exact count is in a Feedback: the
// type has no field that could hold it, and BuildFeedback alone makes one. Sealing, signing, the roster and
// the marking policy come around this, not into it.
#ifndef POLDER_ENGINE_FEEDBACK_FEEDBACK_H_
#define POLDER_ENGINE_FEEDBACK_FEEDBACK_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/crypto.h"
#include "engine/base/time.h"
#include "engine/indicator/tlp.h"
#include "engine/observable/kind.h"

namespace polder {

// BLAKE2b-256(kind || 0x00 || canonical value): the same for every member, whatever identifier a feed gave.
using IocId = Digest256;
IocId MakeIocId(Kind kind, std::string_view canonical_value);

enum class Verdict : std::uint8_t { kSeen, kConfirmed, kFalsePositive };
// From when the indicator was valid to when it was first seen: before that (retro), within a day, a week,
// later; kUnknown where the indicator does not say since when it is valid.
enum class LatencyBucket : std::uint8_t { kUnknown, kRetro, kDay, kWeek, kLater };
// Events in the epoch: 1, 2-9, 10-99, 100 or more.
enum class CountBucket : std::uint8_t { kOne, kFew, kTens, kHundreds };

std::string_view VerdictName(Verdict verdict);
std::string_view LatencyBucketName(LatencyBucket bucket);
std::string_view CountBucketName(CountBucket bucket);

struct Feedback {
  IocId ioc_id;
  Verdict verdict;
  LatencyBucket latency;
  CountBucket count;

  friend bool operator==(const Feedback&, const Feedback&) = default;
};

// A fixed period, by default one UTC day.
struct Epoch {
  TimeUs start = 0;
  TimeUs length = kDayUs;

  TimeUs end() const { return start + length; }
  bool Contains(TimeUs time) const { return start <= time && time < end(); }
  static Epoch Of(TimeUs time, TimeUs length = kDayUs);
};

// What feedback needs to know of one hit of a sighting.
struct SightedIndicator {
  std::string sighting_id;  // to count an event once, however often it was delivered
  Kind kind;                // of the indicator
  std::string value;        // canonical
  Tlp tlp = Tlp::kUnmarked;
  std::optional<TimeUs> valid_from;
  TimeUs seen = 0;
};

// Decides whether feedback about an indicator may leave. The table of DESIGN section 7 belongs here; this
// first form knows only its first line.
class FeedbackPolicy {
 public:
  virtual ~FeedbackPolicy() = default;
  virtual bool MayLeave(const SightedIndicator& sighted) const = 0;
};
// Everything but TLP:RED.
class NeverRed : public FeedbackPolicy {
 public:
  bool MayLeave(const SightedIndicator& sighted) const override { return sighted.tlp != Tlp::kRed; }
};

// One record per indicator that was seen in the epoch and may leave, ordered by ioc_id. If any source of a
// value may not leave, the value does not: the stricter marking counts.
std::vector<Feedback> BuildFeedback(std::span<const SightedIndicator> sighted, const Epoch& epoch,
                                    const FeedbackPolicy& policy);

// One JSON object: what leaves, in full.
std::string RenderFeedback(const Feedback& feedback);

}  // namespace polder

#endif  // POLDER_ENGINE_FEEDBACK_FEEDBACK_H_
