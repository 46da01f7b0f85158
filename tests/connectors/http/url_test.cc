#include "connectors/http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

HttpUrl Url(std::string_view text) {
  const absl::StatusOr<HttpUrl> url = ParseHttpUrl(text);
  EXPECT_TRUE(url.ok()) << text << ": " << url.status();
  return url.ok() ? *url : HttpUrl();
}

std::string Refusal(std::string_view text) { return std::string(ParseHttpUrl(text).status().message()); }

TEST(HttpUrl, IsTakenApart) {
  const HttpUrl url = Url("HTTPS://Feeds.Example:8443/a/b?x=1#part");
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "feeds.example");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_EQ(url.query, "x=1");
  EXPECT_EQ(Url("https://[2001:db8::1]/").host, "2001:db8::1");
  EXPECT_EQ(Url("https://a.example").port, 443);
  EXPECT_EQ(Url("http://a.example").path, "/");
}

TEST(HttpUrl, RefusesWhatIsNoHttpAddress) {
  for (const char* text : {"", "feeds.example/list", "ftp://a.example/", "file:///etc/passwd", "https://",
                           "https://a b/", "/only/a/path"}) {
    EXPECT_THAT(Refusal(text), testing::HasSubstr("expected an address such as https://")) << text;
  }
  EXPECT_NE(Refusal(std::string_view("https://a.example/\0x", 20)), "");
}

TEST(HttpUrl, RefusesCredentialsAndDoesNotRepeatThem) {
  const std::string refusal = Refusal("https://user:hunter2@a.example/feed");
  EXPECT_THAT(refusal, testing::HasSubstr("settings of their own"));
  EXPECT_THAT(refusal, testing::Not(testing::HasSubstr("hunter2")));
}

TEST(HttpUrl, ResolvesReferences) {
  const HttpUrl base = Url("https://a.example/x/y?q=1");
  EXPECT_EQ(ResolveUrl(base, "/api/")->text, "https://a.example/api/");
  EXPECT_EQ(ResolveUrl(base, "z")->text, "https://a.example/x/z");
  EXPECT_EQ(ResolveUrl(base, "//b.example/")->host, "b.example");
  EXPECT_EQ(ResolveUrl(base, "http://c.example/")->scheme, "http");
  EXPECT_FALSE(ResolveUrl(base, "file:///etc/passwd").ok());
}

TEST(HttpUrl, StaysWithTheHostOrGoesToTlsOnIt) {
  struct Case {
    const char* from;
    const char* to;
    bool stays;
  };
  for (const Case& c : {Case{"https://a.example/", "https://A.example/x", true},
                        {"https://a.example/", "https://a.example:443/", true},
                        {"http://a.example/", "https://a.example/", true},
                        {"http://a.example:8080/", "https://a.example/", true},
                        {"http://a.example:8080/", "https://a.example:8080/", true},
                        {"http://a.example/", "https://a.example:8443/", false},
                        {"https://a.example/", "http://a.example/", false},
                        {"https://a.example/", "https://a.example:8443/", false},
                        {"https://a.example/", "https://b.example/", false},
                        {"https://a.example/", "https://a.example.evil.example/", false},
                        {"http://127.0.0.1:1/", "http://127.0.0.1:2/", false}}) {
    EXPECT_EQ(StaysWithHost(Url(c.from), Url(c.to)), c.stays) << c.from << " -> " << c.to;
  }
}

TEST(HttpUrl, KnowsThisMachine) {
  EXPECT_TRUE(IsLoopback(Url("http://127.3.2.1/")));
  EXPECT_TRUE(IsLoopback(Url("http://[::1]:80/")));
  EXPECT_TRUE(IsLoopback(Url("http://localhost/")));
  EXPECT_FALSE(IsLoopback(Url("http://127.0.0.1.evil.example/")));
  EXPECT_FALSE(IsLoopback(Url("http://10.0.0.1/")));
}

TEST(HttpUrl, EncodesParametersBehindThoseThatAreThere) {
  EXPECT_EQ(WithQuery("https://a.example/o/", {{"match[type]", "indicator,identity"}, {"next", "a b&c=+/é"}}),
            "https://a.example/o/?match%5Btype%5D=indicator,identity&next=a%20b%26c%3D%2B%2F%C3%A9");
  EXPECT_EQ(WithQuery("https://a.example/?key=1", {{"added_after", "2024-01-01T00:00:00.5Z"}}),
            "https://a.example/?key=1&added_after=2024-01-01T00:00:00.5Z");
  EXPECT_EQ(WithQuery("https://a.example/", {}), "https://a.example/");
}

TEST(HttpUrl, ShowsNoSecretInAMessage) {
  EXPECT_EQ(UrlForMessage("https://u:p%40@a.example/x?limit=5&api_key=abc&next=7"),
            "https://a.example/x?limit=5&api_key=***&next=7");
  EXPECT_EQ(UrlForMessage("https://a.example/?Token=abc"), "https://a.example/?Token=***");
  EXPECT_EQ(UrlForMessage("https://a.example/mail@x?y@z"), "https://a.example/mail@x?y@z");
  EXPECT_EQ(UrlForMessage("no address\n\x1b[31m"), "no address??[31m");
}

}  // namespace
}  // namespace polder
