// polder feedback send to an HTTPS address, over real TLS.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/cli/run_polder.h"
#include "tests/connectors/http/python_server.h"
#include "tests/connectors/http/test_authority.h"
#include "tests/connectors/member/member_fixture.h"

namespace polder {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class FeedbackHttpsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!TestAuthority::HasOpenssl()) GTEST_SKIP() << "no openssl program (apt install openssl)";
    authority_ = std::make_unique<TestAuthority>();
    std::vector<std::string> arguments = authority_->ServerArguments();
    arguments.insert(arguments.end(), {"--folder", community_.folder() / "mail"});
    server_ = std::make_unique<PythonServer>(POLDER_HTTP_SERVER, arguments);
    community_.PostIndicator("seen.example");
    community_.PostManifest(community_.yesterday);
    community_.See("seen.example", community_.yesterday.start + kDayUs / 2, "1", "CLEAR");
  }

  // What lies behind `path` of the server is where batches are sent to.
  Ran Send(const std::string& path, bool with_authority = true) {
    std::string policy = community_.Policy(
        with_authority ? fmt::format("http: {{ca: {}, token: wxyz-token}}\n", authority_->Path("ca.pem"))
                       : "");
    const std::string from = "send_to: mail";
    policy.replace(policy.find(from), from.size(), "send_to: " + server_->Url(path, "https"));
    return RunPolder({"feedback", "send", "--now", "-c", community_.folder().Write("policy.yaml", policy)});
  }

  TestCommunity community_{4};
  std::unique_ptr<TestAuthority> authority_;
  std::unique_ptr<PythonServer> server_;
};

TEST_F(FeedbackHttpsTest, PostsTheSealedBatch) {
  const Ran ran = Send("/mailbox");
  EXPECT_EQ(ran.code, 0) << ran.err;
  const std::vector<Batch> mail = community_.Mail();
  ASSERT_THAT(mail, SizeIs(1)) << ran.err;
  EXPECT_THAT(mail[0].records, SizeIs(1));
  EXPECT_EQ(mail[0].epoch, community_.yesterday);
}

TEST_F(FeedbackHttpsTest, TriesAgainWhileTheServerIsBusyAndDeliversTheSameBytesOnce) {
  const Ran ran = Send("/busy/2");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(community_.Mail(), SizeIs(1));
}

TEST_F(FeedbackHttpsTest, SendsNothingToAServerThatNobodyVouchesFor) {
  const Ran ran = Send("/mailbox", /*with_authority=*/false);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(community_.SealedMail(), IsEmpty());
  EXPECT_THAT(ran.err, HasSubstr("certificate"));
}

TEST_F(FeedbackHttpsTest, ABatchThatTheServerHasAlreadyHasArrived) {
  const Ran ran = Send("/known");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("sent the batch"));
  EXPECT_THAT(Send("/known").err, HasSubstr("no batch is due"));
}

TEST_F(FeedbackHttpsTest, SaysWhyTheServerRefusedAndDeliversTheSameBytesLater) {
  const Ran refused = Send("/refuse");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("403"));
  EXPECT_THAT(refused.err, Not(HasSubstr("wxyz-token")));
  EXPECT_THAT(community_.SealedMail(), IsEmpty());
  const Ran ran = Send("/mailbox");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(community_.Mail(), SizeIs(1));
}

}  // namespace
}  // namespace polder
