#include "engine/base/unicode.h"

#include <idn2.h>
#include <unictype.h>
#include <unistr.h>

namespace polder {

std::size_t LeadingLetterLength(std::string_view text) {
  if (text.empty() || static_cast<unsigned char>(text.front()) < 0x80) return 0;
  ucs4_t code_point = 0;
  const int length = u8_mbtoucr(&code_point, reinterpret_cast<const uint8_t*>(text.data()), text.size());
  if (length <= 0) return 0;
  constexpr uint32_t kLetterDigits = UC_CATEGORY_MASK_Ll | UC_CATEGORY_MASK_Lu | UC_CATEGORY_MASK_Lo |
                                     UC_CATEGORY_MASK_Nd | UC_CATEGORY_MASK_Lm | UC_CATEGORY_MASK_Mn |
                                     UC_CATEGORY_MASK_Mc;
  return uc_is_general_category_withtable(code_point, kLetterDigits) ? static_cast<std::size_t>(length) : 0;
}

std::size_t LeadingCodePoint(std::string_view text, char32_t& code_point) {
  if (text.empty()) return 0;
  ucs4_t decoded = 0;
  const int length = u8_mbtoucr(&decoded, reinterpret_cast<const uint8_t*>(text.data()), text.size());
  code_point = decoded;
  return length > 0 ? static_cast<std::size_t>(length) : 0;
}

std::size_t TrailingLetterLength(std::string_view text) {
  for (std::size_t length = 2; length <= 4 && length <= text.size(); ++length) {
    const std::string_view tail = text.substr(text.size() - length);
    if ((static_cast<unsigned char>(tail.front()) & 0xC0) == 0x80) continue;  // still inside the sequence
    return LeadingLetterLength(tail) == length ? length : 0;
  }
  return 0;
}

std::optional<std::string> ToALabel(std::string_view label) {
  const std::string input(label);
  if (input.find('\0') != std::string::npos) return std::nullopt;
  uint8_t* output = nullptr;
  const int status = idn2_lookup_u8(reinterpret_cast<const uint8_t*>(input.c_str()), &output,
                                    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (status != IDN2_OK) return std::nullopt;
  std::string result(reinterpret_cast<const char*>(output));
  idn2_free(output);
  if (result.empty() || result.find('.') != std::string::npos) return std::nullopt;
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return result;
}

}  // namespace polder
