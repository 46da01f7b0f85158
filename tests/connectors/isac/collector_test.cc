#include "connectors/isac/collector.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/connectors/isac/operator_fixture.h"

namespace polder {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class CollectorTest : public OperatorFixture {
 protected:
  // What becomes of this one batch.
  BatchRefusal RefusalOf(const std::string& sealed, TimeUs now) {
    const Collected collected = Collect({sealed}, now);
    EXPECT_EQ(collected.report.accepted, 0U);
    EXPECT_EQ(collected.report.all_refused(), 1U);
    EXPECT_EQ(collected.messages.size(), 1U);
    for (std::size_t i = 0; i < kBatchRefusals; ++i) {
      if (collected.report.refused.at(i) == 1) return static_cast<BatchRefusal>(i);
    }
    ADD_FAILURE() << "it was not refused";
    return BatchRefusal::kSize;
  }
};

TEST_F(CollectorTest, KeepsWhatABatchSaysAsItWasSaid) {
  Batch batch = BatchOf("anna", epoch_, {"evil.example", "bad.example"});
  batch.records[0].verdict = Verdict::kConfirmed;
  batch.records[0].latency = std::nullopt;
  batch.records[1].count = CountBucket::kTens;
  batch.records[1].late = true;
  EXPECT_EQ(Collect({Sealed(batch)}, after_).report.accepted, 1U);
  const auto kept = OpenStore()->BatchesOf(epoch_);
  ASSERT_TRUE(kept.ok());
  ASSERT_EQ(kept->size(), 1U);
  batch.community.clear();
  EXPECT_EQ(kept->front().batch, batch);
}

TEST_F(CollectorTest, TheKeptSignatureStillProvesWhatTheMemberSaid) {
  Batch batch = BatchOf("anna", epoch_, {"evil.example"});
  Collect({Sealed(batch)}, after_);
  auto kept = OpenStore()->BatchesOf(epoch_)->front();
  kept.batch.community = "delta";
  const std::string encoded = EncodeBatch(kept.batch, kRoom, NewSigningKeys());
  EXPECT_TRUE(IsSignedBy(std::string_view(encoded).substr(0, encoded.size() - sizeof(Signature)),
                         kept.signature, members_["anna"].signing.public_key));
}

TEST_F(CollectorTest, AcceptsAnEmptyBatch) {
  EXPECT_EQ(Collect({Sealed(BatchOf("anna", epoch_))}, after_).report.accepted, 1U);
}

TEST_F(CollectorTest, RefusesAForgedBatch) {
  EXPECT_EQ(RefusalOf(SealedBy(BatchOf("anna", epoch_), members_["bert"].signing), after_),
            BatchRefusal::kForged);
}

TEST_F(CollectorTest, RefusesATruncatedAndAnOversizedBatch) {
  const std::string sealed = Sealed(BatchOf("anna", epoch_));
  EXPECT_EQ(RefusalOf(sealed.substr(0, sealed.size() - 1), after_), BatchRefusal::kSize);
  EXPECT_EQ(RefusalOf(sealed + "x", after_), BatchRefusal::kSize);
  EXPECT_EQ(RefusalOf("", after_), BatchRefusal::kSize);
}

TEST_F(CollectorTest, RefusesADamagedBatchAndOneSealedToAnother) {
  std::string damaged = Sealed(BatchOf("anna", epoch_));
  damaged[100] = static_cast<char>(damaged[100] ^ 1);
  EXPECT_EQ(RefusalOf(damaged, after_), BatchRefusal::kSealed);
  const std::string encoded = EncodeBatch(BatchOf("anna", epoch_), kRoom, members_["anna"].signing);
  EXPECT_EQ(RefusalOf(*SealBatch(encoded, NewSealingKeys().public_key), after_), BatchRefusal::kSealed);
}

TEST_F(CollectorTest, RefusesWhatIsNoBatchInASeal) {
  std::string content = EncodeBatch(BatchOf("anna", epoch_), kRoom, members_["anna"].signing);
  content[0] = 'X';
  EXPECT_EQ(RefusalOf(*SealBatch(content, folder_->secrets().sealing.public_key), after_),
            BatchRefusal::kMalformed);
}

TEST_F(CollectorTest, RefusesABatchThatWasMadeForAnotherOperator) {
  Batch batch = BatchOf("anna", epoch_);
  batch.recipient = NewSealingKeys().public_key;
  EXPECT_EQ(RefusalOf(Sealed(batch), after_), BatchRefusal::kRecipient);
}

TEST_F(CollectorTest, RefusesABatchOfAnotherCommunity) {
  Batch batch = BatchOf("anna", epoch_);
  batch.community = "omega";
  EXPECT_EQ(RefusalOf(Sealed(batch), after_), BatchRefusal::kCommunity);
}

TEST_F(CollectorTest, RefusesWhoIsNotOnTheRosterOrSendsNoFeedback) {
  Batch batch = BatchOf("mallory", epoch_);
  EXPECT_EQ(RefusalOf(SealedBy(batch, NewSigningKeys()), after_), BatchRefusal::kStranger);
  Join("feeds", "feeds", Role::kSupplier);
  EXPECT_EQ(RefusalOf(Sealed(BatchOf("feeds", epoch_)), after_), BatchRefusal::kStranger);
}

TEST_F(CollectorTest, RefusesARevokedMemberAtOnceAlsoForEpochsBefore) {
  const std::string sealed = Sealed(BatchOf("anna", epoch_));
  Revoke("anna", after_);
  EXPECT_EQ(RefusalOf(sealed, after_), BatchRefusal::kRevoked);
}

TEST_F(CollectorTest, RefusesEpochsOfTheFutureAndOfLongAgo) {
  EXPECT_EQ(RefusalOf(Sealed(BatchOf("anna", epoch_)), epoch_.start + kDayUs / 2), BatchRefusal::kEpoch);
  EXPECT_EQ(RefusalOf(Sealed(BatchOf("anna", epoch_)), epoch_.end() + 14 * kDayUs), BatchRefusal::kEpoch);
  Batch batch = BatchOf("anna", epoch_);
  batch.epoch = Epoch::Of(epoch_.start, kDayUs / 24);
  EXPECT_EQ(RefusalOf(Sealed(batch), after_), BatchRefusal::kEpoch);
}

TEST_F(CollectorTest, RefusesAnEpochThatIsReleased) {
  const auto store = OpenStore();
  ASSERT_TRUE(ReleaseStore(store->database()).Keep(std::vector{epoch_}, {epoch_.start, after_, {}}, {}).ok());
  EXPECT_EQ(RefusalOf(Sealed(BatchOf("anna", epoch_)), after_), BatchRefusal::kEpoch);
}

TEST_F(CollectorTest, RefusesAReplayAndASecondBatchOfOneMemberAndEpoch) {
  const std::string first = Sealed(BatchOf("anna", epoch_, {"evil.example"}));
  const std::string second = Sealed(BatchOf("anna", epoch_, {"bad.example"}));
  const Collected collected = Collect({first, first, second}, after_);
  EXPECT_EQ(collected.report.accepted, 1U);
  EXPECT_EQ(collected.Of(BatchRefusal::kReplayed), 1U);
  EXPECT_EQ(collected.Of(BatchRefusal::kSecond), 1U);
  EXPECT_EQ(OpenStore()->BatchesOf(epoch_)->front().batch.records.front().ioc_id,
            MakeIocId(Kind::kDomain, "evil.example"));
}

TEST_F(CollectorTest, CollectingTheSameMailboxAgainChangesNothing) {
  const std::vector<std::string> mailbox = {Sealed(BatchOf("anna", epoch_)), Sealed(BatchOf("bert", epoch_)),
                                            "garbage"};
  EXPECT_EQ(Collect(mailbox, after_).report.accepted, 2U);
  const auto before = OpenStore()->Refusals();
  const Collected again = Collect(mailbox, after_);
  EXPECT_EQ(again.report.accepted, 0U);
  EXPECT_EQ(again.report.known, 2U);
  EXPECT_EQ(again.report.all_refused(), 1U);
  EXPECT_EQ(Kept(epoch_), 2U);
  const auto after = OpenStore()->Refusals();
  ASSERT_EQ(before->size(), 1U);
  ASSERT_EQ(after->size(), 1U);
  EXPECT_EQ(after->front().count, before->front().count);
}

TEST_F(CollectorTest, OpensWhatWasSealedBeforeTheKeysWereChanged) {
  const std::string sealed = Sealed(BatchOf("anna", epoch_));
  ASSERT_TRUE(folder_->ChangeKeys(after_).ok());
  EXPECT_EQ(Collect({sealed}, after_ + kSecondUs).report.accepted, 1U);
}

TEST_F(CollectorTest, RefusesWhatIsSealedToKeysThatWereReplacedBeforeTheEpoch) {
  const PublicKey old = folder_->secrets().sealing.public_key;
  ASSERT_TRUE(folder_->ChangeKeys(epoch_.start - kDayUs).ok());
  Batch batch = BatchOf("anna", epoch_);
  batch.recipient = old;
  const std::string encoded = EncodeBatch(batch, kRoom, members_["anna"].signing);
  EXPECT_EQ(RefusalOf(*SealBatch(encoded, old), after_), BatchRefusal::kRecipient);
}

TEST_F(CollectorTest, SaysTheFirstTenOfEachReasonAndThenHowMany) {
  const Collected collected = Collect(std::vector<std::string>(1000, "garbage"), after_);
  EXPECT_EQ(collected.messages.size(), 11U);
  EXPECT_THAT(collected.messages.back(), HasSubstr("990 more"));
}

TEST_F(CollectorTest, NoMessageHoldsWhatAForgerWroteForATerminal) {
  Batch batch = BatchOf("\x1b[2Jmallory", epoch_);
  const Collected collected = Collect({SealedBy(batch, NewSigningKeys())}, after_);
  EXPECT_EQ(collected.Of(BatchRefusal::kStranger), 1U);
  EXPECT_THAT(collected.messages, Not(Contains(HasSubstr("\x1b"))));
}

TEST_F(CollectorTest, RefusesALinkedOrHugeFileByItsSizeAlone) {
  const std::string mailbox = temporary_ / "mailbox";
  std::filesystem::create_directory(mailbox);
  std::ofstream(mailbox + "/huge.batch").seekp(std::streamoff{1} << 32).put('x');
  const auto store = OpenStore();
  LimitedMessages messages([](const std::string&) {});
  Collector collector(*folder_, *store, after_, messages);
  ASSERT_TRUE(collector.TakeAll({.name = mailbox, .brokers = {}, .properties = {}, .http = {}}).ok());
  EXPECT_EQ(collector.report().refused.at(static_cast<std::size_t>(BatchRefusal::kSize)), 1U);
}

std::size_t ResidentKilobytes() {
  std::ifstream status("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  status >> size >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

// POLDER_GARBAGE_BATCHES sets how many; a million takes some minutes.
TEST_F(CollectorTest, GarbageBatchesGrowNeitherMemoryNorTheDatabase) {
  const char* const wanted = std::getenv("POLDER_GARBAGE_BATCHES");
  const std::size_t count = wanted == nullptr ? 200'000 : std::strtoull(wanted, nullptr, 10);
  const auto store = OpenStore();
  std::size_t said = 0;
  LimitedMessages messages([&](const std::string&) { ++said; });
  Collector collector(*folder_, *store, after_, messages);
  const std::string valid = Sealed(BatchOf("anna", epoch_));
  const auto take = [&](std::size_t i) {
    // Mostly of the wrong size; some damaged; some sealed well and signed by nobody.
    std::string batch = fmt::format("garbage {}", i);
    if (i % 20 == 0) {
      batch = valid;
      batch[i % valid.size()] = static_cast<char>(batch[i % valid.size()] ^ 1);
    } else if (i % 20 == 1) {
      batch = SealedBy(BatchOf(fmt::format("m{}", i), epoch_), members_["bert"].signing);
    }
    ASSERT_TRUE(collector.Take(fmt::format("mailbox/{}.batch", i), batch).ok());
  };
  for (std::size_t i = 0; i < 10'000; ++i) take(i);
  const std::size_t before_kb = ResidentKilobytes();
  for (std::size_t i = 10'000; i < count; ++i) take(i);
  const std::size_t after_kb = ResidentKilobytes();
  ASSERT_TRUE(collector.Finish().ok());
  RecordProperty("resident_kb_before", static_cast<int>(before_kb));
  RecordProperty("resident_kb_after", static_cast<int>(after_kb));
  fmt::print("{} garbage batches: resident {} kB after 10000, {} kB after all\n", count, before_kb, after_kb);
  EXPECT_LT(after_kb, before_kb + 2048);
  EXPECT_EQ(collector.report().all_refused(), count);
  EXPECT_LT(said, 40U);
  EXPECT_LE(store->Refusals()->size(), kBatchRefusals);
  EXPECT_EQ(Kept(epoch_), 0U);
}

}  // namespace
}  // namespace polder
