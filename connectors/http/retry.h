// Whether to ask an HTTP server again, and when. Pure.
#ifndef POLDER_CONNECTORS_HTTP_RETRY_H_
#define POLDER_CONNECTORS_HTTP_RETRY_H_

#include <chrono>
#include <cstdint>
#include <optional>

namespace polder {

struct RetryPolicy {
  int attempts = 5;                           // the first included
  std::chrono::milliseconds first{1000};      // the delay before the second, doubled before each further
  std::chrono::milliseconds longest{60'000};  // the delay never doubles past this
  std::chrono::milliseconds total{300'000};   // from the first request to the end of the last answer
};

enum class AttemptOutcome : std::uint8_t {
  kAnswered,    // there is a status
  kNotReached,  // no name, no connection: the server saw nothing of the request
  kBrokenOff,   // the server may have seen the request; no whole answer came
};

struct Attempt {
  int number = 1;  // counted from 1
  AttemptOutcome outcome = AttemptOutcome::kAnswered;
  int status = 0;
  std::optional<std::chrono::milliseconds> retry_after = {};  // as the server asked
  std::chrono::milliseconds elapsed{0};                       // since the first attempt began
  // The server answers the same if asked twice. Where it does not, as with servers that drop a page once it
  // is sent, only what it cannot have acted upon is sent again.
  bool repeatable = true;
};

// How long to wait before the next attempt; nothing if there is to be none. Connections that failed and the
// answers 429, 502, 503 and 504 are worth another. The wait doubles each time, is at least what the server
// asked for, and is spread by `jitter`, from 0 to 1, so that clients do not come back all at once.
std::optional<std::chrono::milliseconds> DelayBeforeRetry(const RetryPolicy& policy, const Attempt& attempt,
                                                          double jitter);

}  // namespace polder

#endif  // POLDER_CONNECTORS_HTTP_RETRY_H_
