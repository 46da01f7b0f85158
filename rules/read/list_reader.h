// Plain lists: one value a line.
#ifndef POLDER_RULES_READ_LIST_READER_H_
#define POLDER_RULES_READ_LIST_READER_H_

#include <string_view>

#include "rules/read/reader.h"

namespace polder {

// Empty lines and everything from a `#` at the start of a line or behind white space are skipped; line ends
// may be CRLF; values are refanged. A value that is no indicator is refused with its line, the rest is kept;
// one that the list has twice counts once.
ReadResult ReadPlainList(std::string_view text, const ReadContext& context);

}  // namespace polder

#endif  // POLDER_RULES_READ_LIST_READER_H_
