#include "connectors/feeds/feed_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "engine/observable/extract.h"
#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr FingerprintKey kKey = {1, 2, 3};

// Which of `names` the snapshot knows, and from which sources.
std::vector<std::string> Known(const Snapshot& snapshot, std::initializer_list<std::string_view> names) {
  std::vector<std::string> known;
  for (const std::string_view name : names) {
    ExtractObservables(name, [&](const Observable& observable) {
      snapshot.Find(observable, [&](const Snapshot::Match& match) {
        known.push_back(std::string(name) + " of " + std::string(snapshot.Describe(match.indicator).source));
      });
    });
  }
  return known;
}

class FeedLoaderTest : public ::testing::Test {
 protected:
  FeedLoader Loader(std::vector<FeedSpec> specs, bool guard = true) {
    return {std::move(specs), guard, kKey};
  }
  FeedLoader FolderLoader() { return Loader({{.path = folder_.path(), .source = "feed"}}); }
  // One that surely shows in the time of modification.
  void Rewrite(std::string_view name, std::string_view content) {
    const std::string path = folder_.Write(name, content);
    const auto later = std::filesystem::last_write_time(path) + std::chrono::seconds(++seconds_);
    std::filesystem::last_write_time(path, later);
  }

  TemporaryFolder folder_;
  LoadReport report_;
  int seconds_ = 0;
};

TEST_F(FeedLoaderTest, LoadsEveryFileOfAFolder) {
  folder_.Write("a.txt", "a.example\n");
  folder_.Write("deep/b.txt", "b.example\nnot a name\n");
  folder_.Write("deep/c.json", R"({"type":"bundle","objects":[]})");
  folder_.Write("d.gz", Gzip("d.example\n"));
  folder_.Write("e.zst", Zstd("e.example\n"));
  FeedLoader loader = FolderLoader();
  const auto snapshot = loader.Load(false, &report_);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(
      Known(*snapshot, {"a.example", "b.example", "c.example", "d.example", "e.example"}),
      ElementsAre("a.example of feed", "b.example of feed", "d.example of feed", "e.example of feed"));
  EXPECT_EQ(snapshot->generation(), 1U);
  ASSERT_THAT(report_.files, SizeIs(5));
  EXPECT_EQ(report_.files[2].path, folder_ / "deep/b.txt");
  EXPECT_EQ(report_.files[2].read, 2U);
  EXPECT_EQ(report_.files[2].accepted, 1U);
  EXPECT_EQ(report_.files[2].refused.at("invalid value"), 1U);
  EXPECT_EQ(report_.files[2].format, "plain list");
  ASSERT_THAT(report_.refusals, SizeIs(1));
  EXPECT_THAT(report_.refusals[0].Message(), ::testing::StartsWith(folder_ / "deep/b.txt:2: "));
  EXPECT_THAT(report_.failures, IsEmpty());
}

TEST_F(FeedLoaderTest, NamesSourcesAsConfiguredOrByTheirPath) {
  const std::string a = folder_.Write("a.txt", "x.example\n");
  const std::string b = folder_.Write("b.txt", "x.example\n");
  FeedLoader loader = Loader({{.path = a, .source = "partner"}, {.path = b, .source = ""}});
  const auto snapshot = loader.Load(false, &report_);
  EXPECT_THAT(Known(*snapshot, {"x.example"}),
              ::testing::UnorderedElementsAre("x.example of partner", "x.example of " + b));
}

TEST_F(FeedLoaderTest, GivesIndicatorsTheMarkingAndConfidenceOfTheFeed) {
  const std::string a = folder_.Write("a.txt", "x.example\n");
  FeedLoader loader = Loader({{.path = a, .source = "s", .tlp = Tlp::kAmber, .confidence = 30}});
  const auto snapshot = loader.Load(false, &report_);
  ASSERT_EQ(snapshot->indicator_count(), 1U);
  EXPECT_EQ(snapshot->Describe(0).tlp, Tlp::kAmber);
  EXPECT_EQ(snapshot->Describe(0).confidence, 30);
}

TEST_F(FeedLoaderTest, GivesNullWhenNothingChanged) {
  folder_.Write("a.txt", "a.example\n");
  FeedLoader loader = FolderLoader();
  ASSERT_NE(loader.Load(false, &report_), nullptr);
  EXPECT_EQ(loader.Load(false, &report_), nullptr);
  EXPECT_THAT(report_.files, IsEmpty());
}

TEST_F(FeedLoaderTest, ReadsEverythingAgainWhenAsked) {
  folder_.Write("a.txt", "a.example\n");
  FeedLoader loader = FolderLoader();
  const auto first = loader.Load(false, &report_);
  const auto second = loader.Load(/*reread_all=*/true, &report_);
  ASSERT_NE(second, nullptr);
  EXPECT_THAT(report_.files, SizeIs(1));
  EXPECT_EQ(second->generation(), 2U);
  EXPECT_EQ(second->digest(), first->digest());
}

TEST_F(FeedLoaderTest, ReadsOnlyTheFilesThatChanged) {
  folder_.Write("a.txt", "a.example\n");
  folder_.Write("b.txt", "b.example\n");
  FeedLoader loader = FolderLoader();
  ASSERT_NE(loader.Load(false, &report_), nullptr);
  Rewrite("b.txt", "c.example\n");
  const auto snapshot = loader.Load(false, &report_);
  ASSERT_NE(snapshot, nullptr);
  ASSERT_THAT(report_.files, SizeIs(1));
  EXPECT_EQ(report_.files[0].path, folder_ / "b.txt");
  EXPECT_THAT(Known(*snapshot, {"a.example", "b.example", "c.example"}),
              ElementsAre("a.example of feed", "c.example of feed"));
}

TEST_F(FeedLoaderTest, TakesNewFilesAndWithdrawsThoseThatAreGone) {
  folder_.Write("a.txt", "a.example\n");
  FeedLoader loader = FolderLoader();
  ASSERT_NE(loader.Load(false, &report_), nullptr);
  folder_.Write("b.txt", "b.example\n");
  std::filesystem::remove(folder_ / "a.txt");
  const auto snapshot = loader.Load(false, &report_);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(Known(*snapshot, {"a.example", "b.example"}), ElementsAre("b.example of feed"));
  folder_.Write("a.txt", "a.example\n");
  EXPECT_THAT(Known(*loader.Load(false, &report_), {"a.example"}), ElementsAre("a.example of feed"));
}

TEST_F(FeedLoaderTest, KeepsWhatABrokenFileStatedBefore) {
  folder_.Write("a.json",
                R"({"type":"indicator","id":"indicator--1","pattern":"[domain-name:value = 'a.example']"})");
  folder_.Write("b.txt", "b.example\n");
  FeedLoader loader = FolderLoader();
  ASSERT_NE(loader.Load(false, &report_), nullptr);
  Rewrite("a.json", "{\"type\":\"bundle\",\n\"objects\":[");
  EXPECT_EQ(loader.Load(false, &report_), nullptr) << "nothing changed in what is in force";
  ASSERT_THAT(report_.files, SizeIs(1));
  EXPECT_TRUE(report_.files[0].kept_last_good);
  EXPECT_THAT(report_.failures, ElementsAre(HasSubstr("a.json:2: not valid JSON")));
  Rewrite("b.txt", "c.example\n");
  const auto snapshot = loader.Load(false, &report_);
  EXPECT_THAT(report_.files, SizeIs(1)) << "the broken file is not read again";
  EXPECT_THAT(Known(*snapshot, {"a.example", "c.example"}),
              ElementsAre("a.example of feed", "c.example of feed"));
}

TEST_F(FeedLoaderTest, TriesAFileAgainThatCouldNotBeRead) {
  // A right that is missing and then given changes neither size nor time; as broken bytes do that are mended
  // in place, which root can test as well.
  const std::string whole = Gzip("b.example\n");
  folder_.Write("a.gz", Gzip("a.example\n"));
  FeedLoader loader = FolderLoader();
  ASSERT_NE(loader.Load(false, &report_), nullptr);
  folder_.Write("a.gz", whole.substr(0, 12) + std::string(whole.size() - 12, '\0'));
  const auto time = std::filesystem::last_write_time(folder_ / "a.gz");
  EXPECT_EQ(loader.Load(false, &report_), nullptr);
  EXPECT_THAT(report_.failures, SizeIs(1));
  EXPECT_TRUE(report_.files[0].kept_last_good);
  folder_.Write("a.gz", whole);
  std::filesystem::last_write_time(folder_ / "a.gz", time);
  const auto snapshot = loader.Load(false, &report_);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(Known(*snapshot, {"b.example"}), SizeIs(1));
}

TEST_F(FeedLoaderTest, ReadsABrokenArchiveAgainOnceItIsWhole) {
  const std::string whole = Gzip("a.example\n");
  folder_.Write("a.gz", whole.substr(0, whole.size() / 2));
  FeedLoader loader = FolderLoader();
  EXPECT_EQ(loader.Load(false, &report_)->indicator_count(), 0U);
  EXPECT_THAT(report_.failures, SizeIs(1));
  EXPECT_FALSE(report_.files[0].kept_last_good);
  Rewrite("a.gz", whole);
  const auto snapshot = loader.Load(false, &report_);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(Known(*snapshot, {"a.example"}), SizeIs(1));
}

TEST_F(FeedLoaderTest, CompilesAtFirstEvenIfNothingCanBeRead) {
  FeedLoader loader = Loader({{.path = folder_ / "absent", .source = "s"}});
  const auto snapshot = loader.Load(false, &report_);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_EQ(snapshot->indicator_count(), 0U);
  EXPECT_THAT(report_.failures, ElementsAre(HasSubstr(folder_ / "absent")));
  EXPECT_EQ(loader.Load(false, &report_), nullptr);
  folder_.Write("absent/a.txt", "a.example\n");
  EXPECT_NE(loader.Load(false, &report_), nullptr);
}

TEST_F(FeedLoaderTest, WithdrawsNothingWhenAFolderIsAway) {
  folder_.Write("feeds/a.txt", "a.example\n");
  FeedLoader loader = Loader({{.path = folder_ / "feeds", .source = "feed"}});
  ASSERT_NE(loader.Load(false, &report_), nullptr);
  std::filesystem::rename(folder_ / "feeds", folder_ / "away");
  EXPECT_EQ(loader.Load(false, &report_), nullptr);
  EXPECT_THAT(report_.failures, SizeIs(1));
  std::filesystem::rename(folder_ / "away", folder_ / "feeds");
  const auto snapshot = loader.Load(/*reread_all=*/true, &report_);
  EXPECT_THAT(Known(*snapshot, {"a.example"}), SizeIs(1));
}

TEST_F(FeedLoaderTest, KeepsDangerousIndicatorsOutAndCountsThem) {
  folder_.Write("a.txt", "co.uk\n10.0.0.1\nevil.example\n");
  FeedLoader guarded = FolderLoader();
  EXPECT_EQ(guarded.Load(false, &report_)->indicator_count(), 1U);
  EXPECT_EQ(report_.files[0].refused.at("guarded"), 2U);
  EXPECT_EQ(report_.files[0].accepted, 1U);
  ASSERT_THAT(report_.refusals, SizeIs(2));
  EXPECT_THAT(report_.refusals[0].Message(), HasSubstr("kept out: the name is a public suffix"));
  EXPECT_THAT(report_.refusals[0].Message(), HasSubstr("'co.uk'"));
  FeedLoader open = Loader({{.path = folder_.path(), .source = "feed"}}, /*guard=*/false);
  EXPECT_EQ(open.Load(false, &report_)->indicator_count(), 3U);
}

TEST_F(FeedLoaderTest, TellsWhatTheMergeDropped) {
  folder_.Write("a.txt", "a.example\nA.example\n");
  folder_.Write("b.txt", "a.example\n");
  FeedLoader loader = FolderLoader();
  EXPECT_EQ(loader.Load(false, &report_)->indicator_count(), 1U);
  EXPECT_EQ(report_.dropped.repeated, 2U);
}

TEST_F(FeedLoaderTest, GivesOneDigestWhateverTheKey) {
  folder_.Write("a.txt", "a.example\n192.0.2.0/24\nhttp://evil.example/x\n");
  FeedLoader one({{.path = folder_.path(), .source = "s"}}, true, {1});
  FeedLoader other({{.path = folder_.path(), .source = "s"}}, true, {9, 9});
  EXPECT_EQ(one.Load(false, &report_)->digest(), other.Load(false, &report_)->digest());
}

}  // namespace
}  // namespace polder
