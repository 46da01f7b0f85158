// Reads IBM's Log Event Extended Format (LEEF 1 and 2).
#ifndef POLDER_ENGINE_EVENT_LEEF_READER_H_
#define POLDER_ENGINE_EVENT_LEEF_READER_H_

#include <string>
#include <string_view>

#include "engine/event/line_values.h"

namespace polder {

// Whether `text`, a line or what a syslog header carries, begins as LEEF does.
bool LooksLikeLeef(std::string_view text);

// Hands over `leefVersion vendor product version eventId` and the attributes under their own keys; what has
// no key is `message`. A value that needed no unescaping is a view into `text`. Returns false before the
// first call if `text` is no LEEF. `on_number` is never called: LEEF has only texts.
//
// Attributes are delimited by tabs, or what the header of LEEF 2 names. A delimiter that may be part of a
// name or an address ([A-Za-z0-9._-], beyond ASCII) is refused: the first look, which knows no formats, would
// see other values. Where no delimiter occurs, as after a relay has made spaces of tabs, `KEY=` behind a
// space begins the next attribute. A backslash is one, save in `\|` and `\\` in the header and `\=` in
// attributes.
bool ReadLeef(std::string_view text, std::string& scratch, FieldSink on_string, NumberFieldSink on_number);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_LEEF_READER_H_
