#ifndef POLDER_TESTS_E2E_FEED_FIXTURE_H_
#define POLDER_TESTS_E2E_FEED_FIXTURE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "tests/e2e/run_fixture.h"

namespace polder {

// What tests of feeds have on top of RunTest: probes that tell what is in force. The corpus' indicators are
// always there, in a watched folder, as the source "community".
class FeedTest : public RunTest {
 protected:
  static constexpr auto kSoon = std::chrono::seconds(15);  // a limit, for a change to come into force

  FeedTest();

  // With `feed` as a further element of `indicators`, without its braces.
  void AddFeed(std::string feed) { settings_.feeds.push_back(std::move(feed)); }
  // Starts polder_ and waits until indicators are in force.
  void Start();

  // The sources in the sighting of an event that holds `value`; none if there is no sighting. Probes are put
  // beside an event that is hit in any case, which tells when they have been matched.
  std::set<std::string> SourcesNow(const std::string& value);
  bool HitsNow(const std::string& value) { return !SourcesNow(value).empty(); }
  // A change takes its time.
  bool Hits(const std::string& value);
  bool StopsHitting(const std::string& value);
  bool ComesFrom(const std::string& value, const std::set<std::string>& sources);

  // From now to the first of many events that is hit. No other sighting may be under way.
  std::chrono::milliseconds TimeToHit(const std::string& value);

  std::unique_ptr<PolderProcess> polder_;

 private:
  std::map<RecordPlace, std::set<std::string>> Sightings();
};

// A STIX 2.1 indicator for the domain.
std::string StixIndicator(const std::string& id, const std::string& domain,
                          const std::string& modified = "2026-01-01T00:00:00.000Z");
std::string StixId(std::uint32_t number);

}  // namespace polder

#endif  // POLDER_TESTS_E2E_FEED_FIXTURE_H_
