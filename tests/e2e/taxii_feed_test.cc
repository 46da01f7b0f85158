// A collection on OASIS's own TAXII server as a feed of `polder run`.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "tests/connectors/http/python_server.h"
#include "tests/e2e/feed_fixture.h"

namespace polder {
namespace {

constexpr const char* kCollection = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";

class TaxiiFeedTest : public FeedTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(POLDER_TAXII_PYTHON)) {
      GTEST_SKIP() << "no TAXII server: " << POLDER_TAXII_PYTHON << " is not there; ./dev test makes it";
    }
    // 250 objects, 100 on a page.
    server_ = std::make_unique<PythonServer>(POLDER_MEDALLION_SERVER, std::vector<std::string>{},
                                             POLDER_TAXII_PYTHON);
    WriteFile(folder_.path() / "password", "secret-pass\n");
    AddFeed(
        fmt::format("taxii: '{}', collection: Indicators, source: partner, user: user, "
                    "password: 'file:password', poll_seconds: 1",
                    server_->Url("/taxii2/")));
  }

  void Post(const std::string& object) {
    const std::filesystem::path file = server_->folder() / "envelope.json";
    const std::filesystem::path log = server_->folder() / "post.log";
    WriteFile(file, fmt::format(R"({{"objects": [{}]}})", object));
    const std::string url = server_->Url(fmt::format("/api1/collections/{}/", kCollection));
    ChildProcess post({POLDER_TAXII_PYTHON, POLDER_POST_OBJECTS, url, file.string()}, log);
    ASSERT_EQ(post.Wait(kSoon), 0) << Tail(log);
  }
  static std::string Host(int number) { return fmt::format("host{}.evil.example", number); }
  static std::string Revoked(int number) {
    std::string object =
        StixIndicator(StixId(static_cast<uint32_t>(number)), Host(number), "2026-05-01T00:00:00.000Z");
    object.insert(object.size() - 1, R"(,"revoked":true)");
    return object;
  }

  std::unique_ptr<PythonServer> server_;
};

TEST_F(TaxiiFeedTest, IsReadPageByPageAndFollowed) {
  Start();
  for (const int number : {0, 99, 100, 249}) {
    EXPECT_EQ(SourcesNow(Host(number)), (std::set<std::string>{"partner"})) << number;
  }
  EXPECT_FALSE(HitsNow(Host(250)));
  Post(StixIndicator(StixId(250), Host(250)));
  EXPECT_TRUE(Hits(Host(250))) << polder_->LogTail();
  Post(Revoked(100));
  EXPECT_TRUE(StopsHitting(Host(100))) << polder_->LogTail();
  EXPECT_TRUE(HitsNow(Host(99)));
  Drain(*polder_);
}

TEST_F(TaxiiFeedTest, OutlivesItsServer) {
  Start();
  ASSERT_TRUE(HitsNow(Host(0)));
  server_->Kill();
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_TRUE(HitsNow(Host(0))) << "what a server stated went out of force with it";
  server_->Restart();
  Post(StixIndicator(StixId(250), Host(250)));
  EXPECT_TRUE(Hits(Host(250))) << polder_->LogTail();
  EXPECT_TRUE(HitsNow(Host(249)));
  Drain(*polder_);
}

}  // namespace
}  // namespace polder
