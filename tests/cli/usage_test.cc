// How the commands answer to being misused.
#include <gmock/gmock.h>

#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::HasSubstr;

using UsageTest = CliTest;

TEST_F(UsageTest, ExitsTwoForWhatItDoesNotKnow) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"frobnicate"},
                                             {"--frobnicate"},
                                             {"match"},
                                             {"match", "-i", bad_, "--frobnicate"},
                                             {"match", "-i", bad_, "--threads", "0"},
                                             {"match", "-i", bad_, "--threads", "many"},
                                             {"match", "-i", bad_, "--format", "morse"},
                                             {"check"},
                                             {"check", "--frobnicate", bad_},
                                             {"run"},
                                             {"feedback"},
                                             {"feedback", "preview"},
                                             {"isac"},
                                             {"isac", "release"}}) {
    const Ran ran = RunPolder(arguments, "evil.example\n");
    EXPECT_EQ(ran.code, 2) << ::testing::PrintToString(arguments);
    EXPECT_EQ(ran.out, "") << ::testing::PrintToString(arguments);
    EXPECT_NE(ran.err, "") << ::testing::PrintToString(arguments);
  }
}

TEST_F(UsageTest, PrintsItsVersionAndHelp) {
  const Ran version = RunPolder({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, ::testing::MatchesRegex("polder [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  for (const std::string command : {"match", "run", "check", "demo", "feedback", "isac"}) {
    const Ran help = RunPolder({command, "--help"});
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_THAT(help.out, HasSubstr("--help")) << command;
  }
}

TEST_F(UsageTest, SaysWhatIsWrongWithAConfigurationBeforeItRuns) {
  EXPECT_EQ(RunPolder({"run", "-c", folder_ / "absent.yaml"}).code, 2);
  const Ran ran = RunPolder({"run", "-c", folder_.Write("polder.yaml", "frobnicate: 1\n")});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("polder.yaml:1:1"));
}

}  // namespace
}  // namespace polder
