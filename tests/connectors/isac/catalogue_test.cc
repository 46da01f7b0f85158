#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "connectors/community/load_community.h"
#include "connectors/isac/catalogue_refresh.h"
#include "connectors/isac/manifest_maker.h"
#include "connectors/isac/manifest_store.h"
#include "tests/connectors/isac/operator_fixture.h"

namespace polder {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr std::string_view kStixId = "indicator--0c54b2a2-79d5-4a31-9d1c-5d7cb2dfd6d0";

class CatalogueTest : public OperatorFixture {
 protected:
  static std::string StixOf(const std::string& domain) {
    return fmt::format(
        R"({{"type":"indicator","spec_version":"2.1","id":"{}","created":"2026-05-02T00:00:00Z",)"
        R"("modified":"2026-05-02T00:00:00Z","valid_from":"2026-05-02T00:00:00Z","pattern_type":"stix",)"
        R"("pattern":"[domain-name:value = '{}']"}})",
        kStixId, domain);
  }
  void PostEnvelope(const std::string& signer, const Envelope& envelope) {
    SignedDocument document;
    document.type = kIndicatorType;
    document.community = "delta";
    document.signer = signer;
    document.signed_at = envelope.updated;
    document.body = RenderEnvelope(envelope);
    const std::string text =
        RenderSignedDocument(SignDocument(std::move(document), members_[signer].signing));
    ASSERT_TRUE(PostDocument(*folder_->Board(), IndicatorKey(signer, envelope.id), text).ok());
  }
  Envelope EnvelopeOf(const std::string& domain) const {
    Envelope envelope;
    envelope.id = kStixId;
    envelope.published = envelope.updated = founded_ + kDayUs;
    envelope.ioc_ids = {MakeIocId(Kind::kDomain, domain)};
    envelope.object = StixOf(domain);
    return envelope;
  }
  absl::StatusOr<Community> Refresh(OperatorStore& store) {
    CatalogueStore catalogue(store.database());
    LimitedMessages messages([this](const std::string& message) { messages_.push_back(message); });
    return RefreshFromBoard(*folder_, catalogue, after_, messages);
  }
  Catalogue Read() {
    const auto store = OpenStore();
    auto catalogue = CatalogueStore(store->database()).Read(folder_->roster());
    EXPECT_TRUE(catalogue.ok()) << catalogue.status();
    return catalogue.ok() ? *std::move(catalogue) : Catalogue{};
  }
  absl::StatusOr<std::size_t> ReadFiles(const std::string& path, const std::string& source, TimeUs now) {
    const auto store = OpenStore();
    CatalogueStore catalogue(store->database());
    LimitedMessages messages([this](const std::string& message) { messages_.push_back(message); });
    return RefreshFromFiles({path}, source, folder_->roster(), catalogue, now, messages);
  }

  const IocId evil_ = MakeIocId(Kind::kDomain, "evil.example");
  std::vector<std::string> messages_;
};

TEST_F(CatalogueTest, ASignedIndicatorIsItsSignersWithTheTimesThatHeGave) {
  PostEnvelope("anna", EnvelopeOf("evil.example"));
  const auto refreshed = Refresh(*OpenStore());
  ASSERT_TRUE(refreshed.ok()) << refreshed.status();
  const Catalogue catalogue = Read();
  ASSERT_TRUE(catalogue.contains(evil_));
  const CataloguedIndicator& one = catalogue.at(evil_);
  EXPECT_EQ(one.value, "evil.example");
  ASSERT_EQ(one.shared_by.size(), 1U);
  EXPECT_EQ(one.shared_by[0].source, "anna");
  EXPECT_EQ(one.shared_by[0].indicator_id, kStixId);
  EXPECT_EQ(one.shared_by[0].published, founded_ + kDayUs);
  EXPECT_EQ(one.shared_by[0].withdrawn, std::nullopt);
}

TEST_F(CatalogueTest, ReadingTheBoardAgainChangesNothing) {
  PostEnvelope("anna", EnvelopeOf("evil.example"));
  const auto store = OpenStore();
  ASSERT_TRUE(Refresh(*store).ok());
  ASSERT_TRUE(Refresh(*store).ok());
  EXPECT_EQ(Read().at(evil_).shared_by.size(), 1U);
  EXPECT_EQ(Read().at(evil_).shared_by[0].withdrawn, std::nullopt);
}

TEST_F(CatalogueTest, WhatANewVersionNoLongerStatesIsWithdrawnSinceThen) {
  PostEnvelope("anna", EnvelopeOf("evil.example"));
  ASSERT_TRUE(Refresh(*OpenStore()).ok());
  Envelope next = EnvelopeOf("other.example");
  next.updated = founded_ + 2 * kDayUs;
  PostEnvelope("anna", next);
  ASSERT_TRUE(Refresh(*OpenStore()).ok());
  EXPECT_EQ(Read().at(evil_).shared_by[0].withdrawn, founded_ + 2 * kDayUs);
  EXPECT_EQ(Read().at(MakeIocId(Kind::kDomain, "other.example")).shared_by[0].withdrawn, std::nullopt);
}

TEST_F(CatalogueTest, AWithdrawalAndARevocationEndWhatWasShared) {
  PostEnvelope("anna", EnvelopeOf("evil.example"));
  ASSERT_TRUE(Refresh(*OpenStore()).ok());
  Envelope withdrawal = EnvelopeOf("evil.example");
  withdrawal.withdrawn = true;
  withdrawal.object.clear();
  withdrawal.updated = founded_ + 3 * kDayUs;
  PostEnvelope("anna", withdrawal);
  ASSERT_TRUE(Refresh(*OpenStore()).ok());
  EXPECT_EQ(Read().at(evil_).shared_by[0].withdrawn, founded_ + 3 * kDayUs);
  PostEnvelope("bert", EnvelopeOf("evil.example"));
  ASSERT_TRUE(Refresh(*OpenStore()).ok());
  Revoke("bert", after_);
  EXPECT_EQ(Read().at(evil_).shared_by[1].source, "bert");
  EXPECT_EQ(Read().at(evil_).shared_by[1].withdrawn, after_);
}

TEST_F(CatalogueTest, WhatTheSignedIdentifiersDoNotNameIsNotTaken) {
  Envelope envelope = EnvelopeOf("evil.example");
  envelope.object = StixOf("other.example");
  PostEnvelope("anna", envelope);
  ASSERT_TRUE(Refresh(*OpenStore()).ok());
  EXPECT_TRUE(Read().empty());
  EXPECT_THAT(messages_, Contains(HasSubstr("not those of its object")));
}

TEST_F(CatalogueTest, AForgedDocumentOnTheBoardIsSaidAndPassedOver) {
  Envelope envelope = EnvelopeOf("evil.example");
  members_["anna"] = NewPartySecrets();
  PostEnvelope("anna", envelope);
  temporary_.Write("board/garbage.json", "{]");
  ASSERT_TRUE(Refresh(*OpenStore()).ok());
  EXPECT_TRUE(Read().empty());
  EXPECT_EQ(messages_.size(), 2U);
}

TEST_F(CatalogueTest, ABoardThatLagsBehindTheRosterIsRefused) {
  Revoke("bert", founded_ + kDayUs);
  const auto refreshed = Refresh(*OpenStore());
  EXPECT_EQ(refreshed.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refreshed.status().message()), HasSubstr("roster post"));
}

TEST_F(CatalogueTest, AFileIsTheWholeOfItsSource) {
  const std::string list = temporary_.Write("feed.txt", "evil.example\n192.0.2.7\n");
  ASSERT_EQ(*ReadFiles(list, "feed", founded_), 2U);
  temporary_.Write("feed.txt", "192.0.2.7\nnew.example\n");
  ASSERT_EQ(*ReadFiles(list, "feed", after_), 2U);
  const Catalogue catalogue = Read();
  EXPECT_EQ(catalogue.size(), 3U);
  EXPECT_EQ(catalogue.at(evil_).shared_by[0].withdrawn, after_);
  EXPECT_EQ(catalogue.at(MakeIocId(Kind::kIp, "192.0.2.7")).shared_by[0].published, founded_);
  EXPECT_EQ(catalogue.at(MakeIocId(Kind::kDomain, "new.example")).shared_by[0].published, after_);
}

TEST_F(CatalogueTest, AFileCannotSpeakForAPartyOnTheRoster) {
  const std::string list = temporary_.Write("feed.txt", "evil.example\n");
  EXPECT_EQ(ReadFiles(list, "anna", founded_).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(CatalogueTest, TextsAndExpressionsAreNotInTheCatalogue) {
  const std::string list = temporary_.Write("x.expressions", "/gate\\.php\\?id=[0-9a-f]{32}/i\n");
  ASSERT_TRUE(ReadFiles(list, "feed", founded_).ok());
  EXPECT_TRUE(Read().empty());
}

TEST_F(CatalogueTest, ValuesOnWarninglistsAreMarked) {
  const std::string list = temporary_.Write("feed.txt", "evil.example\n");
  ASSERT_TRUE(ReadFiles(list, "feed", founded_).ok());
  temporary_.Write("lists/top.json", R"({"name":"Top sites","type":"hostname","list":["evil.example"]})");
  temporary_.Write("isac/settings.yaml", fmt::format("board: {}\nwarninglists: ../lists\n", board_));
  ASSERT_EQ(chmod((path_ + "/settings.yaml").c_str(), 0600), 0);
  Reopen();
  const auto store = OpenStore();
  CatalogueStore catalogue(store->database());
  const absl::Status marked = MarkKnownValues(*folder_, catalogue);
  ASSERT_TRUE(marked.ok()) << marked;
  EXPECT_EQ(Read().at(evil_).shared_by[0].known_as, "Top sites");
}

TEST_F(CatalogueTest, AManifestIsMadeOnceAndMembersFindItRight) {
  PostEnvelope("anna", EnvelopeOf("evil.example"));
  const auto store = OpenStore();
  auto community = Refresh(*store);
  ASSERT_TRUE(community.ok());
  const auto made = MakeManifest(*folder_, *store, *community, epoch_, after_);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(made->fresh);
  EXPECT_EQ(made->manifest.indicators, 1U);
  EXPECT_EQ(made->manifest.k, 3U);
  ASSERT_TRUE(community->Take(made->document, after_).ok());
  EXPECT_TRUE(community->Check(made->manifest).ok());
  EXPECT_EQ(*community->ManifestOf(epoch_.start), made->manifest);
  ASSERT_EQ(made->parts.size(), 1U);
  ManifestList list(made->manifest);
  list.Add(*ReadManifestPart(ReadSignedDocument(made->parts[0])->body));
  const auto whole = list.Whole();
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->at(0).ioc_id, evil_);

  PostEnvelope("bert", EnvelopeOf("late.example"));
  community = Refresh(*store);
  const auto again = MakeManifest(*folder_, *store, *community, epoch_, after_ + kSecondUs);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->fresh);
  EXPECT_EQ(again->document, made->document);
  EXPECT_EQ(again->parts, made->parts);
}

// Else a source could make what members report late, or its own what it copied.
TEST_F(CatalogueTest, WhatIsPublishedWithAnEarlierDateIsListedFromTheManifestBefore) {
  PostEnvelope("anna", EnvelopeOf("evil.example"));
  const auto store = OpenStore();
  const auto first = MakeManifest(*folder_, *store, *Refresh(*store), epoch_, after_);
  ASSERT_TRUE(first.ok()) << first.status();
  PostEnvelope("bert", EnvelopeOf("backdated.example"));
  const Epoch next = epoch_.Next();
  const auto second = MakeManifest(*folder_, *store, *Refresh(*store), next, next.end());
  ASSERT_TRUE(second.ok()) << second.status();
  const auto listed = ManifestStore(store->database()).Listed();
  ASSERT_TRUE(listed.ok());
  EXPECT_LT(listed->at(evil_), epoch_.end());
  EXPECT_EQ(listed->at(MakeIocId(Kind::kDomain, "backdated.example")), epoch_.end());
}

TEST_F(CatalogueTest, NoManifestBeforeTheEpochHasEnded) {
  const auto store = OpenStore();
  const auto community = Refresh(*store);
  ASSERT_TRUE(community.ok());
  EXPECT_EQ(MakeManifest(*folder_, *store, *community, Epoch::Of(after_), after_).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace polder
