// Reads the common and combined log formats of Apache and nginx.
#ifndef POLDER_ENGINE_EVENT_ACCESS_LOG_READER_H_
#define POLDER_ENGINE_EVENT_ACCESS_LOG_READER_H_

#include <string>
#include <string_view>

#include "engine/event/line_values.h"

namespace polder {

// Whether `text` may be such a line; cheap.
bool LooksLikeAccessLog(std::string_view text);

// `[VHOST[:PORT]] ADDR IDENT USER [TIME] "REQUEST" STATUS BYTES ["REFERER" "AGENT"] ...`, handed over as
// nginx names the parts: host, server_port, remote_addr, remote_user, time_local, request_method, request_uri
// and server_protocol (or request, the whole, where it is no HTTP request), status, body_bytes_sent,
// http_referer, http_user_agent; whatever else stands in the line is `message`. `-` is no value. In quotes
// `\xNN`, `\"`,
// `\\` and C's letters are escapes; a value without them is a view into `text`. Returns false before the
// first call if `text` is no such line up to BYTES. `on_number` is never called: all values are texts.
bool ReadAccessLog(std::string_view text, std::string& scratch, FieldSink on_string,
                   NumberFieldSink on_number);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_ACCESS_LOG_READER_H_
