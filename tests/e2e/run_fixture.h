#ifndef POLDER_TESTS_E2E_RUN_FIXTURE_H_
#define POLDER_TESTS_E2E_RUN_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "tests/e2e/kafka_broker.h"
#include "tests/e2e/kafka_client.h"
#include "tests/e2e/polder_process.h"
#include "tests/e2e/sighting_check.h"

namespace polder {

// What every test of `polder run` has: its own topics and group on the shared
// broker, a folder, the corpus' indicators in a watched folder, and an endless
// input that it feeds in portions.
class RunTest : public testing::Test {
 protected:
  static constexpr auto kPatience = std::chrono::seconds(60);  // a limit, never a wait
  static constexpr int kPartitions = 4;

  RunTest();

  const std::string& input() const { return settings_.input_topic; }
  const std::string& output() const { return settings_.output_topic; }
  std::filesystem::path indicator_folder() const { return settings_.indicators; }

  std::unique_ptr<PolderProcess> StartPolder(const std::string& name = "polder");

  // Produces the next `count` events of the corpus. Has a client of its own, so
  // that one thread may feed while another asks client_.
  void Feed(uint32_t count);
  uint32_t fed() const { return fed_; }
  // Feeds in slices until `stop`, at most `most`.
  void FeedUntil(uint32_t most, const std::function<bool()>& stop);
  // Spreads `count` events evenly over `time`.
  void FeedOver(uint32_t count, std::chrono::milliseconds time);

  int64_t Committed() { return client_.CommittedTotal(settings_.group, input()); }
  int64_t Lag();  // events on the input that the group has not committed

  // Has `polder` delivered a sighting since `sightings_before`?
  void WaitForWork(PolderProcess& polder, int64_t sightings_before);
  // All `members` of the group have their partitions; `polder` is one of them.
  void WaitForGroup(PolderProcess& polder, int members);
  // Everything fed is committed.
  void WaitForEnd(PolderProcess& polder);
  // SIGTERM; expects exit code 0.
  void Drain(PolderProcess& polder);
  // Drained, complete, committed to the end: what every delivery test ends with.
  DeliveryCount FinishAndCheck(PolderProcess& polder);

  TempFolder folder_;
  KafkaClient client_;
  RunSettings settings_;

 private:
  KafkaClient feeder_;
  uint32_t fed_ = 0;
};

// One line for the log of a run, e.g. "20 kills, 31 sightings repeated".
void Report(const std::string& line);

}  // namespace polder

#endif  // POLDER_TESTS_E2E_RUN_FIXTURE_H_
