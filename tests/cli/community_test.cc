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
    std::string list, log;
    for (const std::string& name : names) {
      list += name + "\n";
      log += fmt::format("{{\"timestamp\":\"2024-05-06T13:00:00Z\",\"host\":\"secret-host\",\"q\":\"{}\"}}\n",
                         name);
    }
    const Ran ran = RunPolder({"match", "-i", folder_.Write(file + ".list", list)}, log);
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
                    HasSubstr("nothing has left")));
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

TEST_F(CommunityTest, SendIsNotYetSupported) {
  const Ran ran = RunPolder({"feedback", "send"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("not yet supported"));
}

TEST_F(CommunityTest, ReleasePublishesWhatEnoughGroupsSaw) {
  std::vector<std::string> arguments = {"isac", "release"};
  for (int member = 0; member < 5; ++member) {
    std::vector<std::string> names = {"all.example"};
    if (member < 2) names.push_back("two.example");
    const std::string file = Sightings(fmt::format("m{}.ndjson", member), names);
    arguments.insert(arguments.end(), {"--member", fmt::format("m{}={}", member, file)});
  }
  const Ran ran = RunPolder(arguments);
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto releases = JsonLines(ran.out);
  ASSERT_THAT(releases, SizeIs(1));
  EXPECT_EQ(releases[0]["k"], 3);
  EXPECT_EQ(releases[0]["members"], 5);
  EXPECT_THAT(releases[0]["released"], SizeIs(1));
  EXPECT_EQ(releases[0]["suppressed"]["indicators"], 1);
  EXPECT_EQ(releases[0]["suppressed"]["reports"], 2);
}

TEST_F(CommunityTest, ReleaseCountsAGroupOnceAndGathersTheFilesOfAMember) {
  const std::string a = Sightings("a.ndjson", {"all.example"});
  const std::string b = Sightings("b.ndjson", {"b.example"});
  const Ran ran =
      RunPolder({"isac", "release", "--member", "m1@g=" + a, "--member", "m2@g=" + a, "--member", "m3@g=" + a,
                 "--member", "m4=" + b, "--member", "m5=" + b, "--member", "m5=" + a});
  EXPECT_EQ(ran.code, 0) << ran.err;
  // all.example in the groups g and m5, b.example in m4 and m5: both below 3.
  const auto release = JsonLines(ran.out).at(0);
  EXPECT_THAT(release["released"], SizeIs(0));
  EXPECT_EQ(release["suppressed"]["indicators"], 2);
  EXPECT_EQ(release["suppressed"]["reports"], 4);
}

TEST_F(CommunityTest, ReleaseGivesNothingForASmallCommunity) {
  const std::string a = Sightings("a.ndjson", {"all.example"});
  const Ran ran = RunPolder({"isac", "release", "--member", "m1=" + a, "--member", "m2=" + a, "--member",
                             "m3=" + a, "--member", "m4=" + a});
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(JsonLines(ran.out).at(0)["k"].is_null());
  EXPECT_THAT(ran.err, HasSubstr("below 5 nothing is released"));
}

TEST_F(CommunityTest, ReleaseSaysWhatIsWrongWithAMember) {
  const std::string a = Sightings("a.ndjson", {"all.example"});
  for (const std::string& member :
       {std::string("m1"), "=" + a, std::string("m1="), "m1=" + (folder_ / "absent")}) {
    const Ran ran = RunPolder({"isac", "release", "--member", member});
    EXPECT_EQ(ran.code, 2) << member;
    EXPECT_THAT(ran.err, HasSubstr("error: ")) << member;
  }
  EXPECT_EQ(RunPolder({"isac", "release", "--member", "m1@g=" + a, "--member", "m1@h=" + a}).code, 2);
}

}  // namespace
}  // namespace polder
