// Finds out whether a list is a table, and what its columns are.
#ifndef POLDER_RULES_READ_CSV_TABLE_H_
#define POLDER_RULES_READ_CSV_TABLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/read/column_name.h"
#include "rules/read/reader.h"

namespace polder {

struct CsvTable {
  char delimiter = ',';
  std::vector<Column> columns;
  std::size_t header_line = 0;  // 0: the columns have no names
  bool commented_header = false;
  std::string missing_column;  // the one the context names, if the table has none of that name

  // `columns indicator, type` or `values in column 1, 3`.
  std::string Describe() const;
};

// Looks at the beginning of `text`. A table is a text in which a line, or the last comment before the first
// line, names at least one column that is known to hold values (column_name.h), or in which most lines have
// the same delimiter and a column of values. Nothing for a plain list; with a column that the context names,
// the first line is its header in any case.
std::optional<CsvTable> FindCsvTable(std::string_view text, const ReadContext& context);

}  // namespace polder

#endif  // POLDER_RULES_READ_CSV_TABLE_H_
