#include "engine/observable/extract.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/observable/url.h"

namespace polder {
namespace {

// All but texts, of which every text has one: see text_test.cc.
std::set<std::string> Found(std::string_view text) {
  std::set<std::string> found;
  ExtractObservables(text, [&](const Observable& o) {
    if (o.kind >= Kind::kFileName) return;
    found.insert(std::string(KindName(o.kind)) + ' ' + std::string(o.canonical));
    EXPECT_GE(o.atomic.data(), text.data());
    EXPECT_LE(o.atomic.data() + o.atomic.size(), text.data() + text.size());
  });
  return found;
}

TEST(Extract, FindsEveryKindInOneLine) {
  EXPECT_EQ(
      Found("1.2.3.4 [2001:db8::1]:80 Bob@Evil.Example d41d8cd98f00b204e9800998ecf8427e https://x.example/a"),
      (std::set<std::string>{"ip 1.2.3.4", "ip 2001:db8::1", "email bob@evil.example", "domain evil.example",
                             "md5 d41d8cd98f00b204e9800998ecf8427e", "url https://x.example/a",
                             "domain x.example"}));
}

TEST(Extract, FindsNothingInHostileCrumbs) {
  for (const std::string_view text :
       {"", ".", "..", ":", "@", "://", "a://", "@.", ".@.", "a@", "1.2.3", "a..b", "\xFF\xFE",
        "....:", ":::", "://@@@@", "http://", "http:// a"}) {
    EXPECT_EQ(Found(text), std::set<std::string>{}) << text;
  }
  EXPECT_EQ(Found("[::"), std::set<std::string>{"ip ::"});
  EXPECT_EQ(Found("@a.b@"), std::set<std::string>{"domain a.b"});
}

TEST(Extract, ReadsAnAddressSignInEveryWayThatMakesSense) {
  EXPECT_EQ(Found("to=a@b.example"),
            (std::set<std::string>{"email to=a@b.example", "email a@b.example", "domain b.example"}));
  EXPECT_EQ(Found("x{a/b@c.example"), (std::set<std::string>{"email x{a/b@c.example", "email a/b@c.example",
                                                             "email b@c.example", "domain c.example"}));
  EXPECT_EQ(Found("a@.c.example"), (std::set<std::string>{"domain c.example"}));
}

TEST(Extract, SearchesTheFirstSixteenUrlsOfAStretch) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "http://h" + std::to_string(i) + ".example/";
  std::size_t urls = 0;
  ExtractObservables(text + " " + text, [&](const Observable& o) { urls += o.kind == Kind::kUrl ? 1 : 0; });
  EXPECT_EQ(urls, 2 * kMaxNestedUrls);
}

TEST(Extract, FindsTheHostThatIsWrittenWithPercentEncoding) {
  EXPECT_TRUE(Found("http://%65vil.example/").contains("domain evil.example"));
  EXPECT_TRUE(Found("http://198.51.100%2E7/").contains("ip 198.51.100.7"));
}

TEST(Extract, ReportsTheAtomAsItStands) {
  std::string atomic;
  ExtractObservables("at EVIL.Example now", [&](const Observable& o) {
    if (o.kind != Kind::kDomain) return;
    atomic = o.atomic;
  });
  EXPECT_EQ(atomic, "EVIL.Example");
}

}  // namespace
}  // namespace polder
