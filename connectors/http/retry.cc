#include "connectors/http/retry.h"

#include <algorithm>

namespace polder {
namespace {

bool IsWorthAnother(const Attempt& attempt) {
  switch (attempt.outcome) {
    case AttemptOutcome::kNotReached:
      return true;
    case AttemptOutcome::kBrokenOff:
      return attempt.repeatable;
    case AttemptOutcome::kAnswered:
      break;
  }
  // The server itself refuses to act with these two; with the others a gateway lost its answer.
  if (attempt.status == 429 || attempt.status == 503) return true;
  return attempt.repeatable && (attempt.status == 502 || attempt.status == 504);
}

}  // namespace

std::optional<std::chrono::milliseconds> DelayBeforeRetry(const RetryPolicy& policy, const Attempt& attempt,
                                                          double jitter) {
  using std::chrono::milliseconds;
  if (attempt.number >= policy.attempts || !IsWorthAnother(attempt)) return std::nullopt;
  milliseconds delay = std::min(policy.first, policy.longest);
  for (int i = 1; i < attempt.number && delay < policy.longest; ++i) {
    delay = std::min(delay * 2, policy.longest);
  }
  const double spread = 0.5 + 0.5 * std::clamp(jitter, 0.0, 1.0);
  delay = milliseconds(static_cast<std::int64_t>(static_cast<double>(delay.count()) * spread));
  // Later than asked is fine, earlier is not.
  if (attempt.retry_after) delay += *attempt.retry_after;
  if (attempt.elapsed + delay >= policy.total) return std::nullopt;
  return delay;
}

}  // namespace polder
