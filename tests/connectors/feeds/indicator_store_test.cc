#include "connectors/feeds/indicator_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/observable/extract.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr FingerprintKey kKey = {1, 2, 3};
constexpr const char* kFeed = "feed";
constexpr const char* kPath = "where";
const FeedTerms kTerms = {.source = "s"};

std::string Id(int number) { return fmt::format("indicator--00000000-0000-4000-8000-{:012}", number); }

// One STIX indicator, `day` of March 2026 being its version.
std::string Stix(int number, const std::string& domain, int day = 1, const std::string& more = "") {
  return fmt::format(
      R"({{"type":"indicator","spec_version":"2.1","id":"{}","created":"2026-01-01T00:00:00Z",)"
      R"("modified":"2026-03-{:02}T00:00:00Z","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z",)"
      R"("pattern":"[domain-name:value = '{}']"{}}})",
      Id(number), day, domain, more);
}
std::string Bundle(const std::string& objects) {
  return fmt::format(R"({{"type":"bundle","id":"bundle--1","objects":[{}]}})", objects);
}
std::string Names(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) list += fmt::format("n{}.example\n", i);
  return list;
}
std::string ManyObjects(int first, int last, int day = 1) {
  std::string objects;
  for (int i = first; i < last; ++i) {
    if (!objects.empty()) objects += ',';
    objects += Stix(i, fmt::format("n{}.example", i), day);
  }
  return Bundle(objects);
}

class IndicatorStoreTest : public ::testing::Test {
 protected:
  static IndicatorStore::Options Options(std::vector<Refusal>& refusals) {
    return {.guard = true,
            .feed_guard = {},
            .warninglists = nullptr,
            .on_refusal = [&refusals](const Refusal& refusal) { refusals.push_back(refusal); }};
  }

  // Each is a refresh of its own. True if it counted.
  bool Replace(const std::string& text, const std::string& path = kPath) {
    store_.BeginRefresh(kFeed);
    report_ = store_.Replace(kTerms, path, text, &failure_);
    return End();
  }
  bool Objects(std::initializer_list<std::string> pages) {
    store_.BeginRefresh(kFeed);
    int page = 0;
    for (const std::string& text : pages) {
      report_ = store_.PutObjects(kTerms, kPath, fmt::format("page {}", ++page), text, &failure_);
    }
    return End();
  }
  bool Record(const std::string& key, const std::string& text) {
    store_.BeginRefresh(kFeed);
    report_ = store_.PutRecord(kTerms, kPath, "offset 7", key, text, &failure_);
    return End();
  }
  bool End() {
    held_ = store_.EndRefresh();
    return !held_.has_value();
  }

  // Which of `names` are in force.
  std::vector<std::string> Known(std::initializer_list<std::string_view> names) {
    const auto snapshot = store_.Publish(/*even_if_unchanged=*/true);
    std::vector<std::string> known;
    for (const std::string_view name : names) {
      ExtractObservables(name, [&](const Observable& observable) {
        snapshot->Find(observable, [&](const Snapshot::Match&) { known.emplace_back(name); });
      });
    }
    return known;
  }
  std::size_t Count() { return store_.Publish(/*even_if_unchanged=*/true)->indicator_count(); }

  std::vector<Refusal> refusals_;
  IndicatorStore store_{Options(refusals_), kKey};
  DocumentReport report_;
  std::string failure_;
  std::optional<std::string> held_;
};

// --- Whole documents -----------------------------------------------------------------------------

TEST_F(IndicatorStoreTest, PutsADocumentInPlaceOfTheLastAtItsPath) {
  Replace("a.example\nb.example\n");
  Replace("c.example\n", "elsewhere");
  EXPECT_THAT(Known({"a.example", "b.example", "c.example"}), SizeIs(3));
  Replace("b.example\nd.example\n");
  EXPECT_THAT(Known({"a.example", "b.example", "c.example", "d.example"}),
              ElementsAre("b.example", "c.example", "d.example"));
  EXPECT_EQ(report_.read, 2u);
  EXPECT_EQ(report_.accepted, 2u);
  EXPECT_EQ(report_.source, "s");
}

TEST_F(IndicatorStoreTest, KeepsTheLastGoodStateOfADocumentThatCannotBeRead) {
  Replace(Bundle(Stix(1, "a.example")));
  Replace(R"({"type":"bundle","objects":[)");
  EXPECT_TRUE(report_.kept_last_good);
  EXPECT_THAT(failure_, HasSubstr(kPath));
  EXPECT_THAT(Known({"a.example"}), SizeIs(1));
  Replace(Bundle(Stix(1, "b.example")));
  EXPECT_THAT(Known({"a.example", "b.example"}), ElementsAre("b.example"));
}

TEST_F(IndicatorStoreTest, KeepsNothingOfADocumentThatWasNeverRead) {
  Replace(R"({"type":"bundle","objects":[)");
  EXPECT_FALSE(report_.kept_last_good);
  EXPECT_EQ(Count(), 0u);
}

TEST_F(IndicatorStoreTest, PublishesOnlyWhatChanged) {
  Replace("a.example\n");
  EXPECT_NE(store_.Publish(), nullptr);
  EXPECT_EQ(store_.Publish(), nullptr);
  Replace("a.example\n");
  EXPECT_EQ(store_.Publish(), nullptr) << "it says the same";
  store_.BeginRefresh(kFeed);
  store_.Withdraw(kTerms, kPath);
  EXPECT_TRUE(End());
  EXPECT_NE(store_.Publish(), nullptr);
  EXPECT_EQ(Count(), 0u);
}

TEST_F(IndicatorStoreTest, TellsTwoSourcesOfOnePathApart) {
  Replace("a.example\n");
  store_.BeginRefresh("other");
  store_.Replace({.source = "other"}, kPath, "a.example\n", &failure_);
  EXPECT_FALSE(store_.EndRefresh());
  EXPECT_EQ(Known({"a.example"}).size(), 2u);
  store_.BeginRefresh("other");
  store_.Withdraw({.source = "other"}, kPath);
  EXPECT_FALSE(store_.EndRefresh());
  EXPECT_EQ(Known({"a.example"}).size(), 1u);
}

// --- Objects -------------------------------------------------------------------------------------

TEST_F(IndicatorStoreTest, PutsAnObjectInPlaceOfAnOlderVersionAlone) {
  Objects({Bundle(Stix(1, "second.example", 2))});
  Objects({Bundle(Stix(1, "first.example", 1))});
  EXPECT_THAT(Known({"first.example", "second.example"}), ElementsAre("second.example"));
  Objects({Bundle(Stix(1, "third.example", 3))});
  EXPECT_THAT(Known({"second.example", "third.example"}), ElementsAre("third.example"));
  Objects({Bundle(Stix(1, "again.example", 3))});
  EXPECT_THAT(Known({"third.example", "again.example"}), ElementsAre("again.example"))
      << "of the same version what came last";
}

TEST_F(IndicatorStoreTest, CountsTheLatestOfSeveralVersionsInOneRefreshWhateverTheirOrder) {
  const std::string first = Bundle(Stix(1, "first.example", 1));
  const std::string second = Bundle(Stix(1, "second.example", 2));
  Objects({first, second});
  EXPECT_THAT(Known({"first.example", "second.example"}), ElementsAre("second.example"));
  const std::string third = Bundle(Stix(1, "third.example", 3));
  const std::string fourth = Bundle(Stix(1, "fourth.example", 4));
  Objects({fourth, third});
  EXPECT_THAT(Known({"second.example", "third.example", "fourth.example"}), ElementsAre("fourth.example"));
}

TEST_F(IndicatorStoreTest, WithdrawsAnObjectOfWhichALaterVersionIsRevoked) {
  Objects({Bundle(Stix(1, "a.example", 1) + "," + Stix(2, "b.example", 1))});
  Objects({Bundle(Stix(1, "a.example", 2, R"(,"revoked":true)"))});
  EXPECT_THAT(Known({"a.example", "b.example"}), ElementsAre("b.example"));
}

TEST_F(IndicatorStoreTest, LeavesOtherObjectsOfTheCollectionAsTheyAre) {
  Objects({Bundle(Stix(1, "a.example")), Bundle(Stix(2, "b.example"))});
  Objects({Bundle(Stix(3, "c.example"))});
  EXPECT_THAT(Known({"a.example", "b.example", "c.example"}), SizeIs(3));
  Objects({R"({"objects":[)"});
  EXPECT_THAT(failure_, HasSubstr("page 1"));
  EXPECT_THAT(Known({"a.example", "b.example", "c.example"}), SizeIs(3));
}

// --- Records -------------------------------------------------------------------------------------

TEST_F(IndicatorStoreTest, TakesRecordsAsTheyComeWhateverTheirVersion) {
  Record(Id(1), Stix(1, "second.example", 2));
  Record(Id(1), Stix(1, "first.example", 1));
  EXPECT_THAT(Known({"first.example", "second.example"}), ElementsAre("first.example"));
  Record(Id(1), "");
  EXPECT_THAT(Known({"first.example"}), IsEmpty());
  Record(Id(1), Stix(1, "third.example", 1));
  EXPECT_THAT(Known({"third.example"}), SizeIs(1));
}

TEST_F(IndicatorStoreTest, CountsTheLastOfSeveralRecordsInOneRefresh) {
  store_.BeginRefresh(kFeed);
  for (int day = 1; day <= 9; ++day) {
    store_.PutRecord(kTerms, kPath, "o", Id(1), Stix(1, fmt::format("d{}.example", day), 10 - day),
                     &failure_);
  }
  store_.PutRecord(kTerms, kPath, "o", Id(2), Stix(2, "two.example"), &failure_);
  store_.PutRecord(kTerms, kPath, "o", Id(2), "", &failure_);
  store_.PutRecord(kTerms, kPath, "o", Id(3), "", &failure_);
  store_.PutRecord(kTerms, kPath, "o", Id(3), Stix(3, "three.example"), &failure_);
  EXPECT_TRUE(End());
  EXPECT_THAT(Known({"d1.example", "d8.example", "d9.example", "two.example", "three.example"}),
              ElementsAre("d9.example", "three.example"));
}

TEST_F(IndicatorStoreTest, RefusesARecordWhoseKeyIsNotItsIdentifier) {
  Record(Id(1), Stix(1, "one.example"));
  Record(Id(2), Stix(1, "stray.example"));
  ASSERT_THAT(refusals_, SizeIs(1));
  EXPECT_THAT(refusals_[0].Message(), HasSubstr("key and id must be the same"));
  EXPECT_THAT(refusals_[0].Message(), HasSubstr("offset 7"));
  EXPECT_EQ(report_.accepted, 0u);
  EXPECT_THAT(Known({"one.example", "stray.example"}), ElementsAre("one.example"));
}

TEST_F(IndicatorStoreTest, ForgetsWhatARecordReplacesWithAnotherIdentifier) {
  // Compaction would leave nothing else under the key, and a restart find nothing.
  Record(Id(1), Stix(1, "one.example"));
  Record(Id(1), Stix(2, "stray.example"));
  EXPECT_THAT(Known({"one.example", "stray.example"}), IsEmpty());
}

TEST_F(IndicatorStoreTest, LetsARecordWithdrawNothingButItsOwnKey) {
  Record(Id(1), Stix(1, "one.example"));
  // What cannot be taken of object 1 says nothing here: it is the record of another key.
  Record(Id(2), R"({"type":"indicator","spec_version":"2.1","id":")" + Id(1) +
                    R"(","pattern_type":"stix","pattern":"[domain-name:value = "})");
  EXPECT_THAT(refusals_, ::testing::Not(IsEmpty()));
  EXPECT_THAT(Known({"one.example"}), SizeIs(1));
}

TEST_F(IndicatorStoreTest, KeepsWhatABrokenRecordWouldReplace) {
  Record(Id(1), Stix(1, "one.example"));
  Record(Id(1), "{\"type\":");
  EXPECT_TRUE(report_.kept_last_good);
  EXPECT_THAT(failure_, HasSubstr("offset 7"));
  EXPECT_THAT(Known({"one.example"}), SizeIs(1));
}

TEST_F(IndicatorStoreTest, TakesRecordsWithoutKeyByTheIdentifiersInThem) {
  Record("", Stix(1, "one.example"));
  Record("", Stix(1, "other.example"));
  EXPECT_THAT(Known({"one.example", "other.example"}), ElementsAre("other.example"));
  Record("", "bare.example\n");
  EXPECT_THAT(refusals_.back().Message(), HasSubstr("it has no identifier"));
  Record("", "");
  EXPECT_THAT(Known({"other.example", "bare.example"}), ElementsAre("other.example"));
}

// --- The feed guard ------------------------------------------------------------------------------

TEST_F(IndicatorStoreTest, HoldsARefreshUntilItIsConfirmedAndOnlyThatOne) {
  EXPECT_TRUE(Replace(Names(40)));
  EXPECT_FALSE(Replace(Names(5)));
  EXPECT_THAT(*held_, HasSubstr("shrink from 40 to 5"));
  EXPECT_EQ(Count(), 40u);
  store_.ConfirmHeld();
  EXPECT_TRUE(Replace(Names(5)));
  EXPECT_EQ(Count(), 5u);
  EXPECT_FALSE(Replace(Names(40))) << "one confirmation, one refresh";
  EXPECT_EQ(Count(), 5u);
}

TEST_F(IndicatorStoreTest, RemembersAConfirmationOverASecondOne) {
  Replace(Names(40));
  EXPECT_FALSE(Replace(Names(5)));
  store_.ConfirmHeld();
  store_.ConfirmHeld();  // an operator who asks twice before the feed comes again
  EXPECT_TRUE(Replace(Names(5)));
}

TEST_F(IndicatorStoreTest, TakesARefreshOfUsualSizeAfterOneThatWasHeld) {
  Replace(Names(40));
  EXPECT_FALSE(Replace(Names(5)));
  EXPECT_TRUE(Replace(Names(38)));
  EXPECT_EQ(Count(), 38u);
}

TEST_F(IndicatorStoreTest, HoldsNothingThatIsNotGuarded) {
  Replace(Names(40));
  store_.BeginRefresh(kFeed);
  store_.Replace(kTerms, kPath, "", &failure_);
  EXPECT_FALSE(store_.EndRefresh(/*guarded=*/false));
  EXPECT_EQ(Count(), 0u);
}

TEST_F(IndicatorStoreTest, HoldsARefreshOfManyObjectsAsAWhole) {
  EXPECT_TRUE(Objects({ManyObjects(0, 40)}));
  EXPECT_FALSE(Objects({ManyObjects(40, 90), ManyObjects(90, 140)}));
  EXPECT_THAT(*held_, HasSubstr("grow from 40 to 140"));
  EXPECT_EQ(Count(), 40u);
  EXPECT_TRUE(Objects({ManyObjects(40, 50)}));
  EXPECT_EQ(Count(), 50u);
}

TEST_F(IndicatorStoreTest, HoldsObjectsThatComeTwiceAsWell) {
  Objects({ManyObjects(0, 40)});
  EXPECT_FALSE(Objects({ManyObjects(0, 140, 2), ManyObjects(0, 140, 3)}));
  EXPECT_THAT(*held_, HasSubstr("grow from 40 to 140"));
  EXPECT_EQ(Count(), 40u) << "half of a refresh that is held came into force";
}

TEST_F(IndicatorStoreTest, CountsAnObjectThatComesTwiceOnce) {
  EXPECT_TRUE(Objects({ManyObjects(0, 40), ManyObjects(0, 40)}));
  EXPECT_TRUE(Objects({ManyObjects(40, 58)}));
  EXPECT_FALSE(Objects({ManyObjects(58, 90)})) << "32 more than 58";
  EXPECT_THAT(*held_, HasSubstr("grow from 58 to 90"));
}

TEST_F(IndicatorStoreTest, LosesNothingOfOtherFeedsWhileOneIsHeld) {
  Replace(Names(40));
  store_.BeginRefresh("other");
  store_.Replace({.source = "o"}, "there", "other.example\n", &failure_);
  EXPECT_FALSE(store_.EndRefresh());
  EXPECT_FALSE(Replace(Names(5)));
  EXPECT_THAT(Known({"other.example", "n39.example"}), SizeIs(2));
}

// --- What is kept out ----------------------------------------------------------------------------

class WarninglistTest : public IndicatorStoreTest {
 protected:
  WarninglistTest() : warned_(WithLists(refusals_), kKey) {}

  static IndicatorStore::Options WithLists(std::vector<Refusal>& refusals) {
    IndicatorStore::Options options = Options(refusals);
    auto lists = std::make_shared<Warninglists>();
    EXPECT_TRUE(lists
                    ->Add(R"({"name":"Popular","type":"hostname","category":"false_positive",)"
                          R"("list":["popular.example"]})",
                          "popular")
                    .ok());
    EXPECT_TRUE(
        lists
            ->Add(R"({"name":"Sinkholes","type":"string","category":"known","list":["sink.example"]})",
                  "sink")
            .ok());
    options.warninglists = std::move(lists);
    return options;
  }

  IndicatorStore warned_;
};

TEST_F(WarninglistTest, DropsWhatIsBenignAndAnnotatesWhatIsKnown) {
  warned_.BeginRefresh(kFeed);
  const DocumentReport report =
      warned_.Replace(kTerms, kPath, "www.popular.example\nsink.example\nplain.example\n", &failure_);
  EXPECT_FALSE(warned_.EndRefresh());
  EXPECT_EQ(report.accepted, 2u);
  EXPECT_EQ(report.refused.at("guarded"), 1u);
  ASSERT_THAT(refusals_, SizeIs(1));
  EXPECT_THAT(refusals_[0].Message(), HasSubstr("it is on the warninglist 'Popular'"));
  EXPECT_THAT(refusals_[0].Message(), HasSubstr("where:1: "));
  const auto snapshot = warned_.Publish();
  ASSERT_NE(snapshot, nullptr);
  std::vector<std::string> known_as;
  for (const std::string_view name : {"www.popular.example", "sink.example", "plain.example"}) {
    ExtractObservables(name, [&](const Observable& observable) {
      snapshot->Find(observable, [&](const Snapshot::Match& match) {
        known_as.push_back(
            fmt::format("{}: {}", name, snapshot->Describe(match.indicator, match.value).known_as));
      });
    });
  }
  EXPECT_THAT(known_as, UnorderedElementsAre("sink.example: Sinkholes", "plain.example: "));
}

TEST_F(WarninglistTest, WithdrawsAnObjectWhoseNewValueIsBenign) {
  warned_.BeginRefresh(kFeed);
  warned_.PutRecord(kTerms, kPath, "o", Id(1), Stix(1, "evil.example"), &failure_);
  EXPECT_FALSE(warned_.EndRefresh());
  EXPECT_EQ(warned_.Publish()->indicator_count(), 1u);
  warned_.BeginRefresh(kFeed);
  warned_.PutRecord(kTerms, kPath, "o", Id(1), Stix(1, "popular.example"), &failure_);
  EXPECT_FALSE(warned_.EndRefresh());
  EXPECT_EQ(warned_.Publish()->indicator_count(), 0u);
}

TEST_F(WarninglistTest, WithdrawsAnObjectOfACollectionWhoseNewValueIsBenign) {
  warned_.BeginRefresh(kFeed);
  warned_.PutObjects(kTerms, kPath, "p", Bundle(Stix(1, "evil.example", 1)), &failure_);
  EXPECT_FALSE(warned_.EndRefresh());
  EXPECT_EQ(warned_.Publish()->indicator_count(), 1u);
  warned_.BeginRefresh(kFeed);
  warned_.PutObjects(kTerms, kPath, "p", Bundle(Stix(1, "popular.example", 2)), &failure_);
  EXPECT_FALSE(warned_.EndRefresh());
  const auto snapshot = warned_.Publish();
  ASSERT_NE(snapshot, nullptr) << "the value of the version before stays in force";
  EXPECT_EQ(snapshot->indicator_count(), 0u);
}

TEST_F(WarninglistTest, WithdrawsAnAttributeWhoseNewValueIsBenign) {
  const auto put = [this](const std::string& action, const std::string& domain) {
    warned_.BeginRefresh(kFeed);
    warned_.PutRecord(
        kTerms, kPath, "o", "",
        fmt::format(R"({{"Attribute":{{"uuid":"5f3a1c5e-0d10-4f3b-8a53-0a0a0a0a0a01","type":"domain",)"
                    R"("to_ids":true,"value":"{}","timestamp":"1700000000"}},"action":"{}"}})",
                    domain, action),
        &failure_);
    EXPECT_FALSE(warned_.EndRefresh());
    return warned_.Publish(/*even_if_unchanged=*/true)->indicator_count();
  };
  EXPECT_EQ(put("add", "evil.example"), 1u);
  EXPECT_EQ(put("edit", "popular.example"), 0u);
}

}  // namespace
}  // namespace polder
