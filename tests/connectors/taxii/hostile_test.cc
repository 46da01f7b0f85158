// The client against servers that are broken or mean harm: it ends, keeps what whole pages said, and the next
// poll misses nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/taxii/taxii_client.h"
#include "tests/connectors/http/python_server.h"
#include "tests/connectors/taxii/page_collector.h"

namespace polder {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class HostileTaxiiTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = new PythonServer(POLDER_HOSTILE_SERVER); }
  static void TearDownTestSuite() { delete server_; }

  std::unique_ptr<TaxiiClient> Client(const std::string& way, TaxiiConfig config = {}) {
    config.url = server_->Url("/" + way + "/collections/c/");
    config.http = FastOptions();
    config.http.max_response_bytes = 1'000'000;
    config.http.credentials = {.user = "user", .password = "secret-pass"};
    auto client = TaxiiClient::Open(config);
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }

  // The first poll stops at the second page, for `reason`; the second one, from the cursor, gets the rest.
  void ExpectResumes(const std::string& way, const std::string& reason) {
    const auto client = Client(way);
    PageCollector collector;
    const auto first = client->Poll("", collector.Sink());
    ASSERT_TRUE(first.ok()) << way << ": " << first.status();
    EXPECT_FALSE(first->complete) << way;
    EXPECT_THAT(std::string(first->problem.message()),
                AllOf(HasSubstr(reason), HasSubstr("/" + way + "/"), Not(HasSubstr("secret-pass"))));
    EXPECT_EQ(collector.Count("indicator"), 10u) << way;
    EXPECT_EQ(first->added_after, "2024-02-01T00:00:00.999999Z") << way;
    const auto second = client->Poll(first->added_after, collector.Sink());
    ASSERT_TRUE(second.ok()) << way << ": " << second.status();
    EXPECT_TRUE(second->complete) << way << ": " << second->problem;
    EXPECT_EQ(collector.Count("indicator"), 50u) << way;
    EXPECT_EQ(second->added_after, "2024-02-01T00:00:09.000000Z") << way;
  }

  static inline PythonServer* server_;
};

TEST_F(HostileTaxiiTest, LosesNothingWhenAPageBreaksOff) {
  ExpectResumes("broken", "broke off");
  ExpectResumes("cut", "only the beginning");
}

TEST_F(HostileTaxiiTest, LosesNothingWhenAPageIsNoEnvelope) {
  ExpectResumes("html", "HTML");
  ExpectResumes("deep", "levels");
}

TEST_F(HostileTaxiiTest, LosesNothingWhenAPageIsTooLarge) {
  ExpectResumes("large", "more than the 1000000 bytes");
}

TEST_F(HostileTaxiiTest, DoesNotFollowAPageToAnotherHost) {
  ExpectResumes("elsewhere", "redirects to");
  EXPECT_THAT(Fetch(server_->Url("/log")), Not(HasSubstr("stolen")));
}

TEST_F(HostileTaxiiTest, WaitsWhenItIsAskedToAndGoesOn) {
  PageCollector collector;
  const auto poll = Client("busy")->Poll("", collector.Sink());
  ASSERT_TRUE(poll.ok()) << poll.status();
  EXPECT_TRUE(poll->complete) << poll->problem;
  EXPECT_EQ(collector.Count("indicator"), 50u);
}

TEST_F(HostileTaxiiTest, EndsWhereThereIsAlwaysMore) {
  struct Case {
    const char* way;
    const char* reason;
    std::size_t indicators;
  };
  for (const Case& c :
       {Case{"same", "same objects as one before", 10}, Case{"hollow", "no objects", 10},
        Case{"forever", "limit of 20 pages", 200}, Case{"onemoment", "same objects as one before", 10}}) {
    TaxiiConfig config;
    config.limits.pages = 20;
    PageCollector collector;
    const auto poll = Client(c.way, config)->Poll("", collector.Sink());
    ASSERT_TRUE(poll.ok()) << poll.status();
    EXPECT_FALSE(poll->complete);
    EXPECT_THAT(std::string(poll->problem.message()), HasSubstr(c.reason));
    EXPECT_EQ(collector.Count("indicator"), c.indicators) << c.way;
  }
}

TEST_F(HostileTaxiiTest, ReadsAllWhereOnePageIsEmpty) {
  PageCollector collector;
  const auto poll = Client("gap")->Poll("", collector.Sink());
  ASSERT_TRUE(poll.ok()) << poll.status();
  EXPECT_TRUE(poll->complete) << poll->problem;
  EXPECT_EQ(collector.Count("indicator"), 50u);
}

TEST_F(HostileTaxiiTest, ReadsAllWithoutNextThoughPagesEndInTheMidstOfAMoment) {
  PageCollector collector;
  const auto poll = Client("bydate")->Poll("", collector.Sink());
  ASSERT_TRUE(poll.ok()) << poll.status();
  EXPECT_TRUE(poll->complete) << poll->problem;
  EXPECT_EQ(collector.Count("indicator"), 50u);
  EXPECT_EQ(poll->added_after, "2024-02-01T00:00:09.000000Z");
}

TEST_F(HostileTaxiiTest, ReadsAllAgainFromAServerWithoutDates) {
  const auto client = Client("undated");
  PageCollector collector;
  const auto poll = client->Poll("", collector.Sink());
  ASSERT_TRUE(poll.ok()) << poll.status();
  EXPECT_TRUE(poll->complete);
  EXPECT_EQ(collector.Count("indicator"), 50u);
  EXPECT_EQ(poll->added_after, "");
  EXPECT_EQ(poll->warnings.size(), 1u);
}

TEST_F(HostileTaxiiTest, ReadsAllAgainWhereAServerThatBeginsWithTheNewestIsCutShort) {
  const auto client = Client("backwards");
  PageCollector collector;
  const auto first = client->Poll("", collector.Sink());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(first->complete);
  EXPECT_EQ(first->added_after, "");
  const auto second = client->Poll(first->added_after, collector.Sink());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(collector.Count("indicator"), 50u);
}

TEST_F(HostileTaxiiTest, CountsAPageAsNotReadWhenItIsNotTaken) {
  const auto client = Client("bydate");
  int calls = 0;
  const auto poll = client->Poll("", [&calls](const std::string&) {
    return ++calls == 3 ? absl::InternalError("the disk is full") : absl::OkStatus();
  });
  ASSERT_TRUE(poll.ok());
  EXPECT_EQ(poll->problem.message(), "the disk is full");
  EXPECT_EQ(poll->pages, 2u);
  EXPECT_FALSE(client->Poll("", [](const std::string&) { return absl::InternalError("no"); }).ok());
}

TEST_F(HostileTaxiiTest, SaysThatNothingCameAtAll) {
  PageCollector collector;
  const absl::Status error = Client("error")->Poll("", collector.Sink()).status();
  EXPECT_THAT(std::string(error.message()), HasSubstr("no envelope of objects"));
  const absl::Status gone = Client("nowhere")->Poll("", collector.Sink()).status();
  EXPECT_TRUE(absl::IsNotFound(gone)) << gone;
  EXPECT_FALSE(Client("same")->Poll("last week", collector.Sink()).ok());
  EXPECT_EQ(collector.pages, 0u);
}

TEST_F(HostileTaxiiTest, EndsAPollThatIsCancelled) {
  std::atomic<bool> cancelled = false;
  TaxiiConfig config;
  config.url = server_->Url("/bydate/collections/c/");
  config.http = FastOptions();
  config.http.cancelled = &cancelled;
  const auto client = TaxiiClient::Open(config);
  ASSERT_TRUE(client.ok());
  const auto poll = (*client)->Poll("", [&cancelled](const std::string&) {
    cancelled = true;
    return absl::OkStatus();
  });
  ASSERT_TRUE(poll.ok());
  EXPECT_TRUE(absl::IsCancelled(poll->problem));
  EXPECT_EQ(poll->pages, 1u);
}

}  // namespace
}  // namespace polder
