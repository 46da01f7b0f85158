// Files and MISP feeds behind an address, as feeds of `polder run`.

#include "tests/e2e/http_feed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using HttpFeedTest = HttpFeedFixture;

TEST_F(HttpFeedTest, IsReadAtTheStartAndFollowed) {
  Serve("list.txt", "one.example\ntwo.example\n");
  AddFeed(fmt::format("url: '{}', source: web, poll_seconds: 1", Url("list.txt")));
  Start();
  EXPECT_EQ(SourcesNow("one.example"), (std::set<std::string>{"web"}));
  Serve("list.txt", "two.example\nthree.example\n");
  EXPECT_TRUE(Hits("three.example")) << polder_->LogTail();
  EXPECT_FALSE(HitsNow("one.example"));
  EXPECT_TRUE(HitsNow("two.example"));
  Drain(*polder_);
}

TEST_F(HttpFeedTest, KeepsTheLastGoodStateOfWhatIsBrokenOrAway) {
  Serve("bundle.json", fmt::format(R"({{"type":"bundle","id":"bundle--1","objects":[{}]}})",
                                   StixIndicator(StixId(1), "one.example")));
  AddFeed(fmt::format("url: '{}', poll_seconds: 1", Url("bundle.json")));
  Start();
  EXPECT_EQ(SourcesNow("one.example"), (std::set<std::string>{Url("bundle.json")}));
  polder_->MarkLog();
  Serve("bundle.json", R"({"type":"bundle","objects":[)");
  EXPECT_TRUE(polder_->WaitForText("the last good state stays in force", kSoon)) << polder_->LogTail();
  polder_->MarkLog();
  Remove("bundle.json");
  EXPECT_TRUE(polder_->WaitForText("404", kSoon)) << polder_->LogTail();
  EXPECT_TRUE(HitsNow("one.example"));
  Drain(*polder_);
}

TEST_F(HttpFeedTest, DoesNotKeepTheOthersFromStartingWhenItsServerIsAway) {
  AddFeed(fmt::format("url: '{}', poll_seconds: 1", Url("late.txt")));
  Start();
  EXPECT_TRUE(HitsNow("bad-1.example"));
  EXPECT_TRUE(polder_->WaitForText("404", std::chrono::milliseconds(0))) << polder_->LogTail();
  Serve("late.txt", "late.example\n");
  EXPECT_TRUE(Hits("late.example")) << polder_->LogTail();
  Drain(*polder_);
}

TEST_F(HttpFeedTest, MayBeThatOfAMispInstance) {
  ServeMisp({{1, "one.example"}, {2, "two.example"}}, 1'700'000'000);
  AddFeed(fmt::format("misp: '{}', source: misp, poll_seconds: 1", Url("")));
  Start();
  EXPECT_EQ(SourcesNow("one.example"), (std::set<std::string>{"misp"})) << polder_->LogTail();
  ServeMisp({{2, "second.example"}, {3, "three.example"}}, 1'700'000'100);
  EXPECT_TRUE(Hits("three.example")) << polder_->LogTail();
  EXPECT_TRUE(HitsNow("second.example"));
  EXPECT_FALSE(HitsNow("one.example")) << "an event that left the manifest";
  EXPECT_FALSE(HitsNow("two.example")) << "a value that left its event";
  Drain(*polder_);
}

}  // namespace
}  // namespace polder
