// Tables of indicators: CSV and its relatives, with and without names of columns.
#ifndef POLDER_RULES_READ_CSV_READER_H_
#define POLDER_RULES_READ_CSV_READER_H_

#include <string_view>

#include "rules/read/csv_table.h"
#include "rules/read/list_sink.h"

namespace polder {

// Hands every value of the value columns to the sink, with what the other columns of its row say: name,
// description, confidence (0 to 100), TLP, tags, reference, provider, `first_seen` and `valid_from`,
// `valid_until`, `last_seen` (as the time of the last change), and a score as the label `score N`. A port
// column is a condition of the row's address or name. A row whose validity or TLP cannot be read is refused
// rather than taken for longer or wider than was meant; other cells that cannot be read are left out.
ListSummary ReadCsv(std::string_view text, const CsvTable& table, const ReadContext& context,
                    const ListSink& sink);

}  // namespace polder

#endif  // POLDER_RULES_READ_CSV_READER_H_
