#include "rules/read/value_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Texts(const absl::StatusOr<std::vector<TypedValue>>& typed) {
  if (!typed.ok()) return {"error: " + std::string(typed.status().message())};
  std::vector<std::string> texts;
  for (const TypedValue& value : *typed)
    texts.push_back(std::string(KindName(value.kind)) + " " + value.value);
  return texts;
}

const std::string kMd5(32, 'A');
const std::string kSha1(40, 'B');
const std::string kSha256(64, 'C');
const std::string kSha512(128, 'D');

TEST(TypeValue, TellsTheKindByTheShape) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"192.0.2.1", "ip 192.0.2.1"},
      {"2001:DB8:0:0:0:0:0:1", "ip 2001:db8::1"},
      {"::ffff:192.0.2.1", "ip 192.0.2.1"},
      {"192.0.2.0/24", "network 192.0.2.0/24"},
      {"2001:db8::/32", "network 2001:db8::/32"},
      {"evil.example", "domain evil.example"},
      {"EVIL.Example", "domain evil.example"},
      {"evil.example.", "domain evil.example"},
      {"evil.example..", "domain evil.example"},
      {"_dmarc.evil-1.example", "domain _dmarc.evil-1.example"},
      {"http://evil.example", "url http://evil.example/"},
      {"HTTP://Evil.Example:80/A?b#c", "url http://evil.example/A?b"},
      {"ftp://192.0.2.1/x", "url ftp://192.0.2.1/x"},
      {"Eve@Evil.Example", "email eve@evil.example"},
      {kMd5, "md5 " + std::string(32, 'a')},
      {kSha1, "sha1 " + std::string(40, 'b')},
      {kSha256, "sha256 " + std::string(64, 'c')},
      {kSha512, "sha512 " + std::string(128, 'd')}};
  for (const auto& [value, expected] : cases)
    EXPECT_THAT(Texts(TypeValue(value)), ElementsAre(expected)) << value;
}

TEST(TypeValue, ReadsAWildcardAsTheName) {
  for (const std::string_view value : {"*.evil.example", ".evil.example", "*.EVIL.example."}) {
    EXPECT_THAT(Texts(TypeValue(value)), ElementsAre("domain evil.example")) << value;
  }
}

TEST(TypeValue, ClearsTheHostBitsOfANetwork) {
  EXPECT_THAT(Texts(TypeValue("192.0.2.77/24")), ElementsAre("network 192.0.2.0/24"));
  EXPECT_THAT(Texts(TypeValue("2001:db8::77/64")), ElementsAre("network 2001:db8::/64"));
}

TEST(TypeValue, MakesANetworkOfFullLengthAnAddress) {
  EXPECT_THAT(Texts(TypeValue("192.0.2.1/32")), ElementsAre("ip 192.0.2.1"));
  EXPECT_THAT(Texts(TypeValue("2001:db8::1/128")), ElementsAre("ip 2001:db8::1"));
}

TEST(TypeValue, ReadsAHostWithAPathAsAUrlOfBothSchemes) {
  EXPECT_THAT(Texts(TypeValue("evil.example/x/y")),
              ElementsAre("url http://evil.example/x/y", "url https://evil.example/x/y"));
  EXPECT_THAT(Texts(TypeValue("192.0.2.1:8080/x")),
              ElementsAre("url http://192.0.2.1:8080/x", "url https://192.0.2.1:8080/x"));
  EXPECT_THAT(Texts(TypeValue("evil.example/")),
              ElementsAre("url http://evil.example/", "url https://evil.example/"));
  EXPECT_THAT(Texts(TypeValue("evil.example/eve@x")),
              ElementsAre("url http://evil.example/eve@x", "url https://evil.example/eve@x"));
}

TEST(TypeValue, MakesAPortACondition) {
  const std::vector<std::tuple<std::string_view, std::string, std::string>> cases = {
      {"192.0.2.1:8080", "ip 192.0.2.1", "8080"},
      {"evil.example:443", "domain evil.example", "443"},
      {"*.Evil.Example:0443", "domain evil.example", "443"},
      {"[2001:DB8::1]:80", "ip 2001:db8::1", "80"}};
  for (const auto& [value, expected, port] : cases) {
    const auto typed = TypeValue(value);
    ASSERT_THAT(Texts(typed), ElementsAre(expected)) << value;
    EXPECT_THAT((*typed)[0].conditions, ElementsAre(Condition{Kind::kPort, port})) << value;
  }
  EXPECT_THAT(Texts(TypeValue("2001:db8::1:80")), ElementsAre("ip 2001:db8::1:80"));
  for (const std::string_view value : {"192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:123456"}) {
    EXPECT_THAT(Texts(TypeValue(value)), ElementsAre(HasSubstr("not a port"))) << value;
  }
}

TEST(TypeValue, DoesNotTakeAFileForADomain) {
  for (const std::string_view value :
       {"readme.txt", "INVOICE.DOC", "a.b.exe", "backup_old.zip", "a.dll:80"}) {
    const auto typed = TypeValue(value);
    EXPECT_TRUE(absl::IsFailedPrecondition(typed.status())) << value;
    EXPECT_EQ(RefusalCategory(typed.status()), "unclear value") << value;
  }
  EXPECT_THAT(Texts(TypeValueAs(Kind::kDomain, "readme.txt")), ElementsAre("domain readme.txt"));
  for (const std::string_view value : {"evil.zip", "evil.sh", "files.com", "a_b.evil.example"}) {
    EXPECT_TRUE(TypeValue(value).ok()) << value;
  }
}

TEST(TypeValue, SaysOfWhichSortARefusalIs) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {R"(q(l|r)[0-9]{5,6}\.pw)", "not yet supported"},
      {"^evil", "not yet supported"},
      {"evil/.*", "not yet supported"},
      {"e*il.example", "not yet supported"},
      {"/gate.php", "not matchable"},
      {R"(C:\Users\Public\evil)", "unclear value"},
      {R"(HKLM\Software\Evil)", "unclear value"},
      {R"(%TEMP%\a)", "unclear value"},
      {"evil", "invalid value"},
      {"no.w", "invalid value"},
      {"192.0.2.0/22,note", "invalid value"}};
  for (const auto& [value, category] : cases) {
    const auto typed = TypeValue(value);
    ASSERT_FALSE(typed.ok()) << value;
    EXPECT_EQ(RefusalCategory(typed.status()), category) << value;
  }
}

TEST(TypeValue, BringsInternationalNamesIntoTheirAsciiForm) {
  EXPECT_THAT(Texts(TypeValue("b\xC3\xBC"
                              "cher.example")),
              ElementsAre("domain xn--bcher-kva.example"));
  EXPECT_THAT(Texts(TypeValue("B\xC3\x9C"
                              "CHER.example")),
              ElementsAre("domain xn--bcher-kva.example"));
  EXPECT_THAT(Texts(TypeValue("\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80.\xD1\x80\xD1\x84")),
              ElementsAre("domain xn--e1afmkfd.xn--p1ai"));
  EXPECT_THAT(Texts(TypeValue("http://b\xC3\xBC"
                              "cher.example/")),
              ElementsAre("url http://xn--bcher-kva.example/"));
}

TEST(TypeValue, RefusesJunkWithTheReason) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "two labels"},
      {"localhost", "two labels"},
      {"...", "two labels"},
      {"evil..example", "two labels"},
      {"1.2.3", "not a number"},
      {"999.1.1.1", "not a number"},
      {"010.1.1.1", "not a number"},
      {"evil example", "characters"},
      {"evil,example", "characters"},
      {"*.*.example", "pattern"},
      {"e*il.example", "pattern"},
      {std::string("evil\0.example", 13), "characters"},
      {"evil\xE9.example", "characters"},
      {"@evil.example", "email"},
      {"eve@localhost", "email"},
      {"http://", "URL"},
      {"http://localhost/", "URL"},
      {"http://evil.example/a b", "byte 0x20"},
      {"192.0.2.0/33", "no prefix length"},
      {"2001:db8::/129", "no prefix length"},
      {std::string(250, 'a') + ".example", "253"},
      {std::string(31, 'a'), "two labels"}};
  for (const auto& [value, expected] : cases) {
    EXPECT_THAT(Texts(TypeValue(value)),
                ElementsAre(::testing::AllOf(HasSubstr("error: "), HasSubstr(expected))))
        << value;
  }
}

TEST(TypeValueAs, HoldsAValueToItsKind) {
  EXPECT_THAT(Texts(TypeValueAs(Kind::kIp, "192.0.2.0/24")), ElementsAre("network 192.0.2.0/24"));
  EXPECT_THAT(Texts(TypeValueAs(Kind::kIp, "evil.example")), ElementsAre(HasSubstr("error: ")));
  EXPECT_THAT(Texts(TypeValueAs(Kind::kDomain, "192.0.2.1")), ElementsAre(HasSubstr("error: ")));
  EXPECT_THAT(Texts(TypeValueAs(Kind::kMd5, kSha1)),
              ElementsAre(HasSubstr("error: not the hexadecimal digits of a md5")));
  EXPECT_THAT(Texts(TypeValueAs(Kind::kUrl, "evil.example/x")),
              ElementsAre("url http://evil.example/x", "url https://evil.example/x"));
}

}  // namespace
}  // namespace polder
