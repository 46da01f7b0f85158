#include "tests/e2e/feed_fixture.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "tests/e2e/event_corpus.h"

namespace polder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kAlwaysHit = "bad-1.example";

KafkaMessage Probe(const std::string& value) {
  KafkaMessage probe = ProbeEvent(value, value);
  probe.partition = 0;
  return probe;
}

}  // namespace

FeedTest::FeedTest() {
  settings_.linger_ms = 0;
  settings_.workers = 1;
}

void FeedTest::Start() {
  polder_ = StartPolder();
  const bool serves = WaitUntil(
      kPatience, [&] { return !polder_->Running() || polder_->WaitForText("in force", milliseconds(0)); });
  if (!serves || !polder_->Running()) {
    throw std::runtime_error("polder run has no indicators; the end of its log:\n" + polder_->LogTail());
  }
}

std::map<RecordPlace, std::set<std::string>> FeedTest::Sightings() {
  std::map<RecordPlace, std::set<std::string>> sightings;
  for (const KafkaMessage& message : client_.ReadAll(output())) {
    const nlohmann::json document = nlohmann::json::parse(message.value);
    const nlohmann::json& kafka = document.at("polder").at("kafka");
    std::set<std::string>& sources =
        sightings[{kafka.at("topic").get<std::string>(), kafka.at("partition").get<int32_t>(),
                   kafka.at("offset").get<int64_t>()}];
    for (const nlohmann::json& enrichment : document.at("threat").at("enrichments")) {
      sources.insert(enrichment.at("matched").at("index").get<std::string>());
    }
  }
  return sightings;
}

std::set<std::string> FeedTest::SourcesNow(const std::string& value) {
  const int64_t offset = client_.EndOffsets(input()).at(0);
  client_.Produce(input(), {Probe(value), Probe(kAlwaysHit)});
  std::map<RecordPlace, std::set<std::string>> sightings;
  const bool matched = WaitUntil(kPatience, [&] {
    sightings = Sightings();
    return !polder_->Running() || sightings.contains({input(), 0, offset + 1});
  });
  if (!matched || !polder_->Running()) {
    throw std::runtime_error("polder run did not match a probe; the end of its log:\n" + polder_->LogTail());
  }
  // The two may be on two partitions of the output.
  if (!sightings.contains({input(), 0, offset})) {
    std::this_thread::sleep_for(milliseconds(100));
    sightings = Sightings();
  }
  return sightings[{input(), 0, offset}];
}

bool FeedTest::Hits(const std::string& value) {
  return WaitUntil(kSoon, [&] { return HitsNow(value); });
}
bool FeedTest::StopsHitting(const std::string& value) {
  return WaitUntil(kSoon, [&] { return !HitsNow(value); });
}
bool FeedTest::ComesFrom(const std::string& value, const std::set<std::string>& sources) {
  return WaitUntil(kSoon, [&] { return SourcesNow(value) == sources; });
}

milliseconds FeedTest::TimeToHit(const std::string& value) {
  const auto start = steady_clock::now();
  const int64_t before = client_.EndTotal(output());
  const bool hit = WaitUntil(kSoon, [&] {
    client_.Produce(input(), {Probe(value)});
    return WaitUntil(milliseconds(30), [&] { return client_.EndTotal(output()) > before; });
  });
  if (!hit) throw std::runtime_error(value + " is not hit; the end of the log:\n" + polder_->LogTail());
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

std::string StixIndicator(const std::string& id, const std::string& domain, const std::string& modified) {
  return fmt::format(
      R"({{"type":"indicator","spec_version":"2.1","id":"{}","created":"2026-01-01T00:00:00.000Z",)"
      R"("modified":"{}","pattern_type":"stix","pattern":"[domain-name:value = '{}']",)"
      R"("valid_from":"2026-01-01T00:00:00Z"}})",
      id, modified, domain);
}

std::string StixId(std::uint32_t number) {
  return fmt::format("indicator--00000000-0000-4000-8000-{:012}", number);
}

}  // namespace polder
