// Reads ArcSight's Common Event Format (CEF 0 and 1).
#ifndef POLDER_ENGINE_EVENT_CEF_READER_H_
#define POLDER_ENGINE_EVENT_CEF_READER_H_

#include <string>
#include <string_view>

#include "engine/event/line_values.h"

namespace polder {

// Whether `text`, a line or what a syslog header carries, begins as CEF does.
bool LooksLikeCef(std::string_view text);

// Hands over `cefVersion deviceVendor deviceProduct deviceVersion deviceEventClassId name severity` and the
// extension under its own keys, unescaped; text that belongs to no key is `message`. A value that needed no
// unescaping is a view into `text`. Returns false before the first call if `text` is no CEF, which needs six
// header fields behind the version. `on_number` is never called: CEF has only texts.
//
// In a value whose backslashes stand for themselves (HasPlainBackslashes: writers of paths often forget to
// escape them) only `\=` and `\|` are escapes.
bool ReadCef(std::string_view text, std::string& scratch, FieldSink on_string, NumberFieldSink on_number);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_CEF_READER_H_
