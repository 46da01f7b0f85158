// What patterns ask of text and bytes: Unicode's normal form, bytes as characters, bytes in text.
#ifndef POLDER_ENGINE_STIX_TEXT_H_
#define POLDER_ENGINE_STIX_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

namespace polder {

bool IsAscii(std::string_view text);

// `text` in Unicode's normalization form C. Nothing if it is no UTF-8.
std::optional<std::string> NormalizeUnicode(std::string_view text);

// The bytes that have the numbers of the characters of `text`, which is UTF-8. Nothing if one is beyond 255,
// or if `text` is no UTF-8.
std::optional<std::string> CharactersAsBytes(std::string_view text);

std::optional<std::string> DecodeHex(std::string_view text);
// With the padding that makes it a multiple of four characters.
std::optional<std::string> DecodeBase64(std::string_view text);

// Whether the whole of `text` is as `like` wants it: `%` stands for any characters, `_` for one, everything
// else for itself. A character is a byte, with `utf8` a code point. Takes time in proportion to the product
// of the lengths at worst.
bool IsLike(std::string_view text, std::string_view like, bool utf8);

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_TEXT_H_
