// The operator's machine dies in the middle of a command. Run again, each ends with what it would have made,
// and the board never shows two different documents of the same version or epoch.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "connectors/community/load_community.h"
#include "connectors/files/read_file.h"
#include "engine/community/signed_document.h"
#include "engine/feedback/batch.h"
#include "tests/cli/run_polder.h"
#include "tests/sim/crash_points.h"

namespace polder {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TimeUs WholeSecondsNow() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
             .count() *
         kSecondUs;
}

class IsacCrashTest : public ::testing::Test {
 protected:
  // Five members since last week; one batch of each lies in the mailbox, one thing beside them is none.
  void SetUp() override {
    if (!MayTrace()) GTEST_SKIP() << "ptrace is not allowed here";
    const Ran init = Polder({"isac", "init", "--folder", isac_, "--community", "delta", "--operator", "isac",
                             "--batch-records", "16", "--board", board_, "--mailbox", place_ / "mailbox",
                             "--since", last_week_});
    operator_ = ParsePartyKeys(Lines(init.out).at(0)).value();
    for (const char* name : {"anna", "bert", "cees", "dirk", "elsa"}) {
      const PartySecrets secrets = NewPartySecrets();
      Add(name, secrets);
      place_.Write(fmt::format("mailbox/{}.batch", name), Sealed(name, secrets));
    }
    place_.Write("mailbox/rubbish.batch", "rubbish");
    place_.Write("feed.csv", "domain,tlp\nevil.example,GREEN\nrare.example,GREEN\n");
  }

  Ran Polder(const std::vector<std::string>& arguments, int code = 0) {
    Ran ran = RunPolder(arguments);
    EXPECT_EQ(ran.code, code) << ran.out << ran.err;
    return ran;
  }
  std::vector<std::string> Isac(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "isac");
    arguments.insert(arguments.end(), {"--folder", isac_});
    return arguments;
  }
  std::vector<std::string> AddArguments(const std::string& name, const PartySecrets& secrets) const {
    const std::string statement = place_.Write(
        name + ".json", RenderSignedDocument(MakeKeyStatement(name, secrets, WholeSecondsNow())) + "\n");
    return Isac({"roster", "add", statement, "--group", name, "--since", last_week_});
  }
  void Add(const std::string& name, const PartySecrets& secrets) { Polder(AddArguments(name, secrets)); }
  std::string Sealed(const std::string& name, const PartySecrets& secrets) const {
    Batch batch;
    batch.community = "delta";
    batch.member = name;
    batch.recipient = operator_.sealing;
    batch.epoch = yesterday_;
    Feedback seen;
    seen.ioc_id = MakeIocId(Kind::kDomain, name <= "cees" ? "evil.example" : "rare.example");
    batch.records = {seen};
    return SealBatch(EncodeBatch(batch, 16, secrets.signing), operator_.sealing).value();
  }
  void CollectAll() {
    Polder({"isac", "collect", "--folder", isac_, "--indicators", place_ / "feed.csv", "--source", "feed"});
  }

  // File name and what is signed in it.
  std::map<std::string, std::string> Board() const {
    std::map<std::string, std::string> bodies;
    for (const auto& entry : std::filesystem::directory_iterator(board_)) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".json")) continue;
      const auto text = ReadWholeFile(entry.path().string(), 1 << 22);
      const auto document = ReadSignedDocument(text.value_or(""));
      EXPECT_TRUE(document.ok()) << name << ": " << document.status();
      if (document.ok()) bodies[name] = document->body;
    }
    return bodies;
  }
  // Every document that was there is there still, and says the same.
  void ExpectTheSame(const std::map<std::string, std::string>& before) const {
    const auto now = Board();
    for (const auto& [name, body] : before) {
      ASSERT_TRUE(now.contains(name)) << name;
      EXPECT_EQ(now.at(name), body) << name;
    }
  }
  // As a member reads it who knows the operator's first keys.
  std::optional<Community> AsRead() const {
    Place board;
    board.name = board_;
    std::vector<std::string> refused;
    auto community = LoadCommunity(board, operator_, "", WholeSecondsNow(),
                                   [&](const std::string& where, const absl::Status& why) {
                                     refused.push_back(where + ": " + std::string(why.message()));
                                   });
    EXPECT_TRUE(community.ok()) << community.status();
    EXPECT_THAT(refused, IsEmpty());
    if (!community.ok()) return std::nullopt;
    return *std::move(community);
  }
  std::string File(const std::string& name) const {
    return ReadWholeFile(place_ / name, 1 << 22).value_or("none");
  }
  std::size_t ForEachPoint(const std::vector<std::string>& arguments,
                           const std::function<void(const CrashedRun&)>& check) {
    return ForEachCrashPoint(place_.path(), arguments, check);
  }

  TemporaryFolder place_;
  const std::string isac_ = place_ / "isac";
  const std::string board_ = place_ / "board";
  const std::string last_week_ = FormatIsoTime(WholeSecondsNow() - 7 * kDayUs);
  const Epoch yesterday_ = Epoch::Of(WholeSecondsNow()).Previous();
  PartyKeys operator_;
};

TEST_F(IsacCrashTest, ARevocationIsInForceOnceItIsRunAgain) {
  const auto killed =
      ForEachPoint(Isac({"roster", "revoke", "anna", "--reason", "key lost"}), [&](const CrashedRun&) {
        const auto before = Board();
        const Ran again = RunPolder(Isac({"roster", "revoke", "anna", "--reason", "key lost"}));
        // It says that she is revoked already, if the roster is written and only the board is behind.
        if (again.code != 0) Polder(Isac({"roster", "post"}));
        ExpectTheSame(before);
        const auto community = AsRead();
        ASSERT_TRUE(community.has_value());
        EXPECT_EQ(community->roster_version(), 7U);
        EXPECT_FALSE(community->roster()->Find("anna")->BelongsAt(WholeSecondsNow() + 5 * kSecondUs));
      });
  EXPECT_GT(killed, 5U);
}

TEST_F(IsacCrashTest, AnotherChangeOfTheRosterMendsTheBoard) {
  const PartySecrets fred = NewPartySecrets();
  const auto other = AddArguments("fred", fred);
  ForEachPoint(Isac({"roster", "revoke", "anna", "--reason", "key lost"}), [&](const CrashedRun&) {
    const auto before = Board();
    Polder(other);
    ExpectTheSame(before);
    const auto community = AsRead();
    ASSERT_TRUE(community.has_value());
    EXPECT_NE(community->roster()->Find("fred"), nullptr);
    const auto listed = nlohmann::json::parse(Polder(Isac({"roster", "list", "--json"})).out);
    EXPECT_EQ(listed["version"], community->roster_version());
  });
}

TEST_F(IsacCrashTest, TheOperatorsKeysAreTheOldOnesOrTheNew) {
  const auto killed = ForEachPoint(Isac({"rotate-key"}), [&](const CrashedRun&) {
    const auto before = Board();
    Polder(Isac({"roster", "post"}));
    Polder(Isac({"manifest"}));
    ExpectTheSame(before);
    const auto community = AsRead();
    ASSERT_TRUE(community.has_value());
    EXPECT_NE(community->ManifestOf(yesterday_.start), nullptr);
    // What was sealed to the old keys is read.
    EXPECT_THAT(Polder(Isac({"collect"})).out, HasSubstr("accepted 5"));
  });
  EXPECT_GT(killed, 5U);
}

TEST_F(IsacCrashTest, AnEpochHasOneManifest) {
  ForEachPoint(Isac({"manifest"}), [&](const CrashedRun&) {
    const auto before = Board();
    const Ran first = Polder(Isac({"manifest"}));
    EXPECT_EQ(Polder(Isac({"manifest"})).out, first.out);
    ExpectTheSame(before);
    const auto community = AsRead();
    ASSERT_TRUE(community.has_value());
    EXPECT_NE(community->ManifestOf(yesterday_.start), nullptr);
  });
}

TEST_F(IsacCrashTest, EveryBatchIsTakenOnceAndNoneIsLost) {
  const auto collect = Isac({"collect", "--indicators", place_ / "feed.csv", "--source", "feed"});
  const auto killed = ForEachPoint(collect, [&](const CrashedRun&) {
    Polder(collect);
    EXPECT_THAT(Polder(Isac({"collect"})).out, HasSubstr("accepted 0, known 5"));
    Polder(Isac({"release", "--to", place_ / "out"}));
    const auto released = nlohmann::json::parse(
        File(fmt::format("out/release-{}.members.json", FormatIsoTime(yesterday_.start).substr(0, 10))));
    EXPECT_THAT(released["released"], SizeIs(1)) << released.dump(1);
  });
  EXPECT_GT(killed, 5U);
}

TEST_F(IsacCrashTest, AReleaseIsTheSameForAllHoweverOftenItIsPublished) {
  CollectAll();
  const auto release = Isac({"release", "--to", place_ / "out"});
  const std::string name = "out/release-" + FormatIsoTime(yesterday_.start).substr(0, 10) + ".members.json";
  const auto killed = ForEachPoint(release, [&](const CrashedRun&) {
    const auto before = Board();
    const std::string written = File(name);
    const Ran again = RunPolder(release);
    if (again.code != 0) {
      EXPECT_THAT(again.err, HasSubstr("--again"));
      Polder(Isac({"release", "--to", place_ / "out", "--again"}));
    }
    ExpectTheSame(before);
    EXPECT_THAT(written, AnyOf("none", File(name)));
    EXPECT_THAT(nlohmann::json::parse(File(name))["released"], SizeIs(1));
    const auto community = AsRead();
    ASSERT_TRUE(community.has_value());
  });
  EXPECT_GT(killed, 5U);
}

TEST_F(IsacCrashTest, IndicatorsThatArePublishedAgainAreWhole) {
  const std::vector<std::string> publish = {"publish",
                                            "-i",
                                            place_ / "feed.csv",
                                            "--board",
                                            board_,
                                            "--name",
                                            "isac",
                                            "--key",
                                            isac_ + "/operator.key",
                                            "--operator-key",
                                            FormatPartyKeys(operator_)};
  ForEachPoint(publish, [&](const CrashedRun&) {
    ASSERT_TRUE(AsRead().has_value()) << "half a document stands on the board";
    Polder(publish);
    const auto community = AsRead();
    ASSERT_TRUE(community.has_value());
    EXPECT_THAT(community->ListAsOf(WholeSecondsNow() + kSecondUs), SizeIs(2));
  });
}

}  // namespace
}  // namespace polder
