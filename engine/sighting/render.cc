#include "engine/sighting/render.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace polder {
namespace {

using Json = nlohmann::json;

// Event text goes to a terminal: no control character of it, C1's included, may steer that.
std::string Printable(std::string_view text) {
  // Bytes that are not UTF-8 are replaced on the way through JSON.
  const std::string replaced =
      Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
  std::string out;
  for (std::size_t i = 0; i < replaced.size(); ++i) {
    const auto byte = static_cast<unsigned char>(replaced[i]);
    const bool c1 = byte == 0xC2 && static_cast<unsigned char>(replaced[i + 1]) < 0xA0;
    if (c1) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(replaced[++i]));
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += replaced[i];
    }
  }
  return out;
}

std::string OriginText(const Origin& origin) {
  if (const auto* kafka = std::get_if<KafkaOrigin>(&origin)) {
    return fmt::format("{}/{}@{}", kafka->topic, kafka->partition, kafka->offset);
  }
  const auto& file = std::get<FileOrigin>(origin);
  return fmt::format("{}:{}", file.path, file.line);
}

}  // namespace

std::optional<OutputFormat> OutputFormatFromName(std::string_view name) {
  if (name == "ecs") return OutputFormat::kEcs;
  if (name == "stix") return OutputFormat::kStix;
  if (name == "misp") return OutputFormat::kMisp;
  if (name == "text") return OutputFormat::kText;
  return std::nullopt;
}

namespace {

// Of an expression the whole value is told, which may be a page.
std::string Shortened(const std::string& atomic) {
  constexpr std::size_t kShown = 160;
  return atomic.size() <= kShown ? atomic : atomic.substr(0, kShown) + "...";
}

}  // namespace

std::string RenderText(const Sighting& sighting) {
  std::string out;
  for (const Enrichment& e : sighting.enrichments) {
    if (!out.empty()) out += '\n';
    out += fmt::format("{}  {:<7} {}", FormatIsoTime(sighting.time), KindName(e.indicator_kind),
                       Printable(e.indicator_value));
    for (const Condition& condition : e.conditions) {
      out += fmt::format(" with {} {}", KindName(condition.kind), Printable(condition.value));
    }
    if (e.match_type != MatchType::kExact &&
        (e.canonical != e.indicator_value || e.observable_kind == Kind::kPattern)) {
      out += fmt::format(" ({} {})", MatchTypeName(e.match_type), Printable(Shortened(e.atomic)));
    }
    out += fmt::format("  in {} of {}  from {}", Printable(e.field), Printable(OriginText(sighting.origin)),
                       Printable(e.source));
    if (e.tlp != Tlp::kUnmarked) out += fmt::format("  TLP:{}", TlpName(e.tlp));
    if (e.pap != Pap::kUnmarked) out += fmt::format("  PAP:{}", PapName(e.pap));
    if (!e.known_as.empty()) out += fmt::format("  (known as benign: {})", Printable(e.known_as));
    if (!e.name.empty()) out += fmt::format("  \"{}\"", Printable(e.name));
  }
  if (sighting.hits_dropped > 0) {
    out += fmt::format("\n{}  and {} more hits in the same event", FormatIsoTime(sighting.time),
                       sighting.hits_dropped);
  }
  return out;
}

std::string RenderSighting(const Sighting& sighting, OutputFormat format) {
  switch (format) {
    case OutputFormat::kEcs:
      return RenderEcs(sighting);
    case OutputFormat::kStix:
      return RenderStix(sighting);
    case OutputFormat::kMisp:
      return RenderMisp(sighting);
    case OutputFormat::kText:
      return RenderText(sighting);
  }
  return {};
}

}  // namespace polder
