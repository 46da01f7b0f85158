// Which epochs are sent, and what goes into a batch.
#include "connectors/member/send_plan.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

constexpr TimeUs Day(int day) { return day * kDayUs; }

std::vector<TimeUs> Starts(const EpochQuestion& question) {
  std::vector<TimeUs> days;
  for (const Epoch& epoch : EpochsToSend(question)) days.push_back(epoch.start / kDayUs);
  return days;
}

TEST(EpochsToSend, AreThoseThatAreOverAndWereNotSent) {
  struct Case {
    const char* what;
    EpochQuestion question;
    std::vector<TimeUs> days;
  };
  const Case cases[] = {
      {"the first time the last one", {Day(10) + 1, kDayUs, Day(1), std::nullopt}, {9}},
      {"at the very end of an epoch that one", {Day(10), kDayUs, Day(1), Day(8)}, {9}},
      {"before its end none", {Day(10) - 1, kDayUs, Day(1), Day(8)}, {}},
      {"none twice", {Day(10) + 1, kDayUs, Day(1), Day(9)}, {}},
      {"those that were missed", {Day(10) + 1, kDayUs, Day(1), Day(7)}, {8, 9}},
      {"but a few at the most", {Day(10) + 1, kDayUs, Day(1), Day(2)}, {6, 7, 8, 9}},
      {"none before the member joined", {Day(10) + 1, kDayUs, Day(9) + 5, Day(2)}, {9}},
      {"none in the epoch in which it joined", {Day(10) + 1, kDayUs, Day(10), std::nullopt}, {}},
      {"none again when the clock was put back", {Day(10) + 1, kDayUs, Day(1), Day(20)}, {}},
  };
  for (const Case& one : cases) EXPECT_EQ(Starts(one.question), one.days) << one.what;
}

Candidate One(int day, std::uint8_t id, bool may_leave = true) {
  Candidate candidate{Day(day), {}, may_leave};
  candidate.ioc_id[0] = id;
  return candidate;
}

TEST(PlanBatch, GivesEachTallyItsFate) {
  struct Case {
    const char* what;
    std::vector<Candidate> candidates;
    std::size_t room;
    std::vector<Fate> fates;
  };
  using enum Fate;
  const Case cases[] = {
      {"nothing", {}, 2, {}},
      {"what may leave leaves", {One(9, 1), One(9, 2, false)}, 2, {kLeaves, kRefused}},
      {"what was seen earlier goes late", {One(8, 1), One(9, 2)}, 2, {kLeaves, kLeaves}},
      {"the oldest first, the rest waits", {One(9, 1), One(8, 2), One(9, 3)}, 2, {kLeaves, kLeaves, kWaits}},
      {"of equals by ioc_id", {One(9, 3), One(9, 1), One(9, 2)}, 2, {kWaits, kLeaves, kLeaves}},
      {"one record for an indicator", {One(7, 1), One(8, 1), One(9, 1)}, 2, {kCovered, kCovered, kLeaves}},
      {"nothing is covered by what stays", {One(8, 1), One(9, 1, false)}, 2, {kLeaves, kRefused}},
      {"nor by what waits",
       {One(8, 1), One(8, 2), One(7, 9), One(9, 9)},
       2,
       {kLeaves, kLeaves, kWaits, kWaits}},
      {"of before the first batch nothing", {One(2, 1), One(3, 2)}, 2, {kTooOld, kLeaves}},
      {"no room", {One(9, 1)}, 0, {kWaits}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(PlanBatch(one.candidates, {Epoch{Day(9)}, Day(3), one.room}), one.fates) << one.what;
  }
}

TEST(PlanBatch, LeavesOutWhatIsTooLongAgo) {
  const std::vector<Candidate> candidates = {One(100 - kLateEpochs - 1, 1), One(100 - kLateEpochs, 2)};
  EXPECT_EQ(PlanBatch(candidates, {Epoch{Day(100)}, 0, 9}), (std::vector{Fate::kTooOld, Fate::kLeaves}));
}

TEST(JitterOf, IsSpreadEvenlyByTheDrawAlone) {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  constexpr TimeUs kHourUs = 3'600 * kSecondUs;
  EXPECT_EQ(JitterOf(hours(2), 0), 0);
  EXPECT_EQ(JitterOf(hours(2), 0x8000'0000), kHourUs);
  EXPECT_LT(JitterOf(hours(2), 0xffff'ffff), 2 * kHourUs);
  EXPECT_GT(JitterOf(hours(2), 0xffff'ffff), 2 * kHourUs - kSecondUs);
  EXPECT_LT(JitterOf(hours(24 * 7), 0xffff'ffff), 7 * kDayUs);
  EXPECT_EQ(JitterOf(milliseconds(0), 0xffff'ffff), 0);
}

}  // namespace
}  // namespace polder
