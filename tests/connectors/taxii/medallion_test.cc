// The client against OASIS's own TAXII server.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "connectors/taxii/taxii_client.h"
#include "rules/read/reader.h"
#include "tests/connectors/http/python_server.h"
#include "tests/connectors/taxii/page_collector.h"

namespace polder {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr const char* kIndicators = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";
constexpr const char* kLastBlock = "2024-02-01T00:01:00.000000Z";

class MedallionTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(POLDER_TAXII_PYTHON)) {
      GTEST_SKIP() << "no TAXII server: " << POLDER_TAXII_PYTHON << " is not there; ./dev test makes it";
    }
  }

  PythonServer& Start(std::vector<std::string> arguments = {}) {
    server_ =
        std::make_unique<PythonServer>(POLDER_MEDALLION_SERVER, std::move(arguments), POLDER_TAXII_PYTHON);
    return *server_;
  }

  TaxiiConfig Config(const std::string& path = "/taxii2/", const std::string& collection = "Indicators") {
    TaxiiConfig config;
    config.url = server_->Url(path);
    config.collection = collection;
    config.http = FastOptions();
    config.http.credentials = {.user = "user", .password = "secret-pass"};
    return config;
  }

  std::unique_ptr<TaxiiClient> Open(const TaxiiConfig& config) {
    auto client = TaxiiClient::Open(config);
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }

  void Post(const std::string& envelope) {
    const std::filesystem::path file = server_->folder() / "envelope.json";
    const std::filesystem::path log = server_->folder() / "post.log";
    WriteFile(file, envelope);
    const std::string url = server_->Url(fmt::format("/api1/collections/{}/", kIndicators));
    EXPECT_EQ(ChildProcess({POLDER_TAXII_PYTHON, POLDER_POST_OBJECTS, url, file.string()}, log)
                  .Wait(std::chrono::seconds(30)),
              0)
        << Tail(log);
  }

  std::unique_ptr<PythonServer> server_;
};

std::string IndicatorJson(int number, const std::string& modified) {
  return fmt::format(R"({{"type": "indicator", "spec_version": "2.1",
    "id": "indicator--00000000-0000-4000-8000-{:012}", "created": "2024-01-01T00:00:00.000Z",
    "modified": "{}", "valid_from": "2024-01-01T00:00:00Z", "pattern_type": "stix",
    "created_by_ref": "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff", "revoked": {},
    "pattern": "[domain-name:value = 'host{}.evil.example']"}})",
                     number, modified, number < 250, number);
}

TEST_F(MedallionTest, ReadsACollectionOfMoreThanOnePage) {
  Start();
  const auto client = Open(Config());
  PageCollector collector;
  const auto poll = client->Poll("", collector.Sink());
  ASSERT_TRUE(poll.ok()) << poll.status();
  EXPECT_TRUE(poll->complete) << poll->problem;
  EXPECT_EQ(poll->pages, 3u);
  EXPECT_EQ(collector.Count("indicator"), 250u);
  EXPECT_EQ(collector.indicators_seen, 250u);
  EXPECT_EQ(collector.Count("malware"), 0u);
  EXPECT_EQ(poll->added_after, kLastBlock);
  EXPECT_THAT(poll->warnings, SizeIs(0));
}

TEST_F(MedallionTest, HandsOnPagesThatTheReaderOfIndicatorsTakes) {
  Start();
  const auto client = Open(Config());
  std::size_t indicators = 0;
  const auto poll = client->Poll("", [&indicators](const std::string& text) {
    const ReadResult result = ReadIndicators(text, {"taxii", "member", Tlp::kUnmarked, -1, false, {}});
    EXPECT_TRUE(result.refusals.empty()) << result.refusals[0].Message();
    for (const polder::Indicator& indicator : result.indicators) {
      // The identity came with the last page.
      EXPECT_EQ(indicator.provider, "Member Seven");
    }
    indicators += result.indicators.size();
    return absl::OkStatus();
  });
  ASSERT_TRUE(poll.ok()) << poll.status();
  EXPECT_EQ(indicators, 250u);
}

TEST_F(MedallionTest, FindsACollectionByEveryFormOfAddress) {
  Start({"--objects", "20"});
  const std::string collection = fmt::format("/api1/collections/{}", kIndicators);
  struct Case {
    std::string path;
    std::string name;
  };
  for (const Case& c : {Case{"/", "indicators"}, Case{"/taxii2", kIndicators}, Case{"/api1/", "Indicators"},
                        Case{"/api1/collections/", "Indicators"}, Case{"/taxii2/", ""}, Case{collection, ""},
                        Case{collection + "/objects/", kIndicators}}) {
    PageCollector collector;
    const auto poll = Open(Config(c.path, c.name))->Poll("", collector.Sink());
    ASSERT_TRUE(poll.ok()) << c.path << ": " << poll.status();
    EXPECT_EQ(collector.Count("indicator"), 20u) << c.path;
  }
}

TEST_F(MedallionTest, ListsCollectionsAndWhatItLeavesOut) {
  Start({"--objects", "1"});
  auto http = HttpClient::Create(Config().http);
  ASSERT_TRUE(http.ok());
  const auto listing = ListTaxiiCollections(**http, server_->Url("/taxii2/"));
  ASSERT_TRUE(listing.ok()) << listing.status();
  ASSERT_THAT(listing->collections, SizeIs(2));
  EXPECT_EQ(listing->collections[0].title, "Indicators");
  EXPECT_FALSE(listing->collections[1].can_read);
  ASSERT_THAT(listing->left_out, SizeIs(1));
  EXPECT_THAT(listing->left_out[0],
              AllOf(HasSubstr("http://feeds.example/api2/"), HasSubstr("another host")));
}

TEST_F(MedallionTest, SaysWhatIsWrongWithTheConfiguration) {
  Start({"--objects", "1"});
  PageCollector collector;
  TaxiiConfig wrong = Config();
  wrong.http.credentials.password = "not-the-pass";
  absl::Status status = Open(wrong)->Poll("", collector.Sink()).status();
  EXPECT_TRUE(absl::IsUnauthenticated(status)) << status;
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("not-the-pass")));

  status = Open(Config("/taxii2/", "No such"))->Poll("", collector.Sink()).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("'Indicators'"), HasSubstr(kIndicators)));

  status = Open(Config("/api1/collections/0000/", ""))->Poll("", collector.Sink()).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  status = Open(Config("/taxii2/", "Private"))->Poll("", collector.Sink()).status();
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  status = Open(Config("/api9/", ""))->Poll("", collector.Sink()).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_EQ(collector.pages, 0u);
}

TEST_F(MedallionTest, ReadsOnlyWhatWasAddedSinceTheLastPoll) {
  Start();
  const auto client = Open(Config());
  PageCollector all;
  auto poll = client->Poll("", all.Sink());
  ASSERT_TRUE(poll.ok()) << poll.status();

  PageCollector nothing;
  poll = client->Poll(poll->added_after, nothing.Sink());
  ASSERT_TRUE(poll.ok()) << poll.status();
  EXPECT_TRUE(poll->complete);
  EXPECT_EQ(nothing.pages, 0u);
  EXPECT_EQ(poll->added_after, kLastBlock);

  // A new one, and a newer version of an old one, that revokes it.
  const std::string modified = "2024-03-01T00:00:00.000Z";
  Post(fmt::format(R"({{"objects": [{}, {}]}})", IndicatorJson(900, modified), IndicatorJson(7, modified)));
  PageCollector news;
  poll = client->Poll(poll->added_after, news.Sink());
  ASSERT_TRUE(poll.ok()) << poll.status();
  EXPECT_EQ(news.Count("indicator"), 2u);
  EXPECT_EQ(news.objects["indicator--00000000-0000-4000-8000-000000000007"]["revoked"], true);
  // Their creator is handed on with them, though it is not new.
  EXPECT_EQ(news.Count("identity"), 1u);
  EXPECT_GT(poll->added_after, kLastBlock);

  PageCollector again;
  ASSERT_TRUE(client->Poll(poll->added_after, again.Sink()).ok());
  EXPECT_EQ(again.pages, 0u);
}

TEST_F(MedallionTest, GoesOnOverLimitsUntilAllIsRead) {
  Start();
  TaxiiConfig config = Config();
  config.filter.limit = 30;
  config.limits.pages = 3;
  const auto client = Open(config);
  PageCollector collector;
  std::string cursor;
  int polls = 0;
  for (bool complete = false; !complete && polls < 20; ++polls) {
    const auto poll = client->Poll(cursor, collector.Sink());
    ASSERT_TRUE(poll.ok()) << poll.status();
    cursor = poll->added_after;
    complete = poll->complete;
  }
  EXPECT_EQ(cursor, kLastBlock);
  EXPECT_EQ(collector.Count("indicator"), 250u);
  EXPECT_LT(polls, 10);
}

TEST_F(MedallionTest, LosesNothingWhenTheServerIsKilledInTheMidstOfAPage) {
  PythonServer& server = Start({"--slow"});
  const auto client = Open(Config());
  PageCollector collector;
  std::thread killer;
  const auto take = collector.Sink();
  const auto first = client->Poll("", [&](std::string text) {
    if (!killer.joinable()) {
      killer = std::thread([&server] {
        std::this_thread::sleep_for(std::chrono::milliseconds(1500));
        server.Kill();
      });
    }
    return take(std::move(text));
  });
  killer.join();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(first->complete);
  EXPECT_TRUE(absl::IsUnavailable(first->problem)) << first->problem;
  EXPECT_THAT(std::string(first->problem.message()),
              AllOf(HasSubstr("broke off after"), Not(HasSubstr("after 0 "))));
  EXPECT_EQ(collector.Count("indicator"), 100u);
  // The first page ends in the midst of the third block.
  EXPECT_EQ(first->added_after, "2024-02-01T00:00:02.123455Z");

  EXPECT_TRUE(absl::IsUnavailable(client->Poll(first->added_after, collector.Sink()).status()));
  server.Restart();
  const auto second = client->Poll(first->added_after, collector.Sink());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(second->complete) << second->problem;
  EXPECT_EQ(collector.Count("indicator"), 250u);
  EXPECT_EQ(second->added_after, kLastBlock);
}

}  // namespace
}  // namespace polder
