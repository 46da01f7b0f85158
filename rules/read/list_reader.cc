#include "rules/read/list_reader.h"

#include <algorithm>

#include "rules/read/refang.h"
#include "rules/read/value_kind.h"

namespace polder {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// The value of a line, without comment and white space around it.
std::string_view ValueOf(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '#' && (i == 0 || IsSpace(line[i - 1]))) {
      line = line.substr(0, i);
      break;
    }
  }
  while (!line.empty() && IsSpace(line.front())) line.remove_prefix(1);
  while (!line.empty() && IsSpace(line.back())) line.remove_suffix(1);
  return line;
}

}  // namespace

ReadResult ReadPlainList(std::string_view text, const ReadContext& context) {
  ReadResult result;
  result.format = "plain list";
  std::size_t line_number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view value = ValueOf(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    if (value.empty()) continue;
    ++result.read;

    auto typed = TypeValue(Refang(value));
    if (!typed.ok()) {
      result.refusals.push_back({context.path, line_number, std::string(value),
                                 std::string(typed.status().message()), "invalid value"});
      continue;
    }
    for (TypedValue& one : *typed) {
      Indicator indicator = NewIndicator(context);
      indicator.kind = one.kind;
      indicator.value = std::move(one.value);
      result.indicators.push_back(std::move(indicator));
    }
  }
  return result;
}

}  // namespace polder
