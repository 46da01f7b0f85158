// What is read back of sightings as they are written.
#include "engine/feedback/sighting_reader.h"

#include <gtest/gtest.h>

#include "engine/sighting/render.h"
#include "tests/engine/sighting/sample_sighting.h"

namespace polder {
namespace {

std::vector<SightedIndicator> Read(const std::vector<Enrichment>& enrichments) {
  return ReadSightedIndicators(RenderEcs(SampleSighting(enrichments))).value();
}

TEST(ReadSightedIndicators, KnowsEveryKindAgain) {
  for (const Kind kind : kAllKinds) {
    if (kind == Kind::kPort) continue;
    std::string value = "evil.example";
    if (kind == Kind::kIp) value = "192.0.2.1";
    if (kind == Kind::kNetwork) value = "192.0.2.0/24";
    if (kind == Kind::kUrl) value = "http://evil.example/";
    if (kind == Kind::kEmail) value = "eve@evil.example";
    const std::size_t digits[] = {32, 40, 64, 128};
    if (IsDigest(kind))
      value = std::string(digits[static_cast<int>(kind) - static_cast<int>(Kind::kMd5)], 'a');
    const auto sighted = Read({SampleEnrichment(kind, value)});
    ASSERT_EQ(sighted.size(), 1U) << KindName(kind);
    EXPECT_EQ(sighted[0].kind, kind);
    EXPECT_EQ(sighted[0].value, value);
  }
}

TEST(ReadSightedIndicators, LeavesOutConjunctions) {
  Enrichment conjunction = SampleEnrichment(Kind::kIp, "192.0.2.1");
  conjunction.conditions = {{Kind::kPort, "443"}};
  const auto sighted = Read({conjunction, SampleEnrichment(Kind::kDomain, "evil.example")});
  ASSERT_EQ(sighted.size(), 1U);
  EXPECT_EQ(sighted[0].kind, Kind::kDomain);
}

}  // namespace
}  // namespace polder
