// polder check: what is wrong before anything runs.
#include <gmock/gmock.h>

#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using CheckTest = CliTest;

TEST_F(CheckTest, IsCleanWhereNothingIsRefused) {
  const Ran ran = RunPolder({"check", bad_});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_THAT(
      ran.out,
      AllOf(HasSubstr(bad_ + ": plain list: 2 read, 2 taken, 0 refused\n"),
            HasSubstr("together: 2 indicators of 2 values in force; 0 superseded, 0 repeated, 0 revoked"),
            HasSubstr("  network  1\n"), HasSubstr("  domain   1\n")));
}

TEST_F(CheckTest, ListsEverythingThatIsRefusedAndExitsOne) {
  std::string list = "co.uk\nevil.example\n";
  for (int i = 0; i < 30; ++i) list += "not a name\n";
  const std::string path = folder_.Write("dirty.txt", list);
  const Ran ran = RunPolder({"check", path});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, AllOf(HasSubstr(path + ":3: "), HasSubstr(path + ":32: "), HasSubstr("public suffix"),
                             HasSubstr("32 read, 1 taken, 31 refused (1 guarded, 30 unclear value)")));
  const Ran open = RunPolder({"check", "--guard", "off", path});
  EXPECT_THAT(open.out, HasSubstr("32 read, 2 taken, 30 refused (30 unclear value)"));
}

TEST_F(CheckTest, AddsUpSeveralFilesAndFolders) {
  folder_.Write("more/a.txt", "evil.example\na.example\n");
  folder_.Write("more/b.txt", "b.example\nb.example\n");
  const Ran ran = RunPolder({"check", bad_, folder_ / "more"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out,
              HasSubstr("together: 5 indicators of 4 values in force; 0 superseded, 1 repeated, 0 revoked"));
}

TEST_F(CheckTest, ExitsTwoWhereAFileIsUnusable) {
  for (const std::string& path :
       {folder_ / "absent", folder_.Write("x.json", "{\"type\":"), folder_.Write("y.xml", "<a/>")}) {
    const Ran ran = RunPolder({"check", bad_, path});
    EXPECT_EQ(ran.code, 2) << path;
    EXPECT_THAT(ran.out, AllOf(HasSubstr(path), HasSubstr("together: 2 indicators"))) << path;
  }
}

TEST_F(CheckTest, ChecksAConfigurationWithItsIndicators) {
  const std::string config = folder_.Write("polder.yaml",
                                           "kafka:\n  brokers: localhost:9092\n  group: polder\n"
                                           "input:\n  topics: [logs]\n"
                                           "output:\n  topic: sightings\n"
                                           "indicators:\n  - path: " +
                                               bad_ + "\n");
  const Ran ran = RunPolder({"check", config});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr(config + ": configuration is sound"), HasSubstr("together: 2 indicators")));
}

TEST_F(CheckTest, SaysWhereAConfigurationIsWrong) {
  const std::string config = folder_.Write("polder.yaml", "kafka:\n  brokerz: localhost:9092\n");
  const Ran ran = RunPolder({"check", config});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.out, AllOf(HasSubstr(config + ":2:3"), HasSubstr("brokerz"), HasSubstr("brokers")));
}

}  // namespace
}  // namespace polder
