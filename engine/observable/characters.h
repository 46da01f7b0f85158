// The character classes of the matching rules (see extract.h). ASCII only, whatever the locale.
#ifndef POLDER_ENGINE_OBSERVABLE_CHARACTERS_H_
#define POLDER_ENGINE_OBSERVABLE_CHARACTERS_H_

namespace polder {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }
constexpr bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
// [A-Za-z0-9._-]
constexpr bool IsTokenChar(char c) { return IsAlnum(c) || c == '.' || c == '_' || c == '-'; }
constexpr bool IsNonAscii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
constexpr bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
// RFC 3986 section 3.1, after the first letter.
constexpr bool IsSchemeChar(char c) { return IsAlnum(c) || c == '+' || c == '-' || c == '.'; }

constexpr char ToLowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
// -1 for anything but a hexadecimal digit.
constexpr int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace polder

#endif  // POLDER_ENGINE_OBSERVABLE_CHARACTERS_H_
