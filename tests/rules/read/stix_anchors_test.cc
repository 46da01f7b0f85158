#include "rules/read/stix_anchors.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/stix/pattern_parser.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Anchors(std::string_view text) {
  const auto pattern = ParseStixPattern(text);
  if (!pattern.ok()) return {std::string(pattern.status().message())};
  const auto anchors = AnchorsOf(*pattern);
  if (!anchors.ok()) {
    return {AnchorRefusalCategory(anchors.status()) + ": " + std::string(anchors.status().message())};
  }
  std::vector<std::string> texts;
  for (const Anchor& anchor : anchors->anchors) {
    texts.push_back(fmt::format("{} {} {}", anchor.leaf, KindName(anchor.kind), anchor.value));
  }
  return texts;
}

TEST(StixAnchors, AreTheValuesThatComparisonsNeed) {
  EXPECT_THAT(Anchors("[domain-name:value = 'Evil.example']"), ElementsAre("0 domain evil.example"));
  EXPECT_THAT(Anchors("[domain-name:value IN ('a.example', 'b.example')]"),
              ElementsAre("0 domain a.example", "0 domain b.example"));
  EXPECT_THAT(Anchors("[ipv4-addr:value ISSUBSET '192.0.2.0/24']"), ElementsAre("0 network 192.0.2.0/24"));
  EXPECT_THAT(Anchors("[x-acme:peer_ref.value = '2001:DB8::1']"), ElementsAre("0 ip 2001:db8::1"));
}

TEST(StixAnchors, AreOfTheRarestOperandOfAnAndAndOfAllOfAnOr) {
  EXPECT_THAT(Anchors("[file:name = 'a.exe' AND file:hashes.MD5 = 'CEAD3F77F6CDA6EC00F57D76C9A6879F' AND "
                      "file:size > 5]"),
              ElementsAre("0 md5 cead3f77f6cda6ec00f57d76c9a6879f"));
  EXPECT_THAT(Anchors("[file:name = 'a.exe' OR domain-name:value = 'a.example']"),
              ElementsAre("0 domain a.example", "0 file_name a.exe"));
  EXPECT_THAT(Anchors("[(ipv4-addr:value ISSUBSET '192.0.2.0/24' OR url:value = 'http://a.example/') AND "
                      "domain-name:value = 'a.example']"),
              ElementsAre("0 domain a.example"));
  EXPECT_THAT(Anchors("[process:command_line LIKE '%whoami%' AND process:name = 'cmd.exe']"),
              ElementsAre("0 file_name cmd.exe"));
}

TEST(StixAnchors, AreOfEveryLeaf) {
  EXPECT_THAT(
      Anchors(
          "[domain-name:value = 'a.example'] FOLLOWEDBY [ipv4-addr:value = '192.0.2.1'] WITHIN 5 SECONDS"),
      ElementsAre("0 domain a.example", "1 ip 192.0.2.1"));
  EXPECT_THAT(Anchors("[domain-name:value = 'a.example'] AND [file:size > 5]"),
              ElementsAre(HasSubstr("no anchor: nothing in [file:size > 5] can be looked for")));
}

TEST(StixAnchors, AreLiteralsOfExpressionsAndOfTextsWithoutAKind) {
  EXPECT_THAT(Anchors("[process:command_line LIKE '%net_user%admin_']"), ElementsAre("0 pattern /admin/i"));
  EXPECT_THAT(Anchors("[process:command_line MATCHES '^.+>-add GlobalSign[0-9]']"),
              ElementsAre(HasSubstr("0 pattern /")));
  EXPECT_THAT(Anchors("[x-acme:verdict = 'malicious']"), ElementsAre("0 pattern /malicious/i"));
  EXPECT_THAT(Anchors("[windows-registry-key:values[*].data = 'evil.dll']"),
              ElementsAre(HasSubstr("0 pattern /evil")));
}

TEST(StixAnchors, AreNotOfWhatEveryEventMayHold) {
  for (const std::string_view leaf :
       {"[domain-name:value != 'a.example']", "[domain-name:value NOT = 'a.example']",
        "[EXISTS domain-name:value]", "[network-traffic:dst_port = 443]",
        "[network-traffic:dst_port = '443']", "[network-traffic:dst_ref.type = 'ipv4-addr']",
        "[file:size > 5]", "[x:y LIKE '%a_b%']", "[x:y MATCHES '.*']", "[x:y MATCHES 'abc']", "[x:y = 'abc']",
        "[x:y = true]", "[x:y_hex = h'ffd8ffd8']", "[ipv4-addr:value ISSUPERSET '192.0.2.1']",
        "[domain-name:value = 'a.example' OR file:size > 5]"}) {
    EXPECT_THAT(Anchors(leaf), ElementsAre(HasSubstr("no anchor: nothing in "))) << leaf;
  }
}

TEST(StixAnchors, RefuseAPatternThatNothingCanMatch) {
  EXPECT_THAT(Anchors("[domain-name:value IN ()]"), ElementsAre(HasSubstr("invalid value: ")));
}

}  // namespace
}  // namespace polder
