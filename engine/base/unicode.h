// The few questions Polder has about text outside ASCII; libunistring and libidn2 answer them.
#ifndef POLDER_ENGINE_BASE_UNICODE_H_
#define POLDER_ENGINE_BASE_UNICODE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace polder {

// The length in bytes of the UTF-8 sequence at the start of `text` if it is a well-formed code point outside
// ASCII of the class LetterDigits (RFC 5892 section 2.1: general category Ll, Lu, Lo, Nd, Lm, Mn or Mc), that
// is, one which a domain name may hold; 0 for anything else, broken UTF-8 included.
std::size_t LeadingLetterLength(std::string_view text);

// The length in bytes of the well-formed UTF-8 sequence at the start of `text`, whose code point it gives,
// ASCII included; 0 if there is none, and then `code_point` means nothing.
std::size_t LeadingCodePoint(std::string_view text, char32_t& code_point);

// As LeadingLetterLength, for the sequence that ends where `text` ends.
std::size_t TrailingLetterLength(std::string_view text);

// One label of a domain name as its A-label, lower case: UTS #46 non-transitional mapping, then IDNA2008
// (RFC 5891). Nothing when the label cannot stand in a name. `label` is UTF-8 without dots.
std::optional<std::string> ToALabel(std::string_view label);

}  // namespace polder

#endif  // POLDER_ENGINE_BASE_UNICODE_H_
