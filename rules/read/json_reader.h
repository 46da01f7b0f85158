// Indicators from JSON of any known shape.
#ifndef POLDER_RULES_READ_JSON_READER_H_
#define POLDER_RULES_READ_JSON_READER_H_

#include <string_view>

#include "rules/read/reader.h"

namespace polder {

// Parses and hands on to the reader that recognises the document: STIX (stix_reader.h), MISP
// (misp_reader.h). Other JSON is refused by name where it is known.
ReadResult ReadJson(std::string_view text, const ReadContext& context);

}  // namespace polder

#endif  // POLDER_RULES_READ_JSON_READER_H_
