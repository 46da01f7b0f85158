#include "engine/event/fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace polder {
namespace {

constexpr TimeUs kTime = 1'715'000'400 * kSecondUs;  // 2024-05-06T13:00:00Z

FieldMap Map(std::string name, std::vector<FieldMark> all) {
  FieldMap map;
  map.name = std::move(name);
  map.recognition.all = std::move(all);
  return map;
}

FieldMaps TestMaps() {
  FieldMap eve = Map("eve", {{"event_type", {}}});
  eve.urls = {{"http.hostname", "http.url", "", "http.http_port", ""}};
  eve.service.fields = {"event_type"};
  eve.product.fixed = "ids";
  eve.time = {"at", "day + hour + zone"};
  FieldMap zeek = Map("zeek", {{"id.orig_h", {}}});
  zeek.urls = {{"host", "uri", "", "", ""}};
  zeek.alternatives.push_back({{Format::kZeek}, {}, {}});
  FieldMap ecs = Map("ecs", {{"@timestamp", {}}});
  ecs.recognition.formats = {Format::kJson};
  ecs.recognition.any = {{"ecs.version", {}}, {"kind", "Event"}, {"code", "7"}};
  ecs.urls = {{"url.domain", "url.path", "url.query", "url.port", "url.scheme"}};
  ecs.service = {"none", {"service", "list.*.service"}};
  return FieldMaps({eve, zeek, ecs});
}

const FieldMaps& Maps() {
  static const auto* const kMaps = new FieldMaps(TestMaps());
  return *kMaps;
}

using Fields = std::initializer_list<std::pair<const char*, const char*>>;

EventFields Seen(Fields strings, Format format = Format::kJson) {
  EventFields fields(Maps());
  fields.Clear();
  for (const auto& [path, value] : strings) fields.SeeString(path, value);
  fields.End(format);
  return fields;
}

using Urls = std::vector<std::string>;

Urls Composed(const EventFields& fields) {
  Urls urls;
  fields.ComposedUrls([&](std::string_view field, std::string_view url) {
    urls.push_back(std::string(field) + ' ' + std::string(url));
  });
  return urls;
}

Urls Composed(Fields strings, double port = -1) {
  EventFields fields(Maps());
  fields.Clear();
  for (const auto& [path, value] : strings) fields.SeeString(path, value);
  if (port >= 0) {
    fields.SeeNumber("http.http_port", port);
    fields.SeeNumber("url.port", port);
  }
  fields.End(Format::kJson);
  return Composed(fields);
}

TEST(EventFields, ComposeTheUrlsOfKnownShapes) {
  EXPECT_EQ(Composed({{"http.hostname", "evil.example"}, {"http.url", "/a"}}),
            Urls{"http.url http://evil.example/a"});
  EXPECT_EQ(Composed({{"http.hostname", "evil.example"}, {"http.url", "/a"}}, 8080),
            Urls{"http.url http://evil.example:8080/a"});
  EXPECT_EQ(Composed({{"http.hostname", "evil.example"}, {"http.url", "/a"}, {"http.http_port", "81"}}),
            Urls{"http.url http://evil.example:81/a"});
  EXPECT_EQ(Composed({{"http.hostname", "evil.example:81"}, {"http.url", "/a"}}, 8080),
            Urls{"http.url http://evil.example:81/a"});
  EXPECT_EQ(Composed({{"http.hostname", "evil.example"}, {"http.url", "/a"}}, 65536),
            Urls{"http.url http://evil.example/a"});
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
  EXPECT_EQ(
      Composed(
          {{"url.scheme", "tcp/80"}, {"url.domain", "a.example"}, {"url.path", "/a"}, {"url.query", "?q"}}),
      Urls{"url.path http://a.example/a?q"});
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

TEST(EventFields, ComposeByTheProductsRuleAndElseByEveryRule) {
  const Fields both = {
      {"http.hostname", "a.example"}, {"http.url", "/a"}, {"host", "b.example"}, {"uri", "/b"}};
  EXPECT_EQ(Composed(Seen(both)), (Urls{"http.url http://a.example/a", "uri http://b.example/b"}));
  EventFields known = Seen({{"event_type", "http"},
                            {"http.hostname", "a.example"},
                            {"http.url", "/a"},
                            {"host", "b.example"},
                            {"uri", "/b"}});
  EXPECT_EQ(Composed(known), Urls{"http.url http://a.example/a"});
  EXPECT_EQ(Composed(Seen({{"event_type", "http"}, {"host", "b.example"}, {"uri", "/b"}})),
            Urls{"uri http://b.example/b"});
}

TEST(EventFields, CountTheFirstTextOfAKeyThatOccursTwice) {
  EXPECT_EQ(Composed({{"host", "a.example"}, {"host", "b.example"}, {"uri", "/x"}}),
            Urls{"uri http://a.example/x"});
}

TEST(EventFields, TakeTheFirstFieldThatHoldsATime) {
  EventFields fields(Maps());
  fields.Clear();
  EXPECT_EQ(fields.Time(0), std::nullopt);
  fields.SeeString("datetime", "2020-01-01");
  fields.SeeNumber("ts", 1715000400);
  EXPECT_EQ(fields.Time(0), kTime);
  fields.SeeString("timestamp", "yesterday");
  fields.SeeString("timestamp", "2 days ago");
  EXPECT_EQ(fields.Time(0), kTime);
  fields.SeeString("@timestamp", "2024-05-06T13:00:01Z");
  EXPECT_EQ(fields.Time(0), kTime + kSecondUs);
  fields.Clear();
  EXPECT_EQ(fields.Time(0), std::nullopt);
}

TEST(EventFields, TakeTheProductsTimeBeforeTheUsualOnes) {
  EXPECT_EQ(
      Seen({{"event_type", "x"}, {"@timestamp", "2024-05-06T13:00:01Z"}, {"at", "2024-05-06T13:00:00Z"}})
          .Time(0),
      kTime);
  EXPECT_EQ(Seen({{"event_type", "x"}, {"@timestamp", "2024-05-06T13:00:00Z"}, {"at", "never"}}).Time(0),
            kTime);
  EXPECT_EQ(Seen({{"@timestamp", "2024-05-06T13:00:00Z"}, {"at", "2024-05-06T13:00:01Z"}}).Time(0), kTime);
}

TEST(EventFields, JoinsFieldsThatMakeOneTime) {
  EXPECT_EQ(
      Seen({{"event_type", "x"}, {"day", "2024-05-06"}, {"hour", "15:00:00"}, {"zone", "+0200"}}).Time(0),
      kTime);
  EXPECT_EQ(Seen({{"event_type", "x"}, {"day", "2024-05-06"}, {"hour", "13:00:00"}}).Time(0), kTime);
  EXPECT_EQ(Seen({{"event_type", "x"}, {"day", "2024-05-06"}, {"zone", "+0200"}}).Time(0), std::nullopt);
}

TEST(EventFields, ReadTimesThatAreNumbersByTheirSize) {
  const struct {
    double number;
    std::optional<TimeUs> time;
  } cases[] = {{1715000400, kTime},       {1715000400.25, kTime + 250'000}, {1715000400000, kTime},
               {1715000400000000, kTime}, {171500040, std::nullopt},        {-1715000400, std::nullopt},
               {0, std::nullopt}};
  for (const auto& c : cases) {
    EventFields fields(Maps());
    fields.Clear();
    fields.SeeNumber("time", c.number);
    fields.End(Format::kJson);
    EXPECT_EQ(fields.Time(0), c.time) << c.number;
  }
}

TEST(EventFields, RecogniseByMarksValuesAndFormats) {
  const auto name = [](Fields strings, Format format = Format::kJson) {
    return std::string(Seen(strings, format).format_name());
  };
  EXPECT_EQ(name({{"a", "b"}}), "json");
  EXPECT_EQ(name({{"a", "b"}}, Format::kCef), "cef");
  EXPECT_EQ(name({}, Format::kText), "text");
  EXPECT_EQ(name({{"event_type", "dns"}}), "eve");
  EXPECT_EQ(name({{"event_type", "dns"}}, Format::kCef), "eve");
  EXPECT_EQ(name({{"id.orig_h", "192.0.2.1"}}), "zeek");
  EXPECT_EQ(name({{"a", "b"}}, Format::kZeek), "zeek");
  EXPECT_EQ(name({{"@timestamp", "x"}}), "json");
  EXPECT_EQ(name({{"@timestamp", "x"}, {"ecs.version", "8"}}), "ecs");
  EXPECT_EQ(name({{"@timestamp", "x"}, {"ecs.version", "8"}}, Format::kSyslog), "syslog");
  EXPECT_EQ(name({{"@timestamp", "x"}, {"kind", "eVENT"}}), "ecs");
  EXPECT_EQ(name({{"@timestamp", "x"}, {"kind", "Events"}}), "json");
  EXPECT_EQ(name({{"@timestamp", "x"}, {"code", "7"}}), "ecs");
  EXPECT_EQ(Seen({{"event_type", "x"}, {"id.orig_h", "x"}}).recognised().size(), 2U);
  EXPECT_EQ(Seen({{"event_type", "x"}, {"id.orig_h", "x"}}).map()->name, "eve");
  EXPECT_EQ(Seen({}).map(), nullptr);

  EventFields fields(Maps());
  fields.Clear();
  fields.SeeString("@timestamp", "x");
  fields.SeeNumber("code", 7);
  fields.End(Format::kJson);
  EXPECT_EQ(fields.format_name(), "ecs");
  fields.Clear();
  fields.End(Format::kJson);
  EXPECT_EQ(fields.format_name(), "json");
}

TEST(EventFields, SayTheLogSource) {
  EventFields eve = Seen({{"event_type", "dns"}});
  EXPECT_EQ(eve.log_source().product, "ids");
  EXPECT_EQ(eve.log_source().category, "");
  EXPECT_EQ(eve.log_source().service, "dns");
  EXPECT_EQ(Seen({}).log_source().product, "");
  EXPECT_EQ(Seen({{"@timestamp", "x"}, {"ecs.version", "8"}}).log_source().service, "none");
  EventFields listed = Seen({{"@timestamp", "x"}, {"ecs.version", "8"}, {"list.3.service", "s"}});
  EXPECT_EQ(listed.log_source().service, "s");
}

TEST(EventFields, WorkWithoutAnyMap) {
  const FieldMaps none({});
  EventFields fields(none);
  fields.Clear();
  fields.SeeString("@timestamp", "2024-05-06T13:00:00Z");
  fields.End(Format::kJson);
  EXPECT_EQ(fields.Time(0), kTime);
  EXPECT_EQ(fields.format_name(), "json");
  EXPECT_EQ(Composed(fields), Urls{});
}

}  // namespace
}  // namespace polder
