#include "connectors/feeds/feed_hub.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/connectors/files/test_files.h"
#include "tests/connectors/http/python_server.h"

namespace polder {
namespace {

using std::chrono::milliseconds;

class FeedHubTest : public ::testing::Test {
 protected:
  FeedHubTest() {
    options_.files = {{.path = folder_.Write("a.txt", Names(40)), .terms = {.source = "file"}}};
  }
  ~FeedHubTest() override {
    stop_ = true;
    if (follower_.joinable()) follower_.join();
  }

  static std::string Names(int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += fmt::format("n{}.example\n", i);
    return list;
  }
  // A feed that is asked once an hour unless something else makes it.
  void AddUrl(const std::string& file, const std::string& source) {
    options_.remotes.push_back(
        {UrlOrigin{.url = server_.Url("/files/" + file), .http = FastOptions()}, {.source = source}});
  }
  absl::Status Start() {
    hub_ = std::make_unique<FeedHub>(std::move(options_), holder_);
    return hub_->Start(stop_);
  }
  void Follow() {
    follower_ = std::thread([this] { hub_->Follow(stop_); });
  }
  std::size_t Count() { return holder_.Current()->indicator_count(); }
  bool CountBecomes(std::size_t count) {
    return WaitUntil(std::chrono::seconds(15), [&] { return Count() == count; });
  }

  TemporaryFolder folder_;
  TempFolder web_;
  PythonServer server_{POLDER_HTTP_SERVER, {"--folder", web_.path().string()}};
  FeedHub::Options options_;
  SnapshotHolder holder_;
  std::atomic<bool> stop_{false};
  std::unique_ptr<FeedHub> hub_;
  std::thread follower_;
};

TEST_F(FeedHubTest, StartsWithFilesAndWithWhatIsFetched) {
  WriteFile(web_.path() / "b.txt", "b.example\n");
  AddUrl("b.txt", "web");
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(Count(), 41u);
  EXPECT_EQ(holder_.Current()->generation(), 1u);
}

TEST_F(FeedHubTest, StartsWithoutAFeedThatIsAway) {
  AddUrl("none.txt", "web");
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(Count(), 40u);
}

TEST_F(FeedHubTest, DoesNotStartWithoutAFile) {
  options_.files.push_back({.path = folder_ / "none.txt"});
  const absl::Status started = Start();
  EXPECT_TRUE(absl::IsInvalidArgument(started)) << started;
  EXPECT_NE(std::string(started.message()).find("none.txt"), std::string::npos) << started;
}

TEST_F(FeedHubTest, EndsTheStartOnceItIsStopped) {
  options_.remotes.push_back({TopicOrigin{.brokers = "127.0.0.1:1", .topic = "t", .properties = {}}, {}});
  std::thread stopper([this] {
    std::this_thread::sleep_for(milliseconds(300));
    stop_ = true;
  });
  const auto start = std::chrono::steady_clock::now();
  const absl::Status started = Start();
  stopper.join();
  hub_.reset();
  EXPECT_TRUE(started.ok()) << started;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(FeedHubTest, AsksFeedsAgainWhenItReloads) {
  WriteFile(web_.path() / "b.txt", "b.example\n");
  AddUrl("b.txt", "web");
  ASSERT_TRUE(Start().ok());
  Follow();
  WriteFile(web_.path() / "b.txt", "b.example\nc.example\n");
  hub_->Reload();
  EXPECT_TRUE(CountBecomes(42));
}

TEST_F(FeedHubTest, JudgesTwoSourcesOfOneAddressEachByItself) {
  WriteFile(web_.path() / "b.txt", Names(40));
  AddUrl("b.txt", "one");
  AddUrl("b.txt", "two");
  ASSERT_TRUE(Start().ok());
  Follow();
  EXPECT_EQ(Count(), 120u);
  // By 62 % each; both as one would not be held at the second.
  WriteFile(web_.path() / "b.txt", Names(15));
  hub_->Reload();
  std::this_thread::sleep_for(milliseconds(1000));
  EXPECT_EQ(Count(), 120u);
  hub_->Reload();
  EXPECT_TRUE(CountBecomes(70)) << Count();
}

}  // namespace
}  // namespace polder
