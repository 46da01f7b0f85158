#include "engine/watch/watch_sampler.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

Watched See(std::string line) {
  const FieldMaps& maps = ShippedFieldMaps();
  WatchSampler sampler(maps);
  const std::size_t size = line.size();
  line.append(kRecordPadding, '\0');
  Watched watched;
  sampler.Look({std::string_view(line).substr(0, size), 0}, Format::kAuto, watched);
  return watched;
}

std::set<Kind> KindsOf(const Watched& watched) {
  std::set<Kind> kinds;
  for (const Kind kind : kAllKinds) {
    if (watched.Has(kind)) kinds.insert(kind);
  }
  return kinds;
}

TEST(WatchSampler, TellsTheKindsThatAnEventLetsOneSee) {
  EXPECT_EQ(KindsOf(See(R"({"a":"192.0.2.1","b":"nothing"})")), (std::set<Kind>{Kind::kIp, Kind::kNetwork}));
  EXPECT_EQ(KindsOf(See(R"({"hash":"9e107d9d372bb6826bd81d3542a419d6","n":5})")), std::set<Kind>{Kind::kMd5});
  EXPECT_EQ(KindsOf(See("from boss@evil.example to nobody")), (std::set<Kind>{Kind::kDomain, Kind::kEmail}));
  EXPECT_TRUE(KindsOf(See("nothing to see")).empty());
}

TEST(WatchSampler, TellsTheLogSourceByTheFieldMap) {
  const struct {
    std::string line;
    LogSource source;
  } kCases[] = {
      {R"({"timestamp":"2024-05-06T07:08:09.000000+0000","event_type":"dns","src_ip":"192.0.2.1","dns":{"rrname":"a.example"},"flow_id":1,"proto":"UDP"})",
       LogSource::kDns},
      {R"({"timestamp":"2024-05-06T07:08:09.000000+0000","event_type":"flow","src_ip":"192.0.2.1","flow_id":1,"proto":"TCP","dest_ip":"192.0.2.2"})",
       LogSource::kNetwork},
      {R"(192.0.2.1 - - [06/May/2024:07:08:09 +0000] "GET /x HTTP/1.1" 200 5 "-" "curl/8")", LogSource::kWeb},
      {"any line at all", LogSource::kOther},
  };
  for (const auto& test : kCases) {
    const Watched watched = See(test.line);
    EXPECT_TRUE(watched.Has(test.source)) << test.line;
    EXPECT_EQ(watched.log_sources & (watched.log_sources - 1), 0) << "one source only: " << test.line;
  }
}

}  // namespace
}  // namespace polder
