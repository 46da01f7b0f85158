#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "rules/read/csv_fields.h"
#include "rules/read/csv_reader.h"
#include "rules/read/csv_table.h"
#include "rules/read/list_reader.h"
#include "rules/read/text_decoding.h"
#include "tests/fuzz/properties.h"
#include "tests/fuzz/targets.h"

namespace polder {
namespace {

// As a list, even where ReadIndicators would see JSON in it.
ReadResult CheckedList(std::string_view text, const ReadContext& context) {
  ReadResult result = ReadPlainList(text, context);
  CheckReading(result, text);
  CheckSame(result, ReadPlainList(text, context));
  return result;
}

void CheckRecords(std::string_view text, char delimiter) {
  CsvRecords records(text, delimiter);
  std::vector<std::string_view> fields;
  std::size_t last = 0;
  std::size_t total = 0;
  while (records.Next(&fields)) {
    Require(!fields.empty(), "a record has a field");
    Require(records.line() > last, "every record begins on a later line", fmt::format("{}", records.line()));
    last = records.line();
    std::size_t size = fields.size() - 1;
    for (const std::string_view field : fields) size += field.size();
    Require(size <= records.record().size(), "the fields of a record are parts of it", records.record());
    total += records.record().size();
  }
  Require(last <= MostLines(text), "a record stands on a line of the text");
  Require(total <= text.size(), "records do not overlap");
}

}  // namespace

void FuzzList(std::string_view input) {
  ReadContext context = FuzzContext();
  CheckedReading(input, context);
  const DecodedText decoded(input);
  CheckedList(decoded.text(), context);
  context.kind = KindForSize(input.size());
  context.shadow = true;
  const ReadResult forced = CheckedList(decoded.text(), context);
  Require(std::all_of(forced.indicators.begin(), forced.indicators.end(),
                      [](const Indicator& indicator) { return indicator.shadow; }),
          "every indicator of a shadowed source is shadowed");
}

void FuzzCsv(std::string_view input) {
  const DecodedText decoded(input);
  const std::string_view text = decoded.text();
  for (const char delimiter : {',', ';', '\t', '|'}) CheckRecords(text, delimiter);
  ReadContext context = FuzzContext();
  CheckedList(text, context);
  context.column = "value";
  const auto table = FindCsvTable(text, context);
  Require(table.has_value(), "a column that is named makes a table");
  Require(IsUtf8(table->Describe()) || !IsUtf8(text), "a table is described in UTF-8", table->Describe());
  CheckedList(text, context);
  context.kind = KindForSize(input.size());
  CheckedList(text, context);
  context.column.clear();
  CheckedList(text, context);
}

}  // namespace polder
