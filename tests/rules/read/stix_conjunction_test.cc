// Comparisons joined by AND: a value with conditions.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/read/stix_pattern.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kMd5(32, '1');
const std::string kSha1(40, '2');
const std::string kSha256(64, '3');

// Each as `kind value if kind value, kind value`.
std::vector<std::string> Atoms(const std::string& pattern) {
  const auto atoms = ReadPatternAtoms(pattern);
  if (!atoms.ok()) return {"error: " + std::string(atoms.status().message())};
  std::vector<std::string> texts;
  for (const PatternAtom& atom : atoms->values) {
    std::vector<std::string> conditions;
    for (const Condition& condition : atom.conditions) {
      conditions.push_back(fmt::format("{} {}", KindName(condition.kind), condition.value));
    }
    texts.push_back(fmt::format("{} {}{}{}", KindName(atom.kind), atom.value,
                                conditions.empty() ? "" : " if ", fmt::join(conditions, ", ")));
  }
  return texts;
}

std::vector<std::string> Refused(const std::string& pattern) {
  const auto atoms = ReadPatternAtoms(pattern);
  if (!atoms.ok()) return {"error: " + std::string(atoms.status().message())};
  std::vector<std::string> texts;
  for (const PatternRefusal& refusal : atoms->refused)
    texts.push_back(refusal.category + ": " + refusal.reason);
  return texts;
}

TEST(StixConjunction, HasTheMostSelectiveAsItsValueAndTheOthersAsConditions) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"ipv4-addr:value = '192.0.2.1' AND network-traffic:dst_port = 443", "ip 192.0.2.1 if port 443"},
      {"network-traffic:dst_port = '443' AND ipv4-addr:value = '192.0.2.1'", "ip 192.0.2.1 if port 443"},
      {"domain-name:value = 'a.example' AND network-traffic:dst_port = '8443'",
       "domain a.example if port 8443"},
      {"ipv4-addr:value = '192.0.2.0/24' AND network-traffic:dst_port = 22",
       "network 192.0.2.0/24 if port 22"},
      {"ipv4-addr:value ISSUBSET '192.0.2.0/24' AND url:value = 'http://a.example/'",
       "url http://a.example/ if network 192.0.2.0/24"},
      {"file:name = 'a' AND file:hashes.MD5 = '" + kMd5 + "'", "md5 " + kMd5 + " if file_name a"},
      {"domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].value = '192.0.2.1'",
       "domain a.example if ip 192.0.2.1"},
      {"email-message:subject = 'Hi' AND email-message:sender_ref.value = 'eve@evil.example'",
       "email eve@evil.example if email_subject hi"},
      {"file:hashes.MD5 = '" + kMd5 + "' AND file:hashes.'SHA-1' = '" + kSha1 +
           "' AND file:hashes.'SHA-256' = '" + kSha256 + "' AND file:name = 'oui'",
       "sha256 " + kSha256 + " if md5 " + kMd5 + ", sha1 " + kSha1 + ", file_name oui"},
      {R"(file:name = 'foo.dll' AND file:parent_directory_ref.path = 'C:\\Windows\\System32')",
       R"(file_path c:\windows\system32 if file_name foo.dll)"},
      {"mutex:name = 'm' AND mutex:name = 'm'", "mutex m"},
      {"mutex:name = 'm' AND mutex:name = 'n' AND mutex:name = 'n'", "mutex m if mutex n"}};
  for (const auto& [comparisons, atom] : cases) {
    EXPECT_THAT(Atoms("[" + comparisons + "]"), ElementsAre(atom)) << comparisons;
    EXPECT_THAT(Refused("[" + comparisons + "]"), IsEmpty()) << comparisons;
  }
}

TEST(StixConjunction, IsTheSameInAnyOrder) {
  const std::string a = "file:name = 'a'", b = "file:hashes.MD5 = '" + kMd5 + "'", c = "mutex:name = 'm'";
  for (const auto& [x, y, z] : {std::tuple{a, b, c}, {a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}}) {
    EXPECT_THAT(Atoms("[" + x + " AND (" + y + " AND " + z + ")]"),
                ElementsAre("md5 " + kMd5 + " if file_name a, mutex m"));
  }
}

TEST(StixConjunction, TakesATypeBesideAValueAsNoCondition) {
  const std::string dst = "network-traffic:dst_ref.";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {dst + "type = 'ipv4-addr' AND " + dst + "value = '203.0.113.33/32'", "ip 203.0.113.33"},
      {dst + "type = 'ipv6-addr' AND " + dst + "value = '2001:db8::1'", "ip 2001:db8::1"},
      {dst + "type = 'domain-name' AND " + dst + "value = 'evil.example'", "domain evil.example"},
      {dst + "type = 'ipv4-addr' AND " + dst + "value = '192.0.2.1' AND network-traffic:dst_port = '80'",
       "ip 192.0.2.1 if port 80"},
      {"network-traffic:src_ref.type = 'ipv4-addr' AND network-traffic:src_ref.value = '192.0.2.1' AND " +
           dst + "type = 'ipv4-addr' AND " + dst + "value = '192.0.2.9'",
       "ip 192.0.2.1 if ip 192.0.2.9"},
      {"(" + dst + "type = 'ipv4-addr' AND " + dst + "value = '192.0.2.1') AND (" + dst +
           "type = 'domain-name' AND " + dst + "value = 'a.example') AND network-traffic:dst_port = '443'",
       "domain a.example if ip 192.0.2.1, port 443"},
      {"domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].type = 'ipv4-addr' AND "
       "domain-name:resolves_to_refs[*].value = '192.0.2.1'",
       "domain a.example if ip 192.0.2.1"}};
  for (const auto& [comparisons, atom] : cases) {
    EXPECT_THAT(Atoms("[" + comparisons + "]"), ElementsAre(atom)) << comparisons;
    EXPECT_THAT(Refused("[" + comparisons + "]"), IsEmpty()) << comparisons;
  }
}

TEST(StixConjunction, RefusesATypeThatContradictsItsValueOrStandsAlone) {
  EXPECT_THAT(
      Refused("[network-traffic:dst_ref.type = 'ipv6-addr' AND network-traffic:dst_ref.value = '192.0.2.1']"),
      ElementsAre(HasSubstr("invalid value: network-traffic:dst_ref.type = 'ipv6-addr': no value")));
  EXPECT_THAT(
      Refused("[network-traffic:src_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.1']"),
      ElementsAre(HasSubstr("not matchable: network-traffic:src_ref.type = 'ipv4-addr': a type without")));
}

TEST(StixConjunction, MultipliesAlternativesOut) {
  EXPECT_THAT(Atoms("[(ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value = '192.0.2.2') AND "
                    "network-traffic:dst_port IN (80, 443)]"),
              ElementsAre("ip 192.0.2.1 if port 80", "ip 192.0.2.1 if port 443", "ip 192.0.2.2 if port 80",
                          "ip 192.0.2.2 if port 443"));
  EXPECT_THAT(
      Atoms("[file:name = 'a' AND url:value = 'evil.example/x']"),
      ElementsAre("url http://evil.example/x if file_name a", "url https://evil.example/x if file_name a"));
}

TEST(StixConjunction, BindsAndBeforeOr) {
  EXPECT_THAT(Atoms("[mutex:name = 'a' OR mutex:name = 'b' AND file:name = 'f' OR mutex:name = 'c']"),
              ElementsAre("mutex a", "mutex b if file_name f", "mutex c"));
  EXPECT_THAT(Atoms("[(mutex:name = 'a' OR mutex:name = 'b') AND file:name = 'f']"),
              ElementsAre("mutex a if file_name f", "mutex b if file_name f"));
  EXPECT_THAT(Atoms("[mutex:name = 'a' AND file:name = 'f'] OR [mutex:name = 'b']"),
              ElementsAre("mutex a if file_name f", "mutex b"));
}

TEST(StixConjunction, LosesOnlyTheCombinationsWithWhatItCannotMatch) {
  const std::string pattern = "[(file:size = 5 OR mutex:name = 'a') AND file:name = 'f']";
  EXPECT_THAT(Atoms(pattern), ElementsAre("mutex a if file_name f"));
  EXPECT_THAT(Refused(pattern), ElementsAre(HasSubstr("the object path file:size")));
  for (const char* whole :
       {"[mutex:name = 'a' AND file:size = 5]", "[mutex:name = 'a' AND url:value LIKE 'x']",
        "[mutex:name = 'a' AND domain-name:value = 'junk']", "[mutex:name != 'a' AND file:name = 'f']"}) {
    EXPECT_THAT(Atoms(whole), IsEmpty()) << whole;
    EXPECT_THAT(Refused(whole), SizeIs(1)) << whole;
  }
}

std::string Set(std::string_view path, int values) {
  std::string set = fmt::format("{} IN (", path);
  for (int i = 0; i < values; ++i) set += fmt::format("{}'n{}.example'", i > 0 ? "," : "", i);
  return set + ")";
}

TEST(StixConjunction, IsExpandedOnlyAsFarAsItStaysSmall) {
  const auto count = [](const std::string& pattern) { return Atoms(pattern).size(); };
  EXPECT_EQ(count("[" + Set("mutex:name", 8) + " AND " + Set("file:name", 8) + "]"), 64U);
  EXPECT_EQ(count("[" + Set("mutex:name", 1024) + " AND file:name = 'f']"), 1024U);
  EXPECT_EQ(count("[" + Set("mutex:name", 5000) + "]"), 5000U);
  for (const std::string& pattern : {"[" + Set("mutex:name", 13) + " AND " + Set("file:name", 5) + "]",
                                     "[file:name = 'f' AND " + Set("mutex:name", 1025) + "]"}) {
    EXPECT_EQ(count(pattern), 0U);
    EXPECT_THAT(Refused(pattern), ElementsAre(HasSubstr("not yet supported: an AND of")));
  }
}

TEST(StixConjunction, StaysWithinItsBoundsWhateverThePattern) {
  std::string chain = "[mutex:name = 'm0'";
  for (int i = 1; i < 100'000; ++i) chain += fmt::format(" AND mutex:name = 'm{}'", i);
  EXPECT_THAT(Refused(chain + "]"), ElementsAre(HasSubstr("an AND of more than 32 comparisons")));
  std::string unknown = "[a:b0 = 'x'";
  for (int i = 1; i < 50'000; ++i) unknown += fmt::format(" AND a:b{} = 'x'", i);
  EXPECT_THAT(Refused(unknown + "]"), SizeIs(50'000));
  // Each of the groups is small, all together are not.
  const std::string group = "(" + Set("mutex:name", 8) + " AND " + Set("file:name", 8) + ")";
  std::string many = "[" + group;
  for (int i = 1; i < 1'000; ++i) many += " OR " + group;
  EXPECT_EQ(Atoms(many + "]").size(), kMaxExpandedTerms / 2);
  EXPECT_THAT(Refused(many + "]"), ElementsAre(HasSubstr("an AND of ORs that makes more than")));
}

}  // namespace
}  // namespace polder
