#include "engine/base/time.h"

#include <gtest/gtest.h>

#include "engine/base/stix_time.h"

namespace polder {
namespace {

constexpr TimeUs kNoon = 1'715'000'400 * kSecondUs;  // 2024-05-06T13:00:00Z

struct Case {
  const char* text;
  std::optional<TimeUs> time;
};

TEST(IsoTime, IsReadInEverySpellingAndNothingElseIs) {
  const Case cases[] = {
      {"2024-05-06T13:00:00Z", kNoon},
      {"2024-05-06T13:00:00", kNoon},
      {"2024-05-06 13:00:00", kNoon},
      {"2024-05-06t13:00:00z", kNoon},
      {"2024-05-06T13:00:00.5Z", kNoon + 500'000},
      {"2024-05-06T13:00:00.123456789Z", kNoon + 123'456},
      {"2024-05-06T15:00:00+02:00", kNoon},
      {"2024-05-06T15:00:00.000001+0200", kNoon + 1},
      {"2024-05-06T08:30:00-04:30", kNoon},
      {"2024-05-06", kNoon - 13 * 3600 * kSecondUs},
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"2024-02-29", 1'709'164'800 * kSecondUs},
      {"2023-02-29", std::nullopt},
      {"2024-13-01T00:00:00Z", std::nullopt},
      {"2024-05-06T24:00:00Z", std::nullopt},
      {"2024-05-06T13:60:00Z", std::nullopt},
      {"2024-05-06T13:00:00Zx", std::nullopt},
      {"2024-05-06T13:00", std::nullopt},
      {" 2024-05-06", std::nullopt},
      {"2024-5-6", std::nullopt},
      {"", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(ParseIsoTime(c.text), c.time) << c.text;
}

TEST(EpochTime, IsKnownByItsNumberOfDigits) {
  const Case cases[] = {
      {"1715000400", kNoon},
      {"1715000400.25", kNoon + 250'000},
      {"1521911721.255387", 1'521'911'721'255'387},
      {"1715000400000", kNoon},
      {"1715000400000.5", kNoon + 500},
      {"1715000400000001", kNoon + 1},
      {"171500040", std::nullopt},
      {"17150004000", std::nullopt},
      {"-1715000400", std::nullopt},
      {"1715000400.", std::nullopt},
      {"1715000400 ", std::nullopt},
      {"1.7150004e9", std::nullopt},
      {"", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(ParseEpochTime(c.text), c.time) << c.text;
}

TEST(LinePrefixTime, IsFoundInTheLinesThatLoggersWrite) {
  const Case cases[] = {
      {"2024-05-06T13:00:00Z host app: x", kNoon},
      {"2024-05-06 13:00:00,500 INFO x", kNoon + 500'000},
      {"[2024-05-06T13:00:00Z] x", kNoon},
      {"<34>1 2024-05-06T13:00:00.000Z host app - - - x", kNoon},
      {"<34>May  6 13:00:00 host app: x", kNoon},
      {"May  6 13:00:00 host app: x", kNoon},
      {"May 06 13:00:00 host app: x", kNoon},
      {"May  6 13:00 host app: x", std::nullopt},
      {"host May  6 13:00:00", std::nullopt},
      {"<34", std::nullopt},
      {"", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(ParseLinePrefixTime(c.text, kNoon), c.time) << c.text;
}

TEST(LinePrefixTime, TakesTheYearThatIsClosestToTheArrival) {
  const TimeUs new_year = *ParseIsoTime("2024-01-01T00:10:00Z");
  EXPECT_EQ(ParseLinePrefixTime("Dec 31 23:59:59 host x", new_year), ParseIsoTime("2023-12-31T23:59:59Z"));
  EXPECT_EQ(ParseLinePrefixTime("Jan  1 00:10:01 host x", new_year - kDayUs),
            ParseIsoTime("2024-01-01T00:10:01Z"));
}

TEST(FormatIsoTime, WritesWhatParseIsoTimeReads) {
  EXPECT_EQ(FormatIsoTime(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatIsoTime(kNoon + 1), "2024-05-06T13:00:00.000001Z");
  for (const TimeUs time : {TimeUs{-1}, kNoon, kNoon + 999'999, TimeUs{951'782'400} * kSecondUs}) {
    EXPECT_EQ(ParseIsoTime(FormatIsoTime(time)), time);
  }
}

TEST(FormatStixTime, AlwaysHasMilliseconds) {
  EXPECT_EQ(FormatStixTime(*ParseIsoTime("2024-05-06T07:08:09Z")), "2024-05-06T07:08:09.000Z");
  EXPECT_EQ(FormatStixTime(*ParseIsoTime("2024-05-06T07:08:09.5Z")), "2024-05-06T07:08:09.500000Z");
}

}  // namespace
}  // namespace polder
