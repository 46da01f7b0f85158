// polder feedback send where something is not as on the best day: states that know nothing yet, waiting,
// mailboxes that do not answer.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "connectors/files/read_file.h"
#include "tests/cli/run_polder.h"
#include "tests/connectors/member/member_fixture.h"

namespace polder {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TimeUs kHourUs = 3'600 * kSecondUs;

class FeedbackSendTest : public ::testing::Test {
 protected:
  void Publish(const Epoch& epoch) {
    community_.PostIndicator("seen.example");
    community_.PostManifest(epoch);
  }
  // polder feedback send in the background, its messages in a file.
  class Running {
   public:
    Running(const std::vector<std::string>& arguments, std::string err) : err_(std::move(err)) {
      std::vector<std::string> all = {"polder", "feedback", "send"};
      all.insert(all.end(), arguments.begin(), arguments.end());
      std::vector<char*> argv;
      for (std::string& one : all) argv.push_back(one.data());
      argv.push_back(nullptr);
      pid_ = fork();
      if (pid_ != 0) return;
      alarm(60);
      if (std::freopen(err_.c_str(), "wb", stderr) == nullptr) _exit(126);
      execv(POLDER_BINARY, argv.data());
      _exit(127);
    }
    bool Says(const std::string& text) const {
      for (int i = 0; i < 300; ++i) {
        if (Messages().find(text) != std::string::npos) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
      return false;
    }
    std::string Messages() const { return ReadWholeFile(err_, 1 << 20).value_or(""); }
    // Its exit code, or 128 and the signal; -1 if it did not end within some seconds.
    int End() {
      kill(pid_, SIGTERM);
      int status = 0;
      for (int i = 0; i < 80; ++i) {
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
          return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
      kill(pid_, SIGKILL);
      waitpid(pid_, &status, 0);
      return -1;
    }

   private:
    std::string err_;
    pid_t pid_ = -1;
  };
  Running Send(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-c", policy_});
    return Running(arguments, community_.folder() / "messages");
  }
  void SendTo(const std::string& place) const {
    std::string policy = community_.Policy();
    const std::string from = "send_to: mail";
    policy.replace(policy.find(from), from.size(), "send_to: " + place);
    community_.folder().Write("policy.yaml", policy);
  }

  TestCommunity community_{4};
  const std::string policy_ = community_.WritePolicy();
};

// With a day in place of the hour the sighting would be older than the member's first batch.
TEST_F(FeedbackSendTest, AVerdictBeforeAllElseCountsByTheEpochsOfTheCommunity) {
  Roster hourly = community_.roster();
  hourly.terms.epoch_length = kHourUs;
  ++hourly.version;
  community_.Post(hourly);
  const Epoch last = Epoch::Of(community_.now, kHourUs).Previous();
  Publish(last);
  community_.See("seen.example", last.start + kHourUs / 2, "1");
  const Ran verdict = RunPolder({"verdict", "seen.example", "confirmed", "-c", policy_});
  ASSERT_EQ(verdict.code, 0) << verdict.err;
  const Ran sent = RunPolder({"feedback", "send", "--now", "-c", policy_});
  ASSERT_EQ(sent.code, 0) << sent.err;
  ASSERT_THAT(community_.Mail(), SizeIs(1));
  ASSERT_THAT(community_.Mail()[0].records, SizeIs(1)) << sent.err;
  EXPECT_EQ(community_.Mail()[0].records[0].verdict, Verdict::kConfirmed);
  EXPECT_FALSE(community_.Mail()[0].records[0].late);
}

TEST_F(FeedbackSendTest, AVerdictIsRefusedWhileNobodyKnowsHowLongAnEpochIs) {
  community_.See("seen.example", community_.yesterday.start, "1");
  std::filesystem::rename(community_.folder() / "board", community_.folder() / "away");
  const Ran refused = RunPolder({"verdict", "seen.example", "confirmed", "-c", policy_});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("board: there is no such folder"));
  std::filesystem::rename(community_.folder() / "away", community_.folder() / "board");
  EXPECT_EQ(RunPolder({"verdict", "seen.example", "confirmed", "-c", policy_}).code, 0);
}

TEST_F(FeedbackSendTest, SaysHowLongItWaitsAndThatItWasEndedMeanwhile) {
  Publish(community_.yesterday);
  Running sending = Send({});
  EXPECT_TRUE(sending.Says("waiting until 20"));
  EXPECT_EQ(sending.End(), 2);
  EXPECT_THAT(sending.Messages(), HasSubstr("ended before anything was sent"));
  EXPECT_THAT(community_.SealedMail(), IsEmpty());
}

TEST_F(FeedbackSendTest, TakesATimeForAnEpochAsWell) {
  Publish(community_.yesterday);
  const std::string noon = FormatIsoTime(community_.yesterday.start + 12 * kHourUs);
  const Ran wrong = RunPolder({"feedback", "send", "--now", "--epoch", "yesterday", "-c", policy_});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--epoch 'yesterday': expected a date such as 2024-05-06, or a time"));
  const Ran sent = RunPolder({"feedback", "send", "--now", "--epoch", noon.substr(0, 16), "-c", policy_});
  EXPECT_EQ(sent.code, 0) << sent.err;
  ASSERT_THAT(community_.Mail(), SizeIs(1));
  EXPECT_EQ(community_.Mail()[0].epoch, community_.yesterday);
}

TEST_F(FeedbackSendTest, FollowEndsThoughTheMailboxNeverAnswers) {
  Publish(community_.yesterday);
  const int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(silent, reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(silent, 8), 0);
  ASSERT_EQ(getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size), 0);
  SendTo(fmt::format("http://127.0.0.1:{}/mailbox", ntohs(address.sin_port)));
  Running sending = Send({"--follow", "--now"});
  const std::string ledger = community_.folder() / "state/ledger.ndjson";
  for (int i = 0; i < 300 && !(std::filesystem::exists(ledger) && std::filesystem::file_size(ledger) > 0);
       ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(sending.End(), 0) << sending.Messages();
  close(silent);
}

TEST_F(FeedbackSendTest, FollowGoesOnWhenTheMailboxIsNotThere) {
  Publish(community_.yesterday);
  std::filesystem::remove(community_.folder() / "mail");
  Running sending = Send({"--follow", "--now"});
  EXPECT_TRUE(sending.Says("there is no such folder"));
  EXPECT_EQ(sending.End(), 0) << "it was still there";
}

}  // namespace
}  // namespace polder
