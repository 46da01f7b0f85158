#include "engine/observable/url.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

TEST(CanonicaliseUrl, GivesOneSpellingToOneUrl) {
  const struct {
    const char* url;
    std::optional<std::string> canonical;
  } cases[] = {
      {"http://evil.example", "http://evil.example/"},
      {"HTTP://EVIL.example/Path", "http://evil.example/Path"},
      {"http://evil.example?q=1", "http://evil.example/?q=1"},
      {"http://evil.example#top", "http://evil.example/"},
      {"http://evil.example:80/", "http://evil.example/"},
      {"http://evil.example:0080/", "http://evil.example/"},
      {"https://evil.example:443", "https://evil.example/"},
      {"ftp://evil.example:21/x", "ftp://evil.example/x"},
      {"ws://evil.example:80/", "ws://evil.example/"},
      {"wss://evil.example:443/", "wss://evil.example/"},
      {"http://evil.example:443/", "http://evil.example:443/"},
      {"http://evil.example:/", "http://evil.example/"},
      {"http://evil.example:65535/", "http://evil.example:65535/"},
      {"http://evil.example:65536/", std::nullopt},
      {"http://evil.example:8x/", std::nullopt},
      {"http://evil.example:99999999999999999999/", std::nullopt},
      {"http://u:p@evil.example/", "http://evil.example/"},
      {"http://a@b@evil.example/", "http://evil.example/"},
      {"http://evil.example./", "http://evil.example/"},
      {"http://%65vil%2Eexample/", "http://evil.example/"},
      {"http://b\xC3\xBC"
       "cher.example/",
       "http://xn--bcher-kva.example/"},
      {"http://b%C3%BCcher.example/", "http://xn--bcher-kva.example/"},
      {"http://1.2.3.4/", "http://1.2.3.4/"},
      {"http://01.2.3.4/", std::nullopt},
      {"http://[2001:DB8:0:0::1]:80/", "http://[2001:db8::1]/"},
      {"http://[2001:db8::1]", "http://[2001:db8::1]/"},
      {"http://[2001:db8::1]).", "http://[2001:db8::1]/"},
      {"http://[::ffff:1.2.3.4]/", "http://1.2.3.4/"},
      {"http://[2001:db8::1/", std::nullopt},
      {"http://2001:db8::1/", std::nullopt},
      {"http://localhost/", std::nullopt},
      {"http://.evil.example/", std::nullopt},
      {"http://evil..example/", std::nullopt},
      {"http:///x", std::nullopt},
      {"http://", std::nullopt},
      {"://evil.example", std::nullopt},
      {"1http://evil.example", std::nullopt},
      {"evil.example/x", std::nullopt},
      {"x-y+z.1://evil.example/", "x-y+z.1://evil.example/"},
      {"http://evil.example/a.,;:!?)]}", "http://evil.example/a"},
      {"http://evil.example/a]", "http://evil.example/a"},
      {"http://evil.example/(a)b", "http://evil.example/(a)b"},
      {"http://evil.example/%7e%2f%41%zz%", "http://evil.example/~%2FA%zz%"},
      {"http://evil.example/\xC3\xA9\\^{|}x", "http://evil.example/%C3%A9%5C%5E%7B%7C%7Dx"},
      {"http://evil.example/a/../b", "http://evil.example/a/../b"},
      {"http://evil.example/?b&a", "http://evil.example/?b&a"},
      {"http://good.example\\@evil.example/", "http://evil.example/"},
  };
  for (const auto& c : cases) {
    const auto canonical = CanonicaliseUrl(c.url);
    EXPECT_EQ(canonical ? std::optional(canonical->text) : std::nullopt, c.canonical) << c.url;
  }
}

TEST(UrlAround, RunsFromTheSchemeToTheFirstByteThatEndsIt) {
  const auto around = [](std::string_view text) { return UrlAround(text, text.find("://")); };
  EXPECT_EQ(around("see http://a.example/b c"), "http://a.example/b");
  EXPECT_EQ(around("u=http://a.example\""), "http://a.example");
  EXPECT_EQ(around("1http://a.example'x"), "http://a.example");
  EXPECT_EQ(around("<http://a.example>"), "http://a.example");
  EXPECT_EQ(around("http://a.example`x"), "http://a.example");
  EXPECT_EQ(around("http://a.example\x7Fx"), "http://a.example");
  EXPECT_EQ(around(std::string_view("http://a.example\0x", 18)), "http://a.example");
  EXPECT_EQ(around("http://a.example/\xC2\xA0x"), "http://a.example/\xC2\xA0x");
  EXPECT_EQ(around("1://a.example"), "");
  EXPECT_EQ(around("://a.example"), "");
}

TEST(HostIsEncoded, LooksAtTheHost) {
  EXPECT_TRUE(HostIsEncoded("http://%65vil.example/"));
  EXPECT_FALSE(HostIsEncoded("http://evil.example/%65"));
  EXPECT_FALSE(HostIsEncoded("http://evil.example?%65"));
}

TEST(HostOfCanonicalUrl, IsTheHostThatCanonicalisingFound) {
  for (const char* text :
       {"http://evil.example", "HTTPS://user@Evil.example:8443/a:b?c", "http://192.0.2.1/",
        "ftp://192.0.2.1:2121", "http://[2001:DB8::1]:8080/x", "http://[::ffff:192.0.2.1]/",
        "http://b\xC3\xBC"
        "cher.example/?q=a/b",
        "http://evil.example?x=http://other.example/"}) {
    const auto url = CanonicaliseUrl(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(HostOfCanonicalUrl(url->text), url->host) << url->text;
  }
}

}  // namespace
}  // namespace polder
