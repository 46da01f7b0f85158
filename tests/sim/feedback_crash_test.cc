// A member's machine dies while its feedback is sent. What is left is looked at from within this process, by
// the code that the next command would run: a program for each look would take minutes.
#include <gmock/gmock.h>

#include <set>

#include "connectors/files/clock.h"
#include "connectors/member/intake.h"
#include "connectors/member/ledger.h"
#include "connectors/member/sender.h"
#include "tests/connectors/member/member_fixture.h"
#include "tests/sim/crash_points.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class FeedbackCrashTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!MayTrace()) GTEST_SKIP() << "ptrace is not allowed here";
    for (const char* domain : {"first.example", "second.example", "third.example"}) {
      community_.PostIndicator(domain);
    }
    community_.PostManifest(community_.yesterday);
    community_.See("first.example", noon_, "1");
    community_.See("second.example", noon_, "2");
  }

  FeedbackConfig Config() const { return ReadFeedbackConfigFile(policy_).value(); }
  absl::Status Send() const {
    const auto sender = Sender::Open(Config(), {});
    if (!sender.ok()) return sender.status();
    std::vector<SendReport> sent;
    return (*sender)->SendDue(Now(), std::nullopt, &sent);
  }
  absl::Status SayVerdict(const std::string& domain, Verdict verdict) const {
    const auto store = MemberStore::Open(Config().state);
    if (!store.ok()) return store.status();
    if (absl::Status taken = TakeIn(**store); !taken.ok()) return taken;
    IntakeChunk chunk;
    chunk.verdicts = {{Kind::kDomain, domain, verdict, Now()}};
    return (*store)->Take(chunk, kDayUs).status();
  }
  absl::Status TakeIn(MemberStore& store) const {
    return TakeInAll(Config(), store, Now(), [](const std::string& what) { ADD_FAILURE() << what; });
  }

  std::set<std::string> DistinctMail() const {
    const auto sealed = community_.SealedMail();
    return {sealed.begin(), sealed.end()};
  }
  // What the ledger says of every batch; it is whole, and reaches as far as the store remembers.
  std::vector<LedgerEvent> Ledger() const {
    const auto store = MemberStore::Open(Config().state);
    std::vector<LedgerEvent> events;
    const auto check = CheckLedger(
        LedgerPath(Config().state), (*store)->ledger_head().value(),
        [&](const PublicKey& key) { return key == community_.member().signing.public_key; },
        [&](const LedgerEntry& entry, std::string_view) { events.push_back(entry.event); });
    // One that was cut short is dropped by the next command.
    EXPECT_TRUE(check.ok() || std::string(check.status().message()).ends_with("the line has no end"))
        << check.status();
    return events;
  }
  // Whether the indicator is told with the next batch, not with that of yesterday.
  bool WaitsForTheNextBatch(const std::string& domain) const {
    const auto store = MemberStore::Open(Config().state);
    EXPECT_TRUE(TakeIn(**store).ok());
    bool waits = false;
    EXPECT_TRUE((*store)
                    ->tallies()
                    .ForEachPending(
                        Epoch::Of(Now()),
                        [&](const PendingTally& one) { waits = waits || one.stored.tally.value == domain; })
                    .ok());
    return waits;
  }

  TestCommunity community_{4};
  const std::string policy_ = community_.WritePolicy();
  const TimeUs noon_ = community_.yesterday.start + kDayUs / 2;
};

TEST_F(FeedbackCrashTest, NothingIsLostSentTwiceOrLeavesUnrecorded) {
  const auto killed = ForEachCrashPoint(
      community_.folder().path(), {"feedback", "send", "--now", "-c", policy_}, [&](const CrashedRun& run) {
        const auto mail = community_.Mail();
        ASSERT_THAT(community_.SealedMail(), SizeIs(mail.size())) << "half a batch was delivered";
        if (!mail.empty()) {
          EXPECT_THAT(Ledger(), Not(IsEmpty()));
        }

        // Seen in between: with yesterday's batch, if that is not made yet, else late with the next.
        community_.See("third.example", noon_, "3");
        const absl::Status sent = Send();
        ASSERT_TRUE(sent.ok()) << sent;
        EXPECT_THAT(DistinctMail(), SizeIs(1));
        ASSERT_THAT(community_.Mail(), Not(IsEmpty()));
        const auto records = community_.Mail()[0].records;
        EXPECT_EQ(records.size(), WaitsForTheNextBatch("third.example") ? 2U : 3U);
        EXPECT_THAT(Ledger(), ElementsAre(LedgerEvent::kLeaving, LedgerEvent::kLeft));
        EXPECT_EQ(run.code.value_or(0), 0);
      });
  EXPECT_GT(killed, 50U);
}

TEST_F(FeedbackCrashTest, AVerdictIsGivenWholeOrNotAtAll) {
  // Before it the state is made: how that may end is seen above.
  ASSERT_TRUE(MemberStore::Open(Config().state).ok());
  const auto killed = ForEachCrashPoint(
      community_.folder().path(), {"verdict", "first.example", "false_positive", "-c", policy_},
      [&](const CrashedRun&) {
        const absl::Status again = SayVerdict("first.example", Verdict::kFalsePositive);
        ASSERT_TRUE(again.ok()) << again;
        const absl::Status sent = Send();
        ASSERT_TRUE(sent.ok()) << sent;
        ASSERT_THAT(community_.Mail(), SizeIs(1));
        std::vector<Verdict> verdicts;
        for (const Feedback& record : community_.Mail()[0].records) verdicts.push_back(record.verdict);
        EXPECT_THAT(verdicts, UnorderedElementsAre(Verdict::kFalsePositive, Verdict::kSeen));
      });
  EXPECT_GT(killed, 5U);
}

}  // namespace
}  // namespace polder
