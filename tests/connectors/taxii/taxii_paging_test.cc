#include "connectors/taxii/taxii_paging.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr milliseconds kSoon{1};

std::string At(int second) { return fmt::format("2024-01-01T00:00:{:02}.000000Z", second); }
std::string Before(int second) { return fmt::format("2024-01-01T00:00:{:02}.999999Z", second - 1); }

// A page of ten objects unlike those of any other number.
TaxiiPage Page(std::uint64_t number, int first, int last, bool more, std::string next = "next") {
  TaxiiPage page;
  page.objects = 10;
  page.bytes = 1000;
  page.digest = {number, 1};
  page.more = more;
  page.next = more ? std::move(next) : "";
  page.date_added_first = At(first);
  page.date_added_last = At(last);
  return page;
}

TaxiiPage EmptyPage(bool more) {
  TaxiiPage page;
  page.more = more;
  page.next = "next";
  return page;
}

TEST(TaxiiQuery, AsksForTheSameOnEveryPage) {
  TaxiiFilter filter;
  filter.limit = 100;
  EXPECT_THAT(
      TaxiiQuery(filter, {"", ""}),
      ElementsAre(Pair("limit", "100"), Pair("match[type]", "indicator,identity,marking-definition")));
  filter.types = {"indicator"};
  filter.version = "all";
  filter.spec_version = "2.1";
  EXPECT_THAT(
      TaxiiQuery(filter, {At(1), "token"}),
      ElementsAre(Pair("added_after", At(1)), Pair("limit", "100"), Pair("match[type]", "indicator"),
                  Pair("match[version]", "all"), Pair("match[spec_version]", "2.1"), Pair("next", "token")));
  filter.types.clear();
  EXPECT_EQ(TaxiiQuery(filter, {"", ""}).size(), 3u);
}

TEST(TaxiiPaging, FollowsNextToTheEnd) {
  TaxiiPaging paging("", {});
  EXPECT_EQ(paging.First().request.added_after, "");
  TaxiiStep step = paging.Next(Page(1, 1, 3, true, "a"), kSoon);
  EXPECT_EQ(step.kind, TaxiiStep::Kind::kAsk);
  EXPECT_EQ(step.request.next, "a");
  EXPECT_EQ(step.request.added_after, "");
  step = paging.Next(Page(2, 3, 5, true, "a"), kSoon);  // servers that keep count repeat the token
  EXPECT_EQ(step.request.next, "a");
  step = paging.Next(Page(3, 5, 7, false), kSoon);
  EXPECT_EQ(step.kind, TaxiiStep::Kind::kEnd);
  EXPECT_EQ(paging.Cursor(true), At(7));
  EXPECT_THAT(paging.warnings(), ElementsAre());
}

TEST(TaxiiPaging, BeginsTheNextPollJustBeforeWhereThisOneWasCutShort) {
  TaxiiPaging paging(At(1), {});
  EXPECT_EQ(paging.Cursor(false), At(1));
  paging.Next(Page(1, 2, 4, true), kSoon);
  // More objects may have been added in second 4 than the page has.
  EXPECT_EQ(paging.Cursor(false), Before(4));
  paging.Next(Page(2, 4, 4, true), kSoon);
  EXPECT_EQ(paging.Cursor(false), Before(4));
}

TEST(TaxiiPaging, KeepsTheCursorWhereNothingCame) {
  TaxiiPaging paging(At(9), {});
  EXPECT_EQ(paging.Next(EmptyPage(false), kSoon).kind, TaxiiStep::Kind::kEnd);
  EXPECT_EQ(paging.Cursor(true), At(9));
}

TEST(TaxiiPaging, NeverSetsTheCursorBack) {
  TaxiiPaging paging(At(9), {});
  paging.Next(Page(1, 2, 4, false), kSoon);
  EXPECT_EQ(paging.Cursor(true), At(9));
  EXPECT_EQ(paging.Cursor(false), At(9));
}

TEST(TaxiiPaging, StopsWhereTheServerRepeatsItself) {
  TaxiiPaging paging("", {});
  EXPECT_EQ(paging.Next(Page(1, 1, 1, true, "a"), kSoon).kind, TaxiiStep::Kind::kAsk);
  EXPECT_EQ(paging.Next(Page(2, 1, 1, true, "b"), kSoon).kind, TaxiiStep::Kind::kAsk);
  const TaxiiStep step = paging.Next(Page(1, 1, 1, true, "c"), kSoon);
  EXPECT_EQ(step.kind, TaxiiStep::Kind::kStop);
  EXPECT_THAT(step.reason, HasSubstr("same objects as one before"));
}

TEST(TaxiiPaging, BearsAnEmptyPageAndStopsAtTheThirdInARow) {
  TaxiiPaging paging("", {});
  paging.Next(Page(1, 1, 2, true), kSoon);
  EXPECT_EQ(paging.Next(EmptyPage(true), kSoon).kind, TaxiiStep::Kind::kAsk);
  EXPECT_EQ(paging.Next(EmptyPage(true), kSoon).kind, TaxiiStep::Kind::kAsk);
  EXPECT_EQ(paging.Next(Page(2, 2, 3, true), kSoon).kind, TaxiiStep::Kind::kAsk);
  paging.Next(EmptyPage(true), kSoon);
  paging.Next(EmptyPage(true), kSoon);
  const TaxiiStep step = paging.Next(EmptyPage(true), kSoon);
  EXPECT_EQ(step.kind, TaxiiStep::Kind::kStop);
  EXPECT_THAT(step.reason, HasSubstr("no objects"));
  EXPECT_EQ(paging.Cursor(false), Before(3));
}

TEST(TaxiiPaging, StopsAtEachLimitAndGoesOnFromThere) {
  struct Case {
    TaxiiLimits limits;
    milliseconds elapsed;
    const char* says;
  };
  for (const Case& c : {Case{{.pages = 2}, kSoon, "2 pages"}, Case{{.bytes = 2000}, kSoon, "2000 bytes"},
                        Case{{.time = milliseconds(5000)}, milliseconds(2600), "5 s"}}) {
    TaxiiPaging paging("", c.limits);
    EXPECT_EQ(paging.Next(Page(1, 1, 2, true), c.elapsed).kind, TaxiiStep::Kind::kAsk) << c.says;
    const TaxiiStep step = paging.Next(Page(2, 2, 3, true), c.elapsed * 2);
    EXPECT_EQ(step.kind, TaxiiStep::Kind::kStop) << c.says;
    EXPECT_THAT(step.reason, testing::AllOf(HasSubstr(c.says), HasSubstr("goes on from there")));
    EXPECT_EQ(paging.Cursor(false), Before(3));
  }
}

TEST(TaxiiPaging, SaysWhereALimitKeepsItFromEverGettingOn) {
  TaxiiPaging paging(Before(5), {.pages = 2});
  paging.Next(Page(1, 5, 5, true), kSoon);
  const TaxiiStep step = paging.Next(Page(2, 5, 5, true), kSoon);
  EXPECT_THAT(step.reason, HasSubstr("begin at the same point; raise the limit"));
  EXPECT_EQ(paging.Cursor(false), Before(5));
}

TEST(TaxiiPaging, TurnsPagesByDateWhereThereIsNoNext) {
  TaxiiPaging paging("", {});
  TaxiiStep step = paging.Next(Page(1, 1, 3, true, ""), kSoon);
  EXPECT_EQ(step.kind, TaxiiStep::Kind::kAsk);
  EXPECT_EQ(step.request.added_after, Before(3));
  EXPECT_EQ(step.request.next, "");
  // All of this page was added in one second, so going back to it would not end.
  step = paging.Next(Page(2, 3, 3, true, ""), kSoon);
  EXPECT_EQ(step.request.added_after, At(3));
  EXPECT_THAT(paging.warnings(), ElementsAre(HasSubstr("more objects were added at")));
  step = paging.Next(Page(3, 3, 3, true, ""), kSoon);
  EXPECT_EQ(step.kind, TaxiiStep::Kind::kStop);
}

TEST(TaxiiPaging, StopsWhereThereIsNeitherNextNorDate) {
  TaxiiPaging paging("", {});
  TaxiiPage page = Page(1, 1, 1, true, "");
  page.date_added_last.clear();
  EXPECT_EQ(paging.Next(page, kSoon).kind, TaxiiStep::Kind::kStop);
}

TEST(TaxiiPaging, ReadsAgainWhereTheServerGivesNoUsableDates) {
  for (const char* date : {"", "yesterday", "\r\n"}) {
    TaxiiPaging paging(At(1), {});
    paging.Next(Page(1, 2, 3, true), kSoon);
    TaxiiPage page = Page(2, 3, 4, false);
    page.date_added_last = date;
    paging.Next(page, kSoon);
    EXPECT_EQ(paging.Cursor(true), At(3)) << date;
    EXPECT_EQ(paging.Cursor(false), At(1)) << date;
    EXPECT_EQ(paging.warnings().size(), 1u) << date;
  }
}

TEST(TaxiiPaging, ReadsAllAgainWhereAPollOutOfOrderIsCutShort) {
  TaxiiPaging paging(At(1), {});
  paging.Next(Page(1, 9, 8, true), kSoon);
  paging.Next(Page(2, 7, 6, true), kSoon);
  EXPECT_EQ(paging.Cursor(false), At(1));
  EXPECT_EQ(paging.Cursor(true), At(9));
}

TEST(TaxiiPaging, WritesTheMomentBeforeWithSixDigits) {
  EXPECT_EQ(JustBefore(*ParseIsoTime("2024-01-01T00:00:00.000001Z")), "2024-01-01T00:00:00.000000Z");
  EXPECT_EQ(JustBefore(*ParseIsoTime("2024-01-01T00:00:00Z")), "2023-12-31T23:59:59.999999Z");
}

TEST(TaxiiPollDelay, ComesBackSoonerWhereSomethingIsMissing) {
  constexpr milliseconds kHour{3'600'000};
  EXPECT_EQ(TaxiiPollDelay(kHour, 0), kHour);
  EXPECT_EQ(TaxiiPollDelay(kHour, 1), milliseconds(10'000));
  EXPECT_EQ(TaxiiPollDelay(kHour, 3), milliseconds(40'000));
  EXPECT_EQ(TaxiiPollDelay(kHour, 1000), kHour);
  EXPECT_EQ(TaxiiPollDelay(milliseconds(500), 1), milliseconds(500));
}

}  // namespace
}  // namespace polder
