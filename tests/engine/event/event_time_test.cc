#include "engine/event/event_time.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace polder {
namespace {

// The time of `text` as ISO; "none" if it is none. It arrives on 1 June 2024.
std::string Read(std::string_view text, std::string_view arrival = "2024-06-01") {
  const auto time = ParseEventTime(text, *ParseIsoTime(arrival));
  return time ? FormatIsoTime(*time) : "none";
}

TEST(EventTime, ReadsEverySpelling) {
  struct Case {
    std::string_view text, iso;
  };
  constexpr Case kCases[] = {
      {"2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z"},
      {"2024-05-06T07:08:09", "2024-05-06T07:08:09Z"},
      {"2024-05-06 07:08:09", "2024-05-06T07:08:09Z"},
      {"2024-05-06T07:08:09.123456789+02:00", "2024-05-06T05:08:09.123456Z"},
      {"2024-05-06T07:08:09-0700", "2024-05-06T14:08:09Z"},
      {"2024-05-06 07:08:09,123", "2024-05-06T07:08:09.123000Z"},
      {"2024-05-06 07:08:09 UTC", "2024-05-06T07:08:09Z"},
      {"2024-05-06 07:08:09.5 -05:00", "2024-05-06T12:08:09.500000Z"},
      {"2024-05-06 07:08:09 CEST", "2024-05-06T05:08:09Z"},
      {"1714979289", "2024-05-06T07:08:09Z"},
      {"1714979289.255387", "2024-05-06T07:08:09.255387Z"},
      {"1714979289255", "2024-05-06T07:08:09.255000Z"},
      {"1714979289255387", "2024-05-06T07:08:09.255387Z"},
      {"1714979289255387641", "2024-05-06T07:08:09.255387Z"},
      {"May  6 07:08:09", "2024-05-06T07:08:09Z"},
      {"May 6 07:08:09", "2024-05-06T07:08:09Z"},
      {"May 06 07:08:09.123", "2024-05-06T07:08:09.123000Z"},
      {"may 06 07:08:09", "2024-05-06T07:08:09Z"},
      {"May  6 2019 07:08:09", "2019-05-06T07:08:09Z"},
      {"May 6 2019 07:08:09.123 CEST", "2019-05-06T05:08:09.123000Z"},
      {"May 6, 2019 07:08:09 PM", "2019-05-06T19:08:09Z"},
      {"May  6 07:08:09 2019", "2019-05-06T07:08:09Z"},
      {"May  6 07:08:09.123 UTC", "2024-05-06T07:08:09.123000Z"},
      {"May  6 07:08:09 +0200", "2024-05-06T05:08:09Z"},
      {"May  6 2019 07:08:09+02:00", "2019-05-06T05:08:09Z"},
      {"2019 May  6 07:08:09 GMT", "2019-05-06T07:08:09Z"},
      {"06/May/2024:07:08:09 +0200", "2024-05-06T05:08:09Z"},
      {"06/May/2024:07:08:09.250 +0000", "2024-05-06T07:08:09.250000Z"},
      {"06/May/2024:07:08:09", "2024-05-06T07:08:09Z"},
      {"06-May-2024 07:08:09.123", "2024-05-06T07:08:09.123000Z"},
      {"Mon, 06 May 2024 07:08:09 GMT", "2024-05-06T07:08:09Z"},
      {"Mon, 6 May 2024 07:08:09 -0700", "2024-05-06T14:08:09Z"},
      {"6 May 2024 07:08:09 +0000", "2024-05-06T07:08:09Z"},
      {"Mon May  6 07:08:09 2024", "2024-05-06T07:08:09Z"},
      {"Mon May  6 07:08:09.203277 2024", "2024-05-06T07:08:09.203277Z"},
      {"Mon May  6 07:08:09 CEST 2024", "2024-05-06T05:08:09Z"},
      {"05/06/2024 07:08:09 AM", "2024-05-06T07:08:09Z"},
      {"5/6/2024 7:08:09 PM", "2024-05-06T19:08:09Z"},
      {"05/06/2024 12:08:09 AM", "2024-05-06T00:08:09Z"},
      {"05/06/2024 12:08:09 PM", "2024-05-06T12:08:09Z"},
      {"05/06/2024-07:08:09.860293", "2024-05-06T07:08:09.860293Z"},
      {"2024/05/06 07:08:09", "2024-05-06T07:08:09Z"},
      {"Feb 29 07:08:09 2024", "2024-02-29T07:08:09Z"},
      {"May  6 07:08:09 GMT+02:00", "2024-05-06T05:08:09Z"},
      {"May  6 07:08:09 XYZ", "2024-05-06T07:08:09Z"},
  };
  for (const auto& [text, iso] : kCases) EXPECT_EQ(Read(text), iso) << text;
}

TEST(EventTime, ReadsNothingElse) {
  constexpr std::string_view kTexts[] = {
      "",
      " ",
      "12",
      "3.5",
      "0",
      "-1",
      "yesterday",
      "May",
      "May  6",
      "May 6 07:08",
      "May 32 07:08:09",
      "Feb 30 07:08:09",
      "Feb 29 2023 07:08:09",
      "Mai  6 07:08:09",
      "May  6 25:08:09",
      "May  6 07:60:09",
      "May  6 07:08:09 2024 2024",
      "May  6 07:08:09 and more",
      "May  6 07:08:09 ",
      "May  6 07:08:09.",
      "13/06/2024 07:08:09",
      "05/06/2024 13:08:09 PM",
      "05/06/2024",
      "06/May/24:07:08:09 +0200",
      "06/May-2024:07:08:09",
      "Mon, May",
      "2024-13-06T07:08:09Z",
      "2024-05-06T07:08:09Zebra",
      "2024-05-06 07:08:09 +9900",
      "17149792892553876411",
      "99999999999999999999999999",
      "1714979289.",
      "2024 2024 2024",
      "May  6 07:08:09 ++++++++++",
  };
  for (const std::string_view text : kTexts) EXPECT_EQ(Read(text), "none") << text;
  EXPECT_EQ(Read(std::string(100000, '1')), "none");
}

TEST(EventTime, TakesTheYearThatIsClosestToTheArrival) {
  EXPECT_EQ(Read("Dec 31 23:59:59", "2024-01-01"), "2023-12-31T23:59:59Z");
  EXPECT_EQ(Read("Jan  1 00:00:01", "2023-12-31"), "2024-01-01T00:00:01Z");
  EXPECT_EQ(Read("Feb 29 07:08:09", "2025-03-01"), "2024-02-29T07:08:09Z");
  EXPECT_EQ(Read("Feb 29 07:08:09", "2026-01-01"), "2024-02-29T07:08:09Z");
  EXPECT_EQ(Read("Feb 29 07:08:09", "2026-12-31"), "2028-02-29T07:08:09Z");
  EXPECT_EQ(Read("Feb 29 07:08:09", "2099-01-01"), "2096-02-29T07:08:09Z");
}

TEST(EventTime, SurvivesAnyArrival) {
  for (const TimeUs arrival : {kBeginningOfTime, TimeUs{-1}, TimeUs{0}, kEndOfTime}) {
    EXPECT_TRUE(ParseEventTime("May  6 07:08:09 +0200", arrival)) << arrival;
    EXPECT_TRUE(ParseEventTime("Feb 29 07:08:09 -1100", arrival)) << arrival;
  }
}

TEST(EventTime, TellsTheUnitOfANumberByItsSize) {
  EXPECT_EQ(TimeFromNumber(1714979289), 1714979289 * kSecondUs);
  EXPECT_EQ(TimeFromNumber(1714979289.25), 1714979289 * kSecondUs + 250'000);
  EXPECT_EQ(TimeFromNumber(1714979289250), 1714979289 * kSecondUs + 250'000);
  EXPECT_EQ(TimeFromNumber(1714979289250000), 1714979289 * kSecondUs + 250'000);
  EXPECT_EQ(TimeFromNumber(1714979289.25 * 1e9), 1714979289 * kSecondUs + 250'000);
  for (const double none :
       {0.0, -1714979289.0, 443.0, 999999999.0, 1e10, 1e11, 9e20, std::numeric_limits<double>::quiet_NaN(),
        std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(TimeFromNumber(none), std::nullopt) << none;
  }
}

}  // namespace
}  // namespace polder
