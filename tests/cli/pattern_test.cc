// polder pattern: does a STIX pattern match observed data.
#include <gmock/gmock.h>

#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class PatternTest : public CliTest {
 protected:
  PatternTest() {
    observed_ = folder_.Write("observed.json", R"([
      {"type": "observed-data", "id": "observed-data--2", "first_observed": "2024-01-01T00:05:00Z",
       "last_observed": "2024-01-01T00:05:00Z", "number_observed": 1,
       "objects": {"0": {"type": "ipv4-addr", "value": "192.0.2.1"}}},
      {"type": "observed-data", "id": "observed-data--1", "first_observed": "2024-01-01T00:00:00Z",
       "last_observed": "2024-01-01T00:00:00Z", "number_observed": 2,
       "objects": {"0": {"type": "domain-name", "value": "evil.example"}}}])");
  }
  std::string observed_;
};

TEST_F(PatternTest, PrintsWhichObservationsMatchWhichPart) {
  const Ran ran = RunPolder({"pattern",
                             "([domain-name:value = 'evil.example'] FOLLOWEDBY [ipv4-addr:value ISSUBSET "
                             "'192.0.2.0/24']) WITHIN 300 SECONDS",
                             observed_});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "2024-01-01T00:00:00Z observed-data--1 [domain-name:value = 'evil.example']\n"
            "2024-01-01T00:05:00Z observed-data--2 [ipv4-addr:value ISSUBSET '192.0.2.0/24']\n");
  const Ran twice = RunPolder({"pattern", "[domain-name:value LIKE 'evil%'] REPEATS 2 TIMES", observed_});
  EXPECT_EQ(twice.out, "2024-01-01T00:00:00Z observed-data--1 (2 times) [domain-name:value LIKE 'evil%']\n");
}

TEST_F(PatternTest, ExitsOneWhereNothingMatches) {
  for (const std::string pattern :
       {"([domain-name:value = 'evil.example'] FOLLOWEDBY [ipv4-addr:value = '192.0.2.1']) WITHIN 299 "
        "SECONDS",
        "[ipv4-addr:value = '192.0.2.1'] FOLLOWEDBY [domain-name:value = 'evil.example']",
        "[file:size = 1]"}) {
    const Ran ran = RunPolder({"pattern", pattern, observed_});
    EXPECT_EQ(ran.code, 1) << pattern;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "no match in 2 observed-data objects\n");
  }
}

TEST_F(PatternTest, ReadsStandardInput) {
  const std::string one = R"({"type": "observed-data", "first_observed": "2024-01-01T00:00:00Z",
                              "objects": {"0": {"type": "file", "size": 5}}})";
  EXPECT_EQ(RunPolder({"pattern", "[file:size = 5]", "-"}, one).code, 0);
  EXPECT_EQ(RunPolder({"pattern", "[file:size = 5]"}, one).code, 0);
}

TEST_F(PatternTest, ShowsWhereAPatternIsNone) {
  const Ran ran = RunPolder({"pattern", "[file:name = '\xC3\xA9' AND file:size = ]", observed_});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(
      ran.err,
      "error: not a STIX pattern: at character 34: expected a value in single quotes, or a number, saw ']'\n"
      "  [file:name = '\xC3\xA9' AND file:size = ]\n"
      "                                   ^\n");
  for (const std::string pattern :
       {"[file:hashes.'SHA-256' = 'f00']", "[a:b MATCHES '(']", "[a:b ISSUBSET 'x']",
        "[a:b = 1] within 2 seconds", "", "[a:b =\n1 OR\n]"}) {
    const Ran bad = RunPolder({"pattern", pattern, observed_});
    EXPECT_EQ(bad.code, 2) << pattern;
    EXPECT_THAT(bad.err, AllOf(StartsWith("error: not a STIX pattern: at character "), HasSubstr("^\n")))
        << pattern;
  }
}

TEST_F(PatternTest, ExitsTwoWhereAFileIsUnusable) {
  for (const std::string& path :
       {folder_ / "absent", folder_.Write("x.json", "{\"type\":"), folder_.Write("y.json", "{}"),
        folder_.Write("z.json", R"({"type": "observed-data", "first_observed": "soon"})")}) {
    const Ran ran = RunPolder({"pattern", "[file:size = 5]", path});
    EXPECT_EQ(ran.code, 2) << path;
    EXPECT_THAT(ran.err, AllOf(StartsWith("error: "), HasSubstr(path))) << path;
  }
}

}  // namespace
}  // namespace polder
