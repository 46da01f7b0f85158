#include "rules/read/stix_markings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Json = nlohmann::json;

constexpr const char* kClear1 = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9";
constexpr const char* kGreen2 = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
constexpr const char* kRed1 = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
constexpr const char* kPapAmber = "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab";
constexpr const char* kOther = "marking-definition--00000000-0000-4000-8000-000000000001";
constexpr const char* kTlp2 = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
constexpr const char* kPap = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b";

Json Definition(Json members) {
  Json definition = {{"type", "marking-definition"}, {"id", kOther}};
  definition.update(members);
  return definition;
}

Json Refs(std::vector<std::string> refs) { return {{"object_marking_refs", refs}}; }

// The marking of an object that refers to a definition with these members.
StixMarkings::Marking Defined(Json members) {
  StixMarkings markings;
  markings.Note(Definition(std::move(members)));
  return markings.Of(Refs({kOther}), Tlp::kUnmarked);
}

TEST(StixMarkings, ReadEveryWayToDefineALevel) {
  const std::vector<std::tuple<Json, Tlp, Pap>> cases = {
      {{{"definition_type", "tlp"}, {"definition", {{"tlp", "amber"}}}}, Tlp::kAmber, Pap::kUnmarked},
      {{{"definition_type", "tlp"}, {"definition", {{"tlp", "WHITE"}}}}, Tlp::kClear, Pap::kUnmarked},
      {{{"extensions", {{kTlp2, {{"extension_type", "property-extension"}, {"tlp_2_0", "amber+strict"}}}}}},
       Tlp::kAmberStrict,
       Pap::kUnmarked},
      {{{"name", "TLP:AMBER+STRICT"}}, Tlp::kAmberStrict, Pap::kUnmarked},
      {{{"name", "tlp:red"}, {"definition_type", "statement"}, {"definition", {{"statement", "x"}}}},
       Tlp::kRed,
       Pap::kUnmarked},
      {{{"definition_type", "statement"}, {"definition", {{"statement", "PAP:RED"}}}},
       Tlp::kUnmarked,
       Pap::kRed},
      {{{"name", "PAP:GREEN"}}, Tlp::kUnmarked, Pap::kGreen},
      {{{"extensions", {{kPap, {{"pap", "amber"}}}}}}, Tlp::kUnmarked, Pap::kAmber},
      {{{"definition_type", "statement"}, {"definition", {{"statement", "Copyright 2024, Example"}}}},
       Tlp::kUnmarked,
       Pap::kUnmarked},
      {{{"definition_type", "statement"}, {"definition", {{"statement", "TLP:RED"}}}},
       Tlp::kUnmarked,
       Pap::kUnmarked},
      {{{"name", "Amber"}}, Tlp::kUnmarked, Pap::kUnmarked}};
  for (const auto& [members, tlp, pap] : cases) {
    const auto marking = Defined(members);
    EXPECT_EQ(marking.tlp, tlp) << members;
    EXPECT_EQ(marking.pap, pap) << members;
    EXPECT_THAT(marking.unknown, IsEmpty()) << members;
  }
}

TEST(StixMarkings, KnowTheLevelsByTheirIdentifiers) {
  const StixMarkings markings;
  EXPECT_EQ(markings.Of(Refs({kClear1}), Tlp::kRed).tlp, Tlp::kClear);
  EXPECT_EQ(markings.Of(Refs({kGreen2}), Tlp::kRed).tlp, Tlp::kGreen);
  EXPECT_EQ(markings.Of(Refs({kPapAmber}), Tlp::kUnmarked).pap, Pap::kAmber);
  EXPECT_EQ(markings.Of(Refs({kPapAmber}), Tlp::kGreen).tlp, Tlp::kGreen);
  EXPECT_THAT(markings.Of(Refs({kPapAmber, kGreen2}), Tlp::kUnmarked).unknown, IsEmpty());
}

TEST(StixMarkings, AreTheStrictestOfAllThatMarkAnObject) {
  StixMarkings markings;
  markings.Note(Definition({{"name", "TLP:AMBER"}}));
  EXPECT_EQ(markings.Of(Refs({kGreen2, kOther, kClear1}), Tlp::kUnmarked).tlp, Tlp::kAmber);
  EXPECT_EQ(markings.Of({{"extensions", {{kTlp2, {{"tlp_2_0", "red"}}}}}}, Tlp::kUnmarked).tlp, Tlp::kRed);
  EXPECT_EQ(markings.Of({{"labels", {"tlp:amber+strict", "PAP:Amber", "amber"}}}, Tlp::kUnmarked).tlp,
            Tlp::kAmberStrict);
  EXPECT_EQ(markings.Of({{"labels", {"tlp:green", "PAP:AMBER", 7}}}, Tlp::kUnmarked).pap, Pap::kAmber);
  EXPECT_EQ(markings.Of({{"labels", {"tlp:green"}}, {"object_marking_refs", {kRed1}}}, Tlp::kUnmarked).tlp,
            Tlp::kRed);
}

TEST(StixMarkings, OfAPartHoldForTheWhole) {
  const StixMarkings markings;
  Json object = Refs({kGreen2});
  object["granular_markings"] = {{{"marking_ref", kRed1}, {"selectors", {"description"}}},
                                 {{"lang", "fr"}, {"selectors", {"name"}}}};
  EXPECT_EQ(markings.Of(object, Tlp::kUnmarked).tlp, Tlp::kRed);
  object["granular_markings"] = {{{"marking_ref", kClear1}, {"selectors", {"description"}}}};
  EXPECT_EQ(markings.Of(object, Tlp::kUnmarked).tlp, Tlp::kGreen);
}

TEST(StixMarkings, ThatAreUnknownNeverMakeAnObjectMoreOpen) {
  const StixMarkings markings;
  const std::vector<std::tuple<std::vector<std::string>, Tlp, Tlp>> cases = {
      {{kOther}, Tlp::kUnmarked, Tlp::kUnmarked},
      {{kOther}, Tlp::kAmber, Tlp::kAmber},
      {{kGreen2, kOther}, Tlp::kAmber, Tlp::kAmber},
      {{kGreen2, kOther}, Tlp::kUnmarked, Tlp::kGreen},
      {{kRed1, kOther}, Tlp::kAmber, Tlp::kRed}};
  for (const auto& [refs, fallback, tlp] : cases) {
    const auto marking = markings.Of(Refs(refs), fallback);
    EXPECT_EQ(marking.tlp, tlp) << TlpName(fallback);
    EXPECT_THAT(marking.unknown, ElementsAre(kOther));
  }
  EXPECT_THAT(markings.Of({{"object_marking_refs", {7}}}, Tlp::kUnmarked).unknown, ::testing::SizeIs(1));
}

TEST(StixMarkings, WithALevelThatIsNoneAreUnknown) {
  const std::vector<Json> cases = {{{"definition_type", "tlp"}, {"definition", {{"tlp", "purple"}}}},
                                   {{"definition_type", "tlp"}},
                                   {{"name", "TLP:PURPLE"}},
                                   {{"name", "PAP:"}, {"x", "PAP:x"}, {"extensions", {{kPap, {{"pap", 7}}}}}},
                                   {{"extensions", {{kTlp2, {{"tlp_2_0", "puce"}}}}}}};
  for (const Json& members : cases) EXPECT_THAT(Defined(members).unknown, ElementsAre(kOther)) << members;
}

TEST(StixMarkings, OfAKnownLevelCannotBeDefinedMoreOpen) {
  StixMarkings markings;
  markings.Note({{"type", "marking-definition"}, {"id", kRed1}, {"name", "TLP:CLEAR"}});
  EXPECT_EQ(markings.Of(Refs({kRed1}), Tlp::kUnmarked).tlp, Tlp::kRed);
  markings.Note(Definition({{"name", "TLP:AMBER"}}));
  markings.Note(Definition({{"name", "TLP:GREEN"}}));
  EXPECT_EQ(markings.Of(Refs({kOther}), Tlp::kUnmarked).tlp, Tlp::kAmber);
}

TEST(StixMarkings, MayStandWhereTheirIdentifierBelongs) {
  const StixMarkings markings;
  const Json object = {{"object_marking_refs", {Definition({{"name", "TLP:AMBER"}})}}};
  EXPECT_EQ(markings.Of(object, Tlp::kUnmarked).tlp, Tlp::kAmber);
}

TEST(StixMarkings, SurviveAnyTypeAnywhere) {
  for (const char* text : {"null", "17", "true", "\"x\"", "[]", "{}", "[[{}]]", "{\"a\":[]}", "[{}]"}) {
    const Json value = Json::parse(text);
    for (const char* key : {"id", "name", "extensions", "definition", "definition_type", "labels",
                            "object_marking_refs", "granular_markings"}) {
      StixMarkings markings;
      Json definition = Definition({{"definition_type", "tlp"}});
      definition[key] = value;
      markings.Note(definition);
      markings.Note(value);
      Json object = Refs({kOther});
      object[key] = value;
      (void)markings.Of(object, Tlp::kUnmarked);
    }
    StixMarkings markings;
    markings.Note(Definition({{"extensions", {{kTlp2, value}}}}));
    markings.Note(Definition({{"definition", {{"tlp", value}, {"statement", value}}}}));
  }
}

}  // namespace
}  // namespace polder
