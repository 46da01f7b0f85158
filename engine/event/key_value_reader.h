// Reads lines of `key=value` pairs: logfmt, Fortinet's, iptables', auditd's.
#ifndef POLDER_ENGINE_EVENT_KEY_VALUE_READER_H_
#define POLDER_ENGINE_EVENT_KEY_VALUE_READER_H_

#include <string>
#include <string_view>

#include "engine/event/line_values.h"

namespace polder {

// Whether `text` is at least three pairs and at most a quarter free text.
bool LooksLikeKeyValue(std::string_view text);

// Hands over every value under its key, without its quotes; text between pairs is `message`. A value that
// needed no unescaping is a view into `text`. Returns false before the first call if there is no pair at all.
// `on_number` is never called: all values are texts.
//
// Pairs are delimited by blanks, or by tabs, commas or semicolons where most of the line's pairs are; then
// values may hold blanks. Values in double quotes have the escapes of JSON, in single quotes `\'` and `\\`,
// unless their backslashes stand for themselves (HasPlainBackslashes).
bool ReadKeyValue(std::string_view text, std::string& scratch, FieldSink on_string,
                  NumberFieldSink on_number);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_KEY_VALUE_READER_H_
