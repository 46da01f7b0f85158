#include "connectors/http/retry.h"

#include <gtest/gtest.h>

#include <vector>

namespace polder {
namespace {

using std::chrono::milliseconds;

constexpr RetryPolicy kPolicy = {
    .attempts = 5, .first = milliseconds(1000), .longest = milliseconds(5000), .total = milliseconds(60'000)};
constexpr int kNoRetry = -1;

int DelayMs(const Attempt& attempt, double jitter = 1.0) {
  const auto delay = DelayBeforeRetry(kPolicy, attempt, jitter);
  return delay ? static_cast<int>(delay->count()) : kNoRetry;
}

TEST(Retry, AsksAgainOnlyWhereThatMayHelp) {
  struct Case {
    AttemptOutcome outcome;
    int status;
    bool repeatable;
    bool again;
  };
  const std::vector<Case> cases = {
      {AttemptOutcome::kAnswered, 429, true, true},   {AttemptOutcome::kAnswered, 502, true, true},
      {AttemptOutcome::kAnswered, 503, true, true},   {AttemptOutcome::kAnswered, 504, true, true},
      {AttemptOutcome::kAnswered, 500, true, false},  {AttemptOutcome::kAnswered, 400, true, false},
      {AttemptOutcome::kAnswered, 401, true, false},  {AttemptOutcome::kAnswered, 404, true, false},
      {AttemptOutcome::kNotReached, 0, true, true},   {AttemptOutcome::kBrokenOff, 200, true, true},
      {AttemptOutcome::kAnswered, 429, false, true},  {AttemptOutcome::kAnswered, 503, false, true},
      {AttemptOutcome::kAnswered, 502, false, false}, {AttemptOutcome::kAnswered, 504, false, false},
      {AttemptOutcome::kNotReached, 0, false, true},  {AttemptOutcome::kBrokenOff, 0, false, false},
  };
  for (const Case& c : cases) {
    Attempt attempt;
    attempt.outcome = c.outcome;
    attempt.status = c.status;
    attempt.repeatable = c.repeatable;
    EXPECT_EQ(DelayMs(attempt) != kNoRetry, c.again)
        << static_cast<int>(c.outcome) << ' ' << c.status << ' ' << c.repeatable;
  }
}

TEST(Retry, DoublesTheWaitUpToTheLongest) {
  std::vector<int> delays;
  for (int number = 1; number <= 5; ++number) {
    Attempt attempt;
    attempt.number = number;
    attempt.status = 503;
    delays.push_back(DelayMs(attempt));
  }
  EXPECT_EQ(delays, (std::vector<int>{1000, 2000, 4000, 5000, kNoRetry}));
}

TEST(Retry, SpreadsTheWaitOverItsUpperHalf) {
  Attempt attempt;
  attempt.status = 503;
  EXPECT_EQ(DelayMs(attempt, 0.0), 500);
  EXPECT_EQ(DelayMs(attempt, 0.5), 750);
  EXPECT_EQ(DelayMs(attempt, 7.0), 1000);
}

TEST(Retry, WaitsAtLeastAsLongAsTheServerAsks) {
  Attempt attempt;
  attempt.status = 429;
  attempt.retry_after = milliseconds(30'000);
  EXPECT_GE(DelayMs(attempt, 0.0), 30'000);
}

TEST(Retry, GivesUpWhereTheWaitWouldPassTheTotal) {
  Attempt attempt;
  attempt.status = 429;
  attempt.retry_after = milliseconds(60'000);
  EXPECT_EQ(DelayMs(attempt), kNoRetry);
  attempt.retry_after.reset();
  attempt.elapsed = milliseconds(58'999);
  EXPECT_EQ(DelayMs(attempt), 1000);
  attempt.elapsed = milliseconds(59'000);
  EXPECT_EQ(DelayMs(attempt), kNoRetry);
}

}  // namespace
}  // namespace polder
