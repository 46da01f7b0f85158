#include "engine/stix/event_observation.h"

#include <gtest/gtest.h>

#include "engine/stix/compiled_pattern.h"

namespace polder {
namespace {

bool Holds(std::string_view text, const EventObservation& event) {
  const auto pattern = CompiledPattern::Compile(text);
  EXPECT_TRUE(pattern.ok()) << text << ": " << pattern.status();
  return pattern.ok() && pattern->Matches(0, event) == CompiledPattern::Verdict::kMatch;
}

EventObservation Connection() {
  EventObservation event;
  event.AddString("network-traffic:src_ref.value", "2001:DB8:0::1");
  event.AddString("network-traffic:dst_ref.value", "198.51.100.7");
  event.AddNumber("network-traffic:dst_port", std::int64_t{443});
  event.AddString("network-traffic:src_port", "51234");
  event.AddString("domain-name:value", "WWW.Evil.example.");
  event.AddString("url:value", "HTTP://Evil.example:80/a%7Eb");
  event.AddString("file:hashes.SHA-256", "AEC070645FE53EE3B3763059376134F058CC337247C978ADD178B6CCDFB0019F");
  event.AddString("process:name", R"(C:\Windows\System32\CMD.exe)");
  event.AddString("process:command_line", "cmd.exe /c Whoami");
  event.AddString("windows-registry-key:key", R"(HKLM\Software\Run)");
  event.AddString("email-message:to_refs[*].value", "Eve@Evil.example");
  event.AddString("email-message:to_refs[*].value", "bob@corp.example");
  event.AddBoolean("x-acme:blocked", true);
  event.AddNumber("x-acme:score", 0.5);
  event.AddNumber("x-acme:at", std::int64_t{1714979289});
  return event;
}

struct Case {
  std::string_view pattern;
  bool holds;
};

void CheckAll(const EventObservation& event, const std::vector<Case>& cases) {
  for (const Case& one : cases) EXPECT_EQ(Holds(one.pattern, event), one.holds) << one.pattern;
}

TEST(EventObservation, ComparesAsTheRestOfPolderDoes) {
  CheckAll(
      Connection(),
      {{"[network-traffic:src_ref.value = '2001:db8::1']", true},
       {"[network-traffic:dst_ref.value = '198.51.100.7/32']", true},
       {"[network-traffic:dst_ref.value = '198.51.100.0/24']", true},
       {"[network-traffic:dst_ref.value != '198.51.100.0/24']", false},
       {"[network-traffic:dst_ref.value ISSUBSET '198.51.0.0/16']", true},
       {"[network-traffic:dst_ref.value IN ('192.0.2.1', '198.51.100.7')]", true},
       {"[domain-name:value = 'evil.example']", true},
       {"[domain-name:value = 'www.evil.example']", true},
       {"[domain-name:value = 'vil.example']", false},
       {"[domain-name:value = 'a.www.evil.example']", false},
       {"[url:value = 'http://evil.example/a~b']", true},
       {"[url:value = 'evil.example/a~b']", true},
       {"[url:value = 'http://evil.example/']", false},
       {"[file:hashes.'SHA-256' = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']", true},
       {"[file:hashes.sha256 = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']", true},
       {"[file:hashes[*] = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']", true},
       {"[process:name = 'cmd.exe']", true},
       {"[process:name = 'md.exe']", false},
       {"[process:command_line = 'CMD.EXE /C WHOAMI']", true},
       {"[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\software\\\\run']", true},
       {"[email-message:to_refs[0].value = 'bob@CORP.example']", true},
       {"[email-message:to_refs.value = 'eve@evil.example']", true}});
}

TEST(EventObservation, TakesNumbersBooleansAndTimesFromTextsAndTextsFromThem) {
  CheckAll(Connection(), {{"[network-traffic:dst_port = 443]", true},
                          {"[network-traffic:dst_port = '443']", true},
                          {"[network-traffic:src_port = 51234]", true},
                          {"[network-traffic:src_port > 50000]", true},
                          {"[network-traffic:src_port > '9000']", true},
                          {"[network-traffic:dst_port IN (80, 443)]", true},
                          {"[x-acme:blocked = true]", true},
                          {"[x-acme:blocked = 'true']", true},
                          {"[x-acme:blocked = false]", false},
                          {"[x-acme:score < 1 AND x-acme:score = 0.5]", true},
                          {"[x-acme:at = t'2024-05-06T07:08:09Z']", true},
                          {"[x-acme:at < t'2024-05-06T07:08:09Z']", false}});
}

TEST(EventObservation, IsOneObjectOfEveryType) {
  CheckAll(Connection(), {{"[domain-name:value = 'evil.example' AND network-traffic:dst_port = 443]", true},
                          {"[domain-name:value = 'evil.example' AND network-traffic:dst_port = 80]", false},
                          {"[EXISTS file:hashes]", true},
                          {"[EXISTS file:hash]", false},
                          {"[EXISTS network-traffic:dst_port]", true},
                          {"[network-traffic:dst_ref.type = 'ipv4-addr']", true},
                          {"[network-traffic:src_ref.type = 'ipv6-addr']", true},
                          {"[network-traffic:src_ref.type = 'domain-name']", false}});
}

TEST(EventObservation, TakesLettersOfExpressionsAsEventsHaveThem) {
  CheckAll(Connection(), {{"[process:command_line LIKE '%Whoami']", true},
                          {"[process:command_line LIKE '%whoami']", true},
                          {"[process:command_line LIKE '%whoam']", false},
                          {"[process:command_line MATCHES 'WHOAMI$']", false},
                          {"[process:command_line MATCHES 'whoami$']", true},
                          {"[process:command_line MATCHES '(?i)whoami$']", true}});
  EventObservation broken;
  broken.AddString("a:b", "caf\xE9 bar");  // no UTF-8: its bytes are characters
  EXPECT_TRUE(Holds("[a:b MATCHES '^caf. bar$']", broken));
  EXPECT_TRUE(Holds("[a:b LIKE 'caf\xC3\xA9 %']", broken));
}

TEST(EventObservation, HoldsNothingOnceCleared) {
  EventObservation event = Connection();
  event.Clear();
  EXPECT_TRUE(event.empty());
  EXPECT_FALSE(Holds("[domain-name:value != 'x']", event));
  event.AddString("domain-name:value", "a.example");
  EXPECT_TRUE(Holds("[domain-name:value = 'a.example']", event));
  EXPECT_FALSE(Holds("[domain-name:value = 'evil.example']", event));
}

}  // namespace
}  // namespace polder
