#include "engine/stix/observed_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/stix/compiled_pattern.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using nlohmann::json;

const json kObserved = {{"type", "observed-data"},
                        {"id", "observed-data--1"},
                        {"first_observed", "2024-01-01T00:00:00Z"},
                        {"last_observed", "2024-01-01T00:00:05Z"},
                        {"number_observed", 3},
                        {"objects", {{"0", {{"type", "file"}, {"name", "a"}}}}}};

TEST(ObservedData, IsFoundAloneInArraysAndInBundles) {
  const json bundle = {{"type", "bundle"}, {"id", "bundle--1"}, {"objects", {kObserved, kObserved}}};
  for (const auto& [document, count] :
       std::vector<std::pair<json, std::size_t>>{{kObserved, 1},
                                                 {json::array({kObserved, kObserved}), 2},
                                                 {bundle, 2},
                                                 {json::array({bundle, bundle}), 4}}) {
    const auto data = ReadObservedData(document);
    ASSERT_TRUE(data.ok()) << data.status();
    ASSERT_EQ(data->observations.size(), count);
    EXPECT_THAT(data->warnings, IsEmpty());
    EXPECT_EQ(data->observations[0].id, "observed-data--1");
    EXPECT_EQ(data->observations[0].number_observed, 3U);
    EXPECT_EQ(data->observations[0].last_observed - data->observations[0].first_observed, 5 * kSecondUs);
  }
}

TEST(ObservedData, RefersToObjectsOfItsDocument) {
  const json bundle = json::parse(R"({"type": "bundle", "id": "bundle--1", "objects": [
    {"type": "observed-data", "id": "observed-data--1", "first_observed": "2024-01-01T00:00:00Z",
     "object_refs": ["network-traffic--1", "file--9"]},
    {"type": "network-traffic", "id": "network-traffic--1", "dst_ref": "ipv4-addr--1"},
    {"type": "ipv4-addr", "id": "ipv4-addr--1", "value": "192.0.2.1"},
    {"type": "domain-name", "id": "domain-name--1", "value": "a.example"}]})");
  const auto data = ReadObservedData(bundle);
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_THAT(data->warnings, ElementsAre(HasSubstr("file--9")));
  const auto matches = [&](std::string_view text) {
    return CompiledPattern::Compile(text)->Matches(0, data->observations[0]) ==
           CompiledPattern::Verdict::kMatch;
  };
  EXPECT_TRUE(matches("[network-traffic:dst_ref.value = '192.0.2.1']"));
  EXPECT_FALSE(matches("[ipv4-addr:value = '192.0.2.1']"));  // it is not what was observed
  EXPECT_FALSE(matches("[domain-name:value = 'a.example']"));
}

TEST(ObservedData, SaysWhatItCannotUnderstand) {
  const auto refused = [](const char* key, const json& value) {
    json observed = kObserved;
    observed[key] = value;
    const auto data = ReadObservedData(observed);
    return data.ok() ? std::string() : std::string(data.status().message());
  };
  EXPECT_THAT(refused("first_observed", "yesterday"),
              HasSubstr("observed-data--1: first_observed is \"yesterday\"; expected a time"));
  EXPECT_THAT(refused("first_observed", 5), HasSubstr("first_observed is 5"));
  EXPECT_THAT(refused("last_observed", "2023-01-01T00:00:00Z"), HasSubstr("is before first_observed"));
  EXPECT_THAT(refused("number_observed", 0),
              HasSubstr("number_observed is 0; expected a whole number from 1"));
  EXPECT_THAT(refused("number_observed", "two"), HasSubstr("number_observed is \"two\""));
  EXPECT_EQ(refused("x", 1), "");
  EXPECT_THAT(std::string(ReadObservedData(json::array()).status().message()), HasSubstr("no observed-data"));
  EXPECT_FALSE(ReadObservedData(json("x")).ok());
}

TEST(ObservedData, AssumesWhatIsMissing) {
  const json observed = {{"type", "observed-data"}, {"objects", {{"0", {{"type", "file"}}}, {"1", 5}}}};
  const auto data = ReadObservedData(observed);
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->observations[0].number_observed, 1U);
  EXPECT_THAT(data->warnings,
              ElementsAre(HasSubstr("neither first_observed"), HasSubstr("'1' is no object")));
}

}  // namespace
}  // namespace polder
