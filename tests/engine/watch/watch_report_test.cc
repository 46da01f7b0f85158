#include "engine/watch/watch_report.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

WatchReport Report() {
  WatchReport report;
  report.instance = "00ff";
  report.sequence = 7;
  report.period_start = *ParseIsoTime("2024-05-06T07:00:00Z");
  report.events = 12;
  report.watched.Add(Kind::kDomain);
  report.watched.Add(LogSource::kDns);
  return report;
}

TEST(WatchReport, NamesWhatWasWatched) {
  EXPECT_EQ(RenderWatchReport(Report()),
            R"({"polder":"watch/1","instance":"00ff","sequence":7,"epoch_start":"2024-05-06T07:00:00Z",)"
            R"("events":12,"kinds":["domain"],"log_sources":["dns"]})");
}

TEST(WatchReport, IsReadAsItWasWritten) {
  const auto read = ReadWatchReport(RenderWatchReport(Report()));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, Report());
}

TEST(WatchReport, LeavesOutWhatALaterVersionAdds) {
  std::string later = RenderWatchReport(Report());
  later.replace(later.find("[\"domain\"]"), 10, R"(["domain","of the future"],"more":{})");
  const auto read = ReadWatchReport(later);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, Report());
}

TEST(WatchReport, TellsWhatIsWrong) {
  for (const char* key : {"polder", "instance", "sequence", "epoch_start", "events"}) {
    std::string wrong = RenderWatchReport(Report());
    wrong.replace(wrong.find(key), 1, "X");
    EXPECT_TRUE(absl::IsInvalidArgument(ReadWatchReport(wrong).status())) << wrong;
  }
  WatchReport huge = Report();
  huge.events = ~std::uint64_t{0};
  for (const std::string& wrong :
       {RenderWatchReport(huge), std::string("[]"), std::string(1 << 17, ' '), std::string()}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ReadWatchReport(wrong).status()));
  }
}

}  // namespace
}  // namespace polder
