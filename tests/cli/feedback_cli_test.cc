// polder feedback and verdict: the member's side, with folders as board and mailbox.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/cli/run_polder.h"
#include "tests/connectors/member/member_fixture.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class FeedbackCliTest : public ::testing::Test {
 protected:
  // The indicators that yesterday's manifest is about.
  void Publish(const std::vector<std::string>& domains) {
    for (const std::string& domain : domains) community_.PostIndicator(domain);
    community_.PostManifest(community_.yesterday);
  }
  Ran Feedback(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "feedback");
    arguments.insert(arguments.end(), {"-c", policy_});
    return RunPolder(arguments);
  }
  Ran Send() { return Feedback({"send", "--now"}); }
  Ran SayVerdict(const std::string& value, const std::string& verdict) {
    return RunPolder({"verdict", value, verdict, "-c", policy_});
  }
  void RememberNothingSent() const {
    EXPECT_THAT(community_.SealedMail(), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(ledger_) && std::filesystem::file_size(ledger_) > 0);
  }

  TestCommunity community_{4};
  const std::string policy_ = community_.WritePolicy();
  const std::string ledger_ = community_.folder() / "state/ledger.ndjson";
  const TimeUs noon_ = community_.yesterday.start + kDayUs / 2;
};

TEST_F(FeedbackCliTest, SendsWhatPreviewShowsAndRecordsIt) {
  Publish({"seen.example", "unseen.example"});
  community_.See("seen.example", noon_, "1", "CLEAR");
  community_.See("seen.example", noon_ + 1, "2", "CLEAR");
  community_.See("private.example", noon_, "3");
  community_.See("red.example", noon_, "4", "RED");

  const Ran preview = Feedback({"preview", "--json"});
  ASSERT_EQ(preview.code, 0) << preview.err;
  const auto shown = JsonLines(preview.out).at(0);
  EXPECT_THAT(shown["obstacles"], IsEmpty()) << preview.out;
  ASSERT_THAT(shown["leaves"], SizeIs(1));
  EXPECT_EQ(shown["leaves"][0]["value"], "seen.example");
  EXPECT_EQ(shown["leaves"][0]["record"]["count"], "2-9");
  EXPECT_EQ(shown["leaves"][0]["bytes"].get<std::string>().size(), 68U);
  EXPECT_THAT(shown["stays"], SizeIs(2));
  RememberNothingSent();

  const Ran text = Feedback({"preview"});
  EXPECT_THAT(text.out, AllOf(HasSubstr("domain seen.example"), HasSubstr("domain red.example"),
                              HasSubstr("would not leave: 2"), HasSubstr(shown["leaves"][0]["bytes"])));

  const Ran sent = Send();
  ASSERT_EQ(sent.code, 0) << sent.err;
  const auto mail = community_.Mail();
  ASSERT_THAT(mail, SizeIs(1)) << sent.err;
  EXPECT_EQ(mail[0].member, "harbour");
  EXPECT_EQ(mail[0].epoch, community_.yesterday);
  EXPECT_TRUE(mail[0].watched.Has(LogSource::kDns));
  ASSERT_THAT(mail[0].records, SizeIs(1));
  EXPECT_EQ(mail[0].records[0].ioc_id, MakeIocId(Kind::kDomain, "seen.example"));
  EXPECT_EQ(mail[0].records[0].count, CountBucket::kFew);
  EXPECT_FALSE(mail[0].records[0].late);
  EXPECT_EQ(Lines(sent.err).size(), 1U) << sent.err;

  const Ran ledger = Feedback({"ledger", "--verify", "--json"});
  EXPECT_EQ(ledger.code, 0) << ledger.err;
  const auto entries = JsonLines(ledger.out);
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0]["event"], "leaving");
  EXPECT_EQ(entries[0]["records"][0], shown["leaves"][0]["record"]);
  EXPECT_EQ(entries[1]["event"], "left");
  EXPECT_EQ(ledger.out.find("seen.example"), std::string::npos);
  EXPECT_EQ(ledger.out.find("secret-host"), std::string::npos);
}

TEST_F(FeedbackCliTest, SendsOneBatchOfOneSizeForAnEpochThoughItIsEmpty) {
  Publish({});
  EXPECT_EQ(Send().code, 0);
  const Ran again = Send();
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.err, HasSubstr("no batch is due"));
  const auto sealed = community_.SealedMail();
  ASSERT_THAT(sealed, SizeIs(1));
  EXPECT_EQ(sealed[0].size(), SealedBatchSize(4));
  const std::string date = FormatIsoTime(community_.yesterday.start).substr(0, 10);
  const Ran twice = Feedback({"send", "--now", "--epoch", date});
  EXPECT_EQ(twice.code, 2);
  EXPECT_THAT(twice.err, HasSubstr("was sent already"));
}

TEST_F(FeedbackCliTest, SendsNothingWithoutAManifestAndTellsWhatOfItDidNotComeHere) {
  community_.PostIndicator("seen.example");
  community_.See("seen.example", noon_, "1");
  const Ran none = Send();
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("has not yet signed the manifest"));
  RememberNothingSent();

  community_.PostManifest(community_.yesterday, 1);
  const Ran other = Send();
  EXPECT_EQ(other.code, 0);
  EXPECT_THAT(other.err, HasSubstr("1 of its 2 indicators did not come here"));
  EXPECT_THAT(community_.Mail(), SizeIs(1));
  EXPECT_EQ(Feedback({"manifest"}).code, 1);
}

TEST_F(FeedbackCliTest, SendsNothingOnceTheOperatorSignedTwoManifests) {
  Publish({"seen.example"});
  const Ran first = Feedback({"manifest", "--json"});
  EXPECT_EQ(first.code, 0);
  EXPECT_EQ(Feedback({"manifest"}).code, 0) << "it is remembered from now on";
  community_.PostIndicator("planted.example");
  community_.PostManifest(community_.yesterday);
  const Ran sent = Send();
  EXPECT_EQ(sent.code, 2);
  EXPECT_THAT(sent.err, HasSubstr("signed two manifests"));
  RememberNothingSent();

  const Ran differs =
      Feedback({"manifest", "--compare", community_.folder().Write("theirs.json", first.out)});
  EXPECT_EQ(differs.code, 1);
  EXPECT_THAT(differs.out, HasSubstr("differs: the operator signed both"));
}

TEST_F(FeedbackCliTest, ComparesManifestsWithAnotherMember) {
  Publish({"seen.example"});
  const std::string theirs = community_.folder().Write("theirs.json", Feedback({"manifest", "--json"}).out);
  const Ran same = Feedback({"manifest", "--compare", theirs});
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_THAT(same.out, HasSubstr("same: both members"));
  const Ran junk = Feedback({"manifest", "--compare", community_.folder().Write("junk.json", "{}")});
  EXPECT_EQ(junk.code, 2);
}

TEST_F(FeedbackCliTest, SendsNothingForAMemberThatWasRevoked) {
  Publish({});
  community_.Post(
      WithoutEntry(community_.roster(), "harbour", "revoked: for the test", community_.now - kSecondUs));
  const Ran sent = Send();
  EXPECT_EQ(sent.code, 2);
  EXPECT_THAT(sent.err, AllOf(HasSubstr("does not belong"), HasSubstr("revoked: for the test")));
  RememberNothingSent();
}

TEST_F(FeedbackCliTest, GoesByTheRosterItKnowsWhereTheBoardHasAnOlderOne) {
  Publish({});
  EXPECT_EQ(Send().code, 0);
  community_.Post(WithoutEntry(community_.roster(), "harbour", "left", community_.now - kSecondUs));
  EXPECT_THAT(Send().err, HasSubstr("does not belong"));
  std::filesystem::remove(community_.folder() / "board/roster-00000003.json");
  EXPECT_THAT(Send().err,
              AllOf(HasSubstr("somebody keeps the newer ones back"), HasSubstr("does not belong")));
}

TEST_F(FeedbackCliTest, TellsWhatCameTooLateWithTheNextBatch) {
  Publish({"on-time.example", "late.example"});
  const Epoch before = community_.yesterday.Previous();
  community_.PostManifest(before);
  community_.See("on-time.example", before.start + 1, "1");
  const std::string date = FormatIsoTime(before.start).substr(0, 10);
  ASSERT_EQ(Feedback({"send", "--now", "--epoch", date}).code, 0);
  community_.See("on-time.example", before.start + 2, "2");
  community_.See("late.example", before.start + 3, "3");
  ASSERT_EQ(Send().code, 0);
  for (const Batch& batch : community_.Mail()) {
    ASSERT_THAT(batch.records, SizeIs(1));
    const bool late = batch.epoch == community_.yesterday;
    EXPECT_EQ(batch.records[0].late, late);
    EXPECT_EQ(batch.records[0].ioc_id, MakeIocId(Kind::kDomain, late ? "late.example" : "on-time.example"));
  }
  EXPECT_THAT(community_.Mail(), SizeIs(2));
}

TEST_F(FeedbackCliTest, TellsOfRecordsThatHaveNoRoom) {
  std::vector<std::string> domains;
  for (int i = 0; i < 6; ++i) domains.push_back(fmt::format("d{}.example", i));
  Publish(domains);
  for (const std::string& domain : domains) community_.See(domain, noon_, domain);
  const Ran sent = Send();
  EXPECT_THAT(sent.err, AllOf(HasSubstr("4 records"), HasSubstr("2 wait for the next")));
  ASSERT_THAT(community_.Mail(), SizeIs(1));
  EXPECT_THAT(community_.Mail()[0].records, SizeIs(4));
}

TEST_F(FeedbackCliTest, DeliversTheSameBytesAgainThatHadNotArrived) {
  Publish({});
  std::filesystem::remove(community_.folder() / "mail");
  const Ran failed = Send();
  EXPECT_EQ(failed.code, 2) << failed.err;
  std::filesystem::create_directories(community_.folder() / "mail");
  const Ran sent = Send();
  EXPECT_EQ(sent.code, 0) << sent.err;
  EXPECT_THAT(sent.err, HasSubstr("made earlier, it had not arrived"));
  const auto sealed = community_.SealedMail();
  ASSERT_THAT(sealed, SizeIs(1));
  const auto entries = JsonLines(Feedback({"ledger", "--json"}).out);
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0]["digest"], ToHex(Blake2b256(sealed[0])));
}

TEST_F(FeedbackCliTest, KeepsASecondSenderOut) {
  Publish({});
  std::filesystem::create_directories(community_.folder() / "state");
  const int lock =
      open((community_.folder() / "state/sender.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(flock(lock, LOCK_EX), 0);
  const Ran second = Send();
  close(lock);
  EXPECT_EQ(second.code, 2);
  EXPECT_THAT(second.err, HasSubstr("another polder feedback send"));
}

TEST_F(FeedbackCliTest, TheLedgerTellsWhatWasDoneToIt) {
  Publish({});
  ASSERT_EQ(Send().code, 0);
  std::filesystem::resize_file(ledger_, std::filesystem::file_size(ledger_) / 2);
  const Ran verify = Feedback({"ledger", "--verify"});
  EXPECT_EQ(verify.code, 1);
  EXPECT_THAT(verify.err, HasSubstr("ledger.ndjson:1: altered"));
  EXPECT_THAT(Send().err, HasSubstr("nothing is sent before it is clear"));
}

TEST_F(FeedbackCliTest, AVerdictGoesWithTheNextBatch) {
  Publish({"seen.example"});
  community_.See("seen.example", noon_, "1");
  const Ran unseen = SayVerdict("other.example", "confirmed");
  EXPECT_EQ(unseen.code, 2);
  EXPECT_THAT(unseen.err, HasSubstr("was never seen here"));
  EXPECT_EQ(SayVerdict("seen.example", "maybe").code, 2);
  EXPECT_EQ(SayVerdict("not a value", "confirmed").code, 2);
  const Ran given = SayVerdict("Seen[.]Example", "false_positive");
  EXPECT_EQ(given.code, 0) << given.err;
  ASSERT_EQ(Send().code, 0);
  ASSERT_THAT(community_.Mail(), SizeIs(1));
  ASSERT_THAT(community_.Mail()[0].records, SizeIs(1));
  EXPECT_EQ(community_.Mail()[0].records[0].verdict, Verdict::kFalsePositive);
}

TEST_F(FeedbackCliTest, FollowSendsWhatIsDueAndEndsWithSigterm) {
  Publish({});
  const pid_t pid = fork();
  if (pid == 0) {
    alarm(60);
    execl(POLDER_BINARY, "polder", "feedback", "send", "--follow", "--now", "-c", policy_.c_str(), nullptr);
    _exit(127);
  }
  for (int i = 0; i < 300 && community_.SealedMail().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  kill(pid, SIGTERM);
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_THAT(community_.Mail(), SizeIs(1));
}

TEST_F(FeedbackCliTest, SaysWhatIsWrongWithThePolicy) {
  const std::string wrong = community_.folder().Write("wrong.yaml", community_.Policy("polcy: {}\n"));
  const Ran ran = RunPolder({"feedback", "send", "-c", wrong});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("wrong.yaml:9:1: unknown key 'polcy'; did you mean 'policy'?"));
  EXPECT_EQ(RunPolder({"feedback", "preview"}).code, 2);
}

TEST_F(FeedbackCliTest, IsCheckedAsOtherConfigurationsAre) {
  const Ran sound = RunPolder({"check", policy_});
  EXPECT_EQ(sound.code, 0) << sound.out;
  EXPECT_THAT(sound.out, HasSubstr("and sound"));
  const Ran wrong =
      RunPolder({"check", community_.folder().Write("wrong.yaml", community_.Policy("sate: x\n"))});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.out, HasSubstr("did you mean 'state'?"));
  std::string nameless = community_.Policy();
  nameless.erase(0, nameless.find('\n') + 1);
  const Ran incomplete = RunPolder({"check", community_.folder().Write("nameless.yaml", nameless)});
  EXPECT_EQ(incomplete.code, 2);
  EXPECT_THAT(incomplete.out, HasSubstr("member: harbour")) << "not as a configuration of polder run";
  const Ran settings =
      RunPolder({"check", community_.folder().Write("settings.yaml", "board: board\nmailbox: [mail]\n")});
  EXPECT_EQ(settings.code, 0) << settings.out;
  EXPECT_THAT(settings.out, HasSubstr("the settings of an operator's folder, and sound"));
}

}  // namespace
}  // namespace polder
