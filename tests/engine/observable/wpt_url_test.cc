// The URL cases of the Web Platform Tests. They say what browsers do (WHATWG); Polder's canonical form is RFC
// 3986's, so where the two part is listed here, each with the reason. The cases are no part of the project:
// without them the test is skipped.
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "engine/event/json_reader.h"
#include "engine/event/record.h"
#include "engine/observable/characters.h"
#include "engine/observable/ip.h"
#include "engine/observable/url.h"
#include "tests/rules/read/data_folder.h"

namespace polder {
namespace {

// The reasons.
constexpr std::string_view kDotSegments = "dot segments are left alone: a server may tell them apart";
constexpr std::string_view kPunctuation = "closing punctuation belongs to the sentence around a URL";
constexpr std::string_view kDecoded = "needless encoding is decoded, its digits are in upper case";
constexpr std::string_view kEndsUrl = "white space, quotes, angle brackets and control characters end a URL";
constexpr std::string_view kBackslash = "a backslash is no slash, but a byte to be encoded";
constexpr std::string_view kNumber =
    "an address is four decimal numbers; other numbers are labels, or nothing";
constexpr std::string_view kMapped = "IDNA 2008 maps no character to another, as UTS 46 does";
constexpr std::string_view kAnyScheme = "hosts are canonical whatever the scheme";
constexpr std::string_view kNoName = "a host has only characters that names have";

constexpr std::string_view kNone = "";

// The deviations: what the case reads, and what Polder makes of it.
constexpr struct {
  std::string_view reason;
  std::string_view input;
  std::string_view canonical;
} kDeviations[] = {
    {kDotSegments, "http://example.com/././foo", "http://example.com/././foo"},
    {kDotSegments, "http://example.com/./.foo", "http://example.com/./.foo"},
    {kDotSegments, "http://example.com/foo/./", "http://example.com/foo/./"},
    {kDotSegments, "http://example.com/foo/bar/..", "http://example.com/foo/bar/"},
    {kDotSegments, "http://example.com/foo/bar/../", "http://example.com/foo/bar/../"},
    {kDotSegments, "http://example.com/foo/bar/../ton", "http://example.com/foo/bar/../ton"},
    {kDotSegments, "http://example.com/foo/bar/../ton/../../a", "http://example.com/foo/bar/../ton/../../a"},
    {kDotSegments, "http://example.com/foo/../../..", "http://example.com/foo/../../"},
    {kDotSegments, "http://example.com/foo/../../../ton", "http://example.com/foo/../../../ton"},
    {kDotSegments, "http://example.com/foo/%2e", "http://example.com/foo/."},
    {kDotSegments, "http://example.com/foo/%2e%2", "http://example.com/foo/.%2"},
    {kDotSegments, "http://example.com/foo/%2e./%2e%2e/.%2e/%2e.bar",
     "http://example.com/foo/../../../..bar"},
    {kDotSegments, "http://example.com////../..", "http://example.com////../"},
    {kDotSegments, "http://example.com/foo/bar//../..", "http://example.com/foo/bar//../"},
    {kDotSegments, "http://example.com/foo/bar//..", "http://example.com/foo/bar//"},
    {kDotSegments, "https://example.com/aaa/bbb/%2e%2e?query", "https://example.com/aaa/bbb/..?query"},
    {kPunctuation, "http://example.com/(%28:%3A%29)", "http://example.com/(%28:%3A%29"},
    {kDecoded, "http://example.com/foo%41%7a", "http://example.com/fooAz"},
    {kDecoded, "http://example.com/foo%00%51", "http://example.com/foo%00Q"},
    {kDecoded, "http://example.com/%3A%3a%3C%3c", "http://example.com/%3A%3A%3C%3C"},
    {kEndsUrl, "http://example\011.\012org", kNone},
    {kEndsUrl, "http://example.com/foo\011\302\221%91", "http://example.com/foo"},
    {kEndsUrl, "http://example.com/foo\011bar", "http://example.com/foo"},
    {kEndsUrl, "http://192.168.0.1 hello", "http://192.168.0.1/"},
    {kEndsUrl, "http://example.org/test?\042", "http://example.org/test"},
    {kEndsUrl, "http://example.org/test?<", "http://example.org/test"},
    {kEndsUrl, "http://example.org/test?>", "http://example.org/test"},
    {kEndsUrl, "https://www.example.com/path{\177path.html?query'\177=query#fragment<\177fragment",
     "https://www.example.com/path%7B"},
    {kEndsUrl, "https://example.com/\042quoted\042", "https://example.com/"},
    {kBackslash, "http://foo.com/\134@", "http://foo.com/%5C@"},
    {kBackslash, "http://example.com\134\134foo\134\134bar", kNone},
    {kNumber, "http://192.0x00A80001", "http://192.0x00a80001/"},
    {kNumber, "http://%30%78%63%30%2e%30%32%35%30.01", kNone},
    {kNumber, "http://%30%78%63%30%2e%30%32%35%30.01%2e", kNone},
    {kNumber,
     "http://"
     "\357\274\220\357\274\270\357\275\203\357\274\220\357\274\216\357\274\220\357\274\222\357\274\225\357"
     "\274\220\357\274\216\357\274\220\357\274\221",
     kNone},
    {kNumber, "http://192.168.257", kNone},
    {kNumber, "http://192.168.257.", kNone},
    {kNumber, "http://256", kNone},
    {kNumber, "http://999999999", kNone},
    {kNumber, "http://999999999.", kNone},
    {kNumber, "http://4294967295", kNone},
    {kNumber, "http://0xffffffff", kNone},
    {kNumber, "https://0x.0x.0", kNone},
    {kNumber, "https://0x.0x.0x.0x", "https://0x.0x.0x.0x/"},
    {kNumber, "https://00.00.00.00", kNone},
    {kNumber, "https://0000000000000000000000000000000000000000177.0.0.1", kNone},
    {kNumber, "http://foo.0x4", "http://foo.0x4/"},
    {kNumber, "http://foo.0x4.", "http://foo.0x4/"},
    {kNumber, "http://foo.09..", kNone},
    {kNumber, "http://foo.0x", "http://foo.0x/"},
    {kNumber, "http://foo.0XFfFfFfFfFfFfFfFfFfAcE123", "http://foo.0xfffffffffffffffffface123/"},
    {kMapped, "http://GOO\342\200\213\342\201\240\357\273\277goo.com", kNone},
    {kMapped, "http://www.foo\343\200\202bar.com", kNone},
    {kAnyScheme, "sc://fa\303\237.ExAmPlE/", "sc://xn--fa-hia.example/"},
    {kAnyScheme, "sc://\303\261.test/", "sc://xn--ida.test/"},
    {kNoName, "http://!\042$&'()*+,-.;=_`{}~/", kNone},
    {kNoName,
     "sc://"
     "\001\002\003\004\005\006\007\010\013\014\016\017\020\021\022\023\024\025\026\027\030\031\032\033\034"
     "\035\036\037\177!\042$%&'()*+,-.;=_`{}~/",
     kNone},
    {kNoName, "foo://!\042$%&'()*+,-.;=_`{}~/", kNone},
    {kNoName, "wss://!\042$&'()*+,-.;=_`{}~/", kNone},
};

// --- The cases -----------------------------------------------------------------------------------

using Case = std::map<std::string, std::string, std::less<>>;  // its strings; no `href` where it must fail

std::map<std::string, Case> ReadCases(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t size = text.size();
  text.resize(size + kRecordPadding);
  std::map<std::string, Case> cases;  // by position; between them are comments
  JsonReader reader;
  const bool read = reader.Read(
      std::string_view(text).substr(0, size),
      [&](std::string_view field, std::string_view value) {
        const std::size_t dot = field.find('.');
        if (dot != field.npos)
          cases[std::string(field.substr(0, dot))][std::string(field.substr(dot + 1))] = value;
      },
      [](std::string_view, double) {});
  EXPECT_TRUE(read) << path;
  return cases;
}

// Where the colon of the scheme stands, if the input is a URL with an authority; else nowhere.
std::size_t SchemeEnd(std::string_view input) {
  std::size_t start = 0;
  while (start < input.size() && (IsControl(input[start]) || input[start] == ' ')) ++start;
  const std::size_t colon = input.find("://");
  const std::string_view scheme = colon == input.npos ? "" : input.substr(start, colon - start);
  if (scheme.empty() || !IsLetter(scheme.front())) return input.npos;
  for (const char c : scheme) {
    if (!IsSchemeChar(c)) return input.npos;
  }
  return colon;
}

// Whether Polder compares URLs of this host at all.
bool IsAddressOrName(std::string_view host) {
  if (host.starts_with('[')) return ParseIp(host.substr(1, host.size() - 2)).has_value();
  while (host.ends_with('.')) host.remove_suffix(1);
  return ParseIp(host) || host.find('.') != host.npos;
}

std::string WithoutUserAndFragment(std::string_view href) {
  std::string url(href.substr(0, href.find('#')));
  const std::size_t start = url.find("://") + 3;
  const std::size_t end = url.find_first_of("/?", start);
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at != url.npos && at >= start) url.erase(start, at + 1 - start);
  return url;
}

class WptUrl : public WithArchive {
 protected:
  void SetUp() override { Unpack("cases/wpt-url.tar.zst"); }

  // Fills in what deviates, by input.
  std::size_t Compare(const std::filesystem::path& path, std::map<std::string, std::string>& deviations) {
    std::size_t compared = 0;
    for (const auto& [position, one] : ReadCases(path)) {
      const std::string& input = one.find("input")->second;
      const std::size_t colon = SchemeEnd(input);
      const auto href = one.find("href");
      if (colon == input.npos || (href != one.end() && !IsAddressOrName(one.find("hostname")->second)))
        continue;
      ++compared;
      const std::string expected =
          href == one.end() ? std::string(kNone) : WithoutUserAndFragment(href->second);
      const auto canonical = CanonicaliseUrl(UrlAround(input, colon));
      const std::string seen = canonical ? canonical->text : std::string(kNone);
      if (seen != expected) deviations[input] = seen;
    }
    return compared;
  }
};

TEST_F(WptUrl, AgreesWithBrowsersExceptWhereThereIsAReason) {
  std::map<std::string, std::string> deviations;
  std::size_t compared = 0;
  for (const char* name : {"urltestdata.json", "urltestdata-javascript-only.json"}) {
    const std::filesystem::path path = folder_ / "tests" / "wpt" / name;
    ASSERT_TRUE(std::filesystem::exists(path)) << path;
    compared += Compare(path, deviations);
  }
  EXPECT_GT(compared, 300U);
  for (const auto& listed : kDeviations) {
    const auto found = deviations.find(std::string(listed.input));
    if (found == deviations.end()) {
      ADD_FAILURE() << listed.input << ": no longer deviates (" << listed.reason << "): take it off the list";
      continue;
    }
    EXPECT_EQ(found->second, listed.canonical) << listed.input << ": " << listed.reason;
    deviations.erase(found);
  }
  for (const auto& [input, seen] : deviations) {
    ADD_FAILURE() << testing::PrintToString(input) << " became " << testing::PrintToString(seen)
                  << ", which browsers see otherwise: correct it, or list it with its reason";
  }
}

}  // namespace
}  // namespace polder
