// Boards and mailboxes into which others write, and which may not answer.
#include "connectors/community/place.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <thread>

#include "engine/community/signed_document.h"
#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

Place Named(std::string name) {
  Place place;
  place.name = std::move(name);
  return place;
}

class PlaceTest : public ::testing::Test {
 protected:
  std::vector<std::string> Board() const {
    std::vector<std::string> all;
    EXPECT_TRUE(
        ReadBoard(place_, [&](const std::string&, std::string_view bytes) { all.emplace_back(bytes); }).ok());
    return all;
  }
  std::vector<std::string> Mail(std::size_t largest) const {
    std::vector<std::string> all;
    EXPECT_TRUE(ReadMailbox(place_, largest, [&](const std::string&, std::string_view bytes) {
                  all.emplace_back(bytes);
                }).ok());
    return all;
  }

  TemporaryFolder folder_;
  const Place place_ = Named(folder_.path());
};

TEST_F(PlaceTest, ABoardHasEachDocumentWholeAndOnce) {
  ASSERT_TRUE(PostDocument(place_, "b", "two").ok());
  ASSERT_TRUE(PostDocument(place_, "a", "").ok());
  ASSERT_TRUE(PostDocument(place_, "a", std::string(100'000, 'x')).ok());
  EXPECT_THAT(Board(), ElementsAre(std::string(100'000, 'x') + "\n", "two\n"));
}

TEST_F(PlaceTest, PassesOverWhatIsNoDocument) {
  folder_.Write("good.json", "good");
  folder_.Write("huge.json", "");
  std::filesystem::resize_file(folder_ / "huge.json", kLargestDocument + 1);
  folder_.Write("secret", "secret");
  std::filesystem::create_symlink(folder_ / "secret", folder_ / "link.json");
  std::filesystem::create_directory(folder_ / "folder.json");
  ASSERT_EQ(mkfifo((folder_ / "pipe.json").c_str(), 0600), 0);
  EXPECT_THAT(Board(), ElementsAre("good"));
}

TEST_F(PlaceTest, ReadsNoMoreOfABatchThanItMayHave) {
  folder_.Write("short.batch", "123");
  folder_.Write("exact.batch", "12345678");
  folder_.Write("long.batch", "1234567890");
  ASSERT_EQ(mkfifo((folder_ / "pipe.batch").c_str(), 0600), 0);
  EXPECT_THAT(Mail(8), UnorderedElementsAre("123", "12345678", "123456789"));
}

TEST_F(PlaceTest, ManySmallDocumentsAreReadFast) {
  for (int i = 0; i < 2'000; ++i) folder_.Write(fmt::format("{}.json", i), std::string(1'000, 'x'));
  const std::clock_t start = std::clock();
  EXPECT_EQ(Board().size(), 2'000U);
  // It took 2 s of processor time when a buffer for the largest document was cleared for each.
  EXPECT_LT(std::clock() - start, CLOCKS_PER_SEC);
}

TEST_F(PlaceTest, ADeliveredBatchIsAFileOfItsOwn) {
  ASSERT_TRUE(DeliverBatch(place_, "one").ok());
  ASSERT_TRUE(DeliverBatch(place_, "one").ok());
  EXPECT_THAT(Mail(8), ElementsAre("one", "one"));
  EXPECT_TRUE(absl::IsNotFound(DeliverBatch(Named(folder_ / "none"), "one")));
}

TEST_F(PlaceTest, ReadingABoardEndsWhenItIsCancelled) {
  folder_.Write("good.json", "good");
  const std::atomic<bool> cancelled = true;
  const absl::Status read = ReadBoard(
      place_, [](const std::string&, std::string_view) { FAIL() << "read all the same"; }, &cancelled);
  EXPECT_TRUE(absl::IsCancelled(read)) << read;
}

// Connections are made, and nothing is ever said on them.
TEST(DeliverBatch, ToAServerThatNeverAnswersEndsWhenItIsCancelled) {
  const int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(silent, reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(silent, 8), 0);
  ASSERT_EQ(getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size), 0);

  std::atomic<bool> cancelled = false;
  std::thread ender([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancelled = true;
  });
  const auto start = std::chrono::steady_clock::now();
  const absl::Status status =
      DeliverBatch(Named(fmt::format("http://127.0.0.1:{}/", ntohs(address.sin_port))), "batch", &cancelled);
  ender.join();
  close(silent);
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace polder
