#include "tests/e2e/run_fixture.h"

#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <stdexcept>
#include <thread>

#include "tests/e2e/event_corpus.h"

namespace polder {
namespace {

constexpr uint32_t kSlice = 100;
constexpr auto kSliceInterval = std::chrono::milliseconds(20);

}  // namespace

RunTest::RunTest() : client_(SharedBroker().address()), feeder_(SharedBroker().address()) {
  static int runs = 0;  // --gtest_repeat keeps the broker and its topics
  const std::string name =
      fmt::format("{}-{}", testing::UnitTest::GetInstance()->current_test_info()->name(), ++runs);
  settings_.brokers = SharedBroker().address();
  settings_.group = name + "-group";
  settings_.input_topic = name + "-logs";
  settings_.output_topic = name + "-sightings";
  settings_.indicators = folder_.path() / "indicators";
  std::filesystem::create_directory(settings_.indicators);
  WriteFile(settings_.indicators / "corpus.txt", CorpusIndicatorList());
  client_.CreateTopic(input(), kPartitions);
  client_.CreateTopic(output(), 2);
}

std::unique_ptr<PolderProcess> RunTest::StartPolder(const std::string& name) {
  return std::make_unique<PolderProcess>(settings_, folder_.path(), name);
}

void RunTest::Feed(uint32_t count) {
  feeder_.Produce(input(), Events(fed_, fed_ + count));
  fed_ += count;
}

void RunTest::FeedUntil(uint32_t most, const std::function<bool()>& stop) {
  for (uint32_t count = 0; count < most && !WaitUntil(kSliceInterval, stop); count += kSlice) Feed(kSlice);
}

void RunTest::FeedOver(uint32_t count, std::chrono::milliseconds time) {
  const auto start = std::chrono::steady_clock::now();
  const auto slices = static_cast<uint32_t>(time / kSliceInterval + 1);
  uint32_t done = 0;
  for (uint32_t slice = 1; slice <= slices; ++slice) {
    const uint32_t due = count * slice / slices;
    Feed(due - done);
    done = due;
    std::this_thread::sleep_until(start + slice * kSliceInterval);
  }
}

int64_t RunTest::Lag() { return client_.EndTotal(input()) - Committed(); }

void RunTest::WaitForWork(PolderProcess& polder, int64_t sightings_before) {
  const bool works = WaitUntil(
      kPatience, [&] { return !polder.Running() || client_.EndTotal(output()) > sightings_before; });
  if (!works || !polder.Running()) {
    throw std::runtime_error(
        fmt::format("polder run {} before it delivered a sighting; the end of its log:\n{}",
                    works ? "ended" : "was given up", polder.LogTail()));
  }
}

void RunTest::WaitForGroup(PolderProcess& polder, int members) {
  GroupState group;
  const bool joined = WaitUntil(kPatience, [&] {
    group = client_.Group(settings_.group);
    return !polder.Running() || (group.name == "Stable" && group.members == members);
  });
  if (!joined || !polder.Running()) {
    throw std::runtime_error(fmt::format(
        "polder run {}; its group is {} with {} members, expected Stable with {}; the end of its log:\n{}",
        joined ? "ended" : "runs", group.name, group.members, members, polder.LogTail()));
  }
}

void RunTest::WaitForEnd(PolderProcess& polder) {
  const bool done = WaitUntil(kPatience, [&] { return !polder.Running() || Lag() == 0; });
  if (!done || !polder.Running()) {
    throw std::runtime_error(
        fmt::format("polder run {} with {} of {} events not committed; the end of its log:\n{}",
                    done ? "ended" : "was given up", Lag(), client_.EndTotal(input()), polder.LogTail()));
  }
}

void RunTest::Drain(PolderProcess& polder) {
  polder.Signal(SIGTERM);
  const std::optional<int> code = polder.Wait(kPatience);
  ASSERT_TRUE(code.has_value()) << "polder run did not end after SIGTERM:\n" << polder.LogTail();
  EXPECT_EQ(*code, 0) << polder.LogTail();
}

DeliveryCount RunTest::FinishAndCheck(PolderProcess& polder) {
  WaitForEnd(polder);
  Drain(polder);
  EXPECT_EQ(client_.CommittedOffsets(settings_.group, input()), client_.EndOffsets(input()));
  const DeliveryCount count = CheckDelivery(client_, input(), output());
  EXPECT_EQ(count.events, fed_);
  EXPECT_GT(count.expected, 0u);
  return count;
}

void Report(const std::string& line) { std::printf("             %s\n", line.c_str()); }

}  // namespace polder
