// Sightings as text, for machines and for people.
#ifndef POLDER_ENGINE_SIGHTING_RENDER_H_
#define POLDER_ENGINE_SIGHTING_RENDER_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/sighting/sighting.h"

namespace polder {

//   kEcs   one JSON document, Elastic Common Schema 8 (DESIGN section 6). Beyond ECS: indicator.marking.pap;
//          polder.known_as, the lists of benign values that have one of the values; and in an enrichment
//          polder.kind for text kinds and patterns, polder.conditions for a conjunction, polder.known_as,
//          polder.ecs_field where matched.field has another name in ECS. polder.log_source is what the field
//          map knows of the product. The indicators' labels are the document's tags.
//   kStix  one STIX 2.1 bundle: the observed data, and a sighting of each indicator
//   kMisp  one JSON object a hit, as MISP's bulkSaveSightings takes them; an indicator's UUID is taken for
//   the
//          attribute's, as MISP's own export writes it
//   kText  a few aligned lines for a terminal
enum class OutputFormat : std::uint8_t { kEcs, kStix, kMisp, kText };

std::optional<OutputFormat> OutputFormatFromName(std::string_view name);

// Without a line end after the last line. Bytes that are not UTF-8 are replaced by U+FFFD.
std::string RenderSighting(const Sighting& sighting, OutputFormat format);

std::string RenderEcs(const Sighting& sighting);
std::string RenderStix(const Sighting& sighting);
std::string RenderMisp(const Sighting& sighting);
std::string RenderText(const Sighting& sighting);

}  // namespace polder

#endif  // POLDER_ENGINE_SIGHTING_RENDER_H_
