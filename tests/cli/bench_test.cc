#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/run_polder.h"
#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

TEST(BenchCommand, PrintsWhatTheSetCostsToBuildHoldSwapAndMatch) {
  TemporaryFolder folder;
  const std::string feed = folder.Write("bad.txt", "evil.example\n192.0.2.0/24\n");
  const std::string log =
      folder.Write("log.json", "{\"a\":\"www.evil.example\"}\n{\"a\":\"good.example\"}\n");
  const Ran ran = RunPolder({"bench", "-i", feed, log});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(
      ran.out,
      AllOf(HasSubstr("2 indicators of 2 values in force"), ContainsRegex("build .* s from files"),
            ContainsRegex("memory .* bytes an indicator"),
            ContainsRegex("swap .* 1000 indicators in or out within"), ContainsRegex("matching .* MB/s"),
            HasSubstr("2 events"), HasSubstr("1 events with 1 hits")));
}

TEST(BenchCommand, NeedsIndicatorsThatCanBeRead) {
  const Ran ran = RunPolder({"bench", "-i", "/nowhere/at/all"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("/nowhere/at/all"));
}

}  // namespace
}  // namespace polder
