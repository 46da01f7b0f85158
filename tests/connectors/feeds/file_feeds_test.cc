#include "connectors/feeds/file_feeds.h"

#include <fmt/format.h>
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
        known.push_back(std::string(name) + " of " +
                        std::string(snapshot.Describe(match.indicator, match.value).source));
      });
    });
  }
  return known;
}

// A store and what files feed it with.
class Loader {
 public:
  Loader(std::vector<FileFeedSpec> specs, bool guard, const FingerprintKey& key,
         std::vector<Refusal>& refusals, LoadReport& report)
      : store_({.guard = guard,
                .feed_guard = {},
                .warninglists = nullptr,
                .on_refusal = [&refusals](const Refusal& refusal) { refusals.push_back(refusal); }},
               key),
        feeds_(std::move(specs), store_),
        refusals_(refusals),
        report_(report) {}

  std::shared_ptr<const Snapshot> Load(bool reread_all = false) {
    report_ = {};
    refusals_.clear();
    feeds_.Load(reread_all, &report_);
    return store_.Publish(std::exchange(first_, false));
  }
  IndicatorStore& store() { return store_; }

 private:
  bool first_ = true;
  IndicatorStore store_;
  FileFeeds feeds_;
  std::vector<Refusal>& refusals_;
  LoadReport& report_;
};

class FileFeedsTest : public ::testing::Test {
 protected:
  Loader Load(std::vector<FileFeedSpec> specs, bool guard = true, const FingerprintKey& key = kKey) {
    return {std::move(specs), guard, key, refusals_, report_};
  }
  Loader FolderLoader() { return Load({{.path = folder_.path(), .terms = {.source = "feed"}}}); }
  // One that surely shows in the time of modification.
  void Rewrite(std::string_view name, std::string_view content) {
    const std::string path = folder_.Write(name, content);
    const auto later = std::filesystem::last_write_time(path) + std::chrono::seconds(++seconds_);
    std::filesystem::last_write_time(path, later);
  }
  // So many names under `name`.
  static std::string ManyNames(std::string_view name, int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += fmt::format("n{}.{}\n", i, name);
    return list;
  }

  TemporaryFolder folder_;
  LoadReport report_;
  std::vector<Refusal> refusals_;
  int seconds_ = 0;
};

TEST_F(FileFeedsTest, LoadsEveryFileOfAFolder) {
  folder_.Write("a.txt", "a.example\n");
  folder_.Write("deep/b.txt", "b.example\nnot a name\n");
  folder_.Write("deep/c.json", R"({"type":"bundle","objects":[]})");
  folder_.Write("d.gz", Gzip("d.example\n"));
  folder_.Write("e.zst", Zstd("e.example\n"));
  Loader loader = FolderLoader();
  const auto snapshot = loader.Load();
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(
      Known(*snapshot, {"a.example", "b.example", "c.example", "d.example", "e.example"}),
      ElementsAre("a.example of feed", "b.example of feed", "d.example of feed", "e.example of feed"));
  EXPECT_EQ(snapshot->generation(), 1U);
  ASSERT_THAT(report_.documents, SizeIs(5));
  EXPECT_EQ(report_.documents[2].path, folder_ / "deep/b.txt");
  EXPECT_EQ(report_.documents[2].read, 2U);
  EXPECT_EQ(report_.documents[2].accepted, 1U);
  EXPECT_EQ(report_.documents[2].refused.at("unclear value"), 1U);
  EXPECT_EQ(report_.documents[2].format, "plain list");
  ASSERT_THAT(refusals_, SizeIs(1));
  EXPECT_THAT(refusals_[0].Message(), ::testing::StartsWith(folder_ / "deep/b.txt:2: "));
  EXPECT_THAT(report_.failures, IsEmpty());
}

TEST_F(FileFeedsTest, NamesSourcesAsConfiguredOrByTheirPath) {
  const std::string a = folder_.Write("a.txt", "x.example\n");
  const std::string b = folder_.Write("b.txt", "x.example\n");
  Loader loader = Load({{.path = a, .terms = {.source = "partner"}}, {.path = b}});
  const auto snapshot = loader.Load();
  EXPECT_THAT(Known(*snapshot, {"x.example"}),
              ::testing::UnorderedElementsAre("x.example of partner", "x.example of " + b));
}

TEST_F(FileFeedsTest, GivesIndicatorsTheMarkingAndConfidenceOfTheFeed) {
  const std::string a = folder_.Write("a.txt", "x.example\n");
  Loader loader = Load({{.path = a, .terms = {.source = "s", .tlp = Tlp::kAmber, .confidence = 30}}});
  const auto snapshot = loader.Load();
  ASSERT_EQ(snapshot->indicator_count(), 1U);
  EXPECT_EQ(snapshot->Describe(0, "x.example").tlp, Tlp::kAmber);
  EXPECT_EQ(snapshot->Describe(0, "x.example").confidence, 30);
}

TEST_F(FileFeedsTest, GivesNullWhenNothingChanged) {
  folder_.Write("a.txt", "a.example\n");
  Loader loader = FolderLoader();
  ASSERT_NE(loader.Load(), nullptr);
  EXPECT_EQ(loader.Load(), nullptr);
  EXPECT_THAT(report_.documents, IsEmpty());
}

TEST_F(FileFeedsTest, ReadsEverythingAgainWhenAsked) {
  folder_.Write("a.txt", "a.example\n");
  Loader loader = FolderLoader();
  ASSERT_NE(loader.Load(), nullptr);
  EXPECT_EQ(loader.Load(/*reread_all=*/true), nullptr) << "and finds the same";
  EXPECT_THAT(report_.documents, SizeIs(1));
}

TEST_F(FileFeedsTest, ReadsOnlyTheFilesThatChanged) {
  folder_.Write("a.txt", "a.example\n");
  folder_.Write("b.txt", "b.example\n");
  Loader loader = FolderLoader();
  ASSERT_NE(loader.Load(), nullptr);
  Rewrite("b.txt", "c.example\n");
  const auto snapshot = loader.Load();
  ASSERT_NE(snapshot, nullptr);
  ASSERT_THAT(report_.documents, SizeIs(1));
  EXPECT_EQ(report_.documents[0].path, folder_ / "b.txt");
  EXPECT_THAT(Known(*snapshot, {"a.example", "b.example", "c.example"}),
              ElementsAre("a.example of feed", "c.example of feed"));
}

TEST_F(FileFeedsTest, TakesNewFilesAndWithdrawsThoseThatAreGone) {
  folder_.Write("a.txt", "a.example\n");
  Loader loader = FolderLoader();
  ASSERT_NE(loader.Load(), nullptr);
  folder_.Write("b.txt", "b.example\n");
  std::filesystem::remove(folder_ / "a.txt");
  const auto snapshot = loader.Load();
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(Known(*snapshot, {"a.example", "b.example"}), ElementsAre("b.example of feed"));
  folder_.Write("a.txt", "a.example\n");
  EXPECT_THAT(Known(*loader.Load(), {"a.example"}), ElementsAre("a.example of feed"));
}

TEST_F(FileFeedsTest, KeepsWhatABrokenFileStatedBefore) {
  folder_.Write("a.json",
                R"({"type":"indicator","id":"indicator--1","pattern":"[domain-name:value = 'a.example']"})");
  folder_.Write("b.txt", "b.example\n");
  Loader loader = FolderLoader();
  ASSERT_NE(loader.Load(), nullptr);
  Rewrite("a.json", "{\"type\":\"bundle\",\n\"objects\":[");
  EXPECT_EQ(loader.Load(), nullptr) << "nothing changed in what is in force";
  ASSERT_THAT(report_.documents, SizeIs(1));
  EXPECT_TRUE(report_.documents[0].kept_last_good);
  EXPECT_THAT(report_.failures, ElementsAre(HasSubstr("a.json:2: not valid JSON")));
  Rewrite("b.txt", "c.example\n");
  const auto snapshot = loader.Load();
  EXPECT_THAT(report_.documents, SizeIs(1)) << "the broken file is not read again";
  EXPECT_THAT(Known(*snapshot, {"a.example", "c.example"}),
              ElementsAre("a.example of feed", "c.example of feed"));
}

TEST_F(FileFeedsTest, TriesAFileAgainThatCouldNotBeRead) {
  // A right that is missing and then given changes neither size nor time; as broken bytes do that are mended
  // in place, which root can test as well.
  const std::string whole = Gzip("b.example\n");
  folder_.Write("a.gz", Gzip("a.example\n"));
  Loader loader = FolderLoader();
  ASSERT_NE(loader.Load(), nullptr);
  folder_.Write("a.gz", whole.substr(0, 12) + std::string(whole.size() - 12, '\0'));
  const auto time = std::filesystem::last_write_time(folder_ / "a.gz");
  EXPECT_EQ(loader.Load(), nullptr);
  EXPECT_THAT(report_.failures, SizeIs(1));
  EXPECT_TRUE(report_.documents[0].kept_last_good);
  folder_.Write("a.gz", whole);
  std::filesystem::last_write_time(folder_ / "a.gz", time);
  const auto snapshot = loader.Load();
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(Known(*snapshot, {"b.example"}), SizeIs(1));
}

TEST_F(FileFeedsTest, ReadsABrokenArchiveAgainOnceItIsWhole) {
  const std::string whole = Gzip("a.example\n");
  folder_.Write("a.gz", whole.substr(0, whole.size() / 2));
  Loader loader = FolderLoader();
  EXPECT_EQ(loader.Load()->indicator_count(), 0U);
  EXPECT_THAT(report_.failures, SizeIs(1));
  EXPECT_FALSE(report_.documents[0].kept_last_good);
  Rewrite("a.gz", whole);
  const auto snapshot = loader.Load();
  ASSERT_NE(snapshot, nullptr);
  EXPECT_THAT(Known(*snapshot, {"a.example"}), SizeIs(1));
}

TEST_F(FileFeedsTest, CompilesAtFirstEvenIfNothingCanBeRead) {
  Loader loader = Load({{.path = folder_ / "absent", .terms = {.source = "s"}}});
  const auto snapshot = loader.Load();
  ASSERT_NE(snapshot, nullptr);
  EXPECT_EQ(snapshot->indicator_count(), 0U);
  EXPECT_THAT(report_.failures, ElementsAre(HasSubstr(folder_ / "absent")));
  EXPECT_EQ(loader.Load(), nullptr);
  folder_.Write("absent/a.txt", "a.example\n");
  EXPECT_NE(loader.Load(), nullptr);
}

TEST_F(FileFeedsTest, WithdrawsNothingWhenAFolderIsAway) {
  folder_.Write("feeds/a.txt", "a.example\n");
  Loader loader = Load({{.path = folder_ / "feeds", .terms = {.source = "feed"}}});
  ASSERT_NE(loader.Load(), nullptr);
  std::filesystem::rename(folder_ / "feeds", folder_ / "away");
  EXPECT_EQ(loader.Load(), nullptr);
  EXPECT_THAT(report_.failures, SizeIs(1));
  std::filesystem::rename(folder_ / "away", folder_ / "feeds");
  EXPECT_EQ(loader.Load(/*reread_all=*/true), nullptr);
  EXPECT_THAT(Known(*loader.store().Publish(/*even_if_unchanged=*/true), {"a.example"}), SizeIs(1));
}

TEST_F(FileFeedsTest, KeepsDangerousIndicatorsOutAndCountsThem) {
  folder_.Write("a.txt", "co.uk\n10.0.0.1\nevil.example\n");
  Loader guarded = FolderLoader();
  EXPECT_EQ(guarded.Load()->indicator_count(), 1U);
  EXPECT_EQ(report_.documents[0].refused.at("guarded"), 2U);
  EXPECT_EQ(report_.documents[0].accepted, 1U);
  ASSERT_THAT(refusals_, SizeIs(2));
  EXPECT_THAT(refusals_[0].Message(), HasSubstr("kept out: the name is a public suffix"));
  EXPECT_THAT(refusals_[0].Message(), HasSubstr("'co.uk'"));
  Loader open = Load({{.path = folder_.path(), .terms = {.source = "feed"}}}, /*guard=*/false);
  EXPECT_EQ(open.Load()->indicator_count(), 3U);
}

TEST_F(FileFeedsTest, TellsWhatTheMergeDropped) {
  folder_.Write("a.txt", "a.example\nA.example\n");
  folder_.Write("b.txt", "a.example\n");
  Loader loader = FolderLoader();
  EXPECT_EQ(loader.Load()->indicator_count(), 1U);
  EXPECT_EQ(loader.store().rules().CountDropped().repeated, 1U) << "the one within a.txt is not kept at all";
}

TEST_F(FileFeedsTest, GivesOneDigestWhateverTheKey) {
  folder_.Write("a.txt", "a.example\n192.0.2.0/24\nhttp://evil.example/x\n");
  Loader one = Load({{.path = folder_.path(), .terms = {.source = "s"}}}, true, {1});
  Loader other = Load({{.path = folder_.path(), .terms = {.source = "s"}}}, true, {9, 9});
  EXPECT_EQ(one.Load()->digest(), other.Load()->digest());
}

TEST_F(FileFeedsTest, CreditsBothSourcesOfOneFile) {
  const std::string a = folder_.Write("a.txt", "x.example\n");
  Loader loader = Load({{.path = a, .terms = {.source = "one"}}, {.path = a, .terms = {.source = "two"}}});
  EXPECT_THAT(Known(*loader.Load(), {"x.example"}), ElementsAre("x.example of one", "x.example of two"));
}

TEST_F(FileFeedsTest, HoldsAFeedThatShrinksAtItsLastStateUntilItIsConfirmed) {
  folder_.Write("a.txt", ManyNames("a.example", 100));
  Loader loader = FolderLoader();
  EXPECT_EQ(loader.Load()->indicator_count(), 100U);
  Rewrite("a.txt", ManyNames("a.example", 20));
  EXPECT_EQ(loader.Load(), nullptr);
  ASSERT_THAT(report_.held, SizeIs(1));
  EXPECT_THAT(report_.held[0], HasSubstr("shrink from 100 to 20 indicators, by 80 %"));
  EXPECT_EQ(loader.Load(), nullptr) << "it stays so";
  loader.store().ConfirmHeld();
  const auto snapshot = loader.Load(/*reread_all=*/true);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_EQ(snapshot->indicator_count(), 20U);
  EXPECT_THAT(report_.held, IsEmpty());
  Rewrite("a.txt", ManyNames("b.example", 200));
  EXPECT_EQ(loader.Load(), nullptr) << "a confirmation is for one refresh";
}

TEST_F(FileFeedsTest, TakesWhatOtherFeedsBringWhileOneIsHeld) {
  const std::string a = folder_.Write("a.txt", ManyNames("a.example", 100));
  const std::string b = folder_.Write("b.txt", "b.example\n");
  Loader loader = Load({{.path = a, .terms = {.source = "a"}}, {.path = b, .terms = {.source = "b"}}});
  ASSERT_NE(loader.Load(), nullptr);
  Rewrite("a.txt", "");
  Rewrite("b.txt", "c.example\n");
  const auto snapshot = loader.Load();
  ASSERT_NE(snapshot, nullptr);
  EXPECT_EQ(snapshot->indicator_count(), 101U);
  EXPECT_THAT(Known(*snapshot, {"b.example", "c.example"}), ElementsAre("c.example of b"));
}

TEST_F(FileFeedsTest, MarksTheIndicatorsOfAShadowFeed) {
  const std::string a = folder_.Write("a.txt", "a.example\n");
  Loader loader = Load({{.path = a, .terms = {.source = "tried", .shadow = true}}});
  EXPECT_TRUE(loader.Load()->IsShadow(0));
}

}  // namespace
}  // namespace polder
