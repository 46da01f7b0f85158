// polder feedback and polder isac, on sightings in files.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class CommunityTest : public CliTest {
 protected:
  // The sightings of a member who saw `names` on 2024-05-06.
  std::string Sightings(const std::string& file, const std::vector<std::string>& names) {
    std::string list = "domain,tlp\n", log;
    for (const std::string& name : names) {
      list += name + ",GREEN\n";
      log += fmt::format("{{\"timestamp\":\"2024-05-06T13:00:00Z\",\"host\":\"secret-host\",\"q\":\"{}\"}}\n",
                         name);
    }
    const Ran ran = RunPolder({"match", "-i", folder_.Write(file + ".csv", list)}, log);
    EXPECT_EQ(ran.code, names.empty() ? 2 : 0) << ran.err;
    return folder_.Write(file, ran.out);
  }
};

TEST_F(CommunityTest, PreviewShowsEveryRecordThatWouldLeaveAndNothingElse) {
  const std::string sightings = Sightings("s.ndjson", {"a.example", "b.example"});
  const Ran ran = RunPolder({"feedback", "preview", sightings});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto records = JsonLines(ran.out);
  ASSERT_THAT(records, SizeIs(2));
  for (const auto& record : records) {
    EXPECT_EQ(record.at("verdict"), "seen");
    EXPECT_EQ(record.at("ioc_id").get<std::string>().size(), 64U);
  }
  EXPECT_EQ(ran.out.find("secret-host"), std::string::npos);
  EXPECT_EQ(ran.out.find("a.example"), std::string::npos);
  EXPECT_THAT(ran.err,
              AllOf(HasSubstr("epoch 2024-05-06T00:00:00Z to 2024-05-07T00:00:00Z: 2 records would leave"),
                    HasSubstr("Nothing has left")));
}

TEST_F(CommunityTest, PreviewTakesTheEpochThatIsAskedFor) {
  const std::string sightings = Sightings("s.ndjson", {"a.example"});
  const Ran other = RunPolder({"feedback", "preview", "--epoch", "2024-05-07", sightings});
  EXPECT_EQ(other.code, 0);
  EXPECT_EQ(other.out, "");
  EXPECT_EQ(RunPolder({"feedback", "preview", "--epoch", "tomorrow", sightings}).code, 2);
  EXPECT_EQ(RunPolder({"feedback", "preview", folder_.Write("empty", "")}).code, 2);
  EXPECT_EQ(RunPolder({"feedback", "preview", folder_ / "absent"}).code, 2);
}

TEST_F(CommunityTest, PreviewCountsAnEventOnceHoweverOftenItWasDelivered) {
  const std::string sightings = Sightings("s.ndjson", {"a.example"});
  const Ran once = RunPolder({"feedback", "preview", sightings});
  const Ran twice = RunPolder({"feedback", "preview", sightings, sightings});
  EXPECT_EQ(once.out, twice.out);
}

TEST_F(CommunityTest, PreviewCountsLinesThatAreNoSightings) {
  const std::string sightings = Sightings("s.ndjson", {"a.example"});
  const Ran ran = RunPolder({"feedback", "preview", sightings, folder_.Write("junk", "{}\nnot json\n")});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("junk:1: not a sighting"), HasSubstr("2 lines were no sightings")));
}

TEST_F(CommunityTest, PreviewSaysWhyARecordWouldNotLeave) {
  const std::string list = folder_.Write("unmarked.txt", "a.example\n");
  const Ran matched =
      RunPolder({"match", "-i", list}, R"({"timestamp":"2024-05-06T13:00:00Z","q":"a.example"})"
                                       "\n");
  const Ran ran = RunPolder({"feedback", "preview", folder_.Write("s.ndjson", matched.out)});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, AllOf(HasSubstr("would not leave: domain a.example: "),
                             HasSubstr("0 records would leave, 1 would not"),
                             HasSubstr("as if all indicators were in the community's manifest")));
}

}  // namespace
}  // namespace polder
