// Lists of indicators in text: one value a line, tables with and without names of columns, hosts files.
#ifndef POLDER_RULES_READ_LIST_READER_H_
#define POLDER_RULES_READ_LIST_READER_H_

#include <string_view>

#include "rules/read/list_sink.h"
#include "rules/read/reader.h"

namespace polder {

// Reads a list and hands on every value as it is read, so that a bulk list costs no more memory than the sink
// makes of it. `text` is UTF-8 (text_decoding.h). What sort of list it is, its first lines tell:
//   - a table, by the names of its columns or by a column that holds values: csv_table.h, csv_reader.h;
//   - else one value a line, with or without a comment, or a hosts file: list_line.h. Empty lines, headings,
//     and everything from a `#` at the start of a line or behind white space are skipped.
// Line ends may be LF, CR LF or CR; values are refanged. A value that is no indicator is refused with its
// line, the rest is kept; one that the list has twice is handed on twice. The kind of the context, where it
// has one, is that of all values.
ListSummary ReadList(std::string_view text, const ReadContext& context, const ListSink& sink);

// As above, into indicators.
ReadResult ReadPlainList(std::string_view text, const ReadContext& context);

}  // namespace polder

#endif  // POLDER_RULES_READ_LIST_READER_H_
