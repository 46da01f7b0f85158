// What a member remembers of its sightings and verdicts, and what a batch takes out of that.
#include "connectors/member/member_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/member/intake.h"
#include "engine/feedback/sighting_reader.h"
#include "tests/connectors/member/member_fixture.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MemberStoreTest : public ::testing::Test {
 protected:
  MemberStoreTest() { Reopen(); }
  void Reopen() {
    store_.reset();
    store_ = MemberStore::Open(community_.folder() / "state").value();
  }
  IntakeTally ReadFile(const std::string& path, const IntakeLimits& limits = {}) {
    Intake intake(*store_, kDayUs, community_.now, nullptr, limits);
    Place place;
    place.name = path;
    EXPECT_TRUE(intake.ReadSightings(place).ok());
    return intake.tally();
  }
  // What could go into yesterday's batch.
  std::vector<PendingTally> Pending() {
    std::vector<PendingTally> all;
    EXPECT_TRUE(
        store_->tallies()
            .ForEachPending(community_.yesterday, [&](PendingTally one) { all.push_back(std::move(one)); })
            .ok());
    return all;
  }
  bool Say(const std::string& domain, Verdict verdict, TimeUs given = 1) {
    IntakeChunk chunk;
    chunk.verdicts = {{Kind::kDomain, domain, verdict, given}};
    return store_->Take(chunk, kDayUs).value() == 0;
  }
  static WatchReport Watch(const std::string& instance, std::uint64_t sequence, TimeUs start, Kind kind) {
    WatchReport report{instance, sequence, start, 6'000, {}};
    report.watched.Add(kind);
    return report;
  }

  TestCommunity community_;
  std::unique_ptr<MemberStore> store_;
  const std::string file_ = community_.folder() / "sightings.ndjson";
  const TimeUs noon_ = community_.yesterday.start + kDayUs / 2;
};

TEST_F(MemberStoreTest, CountsASightingOnceHoweverOftenItIsRead) {
  for (int i = 0; i < 3; ++i) community_.See("evil.example", noon_, std::to_string(i));
  EXPECT_EQ(ReadFile(file_).hits, 3U);
  EXPECT_EQ(ReadFile(file_).hits, 0U) << "what was read is not read again";
  const std::string again = TestCommunity::Sighting("evil.example", noon_, "0") +
                            TestCommunity::Sighting("evil.example", noon_, "3");
  EXPECT_EQ(ReadFile(community_.folder().Write("other.ndjson", again)).hits, 2U);
  ASSERT_THAT(Pending(), SizeIs(1));
  EXPECT_THAT(Pending()[0].stored.tally.sightings, SizeIs(4));
}

TEST_F(MemberStoreTest, GoesOnWhereItWasLeftThoughEveryChunkIsOneRecord) {
  for (int i = 0; i < 20; ++i) community_.See("evil.example", noon_, std::to_string(i));
  ReadFile(file_, {.records = 1});
  Reopen();
  community_.See("evil.example", noon_, "20");
  EXPECT_EQ(ReadFile(file_).hits, 1U);
  EXPECT_THAT(Pending()[0].stored.tally.sightings, SizeIs(21));
}

TEST_F(MemberStoreTest, ReadsALineThatWasBeingWrittenOnceItIsWhole) {
  const std::string line = TestCommunity::Sighting("evil.example", noon_, "1");
  const std::string first = TestCommunity::Sighting("first.example", noon_, "0");
  const std::string file = community_.folder().Write("growing", first + line.substr(0, 40));
  EXPECT_EQ(ReadFile(file).refused, 1U);
  community_.folder().Write("growing", first + line);
  EXPECT_EQ(ReadFile(file).hits, 1U);
  EXPECT_EQ(ReadFile(file).records, 0U);
}

TEST_F(MemberStoreTest, ReadsAFileThatWasReplacedFromItsBeginning) {
  const std::string file = community_.folder().Write(
      "rotated", TestCommunity::Sighting("long-name-of-the-first.example", noon_, "0"));
  ReadFile(file);
  community_.folder().Write("rotated", TestCommunity::Sighting("b.example", noon_, "1"));
  EXPECT_EQ(ReadFile(file).hits, 1U);
}

TEST_F(MemberStoreTest, NeitherLosesNorDoublesWhatACrashInterrupts) {
  IntakeChunk chunk;
  chunk.input = "kafka:sightings";
  chunk.positions[0] = {5, 0};
  chunk.sighted = ReadSightedIndicators(TestCommunity::Sighting("evil.example", noon_, "1")).value();
  {
    auto transaction = Transaction::Begin(store_->database()).value();
    EXPECT_TRUE(store_->tallies().Add(chunk.sighted, kDayUs).ok());
  }  // as a crash before the commit leaves it
  EXPECT_THAT(Pending(), IsEmpty());
  EXPECT_THAT(store_->Positions("kafka:sightings").value(), IsEmpty());
  ASSERT_TRUE(store_->Take(chunk, kDayUs).ok());
  Reopen();
  EXPECT_THAT(Pending(), SizeIs(1));
  EXPECT_EQ(store_->Positions("kafka:sightings").value().at(0).next, 5);
}

TEST_F(MemberStoreTest, TakesAVerdictOnlyOfWhatWasSeen) {
  community_.See("evil.example", noon_, "1");
  ReadFile(file_);
  EXPECT_FALSE(Say("unseen.example", Verdict::kConfirmed));
  EXPECT_TRUE(Say("evil.example", Verdict::kConfirmed, 2));
  EXPECT_EQ(Pending()[0].stored.tally.verdict, Verdict::kConfirmed);
  EXPECT_TRUE(Say("evil.example", Verdict::kFalsePositive, 1)) << "an older word is taken";
  EXPECT_EQ(Pending()[0].stored.tally.verdict, Verdict::kConfirmed) << "but the newer one holds";
  EXPECT_TRUE(Say("evil.example", Verdict::kFalsePositive, 3));
  EXPECT_EQ(Pending()[0].stored.tally.verdict, Verdict::kFalsePositive);
}

TEST_F(MemberStoreTest, AVerdictOnWhatHasLeftGoesLate) {
  community_.See("evil.example", noon_, "1");
  ReadFile(file_);
  Weighed weighed;
  weighed.epoch = community_.yesterday.start;
  weighed.ioc_id = MakeIocId(Kind::kDomain, "evil.example");
  weighed.fate = Fate::kLeaves;
  ASSERT_TRUE(store_->SaveBatch({community_.yesterday, "sealed", {}}, {weighed}).ok());
  EXPECT_THAT(Pending(), IsEmpty());
  EXPECT_TRUE(Say("evil.example", Verdict::kConfirmed));
  const auto pending = Pending();
  ASSERT_THAT(pending, SizeIs(1));
  EXPECT_TRUE(pending[0].verdict_only);
  EXPECT_TRUE(pending[0].stored.tally.late);
  weighed.has_verdict = weighed.verdict_only = true;
  ASSERT_TRUE(store_->SaveBatch({community_.yesterday.Next(), "sealed", {}}, {weighed}).ok());
  EXPECT_THAT(Pending(), IsEmpty());
}

TEST_F(MemberStoreTest, AVerdictThatIsGivenAgainIsToldNoSecondTime) {
  community_.See("evil.example", noon_, "1");
  ReadFile(file_);
  ASSERT_TRUE(Say("evil.example", Verdict::kConfirmed, 1));
  Weighed weighed;
  weighed.epoch = community_.yesterday.start;
  weighed.ioc_id = MakeIocId(Kind::kDomain, "evil.example");
  weighed.fate = Fate::kLeaves;
  weighed.has_verdict = true;
  ASSERT_TRUE(store_->SaveBatch({community_.yesterday, "sealed", {}}, {weighed}).ok());
  ASSERT_TRUE(Say("evil.example", Verdict::kConfirmed, 2)) << "as from a file that is read again";
  EXPECT_THAT(Pending(), IsEmpty());
  ASSERT_TRUE(Say("evil.example", Verdict::kFalsePositive, 3));
  EXPECT_THAT(Pending(), SizeIs(1));
}

TEST_F(MemberStoreTest, KeepsABatchUntilItHasArrived) {
  OutgoingBatch batch{community_.yesterday, std::string("se\0aled", 7), {}};
  batch.records = {Feedback{{}, Verdict::kConfirmed, LatencyBucket::kLater, CountBucket::kHundreds, true},
                   Feedback{}};
  ASSERT_TRUE(store_->SaveBatch(batch, {}).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(store_->SaveBatch(batch, {})));
  Reopen();
  const auto pending = store_->Undelivered().value();
  ASSERT_TRUE(pending);
  EXPECT_EQ(pending->sealed, batch.sealed);
  EXPECT_EQ(pending->records, batch.records);
  ASSERT_TRUE(store_->MarkDelivered(batch.epoch, 7).ok());
  EXPECT_FALSE(store_->Undelivered().value());
  EXPECT_TRUE(store_->HasBatch(batch.epoch).value());
}

TEST_F(MemberStoreTest, AddsUpWhatSeveralEnginesWatched) {
  const TimeUs epoch = community_.yesterday.start;
  IntakeChunk chunk;
  chunk.watched = {Watch("a", 1, epoch, Kind::kIp), Watch("b", 1, epoch, Kind::kDomain),
                   Watch("a", 1, epoch, Kind::kUrl), Watch("a", 2, epoch + kDayUs, Kind::kUrl)};
  ASSERT_TRUE(store_->Take(chunk, kDayUs).ok());
  ASSERT_TRUE(store_->Take(chunk, kDayUs).ok());
  const Watched watched = store_->WatchedIn(community_.yesterday).value();
  EXPECT_EQ(watched.events, EventsBucket::kUpTo1M) << "12,000: each record counts once";
  EXPECT_TRUE(watched.Has(Kind::kIp));
  EXPECT_TRUE(watched.Has(Kind::kDomain));
  EXPECT_FALSE(watched.Has(Kind::kUrl));
}

TEST_F(MemberStoreTest, RefusesAFolderThatCannotBe) {
  const std::string file = community_.folder().Write("file", "");
  EXPECT_TRUE(absl::IsPermissionDenied(MemberStore::Open(file + "/state").status()));
}

TEST(ReadVerdictRecord, TellsWhatIsWrong) {
  for (const char* wrong :
       {"", "[]", "{}", R"({"value":"evil.example"})", R"({"value":"evil.example","verdict":"seen"})",
        R"({"value":"evil.example","verdict":"confirmed","time":"noon"})",
        R"({"value":"","verdict":"confirmed"})",
        R"({"value":"evil.example","verdict":"confirmed","kind":"mutex"})",
        R"({"value":"192.0.2.1:443","verdict":"confirmed"})", R"({"value":7,"verdict":"confirmed"})"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ReadVerdictRecord(wrong, 0).status())) << wrong;
  }
  const auto read = ReadVerdictRecord(
      R"({"value":"hxxp://Evil[.]example/a","verdict":"false_positive","time":"1970-01-02"})", kDayUs);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(
      *read, ElementsAre(GivenVerdict{Kind::kUrl, "http://evil.example/a", Verdict::kFalsePositive, kDayUs}));
}

}  // namespace
}  // namespace polder
