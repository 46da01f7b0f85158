// Records made to cost time or memory: the answer is the oracle's, and it comes soon.
#include <gtest/gtest.h>

#include <chrono>

#include "engine/match/matcher.h"
#include "tests/oracle/harness.h"

namespace polder {
namespace {

using oracle::MakeIndicator;
using oracle::Records;

constexpr std::size_t kMegabyte = 1 << 20;
// Honest work on a megabyte takes milliseconds, in a build with sanitizers a few hundred; the square of it
// hours.
constexpr auto kPatience = std::chrono::seconds(10);

std::string Repeated(std::string_view piece, std::size_t size = kMegabyte) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

const std::vector<Indicator>& Indicators() {
  static const std::vector<Indicator> indicators = {MakeIndicator(Kind::kDomain, "evil.example"),
                                                    MakeIndicator(Kind::kIp, "198.51.100.7"),
                                                    MakeIndicator(Kind::kNetwork, "2001:db8::/32"),
                                                    MakeIndicator(Kind::kUrl, "http://evil.example/a"),
                                                    MakeIndicator(Kind::kEmail, "bob@evil.example"),
                                                    MakeIndicator(Kind::kMd5, std::string(32, 'a')),
                                                    MakeIndicator(Kind::kDomain, "xn--bcher-kva.example")};
  return indicators;
}

void ExpectSoonAndRight(const std::string& what, const std::string& bytes) {
  SCOPED_TRACE(what);
  Records records;
  records.Add(bytes);
  const auto snapshot = oracle::BuildSnapshot(Indicators());
  const auto expected = oracle::RunOracle(records.all(), Format::kAuto, oracle::Oracle(Indicators()));
  for (const auto depth : {Matcher::Depth::kEverything, Matcher::Depth::kCandidates}) {
    const auto start = std::chrono::steady_clock::now();
    const auto got = oracle::RunMatcher(records.all(), Format::kAuto, *snapshot, depth);
    EXPECT_LT(std::chrono::steady_clock::now() - start, kPatience);
    EXPECT_FALSE(got.repeated);
    if (got.dropped) {
      EXPECT_EQ(got.hits.size(), kMaxHitsPerEvent);
      for (const auto& hit : got.hits) EXPECT_TRUE(expected.hits.contains(hit));
    } else {
      EXPECT_EQ(got.hits, expected.hits);
    }
  }
}

TEST(Hostile, LongLinesOfOneThing) {
  for (const std::string_view piece :
       {"a",        ".",         "a.",           ":",         "1:", "::",  "@",       "a@",       "a@b.",
        "/",        "://",       "a://",         "http://a.", "\\", "\\u", "\\u0065", "\\n",      "%",
        "\xC3\xA9", "\xC3\xA9.", "\xE2\x82\xAC", "\xFF",      "\"", "{",   "[",       "1.2.3.4.", "1.2.3.4 ",
        "-",        "l!"}) {
    for (const std::string& tail :
         {std::string(), std::string(".evil.example"), std::string(" bob@evil.example ")}) {
      ExpectSoonAndRight(oracle::Printable(piece) + " ... " + tail, Repeated(piece, kMegabyte / 4) + tail);
    }
    ExpectSoonAndRight("in JSON: " + oracle::Printable(piece),
                       "{\"a\":\"" + Repeated(piece) + " evil.example\"}");
  }
}

TEST(Hostile, NestedDeeperThanAnyParserLikes) {
  for (const std::size_t depth : {1000U, 5000U, 200'000U}) {
    const std::string open(depth, '[');
    const std::string close(depth, ']');
    ExpectSoonAndRight("arrays", open + "\"evil.example\"" + close);
    ExpectSoonAndRight("cut off", open + "\"evil.example\"");
  }
  const std::string objects = Repeated("{\"a\":", 5 * 5000);
  ExpectSoonAndRight("objects", objects + "\"\\u0065vil.example\"" + std::string(5000, '}'));
}

TEST(Hostile, ManyHitsAtGreatDepth) {
  const std::size_t depth = 20'000;
  ExpectSoonAndRight("deep", std::string(depth, '[') + Repeated("\"evil.example\",", 30'000) + "1" +
                                 std::string(depth, ']'));
}

TEST(Hostile, MoreHitsThanAreKept) {
  std::string text;
  for (int i = 0; text.size() < kMegabyte; ++i) text += "h" + std::to_string(i) + ".evil.example ";
  ExpectSoonAndRight("names", text);
}

TEST(Hostile, OddBytes) {
  const std::string nul(1, '\0');
  const std::vector<std::string> odd = {"",
                                        nul,
                                        nul + "evil.example" + nul,
                                        "evil.example" + nul + ".com",
                                        "evil.example\r",
                                        "\xEF\xBB\xBF"
                                        "evil.example",
                                        "\xEF\xBB\xBF{\"a\":\"evil.example\"}",
                                        "{\"a\":\"evil.example\"}" + nul,
                                        "\xC3",
                                        "evil.example\xC3",
                                        "\xED\xA0\x80"
                                        "evil.example",
                                        "{",
                                        "[",
                                        "\"",
                                        "\\"};
  for (const std::string& bytes : odd) {
    ExpectSoonAndRight(oracle::Printable(bytes), bytes);
  }
}

TEST(Hostile, RecordsOfEveryLengthAroundABlock) {
  for (std::size_t size = 0; size < 200; ++size) {
    for (const std::string_view value : {"evil.example", "198.51.100.7", "2001:db8::1", "bob@evil.example",
                                         "http://evil.example/a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
      ExpectSoonAndRight("after spaces", std::string(size, ' ') + std::string(value));
      ExpectSoonAndRight("after an escape",
                         "{\"" + std::string(size, 'k') + "\":\"\\n" + std::string(value) + "\"}");
    }
  }
}

}  // namespace
}  // namespace polder
