// What the readers of the line formats have in common: the keys of pairs, and backslashes in values.
#ifndef POLDER_ENGINE_EVENT_LINE_VALUES_H_
#define POLDER_ENGINE_EVENT_LINE_VALUES_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace polder {

// Is given every value of a record, in its order, and the path of its field. The views last for the call.
using FieldSink = absl::FunctionRef<void(std::string_view path, std::string_view value)>;
using NumberFieldSink = absl::FunctionRef<void(std::string_view path, double value)>;

// What stands between words; auditd puts a group separator in front of what it adds.
constexpr bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\x1D'; }
constexpr std::string_view kBlanks = " \t\r\n\x1D";
std::string_view TrimBlanks(std::string_view text);

// The key of `KEY=` where that stands at `at`; else empty. A key begins with a letter, `_` or `@`, goes on
// with [A-Za-z0-9._-] and brackets, and is neither a digest nor longer than 64 bytes: those are values.
std::string_view KeyAt(std::string_view text, std::size_t at);

// Whether the backslashes of `raw` stand for themselves, since whoever escapes them would have written it
// otherwise: a drive letter or a share with single backslashes (`C:\new`, `\\server\new`), or a backslash
// that begins none of `escapes`.
bool HasPlainBackslashes(std::string_view raw, std::string_view escapes);

// `raw` without the backslashes in front of any of `characters`: a view of `raw` if there are none, else of
// `scratch`.
std::string_view WithoutBackslashes(std::string_view raw, std::string_view characters, std::string& scratch);

// Of CEF and LEEF: whether `text` is `mark`, a version of digits and dots, and a pipe.
bool BeginsWithVersion(std::string_view text, std::string_view mark);

// Takes from `text` as many fields as `fields` has room for, with a pipe behind each that no backslash
// escapes; the last may also end with the text. Leaves the rest in `text`. False if there are fewer.
bool TakePipedFields(std::string_view& text, std::span<std::string_view> fields);

// Hands `text` over as `message`, without the blanks around it; nothing if that is all.
void HandOverMessage(std::string_view text, FieldSink on_string);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_LINE_VALUES_H_
