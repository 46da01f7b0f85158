// A source in shadow is matched and counted, and raises no sighting.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/e2e/feed_fixture.h"

namespace polder {
namespace {

class ShadowFeedTest : public FeedTest {};

TEST_F(ShadowFeedTest, IsCountedAndRaisesNoSighting) {
  const std::filesystem::path list = folder_.path() / "tried.txt";
  WriteFile(list, "only.shadow.example\nboth.shadow.example\n");
  WriteFile(indicator_folder() / "second.txt", "both.shadow.example\n");
  AddFeed(fmt::format("path: {}, source: tried, shadow: on", list.string()));
  Start();
  EXPECT_EQ(SourcesNow("both.shadow.example"), (std::set<std::string>{"community"}));
  EXPECT_FALSE(HitsNow("only.shadow.example"));
  EXPECT_FALSE(HitsNow("only.shadow.example"));
  Drain(*polder_);
  // Of the probes and the events beside them.
  EXPECT_EQ(client_.ReadAll(output()).size(), 4u);
  EXPECT_TRUE(polder_->WaitForText("shadow tried: 3 hits in 3 events", std::chrono::milliseconds(0)))
      << polder_->LogTail();
}

}  // namespace
}  // namespace polder
