#include "engine/sighting/sighting.h"

#include "engine/base/crypto.h"
#include "engine/base/uuid.h"

namespace polder {
namespace {

// Not in the middle of a UTF-8 sequence, which is four bytes at the most; where there is none, at the limit.
std::string_view Cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  for (std::size_t back = 0; back < 4 && back <= limit; ++back) {
    if ((static_cast<unsigned char>(text[limit - back]) & 0xC0) != 0x80) return text.substr(0, limit - back);
  }
  return text.substr(0, limit);
}

// Of what an event says in one hit. Longer is possible, a URL of a megabyte for one, and helps nobody.
constexpr std::size_t kMaxHitText = 2048;
constexpr std::size_t kHitsOfShortened = 50;

}  // namespace

std::string SightingId(const Origin& origin, std::string_view event) {
  std::string name = "sighting";
  const auto add = [&name](std::string_view part) {
    name += '\0';
    name += part;
  };
  if (const auto* kafka = std::get_if<KafkaOrigin>(&origin)) {
    add("kafka");
    add(kafka->topic);
    add(std::to_string(kafka->partition));
    add(std::to_string(kafka->offset));
  } else {
    const auto& file = std::get<FileOrigin>(origin);
    add("file");
    add(file.path);
    add(std::to_string(file.offset));
  }
  // A topic that was deleted and made anew counts its offsets from zero again.
  add(ToHex(Blake2b256(event)));
  return NameBasedUuid(name);
}

Sighting MakeSighting(const Record& record, const EventMatch& match, const Snapshot& snapshot, Origin origin,
                      TimeUs created, std::size_t max_original_bytes) {
  std::string id = SightingId(origin, record.bytes);
  Sighting sighting{.id = std::move(id),
                    .time = match.time,
                    .created = created,
                    .format = std::string(match.format),
                    .log_product = std::string(match.log_source.product),
                    .log_category = std::string(match.log_source.category),
                    .log_service = std::string(match.log_source.service),
                    .original = std::string(Cut(record.bytes, max_original_bytes)),
                    .original_bytes = record.bytes.size(),
                    .origin = std::move(origin),
                    .generation = snapshot.generation(),
                    .digest = snapshot.digest(),
                    .enrichments = {},
                    .hits_dropped = match.hits_dropped};
  sighting.enrichments.reserve(match.hits.size());
  for (const Hit& hit : match.hits) {
    const IndicatorView indicator = snapshot.Describe(hit.indicator, hit.indicator_value);
    sighting.enrichments.push_back({.indicator_kind = hit.indicator_kind,
                                    .indicator_value = hit.indicator_value,
                                    .indicator_id = std::string(indicator.id),
                                    .source = std::string(indicator.source),
                                    .provider = std::string(indicator.provider),
                                    .name = std::string(indicator.name),
                                    .description = std::string(indicator.description),
                                    .reference = std::string(indicator.reference),
                                    .labels = std::string(indicator.labels),
                                    .known_as = std::string(indicator.known_as),
                                    .valid_from = indicator.valid_from,
                                    .valid_until = indicator.valid_until,
                                    .modified = indicator.modified,
                                    .tlp = indicator.tlp,
                                    .pap = indicator.pap,
                                    .confidence = indicator.confidence,
                                    .conditions = indicator.conditions,
                                    .match_type = hit.type,
                                    .observable_kind = hit.observable_kind,
                                    .atomic = std::string(Cut(hit.atomic, kMaxHitText)),
                                    .canonical = hit.canonical,
                                    .field = std::string(Cut(hit.field, kMaxHitText)),
                                    .ecs_field = hit.ecs_field});
  }
  return sighting;
}

void ShortenSighting(Sighting& sighting) {
  sighting.original.clear();
  if (sighting.enrichments.size() > kHitsOfShortened) {
    sighting.hits_dropped += sighting.enrichments.size() - kHitsOfShortened;
    sighting.enrichments.resize(kHitsOfShortened);
  }
}

}  // namespace polder
