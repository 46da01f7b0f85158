// File names, whole values and ports in a piece of text: the rules of extract.h, one by one.
#ifndef POLDER_ENGINE_OBSERVABLE_TEXT_H_
#define POLDER_ENGINE_OBSERVABLE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace polder {

// Longer values are no indicators, and are not compared.
inline constexpr std::size_t kMaxTextValue = 8192;

constexpr bool IsPathSeparator(char c) { return c == '/' || c == '\\'; }
// True for a byte that ends a path in running text: white space, a quote, a control character or one of
// `<>|*?:;,`.
bool EndsPath(char c);

// In small letters, ASCII alone: how texts are compared.
std::string LowerText(std::string_view text);

// Calls `sink` for every reading of `text` as a file name, none of them empty or longer than kMaxTextValue.
// One reading may be told twice. Takes time in proportion to the length of `text`.
void FileNamesIn(std::string_view text, absl::FunctionRef<void(std::string_view name)> sink);

// Calls `sink` for every number that may be a port: one to five digits, as they stand.
void PortsIn(std::string_view text, absl::FunctionRef<void(std::string_view digits)> sink);

}  // namespace polder

#endif  // POLDER_ENGINE_OBSERVABLE_TEXT_H_
