// polder isac scorecard and polder feedback own, on the folder of an operator who has released an epoch.
#include <gmock/gmock.h>

#include <filesystem>

#include "connectors/community/key_file.h"
#include "connectors/files/read_file.h"
#include "connectors/isac/catalogue_refresh.h"
#include "connectors/isac/releaser.h"
#include "tests/cli/run_polder.h"
#include "tests/connectors/isac/operator_fixture.h"

namespace polder {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Json = nlohmann::json;

class IsacScorecardCli : public OperatorFixture {
 protected:
  IsacScorecardCli() {
    Read("desk", "domain,tlp\nevil.example,GREEN\nrare.example,GREEN\nquiet.example,GREEN\n");
    Read("=copy", "domain,tlp\nevil.example,GREEN\n");
    Report({"anna", "bert", "cees"}, {"evil.example"});
    Report({"dirk"}, {"rare.example"});
    EXPECT_TRUE(ReleaseThrough(*folder_, *OpenStore(), epoch_, after_).ok());
  }
  void Read(const std::string& source, const std::string& csv) {
    const std::string list = temporary_.Write("feed.csv", csv);
    const auto store = OpenStore();
    CatalogueStore catalogue(store->database());
    LimitedMessages messages([](const std::string&) {});
    EXPECT_TRUE(RefreshFromFiles({list}, source, folder_->roster(), catalogue, founded_, messages).ok());
  }
  void Report(const std::vector<std::string>& who, const std::vector<std::string>& domains) {
    std::vector<std::string> batches;
    for (const std::string& member : who) batches.push_back(Sealed(BatchOf(member, epoch_, domains)));
    EXPECT_EQ(Collect(batches, epoch_.end() + kSecondUs).report.accepted, who.size());
  }
  Ran Scorecard(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"isac", "scorecard", "--folder", path_});
    return RunPolder(arguments);
  }
  std::string Text(const std::string& path) {
    const auto text = ReadWholeFile(path, 1 << 22);
    EXPECT_TRUE(text.ok()) << path;
    return text.ok() ? *text : "";
  }
  std::string KeyFile(const std::string& member) {
    const std::string path = temporary_ / (member + ".key");
    EXPECT_TRUE(WriteKeyFile(path, members_.at(member)).ok());
    return path;
  }
};

TEST_F(IsacScorecardCli, WritesPageJsonAndCsvOfTheSameFigures) {
  const std::string html = temporary_ / "out.html";
  const std::string json = temporary_ / "out.json";
  const std::string csv = temporary_ / "out.csv";
  const Ran ran = Scorecard({"-o", html, "--json", json, "--csv", csv});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, html + "\n" + json + "\n" + csv + "\n");
  const Json card = Json::parse(Text(json));
  EXPECT_EQ(card["community"], "delta");
  EXPECT_EQ(card["period"]["start"], "2026-05-06T00:00:00Z");
  EXPECT_EQ(card["all"]["figures"]["indicators"], 3);
  EXPECT_EQ(card["all"]["figures"]["seen"], 1);
  EXPECT_EQ(card["all"]["figures"]["below_k_at_least"], "hidden");
  EXPECT_EQ(card["all"]["figures"]["lead_within_day"], 1);
  ASSERT_EQ(card["sources"].size(), 2U);
  EXPECT_EQ(card["sources"][0]["figures"]["credit"], 0.5);
  EXPECT_THAT(Text(csv), HasSubstr("\r\n'=copy,all,1,"));
  EXPECT_THAT(Text(html), StartsWith("<!DOCTYPE html>"));
  for (const std::string& path : {html, json, csv}) {
    for (const auto& [member, keys] : members_) EXPECT_THAT(Text(path), Not(HasSubstr(member))) << path;
  }
}

TEST_F(IsacScorecardCli, WithoutFilesPrintsItsThreeSentences) {
  const Ran ran = Scorecard({});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(Lines(ran.out).size(), 3U);
  EXPECT_THAT(ran.out, HasSubstr("the 2 sources of delta had 3 indicators in force"));
}

TEST_F(IsacScorecardCli, OfATimeThatIsOverStaysAsItWasWhenAMemberIsRevoked) {
  const auto figures = [&] {
    const std::string json = temporary_ / "out.json";
    EXPECT_EQ(Scorecard({"--json", json, "--to", "2026-05-06"}).code, 0);
    return Json::parse(Text(json));
  };
  const Json before = figures();
  EXPECT_EQ(before["all"]["figures"]["group_epochs_at_least"], 3);
  Revoke("anna", after_ + kDayUs);
  Revoke("bert", after_ + kDayUs);
  EXPECT_EQ(figures(), before) << "the difference would be what they reported";
}

TEST_F(IsacScorecardCli, SaysSoIfThereIsNoReleaseInTheTime) {
  const Ran ran = Scorecard({"--from", "2026-05-07"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("there is no release in this time"));
  EXPECT_EQ(Scorecard({"--from", "2026-05-06", "--to", "2026-05-06"}).code, 0);
  EXPECT_EQ(Scorecard({"--to", "2026-05-05"}).code, 2);
}

TEST_F(IsacScorecardCli, RefusesTimesThatAreNone) {
  EXPECT_THAT(Scorecard({"--from", "yesterday"}).err, HasSubstr("--from 'yesterday': expected a date"));
  EXPECT_THAT(Scorecard({"--from", "2026-05-06", "--to", "2026-05-01"}).err, HasSubstr("is before --from"));
}

TEST_F(IsacScorecardCli, ShowsAMemberItsOwnContributionAlone) {
  const std::string html = temporary_ / "out.html";
  ASSERT_EQ(Scorecard({"-o", html, "--member", "dirk", "--member", "anna"}).code, 0);
  const std::string sealed = temporary_ / "dirk.sealed";
  const std::string key = KeyFile("dirk");
  const Ran own =
      RunPolder({"feedback", "own", sealed, "--key", key, "--operator-key", path_ + "/operator.pub"});
  ASSERT_EQ(own.code, 0) << own.err;
  const Json json = Json::parse(own.out);
  EXPECT_EQ(json["polder"], "contribution/1");
  EXPECT_EQ(json["member"], "dirk");
  EXPECT_EQ(json["totals"]["records"], 1);
  EXPECT_EQ(json["totals"]["released"], 0);
  EXPECT_EQ(json["batches"][0]["records"][0]["value"], "rare.example");
  EXPECT_THAT(own.out, Not(HasSubstr("evil.example")));
  EXPECT_THAT(own.out, Not(HasSubstr("anna")));
  // Their files do not differ in size, and no other key opens them.
  EXPECT_EQ(std::filesystem::file_size(sealed), std::filesystem::file_size(temporary_ / "anna.sealed"));
  const Ran others = RunPolder({"feedback", "own", sealed, "--key", KeyFile("anna")});
  EXPECT_EQ(others.code, 2);
  EXPECT_THAT(others.err, HasSubstr("does not open it"));
}

TEST_F(IsacScorecardCli, OwnChecksWhoMadeTheFile) {
  ASSERT_EQ(Scorecard({"-o", temporary_ / "out.html", "--member", "anna"}).code, 0);
  const std::string sealed = temporary_ / "anna.sealed";
  const std::string key = KeyFile("anna");
  const Ran unchecked = RunPolder({"feedback", "own", sealed, "--key", key});
  EXPECT_EQ(unchecked.code, 0);
  EXPECT_THAT(unchecked.err, HasSubstr("was not checked"));
  const std::string stranger = FormatPartyKeys(NewPartySecrets().Public());
  const Ran forged = RunPolder({"feedback", "own", sealed, "--key", key, "--operator-key", stranger});
  EXPECT_EQ(forged.code, 2);
  EXPECT_THAT(forged.err, HasSubstr("not signed with the key of the operator"));
  EXPECT_EQ(RunPolder({"feedback", "own", sealed, "--key", key, "--operator-key", "nonsense"}).code, 2);
}

TEST_F(IsacScorecardCli, SendsNothingToWhoDoesNotBelong) {
  EXPECT_THAT(Scorecard({"--member", "nobody"}).err, HasSubstr("nobody on the roster"));
  EXPECT_THAT(Scorecard({"--member", "isac"}).err, HasSubstr("nobody on the roster who sends feedback"));
  Revoke("dirk", after_ + kDayUs);
  const Ran revoked = Scorecard({"--member", "dirk"});
  EXPECT_EQ(revoked.code, 2);
  EXPECT_THAT(revoked.err, HasSubstr("does not belong"));
}

}  // namespace
}  // namespace polder
