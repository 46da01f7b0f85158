#include "rules/read/reader.h"

#include <fmt/format.h>

#include "rules/read/expression_list.h"
#include "rules/read/json_document.h"
#include "rules/read/json_reader.h"
#include "rules/read/list_reader.h"
#include "rules/read/misp_reader.h"
#include "rules/read/shown.h"
#include "rules/read/text_decoding.h"

namespace polder {
namespace {

// Long enough to recognise, short enough to read in a terminal.
constexpr std::size_t kShownValue = 120;
constexpr std::size_t kShownReason = 500;

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

// Not so a list of values in angle brackets.
bool LooksLikeXml(std::string_view content) {
  if (content.starts_with("<?") || content.starts_with("<!")) return true;
  if (!content.starts_with('<')) return false;
  const std::string_view start = content.substr(1, 4096);
  const std::size_t name = std::min(start.find_first_of(" \t\r\n/>"), start.size());
  const std::string_view behind = start.substr(name);
  const bool tag = name > 0 && (behind.starts_with("/>") || behind.find("</") != std::string_view::npos ||
                                (behind.starts_with(' ') && behind.find("/>") != std::string_view::npos));
  return tag && start.find("://") > name;
}

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
  if (LooksLikeXml(content)) {
    return Emit(Unreadable(context, 0, "the file is XML, which is not supported; STIX is read as JSON (2.1)"),
                sink);
  }
  const bool may_be_patterns = !context.kind || context.kind == Kind::kPattern;
  if (may_be_patterns && IsExpressionList(text, context))
    return Emit(ReadExpressionList(text, context), sink);
  if (IsMispHashesCsv(text)) return {0, false, "MISP feed hashes"};
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
