// Indicators change while `polder run` works: new ones come into force, gone
// ones leave, and a broken file takes nothing away.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "tests/e2e/event_corpus.h"
#include "tests/e2e/run_fixture.h"

namespace polder {
namespace {

using std::chrono::milliseconds;

std::string Bundle(const std::string& domain) {
  return fmt::format(
      R"({{"type":"bundle","id":"bundle--0b0c3a52-6f0e-4c0e-9d5e-2a8f1c6d7e01","objects":[{{)"
      R"("type":"indicator","spec_version":"2.1","id":"indicator--5d1f1d0e-54c1-4c56-9a54-6f6c7d2e8f10",)"
      R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","pattern_type":"stix",)"
      R"("pattern":"[domain-name:value = '{}']","valid_from":"2026-01-01T00:00:00Z"}}]}})",
      domain);
}

class HotLoadTest : public RunTest {
 protected:
  void SetUp() override {
    polder_ = StartPolder();
    ASSERT_TRUE(Matches("bad-1.example")) << polder_->LogTail();
  }

  // Produces one event that holds `domain`; true if it has a sighting once its
  // offset is committed.
  bool MatchesNow(const std::string& domain) {
    const int64_t offset = client_.EndOffsets(input()).at(0);
    KafkaMessage probe = ProbeEvent(domain, domain);
    probe.partition = 0;
    client_.Produce(input(), {probe});
    if (!WaitUntil(kPatience, [&] { return !polder_->Running() || Lag() == 0; }) || !polder_->Running()) {
      throw std::runtime_error("polder run did not commit a probe:\n" + polder_->LogTail());
    }
    const SightingsByPlace sightings = ByPlace(ReadSightings(client_, output()));
    const auto found = sightings.find({input(), 0, offset});
    if (found == sightings.end()) return false;
    generation_ = found->second.back().generation;
    return true;
  }

  // Probes until it matches (or no longer does): a change takes its time.
  bool Matches(const std::string& domain) {
    return WaitUntil(kPatience, [&] { return MatchesNow(domain); });
  }
  bool StopsMatching(const std::string& domain) {
    return WaitUntil(kPatience, [&] { return !MatchesNow(domain); });
  }

  std::unique_ptr<PolderProcess> polder_;
  int64_t generation_ = 0;  // of the last sighting
};

TEST_F(HotLoadTest, TakesAFileThatAppears) {
  EXPECT_FALSE(MatchesNow("later.example"));
  const int64_t generation_before = generation_;
  WriteFile(indicator_folder() / "second.txt", "later.example\n");
  EXPECT_TRUE(Matches("later.example")) << polder_->LogTail();
  EXPECT_GT(generation_, generation_before);
  EXPECT_TRUE(MatchesNow("bad-1.example")) << "the first file went out of force";
  Drain(*polder_);
}

TEST_F(HotLoadTest, DropsWhatAFileNoLongerHolds) {
  WriteFile(indicator_folder() / "second.txt", "later.example\nlast.example\n");
  ASSERT_TRUE(Matches("later.example")) << polder_->LogTail();
  WriteFile(indicator_folder() / "second.txt", "last.example\n");
  EXPECT_TRUE(StopsMatching("later.example")) << polder_->LogTail();
  EXPECT_TRUE(MatchesNow("last.example"));
  std::filesystem::remove(indicator_folder() / "second.txt");
  EXPECT_TRUE(StopsMatching("last.example")) << polder_->LogTail();
  EXPECT_TRUE(MatchesNow("bad-1.example"));
}

TEST_F(HotLoadTest, ReloadsOnSighup) {
  WriteFile(indicator_folder() / "second.txt", "later.example\n");
  polder_->Signal(SIGHUP);
  EXPECT_TRUE(Matches("later.example")) << polder_->LogTail();
  polder_->Signal(SIGHUP);
  polder_->Signal(SIGHUP);
  EXPECT_TRUE(MatchesNow("bad-1.example")) << polder_->LogTail();
  Drain(*polder_);
}

class UnwatchedTest : public HotLoadTest {
 protected:
  UnwatchedTest() { settings_.watch = false; }
};

TEST_F(UnwatchedTest, ReloadsOnSighupAndOnNothingElse) {
  WriteFile(indicator_folder() / "second.txt", "later.example\n");
  // Longer than a watched folder needs to come to rest.
  std::this_thread::sleep_for(milliseconds(1500));
  EXPECT_FALSE(MatchesNow("later.example")) << polder_->LogTail();
  polder_->Signal(SIGHUP);
  EXPECT_TRUE(Matches("later.example")) << polder_->LogTail();
  Drain(*polder_);
}

TEST_F(HotLoadTest, ReportsABrokenFileAndKeepsTheLastGoodOne) {
  WriteFile(indicator_folder() / "bundle.json", Bundle("bundled.example"));
  ASSERT_TRUE(Matches("bundled.example")) << polder_->LogTail();
  const std::string whole = Bundle("bundled.example");
  polder_->MarkLog();
  WriteFile(indicator_folder() / "bundle.json", whole.substr(0, whole.size() / 2));
  EXPECT_TRUE(polder_->WaitForText("bundle.json", kPatience)) << polder_->LogTail();
  WriteFile(indicator_folder() / "second.txt", "later.example\n");
  EXPECT_TRUE(Matches("later.example")) << "a broken file held up a good one\n" << polder_->LogTail();
  EXPECT_TRUE(MatchesNow("bad-1.example"));
  EXPECT_TRUE(MatchesNow("bundled.example")) << "a broken file took the last good one out of force";
  WriteFile(indicator_folder() / "bundle.json", Bundle("mended.example"));
  EXPECT_TRUE(Matches("mended.example")) << "a mended file was not taken\n" << polder_->LogTail();
  EXPECT_TRUE(StopsMatching("bundled.example"));
}

TEST_F(HotLoadTest, ReportsABrokenLineAndKeepsTheRestOfItsFile) {
  WriteFile(indicator_folder() / "second.txt", "later.example\n!! no indicator !!\nlast.example\n");
  EXPECT_TRUE(Matches("last.example")) << polder_->LogTail();
  EXPECT_TRUE(MatchesNow("later.example"));
  EXPECT_TRUE(polder_->WaitForText("second.txt:2", kPatience)) << polder_->LogTail();
}

}  // namespace
}  // namespace polder
