#include "engine/stix/compiled_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/stix/observed_data.h"

namespace polder {
namespace {

using ::testing::HasSubstr;

// "yes", "no", "gave up", or the error.
std::string Judge(std::string_view text, const nlohmann::json& objects) {
  const auto pattern = CompiledPattern::Compile(text);
  if (!pattern.ok()) return std::string(pattern.status().message());
  const nlohmann::json document = {{"type", "observed-data"}, {"objects", objects}};
  const auto data = ReadObservedData(document);
  if (!data.ok()) return std::string(data.status().message());
  switch (pattern->Matches(0, data->observations.front())) {
    case CompiledPattern::Verdict::kMatch:
      return "yes";
    case CompiledPattern::Verdict::kNoMatch:
      return "no";
    case CompiledPattern::Verdict::kGaveUp:
      break;
  }
  return "gave up";
}

struct Case {
  std::string_view pattern;
  std::string_view verdict;
};

void CheckAll(const nlohmann::json& objects, const std::vector<Case>& cases) {
  for (const Case& one : cases) EXPECT_EQ(Judge(one.pattern, objects), one.verdict) << one.pattern;
}

TEST(CompiledPattern, JudgesTheExamplesOfTheSpecification) {
  const nlohmann::json objects = nlohmann::json::parse(R"({
    "0": {"type": "file", "name": "foo.dll", "size": 371712, "mime_type": "image/bmp",
          "hashes": {"SHA-256": "AEC070645FE53EE3B3763059376134F058CC337247C978ADD178B6CCDFB0019F"},
          "magic_number_hex": "ffd8", "parent_directory_ref": "1", "created": "2014-01-13T07:03:17.000Z",
          "extensions": {"windows-pebinary-ext": {"sections": [{"entropy": 0.06}, {"entropy": 7.9}]}}},
    "1": {"type": "directory", "path": "C:\\Windows\\System32"},
    "2": {"type": "ipv4-addr", "value": "203.0.113.33"},
    "3": {"type": "network-traffic", "dst_ref": "2", "src_ref": "6", "dst_port": 443, "src_packets": 5},
    "4": {"type": "domain-name", "value": "www.5z8.info", "resolves_to_refs": ["2", "9"]},
    "5": {"type": "email-message", "from_ref": "7", "body_multipart":
           [{"body": "hi"}, {"body_raw_ref": "8"}], "subject": "Conference Info"},
    "6": {"type": "ipv6-addr", "value": "2001:0db8:dead:beef::1"},
    "7": {"type": "email-addr", "value": "jdoe@example.com"},
    "8": {"type": "file", "name": "Final Report.final.exe"},
    "10": {"type": "artifact", "mime_type": "application/vnd.tcpdump.pcap", "payload_bin": "1MOyoQIABAA="},
    "11": {"type": "windows-registry-key", "key": "HKEY_LOCAL_MACHINE\\foo\\bar"},
    "12": {"type": "x-usb-device", "usbdrive": {"serial_number": "575833314133343231313937"}}
  })");
  CheckAll(
      objects,
      {{"[file:hashes.'SHA-256' = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']",
        "yes"},
       {"[file:hashes.SHA256 = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']", "yes"},
       {"[file:hashes[*] IN ('x', 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f')]",
        "yes"},
       {"[email-message:from_ref.value MATCHES '.+\\\\@example\\\\.com$' AND "
        "email-message:body_multipart[*].body_raw_ref.name MATCHES '^Final Report.+\\\\.exe$']",
        "yes"},
       {"[email-message:from_ref.value MATCHES '.+\\\\@example\\\\.org$']", "no"},
       {"[file:name = 'foo.dll' AND file:parent_directory_ref.path = 'C:\\\\Windows\\\\System32']", "yes"},
       // One file has the name, another the size.
       {"[file:name = 'Final Report.final.exe' AND file:size = 371712]", "no"},
       {"[file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.0]", "yes"},
       {"[file:extensions.'windows-pebinary-ext'.sections[0].entropy > 7.0]", "no"},
       {"[file:extensions.'windows-pebinary-ext'.sections[-1].entropy > 7.0]", "yes"},
       {"[file:mime_type = 'image/bmp' AND file:magic_number_hex = h'ffd8']", "yes"},
       {"[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '203.0.113.33']",
        "yes"},
       {"[network-traffic:dst_ref.type = 'ipv6-addr']", "no"},
       {"[network-traffic:src_ref.value ISSUBSET '2001:0db8:dead:beef:0000:0000:0000:0000/64']", "yes"},
       {"[domain-name:value = 'www.5z8.info' AND domain-name:resolves_to_refs[*].value = '203.0.113.33']",
        "yes"},
       {"[(file:name = 'pdf.exe' OR file:size = 371712) AND file:created = t'2014-01-13T07:03:17Z']", "yes"},
       {"[file:size = '371712']", "no"},
       {"[(network-traffic:dst_port IN(443,6443,8443) AND network-traffic:src_packets != 0) ]", "yes"},
       {"[artifact:mime_type = 'application/vnd.tcpdump.pcap' AND artifact:payload_bin MATCHES "
        "'\\\\xd4\\\\xc3\\\\xb2\\\\xa1\\\\x02\\\\x00\\\\x04\\\\x00']",
        "yes"},
       {"[x-usb-device:usbdrive.serial_number = '575833314133343231313937']", "yes"},
       {"[EXISTS windows-registry-key:values]", "no"},
       {"[EXISTS windows-registry-key:key]", "yes"},
       {"[EXISTS network-traffic:dst_ref]", "yes"},
       // Objects of different types are of one observation.
       {"[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\foo\\\\bar' AND file:name = 'foo.dll']", "yes"},
       {"[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\foo\\\\bar' AND file:name = 'x']", "no"}});
}

TEST(CompiledPattern, ComparesTextsNumbersBytesAndTimes) {
  const nlohmann::json objects =
      nlohmann::json::parse(R"({"0": {"type": "t", "s": "b", "n": 5, "f": 5.0, "w": 0.1,
    "y": true, "z": null, "big": 18446744073709551615, "x_hex": "616c", "x_bin": "YWw=", "u": "\u00e4",
    "when": "2024-05-06T09:08:09.5+02:00", "broken_hex": "zz", "list": ["a", "b"], "o": {"k": 1}}})");
  CheckAll(objects, {{"[t:s > 'a' AND t:s < 'ba' AND t:s >= 'b' AND t:s <= 'b']", "yes"},
                     {"[t:s > 5]", "no"},
                     {"[t:s NOT > 5]", "yes"},
                     {"[t:n = 5.0 AND t:f = 5 AND t:w = 0.1 AND t:n < 5.5]", "yes"},
                     {"[t:n = '5']", "no"},
                     {"[t:n != '5']", "yes"},
                     {"[t:big = 18446744073709551615]", "yes"},
                     {"[t:big = 18446744073709551614]", "no"},
                     {"[t:y = true AND t:y != false]", "yes"},
                     {"[t:y = 1]", "no"},
                     {"[t:y > false]", "no"},
                     {"[t:z != 'x']", "yes"},
                     {"[t:z = 'null']", "no"},
                     {"[EXISTS t:z]", "no"},
                     {"[t:none != 'x']", "no"},
                     {"[t:none NOT = 'x']", "no"},
                     {"[t:x_hex = 'al' AND t:x_bin = 'al' AND t:x_hex = b'YWw=' AND t:s = h'62']", "yes"},
                     {"[t:u = h'e4' AND t:u > h'e3']", "yes"},
                     {"[t:x_bin LIKE 'a_' AND t:x_bin MATCHES '^al$' AND t:x_hex > 'ak']", "yes"},
                     {"[t:broken_hex = 'zz']", "yes"},
                     {"[t:when = t'2024-05-06T07:08:09.5Z' AND t:when > t'2024-05-06T07:08:09Z']", "yes"},
                     {"[t:s = t'2024-05-06T07:08:09Z']", "no"},
                     {"[t:list[*] = 'b' AND t:list[*] != 'b']", "yes"},  // different ones of the list
                     {"[t:list = 'b']", "no"},
                     {"[EXISTS t:list AND EXISTS t:o AND t:o.k = 1]", "yes"},
                     {"[t:s IN ('x', 5, 'b')]", "yes"},
                     {"[t:s IN ()]", "no"},
                     {"[t:s NOT IN ()]", "yes"},
                     {"[t:s ISSUBSET '0.0.0.0/0']", "no"},
                     {"[t:s NOT ISSUBSET '0.0.0.0/0']", "yes"}});
}

TEST(CompiledPattern, NestsNetworks) {
  const nlohmann::json objects = nlohmann::json::parse(
      R"({"0": {"type": "t", "ip": "198.51.100.5", "net": "198.51.100.0/24", "six": "2001:DB8::/32"}})");
  CheckAll(objects, {{"[t:ip ISSUBSET '198.51.100.0/24']", "yes"},
                     {"[t:ip ISSUBSET '198.51.100.5']", "yes"},
                     {"[t:ip ISSUBSET '198.51.101.0/24']", "no"},
                     {"[t:net ISSUBSET '198.51.100.0/24' AND t:net ISSUPERSET '198.51.100.0/24']", "yes"},
                     {"[t:net ISSUBSET '198.51.100.0/25']", "no"},
                     {"[t:net ISSUPERSET '198.51.100.128/25']", "yes"},
                     {"[t:net ISSUPERSET '198.51.100.7']", "yes"},
                     {"[t:six ISSUPERSET '2001:db8:1::/48']", "yes"},
                     {"[t:six ISSUBSET '0.0.0.0/0']", "no"},
                     {"[t:ip ISSUBSET '::/0']", "no"}});
}

TEST(CompiledPattern, ReadsLikeAndMatchesAsUnicodeText) {
  // "u" is decomposed.
  const nlohmann::json objects = nlohmann::json::parse(
      R"({"0": {"type": "t", "u": "e\u0301a", "lines": "a\nb", "emoji": "x\ud83d\ude00y"}})");
  CheckAll(objects, {{"[t:u LIKE '\xC3\xA9_']", "yes"},
                     {"[t:u LIKE '__']", "yes"},
                     {"[t:u MATCHES '^\xC3\xA9.$']", "yes"},
                     {"[t:u MATCHES '^e\xCC\x81.$']", "yes"},
                     {"[t:u = '\xC3\xA9\x61']", "no"},  // code points are compared as they are
                     {"[t:lines LIKE 'a%b']", "yes"},
                     {"[t:lines LIKE 'a_b']", "yes"},
                     {"[t:lines MATCHES 'a.b']", "yes"},
                     {"[t:lines MATCHES '^b']", "no"},
                     {"[t:lines LIKE 'A%']", "no"},
                     {"[t:lines LIKE 'a']", "no"},
                     {"[t:lines MATCHES 'a']", "yes"},
                     {"[t:emoji LIKE 'x_y']", "yes"},
                     {"[t:emoji MATCHES '^x.y$']", "yes"}});
}

TEST(CompiledPattern, FollowsReferencesInCircles) {
  const nlohmann::json objects = nlohmann::json::parse(R"({
    "0": {"type": "t", "a_refs": ["0", "1", "0"], "n": 1}, "1": {"type": "t", "a_refs": ["0", "1"], "n": 2}})");
  std::string path = "t:a_refs[*]";
  for (int i = 0; i < 30; ++i) path += ".a_refs[*]";
  EXPECT_EQ(Judge("[" + path + ".n = 2]", objects), "yes");
  EXPECT_EQ(Judge("[" + path + ".n = 3]", objects), "no");
}

TEST(CompiledPattern, SaysWhereAConstantIsNone) {
  EXPECT_THAT(Judge("[a:b MATCHES '(']", {}),
              HasSubstr("at character 14: expected a regular expression in PCRE's syntax; at byte 1: "));
  EXPECT_THAT(
      Judge("[a:b ISSUBSET 'evil']", {}),
      HasSubstr("at character 15: expected an address or a network such as '192.0.2.0/24', saw 'evil'"));
}

TEST(CompiledPattern, GivesUpAnExpressionThatTakesTooLong) {
  const nlohmann::json objects = {{"0", {{"type", "t"}, {"s", std::string(5000, 'a')}}}};
  EXPECT_EQ(Judge("[t:s MATCHES '^(a|aa)+$b']", objects), "gave up");
  EXPECT_EQ(Judge("[t:s MATCHES '^(a|aa)+$b' OR t:s LIKE 'a%']", objects), "yes");
  EXPECT_EQ(Judge("[t:s NOT MATCHES '^(a|aa)+$b']", objects), "gave up");
}

TEST(CompiledPattern, IsLikeInReasonableTime) {
  const nlohmann::json objects = {{"0", {{"type", "t"}, {"s", std::string(100'000, 'a')}}}};
  EXPECT_EQ(Judge("[t:s LIKE '%a%a%a%a%a%a%a%a%a%a%a%b']", objects), "no");
}

}  // namespace
}  // namespace polder
