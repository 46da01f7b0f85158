#include "connectors/feeds/fetched_feeds.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "connectors/kafka/embedded_broker.h"
#include "tests/connectors/http/python_server.h"

namespace polder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FetchedFeedsTest : public ::testing::Test {
 protected:
  std::unique_ptr<RemoteFeed> Open(const RemoteOrigin& origin) {
    auto feed = OpenRemoteFeed(origin, &cancelled_);
    EXPECT_TRUE(feed.ok()) << feed.status();
    return *std::move(feed);
  }
  // Of an event with `number`; the reader is not asked here.
  static std::string Uuid(int number) { return fmt::format("5f3a1c5e-0d10-4f3b-8a53-{:012}", number); }
  void ServeEvents(std::initializer_list<int> numbers) {
    std::string manifest;
    for (const int number : numbers) {
      WriteFile(web_.path() / (Uuid(number) + ".json"), R"({"Event":{}})");
      if (!manifest.empty()) manifest += ',';
      manifest += fmt::format(R"("{}":{{"info":"x","timestamp":"1700000000"}})", Uuid(number));
    }
    WriteFile(web_.path() / "manifest.json", fmt::format("{{{}}}", manifest));
  }
  static std::vector<std::string> Words(const FeedPoll& poll) {
    std::vector<std::string> words;
    for (const FeedDocument& document : poll.documents) {
      words.push_back(fmt::format("{} {}", document.mode == FeedDocument::Mode::kGone ? "gone" : "whole",
                                  document.path.substr(document.path.size() - 1)));
    }
    std::sort(words.begin(), words.end());
    return words;
  }

  std::atomic<bool> cancelled_{false};
  TempFolder web_;
  PythonServer server_{POLDER_HTTP_SERVER, {"--folder", web_.path().string()}};
};

TEST_F(FetchedFeedsTest, AreNamedByWhereTheyComeFrom) {
  EXPECT_EQ(NameOf(UrlOrigin{.url = "https://a/b.txt", .http = {}}), "https://a/b.txt");
  EXPECT_EQ(NameOf(MispOrigin{.url = "https://a/", .http = {}}), "https://a/");
  EXPECT_EQ(NameOf(TaxiiOrigin{.url = "https://a/", .collection = "", .http = {}}), "https://a/");
  EXPECT_EQ(NameOf(TaxiiOrigin{.url = "https://a/", .collection = "C", .http = {}}), "https://a/ C");
  EXPECT_EQ(NameOf(TopicOrigin{.brokers = "b", .topic = "t", .properties = {}}), "topic t");
}

TEST_F(FetchedFeedsTest, RefuseOptionsThatContradictEachOther) {
  UrlOrigin both{.url = server_.Url("/files/a"), .http = {}};
  both.http.credentials = {.user = "me", .password = "hunter2", .bearer = "t"};
  const absl::Status status = OpenRemoteFeed(both, &cancelled_).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::Not(HasSubstr("hunter2")));
}

TEST_F(FetchedFeedsTest, HandOutAFileAgainThatWasNotTaken) {
  WriteFile(web_.path() / "a.txt", "a.example\n");
  const auto feed = Open(UrlOrigin{.url = server_.Url("/files/a.txt"), .http = FastOptions()});
  EXPECT_THAT(feed->Poll().documents, SizeIs(1));
  feed->Settle(true);
  EXPECT_THAT(feed->Poll().documents, IsEmpty());
  WriteFile(web_.path() / "a.txt", "b.example\n");
  EXPECT_THAT(feed->Poll().documents, SizeIs(1));
  feed->Settle(false);
  const FeedPoll again = feed->Poll();
  ASSERT_THAT(again.documents, SizeIs(1));
  EXPECT_EQ(again.documents[0].bytes, "b.example\n");
}

TEST_F(FetchedFeedsTest, HandOutMispEventsAgainThatWereNotTakenAndThoseThatAreGone) {
  ServeEvents({1, 2, 3});
  const auto feed = Open(MispOrigin{.url = server_.Url("/files/"), .http = FastOptions()});
  EXPECT_THAT(Words(feed->Poll()), ElementsAre("whole 1", "whole 2", "whole 3"));
  feed->Settle(true);
  EXPECT_THAT(Words(feed->Poll()), IsEmpty());
  ServeEvents({3, 4});
  EXPECT_THAT(Words(feed->Poll()), ElementsAre("gone 1", "gone 2", "whole 4"));
  feed->Settle(false);
  EXPECT_THAT(Words(feed->Poll()), ElementsAre("gone 1", "gone 2", "whole 4"));
  feed->Settle(false);
  ServeEvents({4});
  EXPECT_THAT(Words(feed->Poll()), ElementsAre("gone 1", "gone 2", "gone 3", "whole 4"));
  feed->Settle(true);
  EXPECT_THAT(Words(feed->Poll()), IsEmpty());
}

TEST_F(FetchedFeedsTest, SayWhyThereIsNothingAndAskAgainSoon) {
  const auto feed = Open(UrlOrigin{.url = server_.Url("/files/none"), .http = FastOptions()});
  const FeedPoll poll = feed->Poll();
  EXPECT_TRUE(absl::IsNotFound(poll.problem)) << poll.problem;
  EXPECT_FALSE(poll.complete);
  EXPECT_LE(poll.wait, milliseconds(10'000));
  EXPECT_GT(poll.wait, milliseconds(0));
}

// That one which is not there is told from brokers that are away is shown with a real broker: this one makes
// topics as it is asked for them.
TEST_F(FetchedFeedsTest, ReachTheEndOfAnEmptyTopic) {
  const auto broker = EmbeddedBroker::Start();
  ASSERT_TRUE(broker.ok()) << broker.status();
  ASSERT_TRUE((*broker)->CreateTopic("empty", 3).ok());
  const auto feed = Open(TopicOrigin{.brokers = (*broker)->brokers(), .topic = "empty", .properties = {}});
  bool complete = false;
  for (int i = 0; i < 100 && !complete; ++i) {
    const FeedPoll poll = feed->Poll();
    ASSERT_TRUE(poll.problem.ok()) << poll.problem;
    EXPECT_THAT(poll.documents, IsEmpty());
    complete = poll.complete;
  }
  EXPECT_TRUE(complete);
}

TEST_F(FetchedFeedsTest, EndSoonOnceCancelledWhileNoBrokerAnswers) {
  const auto feed = Open(TopicOrigin{.brokers = "127.0.0.1:1", .topic = "t", .properties = {}});
  std::thread canceller([this] {
    std::this_thread::sleep_for(milliseconds(300));
    cancelled_ = true;
  });
  const auto start = steady_clock::now();
  const FeedPoll poll = feed->Poll();
  canceller.join();
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(3));
  EXPECT_TRUE(absl::IsCancelled(poll.problem)) << poll.problem;
}

}  // namespace
}  // namespace polder
