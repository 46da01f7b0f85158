#include "rules/read/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/unicode.h"
#include "engine/observable/characters.h"
#include "rules/read/json_document.h"
#include "rules/read/json_reader.h"
#include "rules/read/list_reader.h"
#include "rules/read/text_decoding.h"

namespace polder {
namespace {

// Long enough to recognise, short enough to read in a terminal.
constexpr std::size_t kShownValue = 120;
constexpr std::size_t kShownReason = 500;

// What a person can read and a terminal survives: printable ASCII and letters as they are, other bytes as
// \xNN, shortened.
std::string Shown(std::string_view value, std::size_t limit) {
  std::string shown;
  for (std::size_t i = 0; i < std::min(value.size(), limit);) {
    const bool ascii = !IsNonAscii(value[i]) && !IsControl(value[i]);
    const std::size_t length = ascii ? 1 : LeadingLetterLength(value.substr(i));
    if (length > 0) {
      shown += value.substr(i, length);
      i += length;
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(value[i++]));
    }
  }
  if (value.size() > limit) shown += "...";
  return shown;
}

std::string_view TrimStart(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  return start == std::string_view::npos ? std::string_view() : text.substr(start);
}

}  // namespace

Indicator NewIndicator(const ReadContext& context) {
  Indicator indicator;
  indicator.source = context.source;
  indicator.tlp = context.tlp;
  indicator.confidence = context.confidence;
  indicator.shadow = context.shadow;
  return indicator;
}

std::string Refusal::Message() const {
  std::string message = path;
  if (line > 0) message += fmt::format(":{}", line);
  // Reasons quote what stood in a pattern.
  message += fmt::format(": {}", Shown(reason, kShownReason));
  if (!value.empty()) message += fmt::format(": '{}'", Shown(value, kShownValue));
  return message;
}

namespace {

ReadSummary Emit(ReadResult result, const ListSink& sink) {
  for (const Indicator& indicator : result.indicators) {
    sink.take({indicator.kind, indicator.value, indicator.conditions, 0, &indicator});
  }
  for (Refusal& refusal : result.refusals) sink.refuse(std::move(refusal));
  return {result.read, result.unreadable, std::move(result.format)};
}

}  // namespace

ReadSummary ReadIndicators(std::string_view bytes, const ReadContext& context, const ListSink& sink) {
  if (const std::string_view binary = BinaryFormat(bytes); !binary.empty()) {
    return Emit(Unreadable(context, 0,
                           fmt::format("the file is no text ({}); expected STIX, MISP or a list", binary)),
                sink);
  }
  const DecodedText decoded(bytes);
  const std::string_view text = decoded.text();
  const std::string_view content = TrimStart(text);
  const bool object = content.starts_with('{');
  const bool array_of_objects = content.starts_with('[') && TrimStart(content.substr(1)).starts_with('{');
  if (object || array_of_objects) return Emit(ReadJson(text, context), sink);
  if (content.starts_with("<?xml") || content.starts_with("<stix") || content.starts_with("<!DOCTYPE") ||
      content.starts_with("<html")) {
    return Emit(Unreadable(context, 0, "the file is XML, which is not supported; STIX is read as JSON (2.1)"),
                sink);
  }
  if (IsMispHashes(text)) return {0, false, "MISP feed hashes"};
  ListSummary list = ReadList(text, context, sink);
  return {list.read, false, std::move(list.format)};
}

ReadResult ReadIndicators(std::string_view bytes, const ReadContext& context) {
  ReadResult result;
  const Indicator common = NewIndicator(context);
  ReadSummary summary =
      ReadIndicators(bytes, context,
                     ListSink{[&](const ListValue& value) {
                                Indicator indicator = value.row == nullptr ? common : *value.row;
                                indicator.kind = value.kind;
                                indicator.value = value.value;
                                indicator.conditions.assign(value.conditions.begin(), value.conditions.end());
                                result.indicators.push_back(std::move(indicator));
                              },
                              [&](Refusal refusal) { result.refusals.push_back(std::move(refusal)); }});
  result.read = summary.read;
  result.unreadable = summary.unreadable;
  result.format = std::move(summary.format);
  return result;
}

}  // namespace polder
