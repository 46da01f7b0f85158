#include "rules/read/csv_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/time.h"
#include "engine/observable/characters.h"
#include "rules/read/csv_fields.h"
#include "rules/read/list_value.h"
#include "rules/read/shown.h"
#include "rules/read/text_decoding.h"

namespace polder {
namespace {

constexpr std::size_t kSampleLines = 200;
constexpr std::size_t kSampleBytes = 1 << 18;
constexpr std::size_t kShownName = 60;
constexpr std::array<char, 4> kDelimiters = {'\t', ';', ',', '|'};

// The first lines with something on them.
struct Sample {
  std::vector<std::string_view> rows;
  std::size_t first_row_line = 0;
  std::vector<std::pair<std::size_t, std::string_view>> comments;  // before the first row
};

Sample SampleOf(std::string_view text) {
  Sample sample;
  TextLines lines(text.substr(0, kSampleBytes));
  std::string_view line;
  while (sample.rows.size() < kSampleLines && lines.Next(&line)) {
    line = TrimInvisible(line);
    if (line.empty()) continue;
    if (line.starts_with('#')) {
      if (sample.rows.empty()) sample.comments.emplace_back(lines.number(), line);
      continue;
    }
    if (sample.rows.empty()) sample.first_row_line = lines.number();
    sample.rows.push_back(line);
  }
  return sample;
}

std::vector<std::string> Split(std::string_view line, char delimiter) {
  CsvRecords records(line, delimiter);
  std::vector<std::string_view> views;
  records.Next(&views);
  std::vector<std::string> fields;
  for (const std::string_view field : views) fields.emplace_back(TrimInvisible(field));
  return fields;
}

bool SameName(std::string_view a, std::string_view b) { return NormalColumnName(a) == NormalColumnName(b); }

bool IsValueByShape(std::string_view cell) { return ReadValue(cell, ValueRole{}).ok(); }

std::vector<Column> ColumnsOf(std::string_view line, char delimiter) {
  std::vector<Column> columns;
  for (const std::string& name : Split(line, delimiter)) columns.push_back(ColumnOf(name));
  return columns;
}

// A line that names a column of values and holds no value itself.
bool IsHeader(const std::vector<Column>& columns) {
  return columns.size() > 1 &&
         std::any_of(columns.begin(), columns.end(), [](const Column& c) { return c.IsValue(); }) &&
         std::none_of(columns.begin(), columns.end(), [](const Column& c) {
           return c.use == ColumnUse::kNothing && !c.name.empty() && IsValueByShape(c.name);
         });
}

// The share of rows, in percent, that have so many fields.
std::size_t ShareWithFields(const Sample& sample, char delimiter, std::size_t count) {
  if (sample.rows.empty()) return 0;
  const auto same = std::count_if(sample.rows.begin(), sample.rows.end(), [&](std::string_view row) {
    return Split(row, delimiter).size() == count;
  });
  return static_cast<std::size_t>(same) * 100 / sample.rows.size();
}

// The columns that a comment names hold what it says: it may as well describe a format in general.
bool HoldsItsValues(const Sample& sample, const CsvTable& table) {
  std::size_t filled = 0;
  std::size_t values = 0;
  for (const std::string_view row : sample.rows) {
    const auto fields = Split(row, table.delimiter);
    for (std::size_t i = 0; i < std::min(fields.size(), table.columns.size()); ++i) {
      if (!table.columns[i].IsValue() || IsPlaceholder(fields[i])) continue;
      ++filled;
      values += ReadValue(fields[i], table.columns[i].role).ok() ? 1 : 0;
    }
  }
  return filled > 0 && values * 10 >= filled * 8;
}

std::optional<CsvTable> NamedTable(const Sample& sample) {
  for (const char delimiter : kDelimiters) {
    CsvTable table;
    table.delimiter = delimiter;
    if (!sample.rows.empty()) table.columns = ColumnsOf(sample.rows.front(), delimiter);
    if (IsHeader(table.columns)) {
      table.header_line = sample.first_row_line;
      return table;
    }
    for (auto comment = sample.comments.rbegin(); comment != sample.comments.rend(); ++comment) {
      std::string_view names = comment->second;
      names.remove_prefix(std::min(names.find_first_not_of("# "), names.size()));
      table.columns = ColumnsOf(names, delimiter);
      if (!IsHeader(table.columns) || ShareWithFields(sample, delimiter, table.columns.size()) < 80 ||
          !HoldsItsValues(sample, table)) {
        continue;
      }
      table.header_line = comment->first;
      table.commented_header = true;
      return table;
    }
  }
  return std::nullopt;
}

bool IsDate(std::string_view cell) {
  if (ParseIsoTime(cell)) return true;
  return cell.size() >= 8 && cell.find_first_of("/:-") != std::string_view::npos &&
         cell.find_first_not_of("0123456789/:-. TZ") == std::string_view::npos;
}

bool IsNumber(std::string_view cell) {
  return !cell.empty() && cell.size() <= 9 && std::all_of(cell.begin(), cell.end(), IsDigit);
}

// What a column without a name has in it.
struct ColumnShape {
  std::size_t filled = 0;
  std::size_t values = 0;
  std::size_t urls = 0;  // values that may hold a delimiter themselves
  std::size_t dates = 0;
  std::size_t numbers = 0;
  std::size_t spaced = 0;

  void Add(std::string_view cell) {
    if (IsPlaceholder(cell)) return;
    ++filled;
    if (IsDate(cell))
      ++dates;
    else if (IsNumber(cell))
      ++numbers;
    else if (IsValueByShape(cell)) {
      ++values;
      urls += cell.find('/') != std::string_view::npos && cell.find("//") != std::string_view::npos ? 1 : 0;
    }
    spaced += cell.find(' ') != std::string_view::npos ? 1 : 0;
  }
  bool Mostly(std::size_t count, std::size_t rows) const {
    return filled * 2 >= rows && count * 10 >= filled * 8;
  }
};

// Only a delimiter that no URL holds, or a column that is no end of one, ends a URL.
bool EndsUrls(char delimiter, const std::vector<ColumnShape>& shapes, std::size_t rows) {
  return delimiter == '\t' || std::any_of(shapes.begin() + 1, shapes.end(), [&](const ColumnShape& s) {
           return s.Mostly(s.values, rows) || s.Mostly(s.dates, rows) || s.spaced * 2 >= rows;
         });
}

std::vector<Column> UnnamedColumns(const std::vector<ColumnShape>& shapes, std::size_t rows) {
  std::vector<Column> columns(shapes.size());
  bool has_value = false;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const ColumnShape& shape = shapes[i];
    if (shape.Mostly(shape.values, rows)) {
      // URLs behind another value are where to read about it.
      const bool reference = has_value && shape.urls * 2 > shape.values;
      columns[i].use = reference ? ColumnUse::kReference : ColumnUse::kGenericValue;
      has_value = true;
    } else if (shapes.size() == 2 && shape.Mostly(shape.numbers, rows)) {
      columns[i].use = ColumnUse::kScore;
    } else if (!shape.Mostly(shape.numbers, rows) && !shape.Mostly(shape.dates, rows)) {
      columns[i].use = ColumnUse::kDescription;
    }
  }
  return columns;
}

std::optional<CsvTable> UnnamedTable(const Sample& sample) {
  const std::size_t rows = sample.rows.size();
  if (rows < 2) return std::nullopt;
  for (const char delimiter : kDelimiters) {
    std::vector<ColumnShape> shapes;
    std::size_t delimited = 0;
    for (const std::string_view row : sample.rows) {
      if (row.find(delimiter) == std::string_view::npos) continue;
      ++delimited;
      const auto fields = Split(row, delimiter);
      constexpr std::size_t kMostColumns = 64;
      if (shapes.size() < fields.size()) shapes.resize(std::min(fields.size(), kMostColumns));
      for (std::size_t i = 0; i < std::min(fields.size(), shapes.size()); ++i) shapes[i].Add(fields[i]);
    }
    if (delimited * 10 < rows * 8 || shapes.size() < 2) continue;
    // A few rows with more delimiters, in a comment, make no columns.
    while (shapes.size() > 2 && shapes.back().filled * 2 < rows) shapes.pop_back();
    CsvTable table;
    table.delimiter = delimiter;
    table.columns = UnnamedColumns(shapes, rows);
    const bool urls_first = shapes[0].Mostly(shapes[0].urls, rows);
    const bool any =
        std::any_of(table.columns.begin(), table.columns.end(), [](const Column& c) { return c.IsValue(); });
    if (any && (!urls_first || EndsUrls(delimiter, shapes, rows))) return table;
  }
  return std::nullopt;
}

// A column of types that names few kinds is about something else: malware, say.
void DropFalseTypes(const Sample& sample, CsvTable* table) {
  for (std::size_t i = 0; i < table->columns.size(); ++i) {
    Column& column = table->columns[i];
    if (column.use != ColumnUse::kType) continue;
    std::size_t kinds = 0;
    std::size_t filled = 0;
    for (const std::string_view row : sample.rows) {
      const auto fields = Split(row, table->delimiter);
      if (i >= fields.size() || fields[i].empty() || fields[i] == column.name) continue;
      ++filled;
      kinds += RoleOfTypeName(fields[i]) ? 1 : 0;
    }
    if (kinds * 2 < filled) column.use = ColumnUse::kTags;
  }
}

// Of the columns that could hold the value, those that do.
void ChooseValues(CsvTable* table) {
  const auto any = [&](ColumnUse use) {
    return std::any_of(table->columns.begin(), table->columns.end(),
                       [use](const Column& c) { return c.use == use; });
  };
  const bool generic = any(ColumnUse::kGenericValue);
  const bool strong = generic || any(ColumnUse::kValue);
  for (Column& column : table->columns) {
    if (generic && column.use == ColumnUse::kValue) column.use = ColumnUse::kNothing;
    // A file name beside a digest describes the file: alone it would match every other file of that name.
    if (strong && column.use == ColumnUse::kTextValue) {
      column.use = column.role.family == ValueRole::Family::kFile ? ColumnUse::kName : ColumnUse::kNothing;
    }
  }
}

// The context's column and kind decide, whatever the names say.
void ForceColumn(const ReadContext& context, CsvTable* table) {
  bool found = false;
  for (Column& column : table->columns) {
    if (!found && SameName(column.name, context.column)) {
      if (!column.IsValue()) column.role = ValueRole{};
      column.use = ColumnUse::kGenericValue;
      found = true;
    } else if (column.IsValue()) {
      column.use = ColumnUse::kNothing;
    }
  }
  if (!found) table->missing_column = context.column;
}

// The first line as a header, split by the delimiter that gives the column asked for, or most columns.
CsvTable HeaderFor(const ReadContext& context, const Sample& sample) {
  CsvTable best;
  for (const char delimiter : kDelimiters) {
    CsvTable table;
    table.delimiter = delimiter;
    table.header_line = sample.first_row_line;
    if (!sample.rows.empty()) table.columns = ColumnsOf(sample.rows.front(), delimiter);
    const bool has = std::any_of(table.columns.begin(), table.columns.end(),
                                 [&](const Column& c) { return SameName(c.name, context.column); });
    if (has) return table;
    if (table.columns.size() > best.columns.size()) best = table;
  }
  return best;
}

}  // namespace

std::string CsvTable::Describe() const {
  std::string names;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].IsValue()) continue;
    if (!names.empty()) names += ", ";
    names += header_line > 0 ? Shown(columns[i].name, kShownName) : std::to_string(i + 1);
  }
  return fmt::format("{} {}", header_line > 0 ? "columns" : "values in column", names);
}

std::optional<CsvTable> FindCsvTable(std::string_view text, const ReadContext& context) {
  const Sample sample = SampleOf(text);
  auto table = NamedTable(sample);
  if (!context.column.empty()) {
    const bool has = table && std::any_of(table->columns.begin(), table->columns.end(),
                                          [&](const Column& c) { return SameName(c.name, context.column); });
    if (!has) table = HeaderFor(context, sample);
    ForceColumn(context, &*table);
    DropFalseTypes(sample, &*table);
    return table;
  }
  if (table) {
    DropFalseTypes(sample, &*table);
    ChooseValues(&*table);
    return table;
  }
  if (context.kind) return std::nullopt;  // nothing tells the column
  return UnnamedTable(sample);
}

}  // namespace polder
