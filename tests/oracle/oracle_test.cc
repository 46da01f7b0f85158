// Cases of DESIGN section 3 worked out by hand. Both the oracle and the matcher must give what stands here.
#include <gtest/gtest.h>

#include "tests/oracle/harness.h"

namespace polder::oracle {
namespace {

struct Case {
  const char* what;
  Kind kind;
  const char* indicator;
  std::string event;
  std::vector<std::string> hits;  // "field type canonical"
};

std::vector<std::string> Told(const Outcome& outcome) {
  std::vector<std::string> told;
  for (const OracleHit& hit : outcome.hits) told.push_back(hit.field + ' ' + hit.type + ' ' + hit.canonical);
  return told;
}

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.what) + ": " + c.indicator + " in " + Printable(c.event.substr(0, 300)));
    const std::vector<Indicator> indicators = {MakeIndicator(c.kind, c.indicator)};
    const auto snapshot = BuildSnapshot(indicators);
    Records records;
    records.Add(c.event);
    EXPECT_EQ(Told(RunOracle(records.all(), Format::kAuto, Oracle(indicators))), c.hits) << "oracle";
    for (const auto depth : {Matcher::Depth::kEverything, Matcher::Depth::kCandidates}) {
      EXPECT_EQ(Told(RunMatcher(records.all(), Format::kAuto, *snapshot, depth)), c.hits)
          << (depth == Matcher::Depth::kEverything ? "second look" : "first look");
    }
  }
}

// "message exact 1.2.3.4" and the like.
std::vector<std::string> Text(const std::string& rest) { return {"message " + rest}; }
// For events of the shape {"a": "..."}.
std::vector<std::string> InA(const std::string& rest) { return {"a " + rest}; }

TEST(Section3, AnAddressIsNotInsideALongerRun) {
  const auto hit = Text("exact 1.2.3.4");
  Check({{"alone", Kind::kIp, "1.2.3.4", "1.2.3.4", hit},
         {"with a port", Kind::kIp, "1.2.3.4", "from 1.2.3.4:443", hit},
         {"at the end of a sentence", Kind::kIp, "1.2.3.4", "It was 1.2.3.4.", hit},
         {"in brackets", Kind::kIp, "1.2.3.4", "[1.2.3.4] x", hit},
         {"in a name", Kind::kIp, "1.2.3.4", "1.2.3.4.example.com", {}},
         {"a version", Kind::kIp, "1.2.3.4", "v1.2.3.4", {}},
         {"five parts", Kind::kIp, "1.2.3.4", "1.2.3.4.5", {}},
         {"leading zero", Kind::kIp, "1.2.3.4", "1.2.3.04", {}},
         {"too large", Kind::kIp, "1.2.3.4", "1.2.3.400", {}},
         {"underscore", Kind::kIp, "1.2.3.4", "1.2.3.4_", {}},
         {"after a dot", Kind::kIp, "1.2.3.4", ".1.2.3.4", {}},
         {"mapped", Kind::kIp, "1.2.3.4", "to ::ffff:1.2.3.4 ok", hit},
         {"mapped in hexadecimal", Kind::kIp, "1.2.3.4", "to [::FFFF:102:304]:80", hit},
         {"mapped indicator", Kind::kIp, "::ffff:1.2.3.4", "1.2.3.4", hit},
         {"in a url", Kind::kIp, "1.2.3.4", "http://1.2.3.4/x", hit}});
}

TEST(Section3, AnIpv6AddressIsFoundInEverySpelling) {
  const auto hit = Text("exact 2001:db8::1");
  Check({{"short", Kind::kIp, "2001:db8::1", "x 2001:db8::1 y", hit},
         {"long", Kind::kIp, "2001:db8::1", "2001:0DB8:0:0:0:0:0:0001", hit},
         {"with a port", Kind::kIp, "2001:db8::1", "[2001:db8::1]:80", hit},
         {"final dot", Kind::kIp, "2001:db8::1", "is 2001:db8::1.", hit},
         {"final colon", Kind::kIp, "2001:db8::1", "at 2001:db8::1: hello", hit},
         {"after a colon", Kind::kIp, "2001:db8::1", "ip:2001:db8::1", Text("exact 2001:db8::1")},
         {"embedded quad", Kind::kIp, "64:ff9b::102:304", "64:ff9b::1.2.3.4", Text("exact 64:ff9b::102:304")},
         {"beside a letter", Kind::kIp, "2001:db8::1", "2001:db8::1z", {}},
         {"two gaps", Kind::kIp, "2001:db8::1", "2001::db8::1", {}},
         {"a network", Kind::kNetwork, "2001:db8::/32", "2001:db8:ffff::7", Text("network 2001:db8:ffff::7")},
         {"escaped", Kind::kIp, "2001:db8::1", R"({"a":"\n2001:db8::1"})", InA("exact 2001:db8::1")},
         {"escaped by a hex letter", Kind::kIp, "2001:db8::1", R"({"a":"\b2001:db8::1"})",
          InA("exact 2001:db8::1")}});
}

TEST(Section3, ANetworkHoldsItsAddressesAndTheOtherFamilyIsNone) {
  Check({{"inside", Kind::kNetwork, "198.51.100.0/24", "198.51.100.77", Text("network 198.51.100.77")},
         {"first", Kind::kNetwork, "198.51.100.0/24", "198.51.100.0", Text("network 198.51.100.0")},
         {"behind", Kind::kNetwork, "198.51.100.0/24", "198.51.101.0", {}},
         {"one address", Kind::kNetwork, "198.51.100.7/32", "198.51.100.7", Text("exact 198.51.100.7")},
         {"all of IPv6", Kind::kNetwork, "::/0", "198.51.100.7", {}},
         {"all of IPv4", Kind::kNetwork, "0.0.0.0/0", "2001:db8::1", {}},
         {"odd length", Kind::kNetwork, "198.51.96.0/19", "198.51.127.255", Text("network 198.51.127.255")}});
}

TEST(Section3, ADomainHitsItselfAndNamesUnderIt) {
  const auto exact = Text("exact evil.example");
  Check({{"itself", Kind::kDomain, "evil.example", "see evil.example", exact},
         {"case", Kind::kDomain, "evil.example", "EVIL.Example", exact},
         {"dots", Kind::kDomain, "evil.example", "..evil.example..", exact},
         {"under", Kind::kDomain, "evil.example", "a.b.evil.example", Text("subdomain a.b.evil.example")},
         {"beside", Kind::kDomain, "evil.example", "notevil.example", {}},
         {"longer", Kind::kDomain, "evil.example", "evil.example.com", {}},
         {"hyphen", Kind::kDomain, "evil.example", "x-evil.example", {}},
         {"empty label", Kind::kDomain, "evil.example", "a..evil.example", {}},
         {"underscore", Kind::kDomain, "evil.example", "_dmarc.evil.example",
          Text("subdomain _dmarc.evil.example")},
         {"letter outside ASCII", Kind::kDomain, "evil.example", "\xC3\xA9vil.example", {}},
         {"symbol outside ASCII", Kind::kDomain, "evil.example",
          "\xE2\x82\xAC"
          "evil.example",
          exact},
         {"broken UTF-8", Kind::kDomain, "evil.example",
          "\xFF"
          "evil.example\xC3",
          exact},
         {"IDNA", Kind::kDomain, "xn--bcher-kva.example",
          "B\xC3\x9C"
          "CHER.example",
          Text("exact xn--bcher-kva.example")},
         {"IDNA indicator", Kind::kDomain,
          "b\xC3\xBC"
          "cher.example",
          "xn--bcher-kva.example", Text("exact xn--bcher-kva.example")},
         {"full width", Kind::kDomain, "evil.example", "\xEF\xBD\x85vil.example", exact},
         {"in an email", Kind::kDomain, "evil.example", "bob@evil.example", exact},
         {"in a url", Kind::kDomain, "evil.example", "https://u:p@evil.example:8443/x", exact},
         {"in an encoded host", Kind::kDomain, "evil.example", "http://%65vil.example/", exact},
         {"NUL behind", Kind::kDomain, "evil.example", std::string("evil.example\0x", 14), exact},
         {"never defanged", Kind::kDomain, "evil.example", "evil[.]example", {}}});
}

TEST(Section3, AUrlIsComparedInItsCanonicalForm) {
  const std::string canonical = "http://evil.example/a";
  const auto hit = Text("url " + canonical);
  Check({{"as it is", Kind::kUrl, "http://evil.example/a", "GET http://evil.example/a HTTP/1.1", hit},
         {"case of the host", Kind::kUrl, "http://evil.example/a", "HTTP://EVIL.example/a", hit},
         {"case of the path", Kind::kUrl, "http://evil.example/a", "http://evil.example/A", {}},
         {"default port", Kind::kUrl, "http://evil.example/a", "http://evil.example:80/a", hit},
         {"other port", Kind::kUrl, "http://evil.example/a", "http://evil.example:81/a", {}},
         {"userinfo and fragment", Kind::kUrl, "http://evil.example/a", "http://u:p@evil.example/a#top", hit},
         {"encoding", Kind::kUrl, "http://evil.example/a", "http://evil.example/%61", hit},
         {"punctuation", Kind::kUrl, "http://evil.example/a", "(http://evil.example/a).", hit},
         {"quotes", Kind::kUrl, "http://evil.example/a", "'http://evil.example/a'b", hit},
         {"empty path", Kind::kUrl, "http://evil.example", "http://evil.example",
          Text("url http://evil.example/")},
         {"no scheme", Kind::kUrl, "evil.example/a", "http://evil.example/a", hit},
         {"inside another", Kind::kUrl, "http://evil.example/a", "http://ok.example/?u=http://evil.example/a",
          hit},
         {"defanged", Kind::kUrl, "http://evil.example/a", "hxxp://evil.example/a", {}},
         {"defanged indicator", Kind::kUrl, "hxxp://evil.example/a", "hxxp://evil.example/a",
          Text("url hxxp://evil.example/a")},
         {"IPv6 host", Kind::kUrl, "http://[2001:db8::1]", "see http://[2001:DB8:0::1].",
          Text("url http://[2001:db8::1]/")},
         {"escaped slashes", Kind::kUrl, "http://evil.example/a", R"({"a":"http:\/\/evil.example\/a"})",
          InA("url " + canonical)},
         {"escaped letters", Kind::kUrl, "http://evil.example/a",
          R"({"a":"\u0068ttp\u003a//evil.example/a"})", InA("url " + canonical)},
         {"escaped white space", Kind::kUrl, "http://evil.example/a", R"({"a":"\nhttp://evil.example/a\tx"})",
          InA("url " + canonical)}});
}

TEST(Section3, AUrlInPartsIsComposed) {
  const auto hit = [](const std::string& field, const std::string& url) {
    return std::vector<std::string>{field + " url " + url};
  };
  const std::string plain = "http://evil.example/a";
  Check({{"EVE", Kind::kUrl, "http://evil.example/a", R"({"http":{"hostname":"evil.example","url":"/a"}})",
          hit("http.url", plain)},
         {"EVE with a port", Kind::kUrl, "http://evil.example:8080/a",
          R"({"http":{"hostname":"EVIL.example","url":"/a","http_port":8080}})",
          hit("http.url", "http://evil.example:8080/a")},
         {"EVE, the port in the host", Kind::kUrl, "http://evil.example:81/a",
          R"({"http":{"hostname":"evil.example:81","url":"/a","http_port":80}})",
          hit("http.url", "http://evil.example:81/a")},
         {"Zeek", Kind::kUrl, "http://evil.example/a", R"({"uri":"/a","host":"evil.example"})",
          hit("uri", plain)},
         {"Zeek, IPv6", Kind::kUrl, "http://[2001:db8::1]/a", R"({"host":"2001:db8::1","uri":"/a"})",
          hit("uri", "http://[2001:db8::1]/a")},
         {"Zeek, address", Kind::kUrl, "http://198.51.100.7/a", R"({"host":"198.51.100.7","uri":"/a"})",
          hit("uri", "http://198.51.100.7/a")},
         {"Zeek, escaped names", Kind::kUrl, "http://evil.example/a",
          R"({"u\u0072i":"\/a","host":"evil\u002eexample"})", hit("uri", plain)},
         {"ECS", Kind::kUrl, "https://evil.example:444/a?q=1",
          R"({"url":{"scheme":"https","domain":"evil.example","port":444,"path":"/a","query":"q=1"}})",
          hit("url.path", "https://evil.example:444/a?q=1")},
         {"ECS with dotted keys", Kind::kUrl, "http://evil.example/a",
          R"({"url.domain":"evil.example","url.path":"/a"})", hit("url.path", plain)},
         {"host that is none",
          Kind::kUrl,
          "http://evil.example/a",
          R"({"uri":"/a","host":"x@evil.example"})",
          {}},
         {"path that is none",
          Kind::kUrl,
          "http://evil.example/a",
          R"({"uri":"a","host":"evil.example"})",
          {}}});
}

TEST(Section3, AnEmailIsComparedWholeAndInLowerCase) {
  const auto hit = Text("exact bob@evil.example");
  const std::string longest(64, 'l');
  const std::string address = longest + "@evil.example";
  Check({{"plain", Kind::kEmail, "bob@evil.example", "from <Bob@Evil.Example>", hit},
         {"behind a key", Kind::kEmail, "bob@evil.example", "to=bob@evil.example", hit},
         {"a key that is part of it", Kind::kEmail, "to=bob@evil.example", "to=bob@evil.example",
          Text("exact to=bob@evil.example")},
         {"final dot", Kind::kEmail, "bob@evil.example", "bob@evil.example.", hit},
         {"other name", Kind::kEmail, "bob@evil.example", "x.bob@evil.example", {}},
         {"under", Kind::kEmail, "bob@evil.example", "bob@mail.evil.example", {}},
         {"IDNA", Kind::kEmail, "bob@xn--bcher-kva.example",
          "bob@b\xC3\xBC"
          "cher.example",
          Text("exact bob@xn--bcher-kva.example")},
         {"escaped", Kind::kEmail, "bob@evil.example", R"({"a":"\nbob@evil.example"})",
          InA("exact bob@evil.example")},
         {"longest, escaped", Kind::kEmail, address.c_str(), "{\"a\":\"\\n" + longest + "@evil.example\"}",
          InA("exact " + longest + "@evil.example")},
         {"too long", Kind::kEmail, "l@evil.example", longest + "l@evil.example", {}}});
}

TEST(Section3, AHashIsAWholeRunComparedAsBytes) {
  const char* md5 = "d41d8cd98f00b204e9800998ecf8427e";
  const std::string digits = md5;
  Check(
      {{"upper case", Kind::kMd5, md5, "MD5=D41D8CD98F00B204E9800998ECF8427E,SHA1=", Text("exact " + digits)},
       {"beside an underscore", Kind::kMd5, md5, '_' + digits + '_', Text("exact " + digits)},
       {"longer run", Kind::kMd5, md5, digits + '0', {}},
       {"letter behind", Kind::kMd5, md5, digits + 'z', {}},
       {"escape before", Kind::kMd5, md5, "{\"a\":\"\\t" + digits + "\"}", InA("exact " + digits)},
       {"escape of a hex letter before", Kind::kMd5, md5, "{\"a\":\"\\f" + digits + "\"}",
        InA("exact " + digits)},
       {"broken by escapes", Kind::kMd5, md5, "{\"a\":\"\\u0064" + digits.substr(1) + "\"}",
        InA("exact " + digits)}});
}

TEST(Section3, ValuesAreSearchedAndKeysAndNumbersAreNot) {
  Check(
      {{"key", Kind::kDomain, "evil.example", R"({"evil.example":"x"})", {}},
       {"number", Kind::kIp, "1.2.3.4", R"({"a":1.2})", {}},
       {"both of a duplicate key",
        Kind::kDomain,
        "evil.example",
        R"({"a":"x.evil.example","a":"evil.example"})",
        {"a exact evil.example", "a subdomain x.evil.example"}},
       {"path",
        Kind::kDomain,
        "evil.example",
        R"({"dns":{"answers":[{"rdata":"evil.example"}]}})",
        {"dns.answers.0.rdata exact evil.example"}},
       {"array record",
        Kind::kDomain,
        "evil.example",
        R"( [ {"a":"evil.example"}])",
        {"0.a exact evil.example"}},
       {"escape before a name", Kind::kDomain, "evil.example", R"({"a":"\nevil.example"})",
        InA("exact evil.example")},
       {"escape that makes another name", Kind::kDomain, "nevil.example", R"({"a":"\nevil.example"})", {}},
       {"escape in a name", Kind::kDomain, "evil.example", R"({"a":"\u0065vil.example"})",
        InA("exact evil.example")},
       {"NUL escaped", Kind::kDomain, "evil.example", R"({"a":"evil.example\u0000"})",
        InA("exact evil.example")},
       {"escaped backslash", Kind::kDomain, "evil.example", R"({"a":"C:\\evil.example"})",
        InA("exact evil.example")},
       {"CRLF", Kind::kDomain, "evil.example", R"({"a":"x\r\nevil.example\r\n"})", InA("exact evil.example")},
       {"lone surrogate", Kind::kDomain, "evil.example", R"({"a":"\ud800evil.example"})",
        InA("exact evil.example")},
       {"surrogate pair", Kind::kDomain, "evil.example", R"({"a":"\ud83d\ude00evil.example"})",
        InA("exact evil.example")},
       {"large number", Kind::kDomain, "evil.example", R"({"n":99999999999999999999999,"a":"evil.example"})",
        InA("exact evil.example")},
       {"larger number", Kind::kDomain, "evil.example", R"({"n":-1.5E+999,"a":"evil.example"})",
        InA("exact evil.example")}});
}

TEST(Section3, BrokenJsonIsSearchedAsTextInBothReadings) {
  const auto exact = Text("exact evil.example");
  Check({{"cut off", Kind::kDomain, "evil.example", R"({"a":"evil.example)", exact},
         {"cut off, escaped", Kind::kDomain, "evil.example", R"({"a":"\nevil.example)", exact},
         {"cut off, as it stands", Kind::kDomain, "nevil.example", R"({"a":"\nevil.example)",
          Text("exact nevil.example")},
         {"cut off, code point", Kind::kDomain, "evil.example", R"({"a":"\u0065vil.example)", exact},
         {"cut off in an escape", Kind::kDomain, "evil.example", R"({"a":"evil.example\u00)", exact},
         {"keys as well", Kind::kDomain, "evil.example", R"({"evil.example":)", exact},
         {"two documents", Kind::kDomain, "evil.example", R"({"a":1}{"b":"evil.example"})", exact},
         {"NUL behind", Kind::kDomain, "evil.example", std::string("{\"a\":\"evil.example\"}\0x", 22), exact},
         {"not UTF-8", Kind::kDomain, "evil.example",
          "{\"a\":\"\xFF"
          "evil.example\"}",
          exact}});
}

TEST(Section3, AFileNameIsTheLastComponentOfAPath) {
  const auto hit = InA("exact evil.exe");
  Check({{"alone", Kind::kFileName, "evil.exe", R"({"a":"evil.exe"})", hit},
         {"any case", Kind::kFileName, "Evil.exe", R"({"a":"C:\\Users\\EVIL.EXE"})", hit},
         {"slashes", Kind::kFileName, "evil.exe", R"({"a":"/tmp/evil.exe"})", hit},
         {"escaped slash", Kind::kFileName, "evil.exe", R"({"a":"\/tmp\/evil.exe"})", hit},
         {"code points", Kind::kFileName, "evil.exe", R"({"a":"C:\u005cevil\u002Eexe"})", hit},
         {"with arguments", Kind::kFileName, "evil.exe", R"({"a":"C:\\evil.exe -x"})", hit},
         {"quoted", Kind::kFileName, "evil.exe", R"({"a":"\"C:\\a b\\evil.exe\" -x"})", hit},
         {"not the last", Kind::kFileName, "evil.exe", R"({"a":"/evil.exe/x"})", {}},
         {"not a path", Kind::kFileName, "evil.exe", R"({"a":"name=evil.exe"})", {}},
         {"longer", Kind::kFileName, "evil.exe", R"({"a":"/notevil.exe"})", {}},
         {"white space in it", Kind::kFileName, "my evil.exe", R"({"a":"C:\\my evil.exe"})",
          InA("exact my evil.exe")},
         {"a key", Kind::kFileName, "evil.exe", R"({"evil.exe":"/x"})", {}},
         {"a url", Kind::kFileName, "evil.exe", "GET http://h.example/evil.exe?x HTTP/1.1",
          Text("exact evil.exe")},
         {"at a line's end", Kind::kFileName, "evil.exe", "ran /tmp/evil.exe", Text("exact evil.exe")},
         {"cut off", Kind::kFileName, "evil.exe", R"({"a":"C:\\tmp\\evil.exe)", Text("exact evil.exe")}});
}

TEST(Section3, OtherTextsAreWholeValues) {
  const auto key = InA(R"(exact hklm\software\evil)");
  const char* hklm = R"(HKLM\Software\Evil)";
  Check({{"whole", Kind::kRegistryKey, hklm, R"({"a":"hklm\\SOFTWARE\\evil"})", key},
         {"code point", Kind::kRegistryKey, hklm, R"({"a":"hklm\u005cSOFTWARE\\\u0065vil"})", key},
         {"longer", Kind::kRegistryKey, hklm, R"({"a":"hklm\\SOFTWARE\\evil\\x"})", {}},
         {"not trimmed", Kind::kRegistryKey, hklm, R"({"a":" hklm\\SOFTWARE\\evil"})", {}},
         {"quotes within", Kind::kCommandLine, R"("C:\x.exe" /c)", R"({"a":"\"c:\\X.exe\" /C"})",
          InA(R"(exact "c:\x.exe" /c)")},
         {"line feed within", Kind::kText, "a\nb", R"({"a":"A\nB"})", InA("exact a\nb")},
         {"in an array", Kind::kMutex, "evil", R"({"a":["x","evil"]})", {"a.1 exact evil"}},
         {"one letter", Kind::kMutex, "e", R"({"a":"E"})", InA("exact e")},
         {"outside ASCII as it stands", Kind::kText, "\xC3\x89", "{\"a\":\"\xC3\xA9\"}", {}},
         {"a whole line", Kind::kUserAgent, "Evil/1.0", "evil/1.0", Text("exact evil/1.0")},
         {"part of a line", Kind::kUserAgent, "Evil/1.0", "evil/1.0 ", {}}});
}

}  // namespace
}  // namespace polder::oracle
