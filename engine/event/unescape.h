// JSON string escapes, decoded without asking whether the JSON around them is well formed.
#ifndef POLDER_ENGINE_EVENT_UNESCAPE_H_
#define POLDER_ENGINE_EVENT_UNESCAPE_H_

#include <string>
#include <string_view>

namespace polder {

// What an escape of two characters stands for, by the second: `n` is a line feed. 0 if it is none.
char SimpleEscape(char c);

// Replaces `out` with `raw` after decoding every escape of RFC 8259 section 7, inside strings and outside. A
// surrogate pair is one code point, half of one is U+FFFD, and a backslash that begins no escape stays.
void UnescapeLeniently(std::string_view raw, std::string& out);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_UNESCAPE_H_
