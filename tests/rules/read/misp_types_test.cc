#include "rules/read/misp_types.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kMd5 = "d41d8cd98f00b204e9800998ecf8427e";
constexpr std::string_view kSha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
constexpr std::string_view kSha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// Each value as `kind value [if kind value]`; an error as `error: message`.
std::vector<std::string> Read(std::string_view type_name, std::string_view value) {
  const MispType* type = FindMispType(type_name);
  if (type == nullptr) return {"no such type"};
  const auto values = ReadMispValue(*type, value);
  if (!values.ok()) return {fmt::format("error: {}", std::string(values.status().message()))};
  std::vector<std::string> shown;
  for (const TypedValue& one : *values) {
    std::string text = fmt::format("{} {}", KindName(one.kind), one.value);
    for (const Condition& condition : one.conditions) {
      text += fmt::format(" if {} {}", KindName(condition.kind), condition.value);
    }
    shown.push_back(std::move(text));
  }
  return shown;
}

struct Case {
  std::string type;
  std::string value;
  std::vector<std::string> expected;
};

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(Read(c.type, c.value), c.expected) << c.type << ": " << c.value;
}

TEST(MispTypes, HasEveryTypeOfTheCoreFormat) {
  // One of each corner of MISP's list; the number is that of its describeTypes of version 2.5.
  for (const std::string_view name :
       {"AS", "ip-src", "named pipe", "filename|sha3-512", "hasshserver-md5", "dom-hash", "edge-extension-id",
        "place-port-of-onward-foreign-destination", "sha512/256", "x509-fingerprint-sha256", "zeek"}) {
    EXPECT_NE(FindMispType(name), nullptr) << name;
  }
  EXPECT_EQ(AllMispTypes().size(), 194U);
  EXPECT_EQ(FindMispType("ipsrc"), nullptr);
  EXPECT_EQ(FindMispType(""), nullptr);
}

TEST(MispTypes, GiveAReasonExactlyWhereTheyAreNotMatchable) {
  for (const MispType* type : AllMispTypes()) {
    EXPECT_EQ(type->form == MispForm::kNotMatchable, !type->reason.empty()) << type->name;
    if (type->form != MispForm::kNotMatchable) continue;
    EXPECT_THAT(Read(type->name, "x|y"), ElementsAre(fmt::format("error: {}", type->reason))) << type->name;
  }
}

TEST(MispTypes, ReadEachCompositeAsAConjunction) {
  Check({
      {"ip-src|port", "192.0.2.1|443", {"ip 192.0.2.1 if port 443"}},
      {"ip-dst|port", "2001:DB8::1|8080", {"ip 2001:db8::1 if port 8080"}},
      {"ip-dst|port", "192.0.2.1:443", {"ip 192.0.2.1 if port 443"}},
      {"ip-dst|port", "[2001:db8::1]|80", {"ip 2001:db8::1 if port 80"}},
      {"ip-dst|port", "192.0.2[.]1|443", {"ip 192.0.2.1 if port 443"}},
      {"hostname|port", "C2.Evil.Example|8443", {"domain c2.evil.example if port 8443"}},
      {"hostname|port", "192.0.2.1|22", {"ip 192.0.2.1 if port 22"}},
      {"domain|ip", "evil.example|192.0.2.1", {"domain evil.example if ip 192.0.2.1"}},
      {"domain|ip", "evil[.]example | 192[.]0[.]2[.]1", {"domain evil.example if ip 192.0.2.1"}},
      {"filename|md5", fmt::format("A.exe|{}", kMd5), {fmt::format("md5 {} if file_name a.exe", kMd5)}},
      {"filename|sha1", fmt::format("a.exe|{}", kSha1), {fmt::format("sha1 {} if file_name a.exe", kSha1)}},
      {"filename|sha256",
       fmt::format("C:\\T\\a.exe|{}", kSha256),
       {fmt::format("sha256 {} if file_path c:\\t\\a.exe", kSha256)}},
      {"filename|sha512",
       fmt::format("a|{}{}", kSha256, kSha256),
       {fmt::format("sha512 {}{} if file_name a", kSha256, kSha256)}},
      {"filename|authentihash",
       fmt::format("a|b|{}", kSha256),
       {fmt::format("sha256 {} if file_name a|b", kSha256)}},
      {"malware-sample", fmt::format("a.bin|{}", kMd5), {fmt::format("md5 {} if file_name a.bin", kMd5)}},
      {"regkey|value",
       R"(HKLM\Software\Run\Evil|C:\evil.exe)",
       {R"(registry_key hkey_local_machine\software\run\evil if text c:\evil.exe)",
        R"(registry_key hklm\software\run\evil if text c:\evil.exe)"}},
  });
}

TEST(MispTypes, ReadPatternsAndTheExpressionsAmongTexts) {
  Check({
      {"pattern-in-traffic", "GET /gate?id=", {R"(pattern /GET /gate\?id=/i)"}},
      {"pattern-in-traffic", R"(/gate\.php\?id=\d+/)", {R"(pattern /gate\.php\?id=\d+/)"}},
      {"pattern-in-file", R"(evil[0-9]{4}\.pdb)", {R"(pattern /evil[0-9]{4}\.pdb/i)"}},
      {"pattern-in-memory", "EvilMutex", {"pattern /EvilMutex/i"}},
      {"filename-pattern", "evil*.doc", {R"(pattern /(?:^|[\\/])evil[^\\/]*\.doc$/i)"}},
      {"filename", R"(/evil[0-9]+\.exe$/i)", {R"(pattern /evil[0-9]+\.exe$/i)"}},
      {"filename", R"(evil_[0-9]{4}\.exe)", {R"(pattern /evil_[0-9]{4}\.exe/i)"}},
      {"filename", R"(C:\dir\.hidden)", {R"(file_path c:\dir\.hidden)"}},
      {"filename", "^evil.{8}$", {"pattern /^evil.{8}$/i"}},
      {"filename", "/tmp/i", {"file_path /tmp/i"}},
      {"user-agent", R"(/EvilBot\/[0-9.]+/)", {R"(pattern /EvilBot\/[0-9.]+/)"}},
      {"user-agent", "EvilBot/1.0 (x; y)", {"user_agent evilbot/1.0 (x; y)"}},
      {"filename|md5",
       fmt::format("/a[0-9]+/|{}", kMd5),
       {fmt::format("md5 {} if file_path /a[0-9]+/", kMd5)}},
  });
  EXPECT_THAT(Read("pattern-in-file", "/.*/"), ElementsAre(HasSubstr("matches the empty string")));
}

TEST(MispTypes, RefuseACompositeOfWhichAPartIsWrongOrMissing) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"ip-dst|port", "192.0.2.1"},
      {"ip-dst|port", "192.0.2.1|"},
      {"ip-dst|port", "192.0.2.1|99999"},
      {"ip-dst|port", "|443"},
      {"hostname|port", "evil.example|http"},
      {"domain|ip", "evil.example"},
      {"domain|ip", "evil.example|nothing"},
      {"domain|ip", "evil.example|192.0.2.0/24"},
      {"domain|ip", "|192.0.2.1"},
      {"filename|md5", "a.exe"},
      {"filename|md5", "a.exe|d41d8"},
      {"filename|sha256", fmt::format("|{}", kSha256)},
      {"malware-sample", "a.exe|"},
      {"regkey|value", R"(HKLM\Software\Run\Evil)"},
      {"regkey|value", R"(HKLM\Software\Run\Evil|)"},
  };
  for (const auto& [type, value] : cases)
    EXPECT_THAT(Read(type, value), ElementsAre(HasSubstr("error: "))) << value;
}

TEST(MispTypes, DoNotWeakenAFileWithAnUnusableHashToItsName) {
  for (const std::string_view hash :
       {"ssdeep", "tlsh", "imphash", "impfuzzy", "pehash", "vhash", "sha224", "sha384", "sha3-224"}) {
    EXPECT_THAT(Read(fmt::format("filename|{}", hash), fmt::format("a.exe|{}", kMd5)),
                ElementsAre(AnyOf(HasSubstr("error: a hash"), HasSubstr("error: a digest"))))
        << hash;
  }
}

TEST(MispTypes, ReadHostsByTheirShapeWhereTheTypeIsWrong) {
  Check({
      {"ip-src", "192.0.2.1", {"ip 192.0.2.1"}},
      {"ip-dst", "192.0.2.0/24", {"network 192.0.2.0/24"}},
      {"ip-dst", " 2001:db8::1 ", {"ip 2001:db8::1"}},
      {"ip-dst", "evil.example", {"domain evil.example"}},
      {"domain", "Evil[.]Example", {"domain evil.example"}},
      {"domain", "192.0.2.1", {"ip 192.0.2.1"}},
      {"hostname", "hxxp://evil.example/a", {"url http://evil.example/a"}},
      {"hostname", "evil.example:8080", {"domain evil.example if port 8080"}},
      {"onion-address", "abcdefghijklmnop.onion", {"domain abcdefghijklmnop.onion"}},
      {"url", "hxxps://evil[.]example/a?b=1", {"url https://evil.example/a?b=1"}},
      {"url", "evil.example/a", {"url http://evil.example/a", "url https://evil.example/a"}},
      {"uri", "/gate.php?id=", {"text /gate.php?id="}},
      {"uri", "http://evil.example/", {"url http://evil.example/"}},
  });
  EXPECT_THAT(Read("domain", "a@evil.example"), ElementsAre(HasSubstr("error: ")));
  EXPECT_THAT(Read("domain", kMd5), ElementsAre(HasSubstr("error: ")));
  EXPECT_THAT(Read("url", ""), ElementsAre("error: it is empty"));
}

TEST(MispTypes, ReadDigestsByTheirLength) {
  Check({
      {"md5", "D41D8CD98F00B204E9800998ECF8427E", {fmt::format("md5 {}", kMd5)}},
      {"md5", std::string(kSha256), {fmt::format("sha256 {}", kSha256)}},
      {"sha3-256", std::string(kSha256), {fmt::format("sha256 {}", kSha256)}},
      {"cdhash", std::string(kSha1), {fmt::format("sha1 {}", kSha1)}},
      {"ja3-fingerprint-md5", std::string(kMd5), {fmt::format("md5 {}", kMd5)}},
      {"hassh-md5", std::string(kMd5), {fmt::format("md5 {}", kMd5)}},
      {"x509-fingerprint-md5",
       "D4:1D:8C:D9:8F:00:B2:04:E9:80:09:98:EC:F8:42:7E",
       {fmt::format("md5 {}", kMd5)}},
  });
  EXPECT_THAT(Read("sha1", "not a hash"), ElementsAre(HasSubstr("hexadecimal digits of a hash")));
}

TEST(MispTypes, ReadTextsOfHostsInEverySpellingOfLogs) {
  Check({
      {"filename", "Invoice.doc", {"file_name invoice.doc"}},
      {"filename", "%TEMP%\\a.exe", {"file_path %temp%\\a.exe"}},
      {"filename", "/tmp/.x", {"file_path /tmp/.x"}},
      {"email-attachment", "Invoice.doc", {"file_name invoice.doc"}},
      {"regkey",
       R"(HKEY_CURRENT_USER\Software\Evil)",
       {R"(registry_key hkey_current_user\software\evil)", R"(registry_key hkcu\software\evil)"}},
      {"regkey", R"(Software\Evil)", {R"(registry_key software\evil)"}},
      {"mutex", "{0815-4711}", {"mutex {0815-4711}"}},
      {"named pipe", R"(\\.\pipe\evil)", {R"(named_pipe \\.\pipe\evil)", R"(named_pipe \evil)"}},
      {"named pipe", "evil", {"named_pipe evil"}},
      {"windows-service-name", "EvilSvc", {"service_name evilsvc"}},
      {"mac-address",
       "00-53-0A-0b-0C-0d",
       {"mac_address 00:53:0a:0b:0c:0d", "mac_address 00-53-0a-0b-0c-0d"}},
      {"AS", "AS64496", {"as_number as64496"}},
      {"AS", "64496", {"as_number as64496"}},
      {"user-agent", "Evil/1.0 (x)", {"user_agent evil/1.0 (x)"}},
      {"email-src", "A@Evil.Example", {"email a@evil.example"}},
      {"email-src", "a[at]evil[.]example", {"email a@evil.example"}},
      {"email-subject", "Your Invoice", {"email_subject your invoice"}},
      {"jarm-fingerprint", "29D29D", {"tls_fingerprint 29d29d"}},
      {"community-id", "1:abc=", {"text 1:abc="}},
  });
  EXPECT_THAT(Read("regkey", "HKLM\\"), ElementsAre(HasSubstr("a whole hive")));
  EXPECT_THAT(Read("mac-address", "00:53:00"), ElementsAre(HasSubstr("hardware address")));
  EXPECT_THAT(Read("AS", "Evil Hosting"), ElementsAre(HasSubstr("autonomous system")));
}

TEST(MispTypes, ReadAnythingWithoutHarm) {
  const std::vector<std::string> values = {"|",
                                           "||",
                                           ":",
                                           "[",
                                           "[]|",
                                           "\\",
                                           "/",
                                           "AS",
                                           "\xFF",
                                           std::string("\0", 1),
                                           "[::]:1",
                                           "http://",
                                           "a|b|c",
                                           "@",
                                           std::string(100'000, '|'),
                                           std::string(100'000, 'a')};
  for (const MispType* type : AllMispTypes()) {
    for (const std::string& value : values) {
      const auto read = ReadMispValue(*type, value);
      if (!read.ok()) continue;
      ASSERT_FALSE(read->empty()) << type->name;
      for (const TypedValue& one : *read) {
        const auto again = CanonicaliseValue(one.kind, one.value);
        ASSERT_TRUE(again.ok()) << type->name;
        EXPECT_EQ(*again, one.value) << type->name;
      }
    }
  }
}

}  // namespace
}  // namespace polder
