#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/event/access_log_reader.h"
#include "engine/event/cef_reader.h"
#include "engine/event/event_time.h"
#include "engine/event/key_value_reader.h"
#include "engine/event/leef_reader.h"
#include "engine/event/syslog_header.h"
#include "tests/engine/event/left_out.h"
#include "tests/fuzz/properties.h"
#include "tests/fuzz/targets.h"

namespace polder {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

void CheckNothingIsLeftOut(std::string_view text, const Fields& fields,
                           const std::vector<std::string_view>& marks = {}) {
  const std::string left_out = LeftOut(text, fields, marks);
  Require(left_out.empty(), "every word is in some value", left_out);
}

bool IsInside(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

// Checks a reader, and that it gives the same again with its buffer in use.
template <typename Reader>
bool CheckReader(Reader reader, std::string_view text, const std::vector<std::string_view>& marks = {}) {
  std::string scratch;
  const auto read = [&](Fields& fields) {
    return reader(
        text, scratch,
        [&](std::string_view path, std::string_view value) {
          Require(!path.empty(), "a value has a path", value);
          Require(value.empty() || IsInside(value, text) || IsInside(value, scratch),
                  "a value stands in the text or in the buffer", value);
          fields.emplace_back(path, value);
        },
        [](std::string_view path, double) { Require(false, "no value of a line is a number", path); });
  };
  Fields fields;
  const bool is_format = read(fields);
  Require(is_format || fields.empty(), "what is refused was not handed over in part");
  std::size_t bytes = 0;
  for (const auto& [path, value] : fields) bytes += value.size();
  Require(bytes <= text.size(), "no byte is handed over twice", fmt::format("{}", bytes));
  if (is_format) CheckNothingIsLeftOut(text, fields, marks);
  Fields again;
  Require(read(again) == is_format && again == fields, "the same text reads the same");
  return is_format;
}

// The field of LEEF 2 that names the delimiter, which is no value.
std::string_view DelimiterField(std::string_view text) {
  for (int fields = 0; fields < 5; ++fields) {
    std::size_t pipe = 0;
    while (pipe < text.size() && text[pipe] != '|') pipe += text[pipe] == '\\' ? 2 : 1;
    if (pipe >= text.size()) return {};
    text.remove_prefix(pipe + 1);
  }
  return text.substr(0, text.find('|'));
}

void CheckSyslog(std::string_view line) {
  const auto header = ReadSyslogHeader(line);
  if (!header) return;
  Require(header->message <= line.size(), "a message stands in its line");
  Require(!header->priority || *header->priority <= 191, "a priority is no more than 191");
  Require(header->timestamp.empty() || ParseEventTime(header->timestamp, 0).has_value(), "the time is one",
          header->timestamp);
  Fields fields;
  std::string scratch;
  header->HandOver(
      scratch, [&](std::string_view path, std::string_view value) { fields.emplace_back(path, value); },
      [](std::string_view path, double) {
        Require(path == "syslog.priority", "only the priority is a number", path);
      });
  fields.emplace_back("message", line.substr(header->message));
  CheckNothingIsLeftOut(line, fields);
}

}  // namespace

void FuzzLine(std::string_view input) {
  const bool cef = CheckReader(ReadCef, input);
  Require(!cef || LooksLikeCef(input), "what is CEF looks like it");
  const bool leef = CheckReader(ReadLeef, input, {"LEEF", DelimiterField(input)});
  Require(!leef || LooksLikeLeef(input), "what is LEEF looks like it");
  const bool pairs = CheckReader(ReadKeyValue, input);
  Require(pairs || !LooksLikeKeyValue(input), "what looks like pairs has some");
  const bool access = CheckReader(ReadAccessLog, input);
  Require(!access || LooksLikeAccessLog(input), "what is an access log looks like it");
  CheckSyslog(input);

  const auto time = ParseEventTime(input, 0);
  const auto iso = ParseIsoTime(input);
  Require(!iso || time == iso, "ISO times are read as such", input);
}

}  // namespace polder
