// polder match: what is found, and how it is told.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

using MatchTest = CliTest;

TEST_F(MatchTest, ExitsLikeGrep) {
  EXPECT_EQ(RunPolder({"match", "-i", bad_}, "see evil.example\n").code, 0);
  EXPECT_EQ(RunPolder({"match", "-i", bad_}, "nothing\n").code, 1);
  EXPECT_EQ(RunPolder({"match", "-i", bad_}, "").code, 1);
  EXPECT_EQ(RunPolder({"match", "-i", folder_ / "absent"}, "evil.example\n").code, 2);
  EXPECT_EQ(RunPolder({"match", "-i", bad_, folder_ / "absent"}).code, 2);
}

TEST_F(MatchTest, WritesOneDocumentForEachEventInTheOrderOfTheInput) {
  const Ran ran = RunPolder({"match", "-i", bad_, "-"},
                            "a.evil.example\nnothing\n{\"ip\":\"192.0.2.7\",\"q\":\"evil.example\"}\n");
  const auto documents = JsonLines(ran.out);
  ASSERT_THAT(documents, SizeIs(2));
  EXPECT_EQ(documents[0]["event"]["original"], "a.evil.example");
  EXPECT_EQ(documents[0]["log"]["offset"], 0);
  EXPECT_EQ(documents[0]["threat"]["enrichments"][0]["matched"]["type"], "subdomain");
  EXPECT_EQ(documents[0]["threat"]["enrichments"][0]["matched"]["index"], bad_);
  EXPECT_THAT(documents[1]["threat"]["enrichments"], SizeIs(2));
  EXPECT_EQ(documents[1]["log"]["offset"], 23);
}

TEST_F(MatchTest, WritesResultsAloneToStandardOutput) {
  folder_.Write("list/bad.txt", "evil.example\nnot a name\n");
  const Ran ran = RunPolder({"match", "-i", folder_ / "list"}, "evil.example\n");
  EXPECT_THAT(JsonLines(ran.out), SizeIs(1));
  EXPECT_THAT(ran.err, HasSubstr((folder_ / "list/bad.txt") + ":2: "));
  EXPECT_THAT(ran.err, HasSubstr("1 indicators; 1 events"));
  EXPECT_EQ(ran.err.find('\x1B'), std::string::npos) << "a progress bar without a terminal";
}

TEST_F(MatchTest, ShowsTwentyRefusedLinesAndHowManyMoreThereAre) {
  std::string list = "evil.example\n";
  for (int i = 0; i < 50; ++i) list += "not a name\n";
  const Ran ran = RunPolder({"match", "-i", folder_.Write("dirty.txt", list)}, "evil.example\n");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("dirty.txt:21: "));
  EXPECT_EQ(ran.err.find("dirty.txt:22: "), std::string::npos);
  EXPECT_THAT(ran.err, HasSubstr("... and 30 more refused"));
}

TEST_F(MatchTest, WritesAllFourOutputs) {
  const std::string event = "{\"ip\":\"192.0.2.7\",\"q\":\"evil.example\"}\n";
  const auto output = [&](const std::string& name) {
    return RunPolder({"match", "-i", bad_, "--output", name}, event);
  };
  EXPECT_EQ(JsonLines(output("ecs").out).at(0)["event"]["module"], "polder");
  const auto bundle = JsonLines(output("stix").out).at(0);
  EXPECT_EQ(bundle["type"], "bundle");
  EXPECT_THAT(bundle["objects"], SizeIs(5));
  const auto misp = JsonLines(output("misp").out);
  ASSERT_THAT(misp, SizeIs(2));
  EXPECT_EQ(misp[0]["source"], "polder");
  const auto text = Lines(output("text").out);
  ASSERT_THAT(text, SizeIs(2));
  EXPECT_THAT(text[0] + text[1], ::testing::AllOf(HasSubstr("domain  evil.example  in q of -:1"),
                                                  HasSubstr("network 192.0.2.0/24 (network 192.0.2.7)")));
  EXPECT_EQ(output("xml").code, 2);
}

TEST_F(MatchTest, GivesTheSameDocumentsOnAnyNumberOfThreads) {
  std::string log;
  for (int i = 0; i < 200'000; ++i) {
    log += i % 7 == 0 ? fmt::format("{} get evil.example/{}\n", i, i)
                      : fmt::format("{} nothing at all to see\n", i);
  }
  const std::string path = folder_.Write("big.log", log);
  const Ran one = RunPolder({"match", "-i", bad_, "--output", "text", "--threads", "1", path});
  const Ran four = RunPolder({"match", "-i", bad_, "--output", "text", "--threads", "4", path});
  EXPECT_EQ(one.code, 0);
  EXPECT_EQ(four.code, 0);
  const auto lines = Lines(one.out), others = Lines(four.out);
  ASSERT_THAT(lines, SizeIs(28'572));
  ASSERT_EQ(lines.size(), others.size());
  // The time is that of arrival, which differs.
  const auto without_time = [](const std::string& line) { return line.substr(line.find(' ')); };
  for (std::size_t i = 0; i < lines.size(); ++i)
    ASSERT_EQ(without_time(lines[i]), without_time(others[i])) << i;
}

TEST_F(MatchTest, GivesTheSameIdsEveryTime) {
  const std::string log = folder_.Write("a.log", "evil.example\nx\nevil.example\n");
  const auto first = JsonLines(RunPolder({"match", "-i", bad_, log}).out);
  const auto second = JsonLines(RunPolder({"match", "-i", bad_, log}).out);
  ASSERT_THAT(first, SizeIs(2));
  EXPECT_EQ(first[0]["event"]["id"], second[0]["event"]["id"]);
  EXPECT_EQ(first[1]["event"]["id"], second[1]["event"]["id"]);
  EXPECT_NE(first[0]["event"]["id"], first[1]["event"]["id"]);
}

TEST_F(MatchTest, LetsDangerousIndicatorsInOnlyWithoutGuard) {
  const std::string list = folder_.Write("wide.txt", "co.uk\nevil.example\n");
  const Ran guarded = RunPolder({"match", "-i", list}, "www.some.co.uk\n");
  EXPECT_EQ(guarded.code, 1);
  EXPECT_THAT(guarded.err, HasSubstr("kept out: the name is a public suffix"));
  EXPECT_EQ(RunPolder({"match", "-i", list, "--guard", "on"}, "www.some.co.uk\n").code, 1);
  EXPECT_EQ(RunPolder({"match", "-i", list, "--guard", "off"}, "www.some.co.uk\n").code, 0);
  EXPECT_EQ(RunPolder({"match", "-i", list, "--guard", "perhaps"}, "x\n").code, 2);
}

TEST_F(MatchTest, NeedsAtLeastOneIndicator) {
  const Ran ran = RunPolder({"match", "-i", folder_.Write("wide.txt", "co.uk\n")}, "x\n");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("error: no indicator in "));
  EXPECT_EQ(ran.out, "");
}

TEST_F(MatchTest, CreditsEverySourceOfAValue) {
  const std::string other = folder_.Write("other.txt", "evil.example\n");
  const auto documents = JsonLines(RunPolder({"match", "-i", bad_, "-i", other}, "evil.example\n").out);
  ASSERT_THAT(documents, SizeIs(1));
  EXPECT_THAT(documents[0]["threat"]["enrichments"], SizeIs(2));
  // Without a second -i it is a log.
  EXPECT_EQ(JsonLines(RunPolder({"match", "-i", bad_, other}).out).at(0)["log"]["file"]["path"], other);
}

TEST_F(MatchTest, EndsQuietlyWhenNobodyReadsOn) {
  std::string log;
  for (int i = 0; i < 100'000; ++i) log += "evil.example\n";
  const Ran ran = RunPolderIntoClosedPipe({"match", "-i", bad_, folder_.Write("big.log", log)});
  EXPECT_EQ(ran.code, 128 + SIGPIPE) << "as head expects of grep";
  EXPECT_EQ(ran.err, "");
}

TEST_F(MatchTest, SaysWhenStandardOutputIsFull) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  const std::string log = folder_.Write("a.log", "evil.example\n");
  const std::string err = folder_ / "err";
  const int status = std::system(
      fmt::format("'{}' match -i '{}' '{}' > /dev/full 2> '{}'", POLDER_BINARY, bad_, log, err).c_str());
  EXPECT_EQ(WEXITSTATUS(status), 2);
}

}  // namespace
}  // namespace polder
