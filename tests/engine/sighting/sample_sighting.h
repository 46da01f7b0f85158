// Sightings to render.
#ifndef POLDER_TESTS_ENGINE_SIGHTING_SAMPLE_SIGHTING_H_
#define POLDER_TESTS_ENGINE_SIGHTING_SAMPLE_SIGHTING_H_

#include <string>

#include "engine/sighting/sighting.h"

namespace polder {

// 2024-05-06T13:00:00Z, and a second and a half later.
inline constexpr TimeUs kEventTime = 1'715'000'400 * kSecondUs;
inline constexpr TimeUs kCreated = kEventTime + 1'500'000;

inline Enrichment SampleEnrichment(Kind kind, std::string value) {
  return {.indicator_kind = kind,
          .indicator_value = value,
          .indicator_id = "indicator--6f1d2c3b-0000-4000-8000-000000000001",
          .source = "feeds/a.json",
          .provider = "CERT Example",
          .name = "C2",
          .description = "of a botnet",
          .reference = "https://cert.example/1",
          .labels = "",
          .known_as = "",
          .valid_from = kEventTime - kDayUs,
          .modified = kEventTime - kDayUs / 2,
          .tlp = Tlp::kAmberStrict,
          .pap = Pap::kUnmarked,
          .confidence = 85,
          .conditions = {},
          .match_type = MatchType::kExact,
          .observable_kind = kind,
          .atomic = value,
          .canonical = value,
          .field = "dns.answers.0.rdata"};
}

inline Sighting SampleSighting(std::vector<Enrichment> enrichments) {
  const std::string original = R"({"dns":{"answers":[{"rdata":"evil.example"}]}})";
  const Origin origin = KafkaOrigin{"logs", 3, 42};
  return {.id = SightingId(origin, original),
          .time = kEventTime,
          .created = kCreated,
          .format = "json",
          .original = original,
          .original_bytes = original.size(),
          .origin = origin,
          .generation = 7,
          .digest = "0123456789abcdef0123456789abcdef",
          .enrichments = std::move(enrichments),
          .hits_dropped = 0};
}

}  // namespace polder

#endif  // POLDER_TESTS_ENGINE_SIGHTING_SAMPLE_SIGHTING_H_
