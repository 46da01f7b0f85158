#include "rules/warninglist/warninglists.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/observable/ip.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A list named after its type.
std::string List(std::string_view type, std::initializer_list<std::string> values,
                 std::initializer_list<std::string> attributes = {}, std::string_view category = {}) {
  nlohmann::json list = {{"name", type}, {"version", 1}, {"type", type}, {"list", values}};
  if (attributes.size() > 0) list["matching_attributes"] = attributes;
  if (!category.empty()) list["category"] = category;
  return list.dump();
}

struct Case {
  Kind kind;
  std::string value;
  bool listed;
};

void ExpectAll(const std::string& json, std::initializer_list<Case> cases) {
  Warninglists lists;
  ASSERT_TRUE(lists.Add(json, "l.json").ok());
  for (const Case& c : cases) {
    EXPECT_EQ(!lists.Find(c.kind, c.value).benign_on.empty(), c.listed) << KindName(c.kind) << " " << c.value;
  }
}

TEST(Warninglists, CompareStringsInCanonicalForm) {
  ExpectAll(List("string", {"Good.Example", ".under.example", "192.0.2.1", "http://A.example",
                            "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", "me@good.example", "b.example/x"}),
            {{Kind::kDomain, "good.example", true},
             {Kind::kDomain, "www.good.example", false},
             {Kind::kDomain, "under.example", true},
             {Kind::kIp, "192.0.2.1", true},
             {Kind::kIp, "192.0.2.2", false},
             {Kind::kUrl, "http://a.example/", true},
             {Kind::kUrl, "https://b.example/x", true},
             {Kind::kUrl, "http://good.example/", false},
             {Kind::kSha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709", true},
             {Kind::kEmail, "me@good.example", true},
             {Kind::kEmail, "you@good.example", false}});
}

TEST(Warninglists, TakeANetworkOfOneAddressForTheAddress) {
  ExpectAll(List("string", {"192.0.2.1/32", "2001:db8::1/128", "198.51.100.0/24"}),
            {{Kind::kIp, "192.0.2.1", true},
             {Kind::kIp, "2001:db8::1", true},
             {Kind::kIp, "198.51.100.0", false},
             {Kind::kNetwork, "198.51.100.0/24", true}});
}

TEST(Warninglists, FindNamesUnderAHostname) {
  ExpectAll(List("hostname", {"good.example", ".bank.example"}),
            {{Kind::kDomain, "good.example", true},
             {Kind::kDomain, "evil.good.example", true},
             {Kind::kDomain, "notgood.example", false},
             {Kind::kDomain, "good.example.evil.example", false},
             {Kind::kDomain, "www.bank.example", true},
             {Kind::kUrl, "http://a.good.example:8080/x", true},
             {Kind::kUrl, "http://evil.example/good.example", false},
             {Kind::kUrl, "http://[2001:db8::1]:80/", false},
             {Kind::kEmail, "x@mail.good.example", true},
             {Kind::kIp, "192.0.2.1", false}});
}

TEST(Warninglists, FindOverlapsOfNetworks) {
  ExpectAll(List("cidr", {"192.0.2.0/24", "192.0.2.128/25", "198.51.100.7", "10.0.0.0/8", "2001:db8::/32"}),
            {{Kind::kIp, "192.0.2.0", true},
             {Kind::kIp, "192.0.2.255", true},
             {Kind::kIp, "192.0.3.0", false},
             {Kind::kIp, "198.51.100.7", true},
             {Kind::kIp, "198.51.100.8", false},
             {Kind::kIp, "2001:db8:ffff::1", true},
             {Kind::kIp, "2001:db9::1", false},
             {Kind::kNetwork, "192.0.2.0/25", true},
             {Kind::kNetwork, "192.0.0.0/16", true},
             {Kind::kNetwork, "192.0.4.0/22", false},
             {Kind::kNetwork, "10.1.0.0/16", true},
             {Kind::kNetwork, "2001::/16", true},
             {Kind::kNetwork, "::/0", true},
             {Kind::kDomain, "a.example", false}});
  ExpectAll(List("cidr", {"::/0"}), {{Kind::kIp, "2001:db8::1", true}, {Kind::kIp, "192.0.2.1", false}});
}

TEST(Warninglists, FindSubstringsInAnyCase) {
  ExpectAll(List("substring", {"Mailinator.com", "a.io", "xy"}),
            {{Kind::kEmail, "a@mailinator.com", true},
             {Kind::kUrl, "http://b.example/MAILINATOR.com", true},
             {Kind::kDomain, "a.io", true},
             {Kind::kDomain, "foxy.example", true},
             {Kind::kDomain, "mailinator.co", false}});
}

TEST(Warninglists, RunExpressionsAsPhpDoes) {
  ExpectAll(List("regex", {"/^(abuse|noc)\\@.*\\..*$/i", "#^http://good#", "{docs}"}),
            {{Kind::kEmail, "abuse@a.example", true},
             {Kind::kEmail, "notabuse@a.example", false},
             {Kind::kUrl, "http://good.example/", true},
             {Kind::kDomain, "docs.example", true},
             {Kind::kDomain, "a.example", false}});
}

TEST(Warninglists, ApplyToTheKindsOfTheirAttributesAlone) {
  ExpectAll(List("hostname", {"good.example"}, {"domain", "hostname", "email-src"}),
            {{Kind::kDomain, "good.example", true},
             {Kind::kUrl, "http://good.example/", false},
             {Kind::kEmail, "a@good.example", true}});
  ExpectAll(List("string", {"good.example", "192.0.2.1"}, {"ip-dst|port"}),
            {{Kind::kDomain, "good.example", false}, {Kind::kIp, "192.0.2.1", true}});
  ExpectAll(List("string", {"Mozilla/5.0"}, {"user-agent"}), {{Kind::kUserAgent, "mozilla/5.0", true}});
  ExpectAll(List("regex", {"/.*/"}, {"phone-number"}), {{Kind::kDomain, "good.example", false}});
}

TEST(Warninglists, TellBenignFromKnown) {
  Warninglists lists;
  ASSERT_TRUE(lists.Add(List("string", {"a.example", "b.example"}, {}, "known"), "k").ok());
  ASSERT_TRUE(lists.Add(List("hostname", {"a.example"}, {}, "false_positive"), "f").ok());
  ASSERT_TRUE(lists.Add(List("substring", {"a.ex"}, {}, "False positive identifier"), "f").ok());
  const auto both = lists.Find(Kind::kDomain, "a.example");
  EXPECT_EQ(both.benign_on, "hostname, substring");
  EXPECT_EQ(both.known_on, "string");
  const auto known = lists.Find(Kind::kDomain, "b.example");
  EXPECT_THAT(known.benign_on, IsEmpty());
  EXPECT_EQ(known.known_on, "string");
  EXPECT_EQ(lists.lists(), 3U);
  EXPECT_EQ(lists.values(), 4U);
}

TEST(Warninglists, RefuseAListThatCannotBeUsedAndStayAsTheyWere) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{", "not valid JSON"},
      {"[]", "name, type and list"},
      {R"({"name":"n","type":"string"})", "name, type and list"},
      {List("glob", {"a.example"}), "'glob'"},
      {List("string", {"a.example"}, {}, "funny"), "'funny'"}};
  Warninglists lists;
  for (const auto& [json, reason] : cases) {
    const auto status = lists.Add(json, "in/l.json");
    ASSERT_FALSE(status.ok()) << json;
    EXPECT_THAT(std::string(status.message()), testing::AllOf(HasSubstr("in/l.json: "), HasSubstr(reason)));
  }
  EXPECT_EQ(lists.lists(), 0U);
}

TEST(Warninglists, ReportSingleValuesThatCannotBeUsed) {
  Warninglists lists;
  ASSERT_TRUE(lists.Add(List("cidr", {"192.0.2.0/33", "192.0.2.1"}), "c").ok());
  ASSERT_TRUE(lists.Add(List("regex", {"/(/", "/a/q", "/fine/"}), "r").ok());
  ASSERT_TRUE(lists.Add(R"({"name":"n","type":"hostname","list":["local", null, ["a"]]})", "h").ok());
  EXPECT_THAT(lists.problems(), SizeIs(6));
  EXPECT_THAT(lists.problems()[0], HasSubstr("c: not a network"));
  EXPECT_EQ(lists.values(), 2U);
}

TEST(Warninglists, BoundTheStepsOfAnExpression) {
  Warninglists lists;
  ASSERT_TRUE(lists.Add(List("regex", {"/^(a+)+$/"}), "r").ok());
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(lists.Find(Kind::kText, std::string(5000, 'a') + "b").benign_on, IsEmpty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(LooksLikeWarninglist, TellsItFromOtherDocuments) {
  EXPECT_TRUE(LooksLikeWarninglist(nlohmann::json::parse(List("string", {}))));
  for (const char* other : {"{}", "[]", "1", R"({"type":"bundle","objects":[]})", R"({"list":["a"]})"}) {
    EXPECT_FALSE(LooksLikeWarninglist(nlohmann::json::parse(other))) << other;
  }
}

// Against looking at every network.
TEST(NetworkIndex, AgreesWithALoopOverRandomNetworks) {
  std::uint64_t state = 11;
  const auto next = [&state](std::uint64_t bound) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33) % bound;
  };
  const auto random_network = [&] {
    const auto v4 = static_cast<std::uint32_t>(0xC0000000U + (next(16) << 12) + next(4096));
    const auto bits = static_cast<unsigned>(96 + 14 + next(19));
    return Network{MaskAddress(IpAddress::FromV4(v4), bits), static_cast<std::uint8_t>(bits)};
  };
  for (int round = 0; round < 50; ++round) {
    NetworkIndex index;
    std::vector<std::pair<Network, std::uint32_t>> all;
    for (std::uint32_t tag = 0; tag < 4; ++tag) {
      std::vector<Network> networks;
      for (std::uint64_t i = next(40); i > 0; --i) networks.push_back(random_network());
      index.Add(networks, tag);
      for (const Network& network : networks) all.emplace_back(network, tag);
    }
    for (int probe = 0; probe < 100; ++probe) {
      const Network network = random_network();
      std::set<std::uint32_t> expected;
      for (const auto& [listed, tag] : all) {
        if (listed.Contains(network.address) || network.Contains(listed.address)) expected.insert(tag);
      }
      std::set<std::uint32_t> found;
      index.Overlapping(network, [&](std::uint32_t tag) { found.insert(tag); });
      ASSERT_EQ(found, expected) << FormatNetwork(network);
    }
  }
}

TEST(Warninglists, ShowUnprintableBytesEscaped) {
  Warninglists lists;
  EXPECT_EQ(std::string(lists.Add("{\"\x1B", "l.json").message()).find('\x1B'), std::string::npos);
  const std::string type = R"({"name": "n", "type": "a\u001b\nb", "list": []})";
  EXPECT_THAT(std::string(lists.Add(type, "l.json").message()), HasSubstr("a\\x1b\\x0ab"));
  ASSERT_TRUE(lists.Add(R"({"name": "n", "type": "cidr", "list": ["1\u001b\n2"]})", "l.json").ok());
  EXPECT_THAT(lists.problems(), ElementsAre("l.json: not a network in CIDR notation: '1\\x1b\\x0a2'"));
}

TEST(Warninglists, TakeAValueOfAnyDepthForAProblem) {
  constexpr std::size_t kDepth = 200'000;
  const std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');
  Warninglists lists;
  ASSERT_TRUE(lists.Add(R"({"name": "n", "type": "string", "list": [)" + deep + "]}", "l.json").ok());
  EXPECT_THAT(lists.problems(), ElementsAre("l.json: not a text: 'array'"));
}

}  // namespace
}  // namespace polder
