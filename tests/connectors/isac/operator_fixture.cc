#include "tests/connectors/isac/operator_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace polder {

OperatorFixture::OperatorFixture() {
  std::filesystem::create_directory(board_);
  CommunityTerms terms;
  terms.name = "delta";
  terms.batch_records = kRoom;
  IsacConfig config;
  config.board = board_;
  auto folder = OperatorFolder::Create(path_, terms, "isac", config, founded_);
  EXPECT_TRUE(folder.ok()) << folder.status();
  folder_ = *std::move(folder);
  EXPECT_TRUE(folder_->PostRosters(1).ok());
  for (const char* name : {"anna", "bert", "cees", "dirk", "elsa"}) Join(name, name);
}

void OperatorFixture::Reopen() {
  folder_.reset();
  auto folder = OperatorFolder::Open(path_, OperatorFolder::Access::kChange);
  ASSERT_TRUE(folder.ok()) << folder.status();
  folder_ = *std::move(folder);
}

void OperatorFixture::Join(const std::string& name, const std::string& group, Role role) {
  members_[name] = NewPartySecrets();
  RosterEntry entry;
  entry.name = name;
  entry.group = group;
  entry.role = role;
  entry.keys.push_back({members_[name].Public(), founded_, kEndOfTime});
  entry.joined = founded_;
  const auto next = WithEntry(folder_->roster(), entry, founded_);
  ASSERT_TRUE(next.ok()) << next.status();
  ASSERT_TRUE(folder_->Replace(*next, founded_).ok());
  ASSERT_TRUE(folder_->PostRosters(next->version).ok());
}

void OperatorFixture::Revoke(const std::string& name, TimeUs when) {
  const auto next = WithoutEntry(folder_->roster(), name, "revoked: key lost", when);
  ASSERT_TRUE(next.ok()) << next.status();
  ASSERT_TRUE(folder_->Replace(*next, when).ok());
}

Batch OperatorFixture::BatchOf(const std::string& member, const Epoch& epoch,
                               const std::vector<std::string>& seen) const {
  Batch batch;
  batch.community = "delta";
  batch.member = member;
  batch.recipient = folder_->secrets().sealing.public_key;
  batch.epoch = epoch;
  batch.watched.Add(Kind::kDomain);
  batch.watched.Add(LogSource::kDns);
  batch.watched.events = EventsBucket::kUpTo1M;
  for (const std::string& domain : seen) {
    Feedback feedback;
    feedback.ioc_id = MakeIocId(Kind::kDomain, domain);
    feedback.latency = LatencyBucket::kDay;
    batch.records.push_back(feedback);
  }
  std::sort(batch.records.begin(), batch.records.end(),
            [](const Feedback& a, const Feedback& b) { return a.ioc_id < b.ioc_id; });
  return batch;
}

std::string OperatorFixture::Sealed(const Batch& batch) const {
  return SealedBy(batch, members_.at(batch.member).signing);
}

std::string OperatorFixture::SealedBy(const Batch& batch, const SigningKeys& keys) const {
  auto sealed = SealBatch(EncodeBatch(batch, kRoom, keys), folder_->secrets().sealing.public_key);
  EXPECT_TRUE(sealed.has_value());
  return sealed.value_or("");
}

OperatorFixture::Collected OperatorFixture::Collect(const std::vector<std::string>& batches, TimeUs now) {
  Collected collected;
  const auto store = OpenStore();
  LimitedMessages messages([&](const std::string& message) { collected.messages.push_back(message); });
  Collector collector(*folder_, *store, now, messages);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const absl::Status taken = collector.Take(fmt::format("mailbox/{}.batch", i), batches[i]);
    EXPECT_TRUE(taken.ok()) << taken;
  }
  EXPECT_TRUE(collector.Finish().ok());
  collected.report = collector.report();
  return collected;
}

std::unique_ptr<OperatorStore> OperatorFixture::OpenStore() const {
  auto store = OperatorStore::Open(folder_->StorePath());
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

std::size_t OperatorFixture::Kept(const Epoch& epoch) const {
  const auto batches = OpenStore()->BatchesOf(epoch);
  EXPECT_TRUE(batches.ok()) << batches.status();
  return batches.ok() ? batches->size() : 0;
}

}  // namespace polder
