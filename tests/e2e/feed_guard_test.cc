// A feed that suddenly lacks most of what it had is held at its last state until somebody confirms it.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/e2e/http_feed.h"

namespace polder {
namespace {

constexpr const char* kHeld = "it would shrink from 40 to 5 indicators";

std::string Names(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) list += fmt::format("n{}.guarded.example\n", i);
  return list;
}

class FeedGuardTest : public HttpFeedFixture {
 protected:
  void ExpectHeldUntilSighup() {
    EXPECT_TRUE(polder_->WaitForText(kHeld, kSoon)) << polder_->LogTail();
    EXPECT_TRUE(HitsNow("n39.guarded.example")) << "a held refresh took something out of force";
    polder_->Signal(SIGHUP);
    EXPECT_TRUE(StopsHitting("n39.guarded.example")) << polder_->LogTail();
    EXPECT_TRUE(HitsNow("n4.guarded.example"));
    EXPECT_TRUE(HitsNow("bad-1.example"));
    Drain(*polder_);
  }
};

TEST_F(FeedGuardTest, HoldsAFileThatShrinksUntilSighup) {
  const std::filesystem::path list = folder_.path() / "list.txt";
  WriteFile(list, Names(40));
  AddFeed(fmt::format("path: {}, source: listed", list.string()));
  Start();
  WriteFile(list, Names(5));
  ExpectHeldUntilSighup();
}

TEST_F(FeedGuardTest, HoldsAFileBehindAnAddressUntilSighup) {
  Serve("list.txt", Names(40));
  AddFeed(fmt::format("url: '{}', source: web, poll_seconds: 1", Url("list.txt")));
  Start();
  Serve("list.txt", Names(5));
  ExpectHeldUntilSighup();
}

TEST_F(FeedGuardTest, AsksAtOnceForWhatSighupAccepts) {
  Serve("list.txt", Names(40));
  AddFeed(fmt::format("url: '{}', source: web, poll_seconds: 3600", Url("list.txt")));
  Start();
  Serve("list.txt", Names(5));
  polder_->Signal(SIGHUP);
  ExpectHeldUntilSighup();
}

TEST_F(FeedGuardTest, HoldsAMispFeedUntilSighup) {
  std::map<int, std::string> domains;
  for (int i = 0; i < 40; ++i) domains[i] = fmt::format("n{}.guarded.example", i);
  ServeMisp(domains, 1'700'000'000);
  AddFeed(fmt::format("misp: '{}', source: misp, poll_seconds: 1", Url("")));
  Start();
  ASSERT_TRUE(HitsNow("n39.guarded.example"));
  domains.erase(domains.find(5), domains.end());
  ServeMisp(domains, 1'700'000'000);
  // It stays so over polls: not only the one that brought the change is held.
  EXPECT_TRUE(polder_->WaitForText(kHeld, kSoon)) << polder_->LogTail();
  polder_->MarkLog();
  ExpectHeldUntilSighup();
}

TEST_F(FeedGuardTest, HoldsNothingWhenItIsOff) {
  settings_.more = "feed_guard: off\n";
  const std::filesystem::path list = folder_.path() / "list.txt";
  WriteFile(list, Names(40));
  AddFeed(fmt::format("path: {}, source: listed", list.string()));
  Start();
  WriteFile(list, Names(5));
  EXPECT_TRUE(StopsHitting("n39.guarded.example")) << polder_->LogTail();
  Drain(*polder_);
}

}  // namespace
}  // namespace polder
