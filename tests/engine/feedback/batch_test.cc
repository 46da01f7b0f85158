#include "engine/feedback/batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace polder {
namespace {

constexpr std::size_t kRoom = 32;

struct Parties {
  SigningKeys member = NewSigningKeys();
  SealingKeys hub = NewSealingKeys();
};

Batch ABatch(const Parties& parties, std::size_t records) {
  Batch batch;
  batch.community = "dike";
  batch.member = "harbour";
  batch.recipient = parties.hub.public_key;
  batch.epoch = Epoch{*ParseIsoTime("2024-05-06")};
  batch.manifest = Blake2b256("manifest");
  batch.watched.Add(Kind::kDomain);
  batch.watched.Add(Kind::kSha512);
  batch.watched.Add(LogSource::kNetwork);
  batch.watched.Add(LogSource::kOther);
  batch.watched.events = EventsBucket::kUpTo1M;
  for (std::size_t i = 0; i < records; ++i) {
    Feedback one;
    one.ioc_id = MakeIocId(Kind::kDomain, "evil" + std::to_string(i) + ".example");
    one.verdict = static_cast<Verdict>(i % 3);
    if (i % 2 == 0) one.latency = static_cast<LatencyBucket>(i % 5);
    if (i % 3 == 0) one.count = static_cast<CountBucket>(i % 4);
    one.late = i % 7 == 0;
    batch.records.push_back(one);
  }
  std::sort(batch.records.begin(), batch.records.end(),
            [](const Feedback& a, const Feedback& b) { return a.ioc_id < b.ioc_id; });
  return batch;
}

std::string Sealed(const Batch& batch, const Parties& parties) {
  return *SealBatch(EncodeBatch(batch, kRoom, parties.member), parties.hub.public_key);
}

TEST(Batch, ComesOutAsItWentInAndTellsWhoSignedIt) {
  const Parties parties;
  for (const std::size_t records : {std::size_t{0}, std::size_t{1}, kRoom}) {
    const Batch batch = ABatch(parties, records);
    BatchProblem problem;
    const auto opened = OpenBatch(Sealed(batch, parties), kRoom, parties.hub, &problem);
    ASSERT_TRUE(opened) << problem.detail;
    EXPECT_EQ(opened->batch, batch);
    EXPECT_TRUE(opened->IsSignedBy(parties.member.public_key));
    EXPECT_FALSE(opened->IsSignedBy(NewSigningKeys().public_key));
  }
}

TEST(Batch, HasOneSizeWhateverIsInIt) {
  const Parties parties;
  std::set<std::size_t> sizes;
  for (std::size_t records = 0; records <= kRoom; ++records) {
    sizes.insert(Sealed(ABatch(parties, records), parties).size());
  }
  EXPECT_EQ(sizes, std::set<std::size_t>{SealedBatchSize(kRoom)});
}

TEST(Batch, LooksDifferentEachTimeItIsSealed) {
  const Parties parties;
  const Batch batch = ABatch(parties, 3);
  EXPECT_NE(Sealed(batch, parties), Sealed(batch, parties));
}

TEST(Batch, SaysNothingOfItsSenderToOthersThanTheRecipient) {
  const Parties parties;
  const std::string sealed = Sealed(ABatch(parties, 3), parties);
  EXPECT_EQ(sealed.find("harbour"), std::string::npos);
  EXPECT_EQ(sealed.find("dike"), std::string::npos);
  BatchProblem problem;
  EXPECT_FALSE(OpenBatch(sealed, kRoom, NewSealingKeys(), &problem));
  EXPECT_EQ(problem.refusal, BatchRefusal::kSealed);
}

TEST(OpenBatch, RefusesEveryOtherSize) {
  const Parties parties;
  const std::string sealed = Sealed(ABatch(parties, 3), parties);
  for (const std::string& other : {std::string(), sealed.substr(0, 10), sealed.substr(0, sealed.size() - 1),
                                   sealed + 'x', sealed + sealed}) {
    BatchProblem problem;
    EXPECT_FALSE(OpenBatch(other, kRoom, parties.hub, &problem));
    EXPECT_EQ(problem.refusal, BatchRefusal::kSize);
    EXPECT_NE(problem.detail.find(std::to_string(other.size())), std::string::npos);
  }
}

TEST(OpenBatch, RefusesWhatWasAlteredInAnyByte) {
  const Parties parties;
  const std::string sealed = Sealed(ABatch(parties, 3), parties);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    BatchProblem problem;
    ASSERT_FALSE(OpenBatch(altered, kRoom, parties.hub, &problem)) << "byte " << i;
  }
}

// The operator's key is public: anybody can seal anything to him.
TEST(OpenBatch, ReadsNoContentThatIsAlteredInsideAsTheMembers) {
  const Parties parties;
  const std::string encoded = EncodeBatch(ABatch(parties, 3), kRoom, parties.member);
  std::size_t read = 0;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    std::string altered = encoded;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    BatchProblem problem;
    const auto opened = OpenBatch(*SealBatch(altered, parties.hub.public_key), kRoom, parties.hub, &problem);
    if (!opened) {
      EXPECT_EQ(problem.refusal, BatchRefusal::kMalformed);
      EXPECT_FALSE(problem.detail.empty());
      continue;
    }
    ++read;
    EXPECT_FALSE(opened->IsSignedBy(parties.member.public_key)) << "byte " << i;
  }
  EXPECT_GT(read, 0U);
}

TEST(OpenBatch, RefusesRecordsThatAreOutOfOrderOrTwice) {
  const Parties parties;
  Batch twice = ABatch(parties, 2);
  twice.records[1] = twice.records[0];
  Batch turned = ABatch(parties, 2);
  std::swap(turned.records[0], turned.records[1]);
  for (const Batch& batch : {twice, turned}) {
    BatchProblem problem;
    EXPECT_FALSE(OpenBatch(Sealed(batch, parties), kRoom, parties.hub, &problem));
    EXPECT_EQ(problem.refusal, BatchRefusal::kMalformed);
    EXPECT_NE(problem.detail.find("record 2"), std::string::npos) << problem.detail;
  }
}

TEST(EventsBucket, GoesByPowersOfAHundred) {
  EXPECT_EQ(EventsBucketOf(0), EventsBucket::kNone);
  EXPECT_EQ(EventsBucketOf(1), EventsBucket::kUpTo10k);
  EXPECT_EQ(EventsBucketOf(10'000), EventsBucket::kUpTo10k);
  EXPECT_EQ(EventsBucketOf(10'001), EventsBucket::kUpTo1M);
  EXPECT_EQ(EventsBucketOf(100'000'001), EventsBucket::kUpTo10G);
  EXPECT_EQ(EventsBucketOf(~std::uint64_t{0}), EventsBucket::kMore);
}

}  // namespace
}  // namespace polder
