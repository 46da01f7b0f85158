#include "engine/event/fields.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

constexpr TimeUs kTime = 1'715'000'400 * kSecondUs;

std::vector<std::string> Composed(std::initializer_list<std::pair<const char*, const char*>> strings,
                                  double port = -1) {
  EventFields fields;
  fields.Clear();
  for (const auto& [path, value] : strings) fields.SeeString(path, value);
  if (port >= 0) {
    fields.SeeNumber("http.http_port", port);
    fields.SeeNumber("url.port", port);
  }
  std::vector<std::string> urls;
  fields.ComposedUrls([&](std::string_view field, std::string_view url) {
    urls.push_back(std::string(field) + ' ' + std::string(url));
  });
  return urls;
}

using Urls = std::vector<std::string>;

TEST(EventFields, ComposeTheUrlsOfKnownShapes) {
  EXPECT_EQ(Composed({{"http.hostname", "evil.example"}, {"http.url", "/a"}}),
            Urls{"http.url http://evil.example/a"});
  EXPECT_EQ(Composed({{"http.hostname", "evil.example"}, {"http.url", "/a"}}, 8080),
            Urls{"http.url http://evil.example:8080/a"});
  EXPECT_EQ(Composed({{"http.hostname", "evil.example:81"}, {"http.url", "/a"}}, 8080),
            Urls{"http.url http://evil.example:81/a"});
  EXPECT_EQ(Composed({{"uri", "/a?b"}, {"host", "evil.example"}}), Urls{"uri http://evil.example/a?b"});
  EXPECT_EQ(Composed({{"uri", "/"}, {"host", "2001:db8::1"}}), Urls{"uri http://[2001:db8::1]/"});
  EXPECT_EQ(Composed({{"uri", "/"}, {"host", "[2001:db8::1]:81"}}), Urls{"uri http://[2001:db8::1]:81/"});
  EXPECT_EQ(Composed({{"url.domain", "2001:db8::1"}, {"url.path", "/"}}, 81),
            Urls{"url.path http://[2001:db8::1]:81/"});
  EXPECT_EQ(Composed({{"url.scheme", "https"},
                      {"url.domain", "evil.example"},
                      {"url.path", "/a"},
                      {"url.query", "q=1"}}),
            Urls{"url.path https://evil.example/a?q=1"});
}

TEST(EventFields, ComposeNothingFromPartsThatAreNone) {
  EXPECT_EQ(Composed({{"http.hostname", "evil.example"}}), Urls{});
  EXPECT_EQ(Composed({{"http.url", "/a"}}), Urls{});
  EXPECT_EQ(Composed({{"uri", "a"}, {"host", "evil.example"}}), Urls{});
  for (const char* host :
       {"", "u@evil.example", "evil.example/x", "%65vil.example", "evil.example?x", "evil.example#x"}) {
    EXPECT_EQ(Composed({{"uri", "/a"}, {"host", host}}), Urls{}) << host;
  }
}

TEST(EventFields, TakeTheFirstFieldThatHoldsATime) {
  EventFields fields;
  fields.Clear();
  EXPECT_EQ(fields.Time(), std::nullopt);
  fields.SeeString("datetime", "2020-01-01");
  fields.SeeNumber("ts", 1715000400);
  EXPECT_EQ(fields.Time(), kTime);
  fields.SeeString("timestamp", "yesterday");
  EXPECT_EQ(fields.Time(), kTime);
  fields.SeeString("@timestamp", "2024-05-06T13:00:01Z");
  EXPECT_EQ(fields.Time(), kTime + kSecondUs);
  fields.Clear();
  EXPECT_EQ(fields.Time(), std::nullopt);
}

TEST(EventFields, ReadTimesThatAreNumbersByTheirSize) {
  const struct {
    double number;
    std::optional<TimeUs> time;
  } cases[] = {{1715000400, kTime},         {1715000400.25, kTime + 250'000},
               {1715000400000, kTime},      {1715000400000000, kTime},
               {171500040, std::nullopt},   {17150004000, std::nullopt},
               {-1715000400, std::nullopt}, {0, std::nullopt}};
  for (const auto& c : cases) {
    EventFields fields;
    fields.Clear();
    fields.SeeNumber("time", c.number);
    EXPECT_EQ(fields.Time(), c.time) << c.number;
  }
}

TEST(EventFields, NameTheShapeOfTheRecord) {
  const auto name = [](std::initializer_list<const char*> paths) {
    EventFields fields;
    fields.Clear();
    for (const char* path : paths) fields.SeeString(path, "2024-05-06T13:00:00Z");
    return std::string(fields.FormatName());
  };
  EXPECT_EQ(name({"a"}), "json");
  EXPECT_EQ(name({"event_type", "src_ip"}), "eve");
  EXPECT_EQ(name({"uid", "ts"}), "zeek");
  EXPECT_EQ(name({"id.orig_h"}), "zeek");
  EXPECT_EQ(name({"winlog.channel"}), "winlog");
  EXPECT_EQ(name({"EventID"}), "winlog");
  EXPECT_EQ(name({"ecs.version", "@timestamp"}), "ecs");
}

}  // namespace
}  // namespace polder
