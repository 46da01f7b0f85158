// Whatever stands in an event stays inside. Hosts, users, paths and internal names that exist nowhere else
// are planted in events; the sightings must show them (else this test shows nothing), and no byte of them may
// be in a batch, a release in any form, a scorecard, or what is printed on the way.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/member/ledger.h"
#include "engine/feedback/batch.h"
#include "engine/feedback/feedback.h"
#include "engine/feedback/sighting_reader.h"
#include "engine/match/matcher.h"
#include "engine/release/release.h"
#include "engine/release/render_release.h"
#include "engine/scorecard/render_scorecard.h"
#include "engine/sighting/render.h"
#include "engine/snapshot/builder.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

// A million in all: each shard is a test of its own, so that they run side by side.
constexpr std::size_t kShards = 4;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kEventsPerShard = 5'000;
#else
constexpr std::size_t kEventsPerShard = 250'000;
#endif
constexpr std::size_t kMembers = 5;
const TimeUs kDay = *ParseIsoTime("2024-05-06");

const std::vector<std::pair<Kind, std::string>>& Values() {
  static const std::vector<std::pair<Kind, std::string>> values = {
      {Kind::kDomain, "evil.example"},     {Kind::kIp, "203.0.113.9"},
      {Kind::kNetwork, "198.51.100.0/24"}, {Kind::kUrl, "http://evil.example/x"},
      {Kind::kEmail, "boss@evil.example"}, {Kind::kMd5, "9e107d9d372bb6826bd81d3542a419d6"}};
  return values;
}

std::shared_ptr<const Snapshot> MakeSnapshot() {
  std::vector<Indicator> indicators;
  for (const auto& [kind, value] : Values()) {
    Indicator indicator;
    indicator.kind = kind;
    indicator.value = value;
    indicator.source = "feed";
    indicator.id = DerivedIndicatorId("feed", kind, value);
    indicator.tlp = Tlp::kClear;
    indicators.push_back(indicator);
  }
  std::vector<const Indicator*> pointers;
  for (const Indicator& indicator : indicators) pointers.push_back(&indicator);
  return SnapshotBuilder(FingerprintKey{3}).Build(pointers, 1);
}

Catalogue MakeCatalogue() {
  Catalogue catalogue;
  for (const auto& [kind, value] : Values()) {
    SharedBy shared;
    shared.source = "feed";
    shared.indicator_id = DerivedIndicatorId("feed", kind, value);
    shared.tlp = Tlp::kClear;
    catalogue[MakeIocId(kind, value)] = {kind, value, {shared}};
  }
  return catalogue;
}

// Each planted text begins with one of these, in lower case throughout so that no canonical form hides it.
constexpr std::string_view kMark = "canary";

std::string CanaryEvent(std::mt19937_64& random) {
  const std::string host = fmt::format("canaryhost{}", random() % 1'000'000);
  const std::string user = fmt::format("canaryuser{}", random() % 1'000'000);
  const std::string path = fmt::format("canarypath{}", random() % 1'000'000);
  const std::string zone = fmt::format("canaryzone{}", random() % 1'000'000);
  // The canaries stand inside what is matched too: names under the indicator, users at it, paths behind it.
  switch (random() % 6) {
    case 0:
      return fmt::format(
          R"({{"@timestamp":"2024-05-06T10:00:00Z","host":{{"name":"{}"}},"dns":{{"rrname":"{}.evil.example"}},"user":"{}"}})",
          host, host, user);
    case 1:
      return fmt::format("<13>May  6 10:00:00 {} app: {} fetched http://evil.example/x from 203.0.113.9 {}",
                         host, user, path);
    case 2:
      return fmt::format(
          R"({{"@timestamp":"2024-05-06T11:00:00Z","url":"http://{}@{}.evil.example/{}","file":"C:\\Users\\{}\\{}.exe","md5":"9e107d9d372bb6826bd81d3542a419d6"}})",
          user, host, path, user, path);
    case 3:
      return fmt::format(
          R"({{"@timestamp":"2024-05-06T12:00:00Z","src":"198.51.100.77","host":"{}.{}.internal","mail":"boss@evil.example","to":"{}@{}.example"}})",
          host, zone, user, zone);
    case 4:
      return fmt::format(
          "CEF:0|{}|{}|1|100|hit|5|src=203.0.113.9 shost={}.{} suser={} request=http://evil.example/x?{}",
          zone, host, host, zone, user, path);
    default:
      // Broken on purpose: it is searched as text.
      return fmt::format(R"({{"host":"{}","to":"boss@evil.example","x":"198.51.100.3","note":"{})", host,
                         path);
  }
}

class Canary : public ::testing::TestWithParam<std::size_t> {
 protected:
  // What is gathered of one member's events: of each as it comes, so that a million fit into memory.
  std::vector<Tally> Gather(std::size_t events) {
    std::map<IocId, Tally> tallies;
    for (std::size_t i = 0; i < events; ++i) {
      const std::string event = CanaryEvent(random_);
      const std::string padded = event + std::string(kRecordPadding, '\0');
      const Record record{std::string_view(padded).substr(0, event.size()), kDay};
      matcher_.Match({&record, 1}, Format::kAuto, *snapshot_, [&](std::size_t, const EventMatch& match) {
        const KafkaOrigin origin{"logs", 0, static_cast<std::int64_t>(i)};
        const std::string ecs = RenderEcs(MakeSighting(record, match, *snapshot_, origin, kDay, 65536));
        seen_inside_ += ecs.find(kMark) != std::string::npos ? 1 : 0;
        const auto read = ReadSightedIndicators(ecs);
        ASSERT_TRUE(read.ok()) << std::string(read.status().message());
        for (const SightedIndicator& one : *read) {
          tallies.try_emplace(MakeIocId(one.kind, one.value), Tally::Of(one.kind, one.value))
              .first->second.Add(one);
        }
      });
    }
    std::vector<Tally> gathered;
    for (auto& [ioc_id, tally] : tallies) gathered.push_back(std::move(tally));
    return gathered;
  }

  // What leaves the member, as bytes and as its preview prints it.
  MemberReport Send(const std::string& member, const std::vector<Tally>& tallies) {
    FeedbackTerms terms;
    terms.in_manifest = [](const IocId&) { return true; };
    const auto considered = Consider(tallies, terms);
    Batch batch;
    batch.community = "polder-test";
    batch.member = member;
    batch.recipient = operator_.public_key;
    batch.epoch = Epoch{kDay};
    batch.watched.Add(Kind::kDomain);
    batch.records = Leaving(considered);
    constexpr std::size_t kRoom = 64;
    const std::string encoded = EncodeBatch(batch, kRoom, keys_);
    const auto sealed = SealBatch(encoded, operator_.public_key);
    left_ += encoded + *sealed;
    for (const Feedback& feedback : batch.records) left_ += RenderFeedback(feedback) + "\n";
    LedgerEntry entry;
    entry.number = 1;
    entry.time = entry.epoch = kDay;
    entry.destination = "mailbox";
    entry.bytes = sealed->size();
    entry.digest = Blake2b256(*sealed);
    entry.records = batch.records;
    left_ += RenderLedgerLine(entry, keys_);
    BatchProblem why;
    const auto opened = OpenBatch(*sealed, kRoom, operator_, &why);
    EXPECT_TRUE(opened) << why.detail;
    // A batch that does not open: what is said of it is logged.
    std::string damaged = *sealed;
    damaged[100] = static_cast<char>(damaged[100] ^ 1);
    EXPECT_FALSE(OpenBatch(damaged, kRoom, operator_, &why));
    left_ += why.detail;
    return {member, member, "energy", Role::kMember, 0, batch.watched, opened->batch.records};
  }

  void Publish(const std::vector<MemberReport>& reports) {
    const ReleasePlan plan = PlanWithoutRoster(reports, Epoch{kDay});
    const Release release = MakeRelease(reports, MakeCatalogue(), plan);
    EXPECT_EQ(release.released.size(), Values().size());
    for (const Audience audience : {Audience::kRecipients, Audience::kMembersAndPeers, Audience::kAnyone}) {
      const PublishedRelease published = ReleaseFor(release, audience);
      left_ +=
          RenderReleaseJson(published) + RenderReleaseStix(published, kDay) + RenderReleaseMisp(published);
    }
    const Scorecard card = MakeScorecard({"polder-test", false, {{release, reports}}, MakeCatalogue()});
    left_ += RenderScorecardJson(card) + RenderScorecardCsv(card) + plan.why;
  }

  std::mt19937_64 random_{20240506 + GetParam()};
  Matcher matcher_{ShippedFieldMaps()};
  std::shared_ptr<const Snapshot> snapshot_ = MakeSnapshot();
  SigningKeys keys_ = NewSigningKeys();
  SealingKeys operator_ = NewSealingKeys();
  std::size_t seen_inside_ = 0;
  std::string left_;
};

TEST_P(Canary, PlantedInEventsReachesSightingsAndNoByteOfItAnythingThatLeaves) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  std::vector<MemberReport> reports;
  for (std::size_t member = 0; member < kMembers; ++member) {
    reports.push_back(Send("member" + std::to_string(member), Gather(kEventsPerShard / kMembers)));
  }
  Publish(reports);
  left_ += testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();

  EXPECT_EQ(seen_inside_, kEventsPerShard)
      << "the canaries are in every sighting, so the search can find them";
  EXPECT_EQ(left_.find(kMark), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(AMillionEvents, Canary, ::testing::Range<std::size_t>(0, kShards));

}  // namespace
}  // namespace polder
