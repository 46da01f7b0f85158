#include "engine/stix/text.h"

#include <uninorm.h>
#include <unistr.h>

#include <algorithm>
#include <cstdlib>

#include "engine/observable/characters.h"

namespace polder {
namespace {

const std::uint8_t* Units(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

int Base64Value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (IsDigit(c)) return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

bool IsAscii(std::string_view text) { return std::none_of(text.begin(), text.end(), IsNonAscii); }

std::optional<std::string> NormalizeUnicode(std::string_view text) {
  if (IsAscii(text)) return std::string(text);
  if (u8_check(Units(text), text.size()) != nullptr) return std::nullopt;
  std::size_t length = 0;
  std::uint8_t* normal = u8_normalize(UNINORM_NFC, Units(text), text.size(), nullptr, &length);
  if (normal == nullptr) return std::nullopt;
  std::string result(reinterpret_cast<const char*>(normal), length);
  std::free(normal);
  return result;
}

std::optional<std::string> CharactersAsBytes(std::string_view text) {
  if (IsAscii(text)) return std::string(text);
  std::string bytes;
  while (!text.empty()) {
    ucs4_t character = 0;
    const int length = u8_mbtoucr(&character, Units(text), text.size());
    if (length <= 0 || character > 0xFF) return std::nullopt;
    bytes += static_cast<char>(character);
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return bytes;
}

std::optional<std::string> DecodeHex(std::string_view text) {
  if (text.size() % 2 != 0 || !std::all_of(text.begin(), text.end(), IsHexDigit)) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes += static_cast<char>(HexValue(text[i]) * 16 + HexValue(text[i + 1]));
  }
  return bytes;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  std::string bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = Base64Value(c);
    if (value < 0) return std::nullopt;
    buffer = buffer << 6 | static_cast<unsigned>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(buffer >> bits & 0xFF);
  }
  return bytes;
}

// Everything behind the last `%` is tried as far left as it fits; if it does not fit, one character further.
bool IsLike(std::string_view text, std::string_view like, bool utf8) {
  std::size_t at = 0, wanted = 0;
  std::size_t retry_at = 0, retry_wanted = std::string_view::npos;
  const auto behind = [&](std::size_t from) {
    ++from;
    while (utf8 && from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
    return from;
  };
  while (true) {
    if (wanted < like.size() && like[wanted] == '%') {
      retry_wanted = ++wanted;
      retry_at = at;
      continue;
    }
    if (at == text.size() && wanted == like.size()) return true;
    if (at < text.size() && wanted < like.size() && (like[wanted] == '_' || like[wanted] == text[at])) {
      at = like[wanted] == '_' ? behind(at) : at + 1;
      ++wanted;
      continue;
    }
    if (retry_wanted == std::string_view::npos || retry_at == text.size()) return false;
    at = retry_at = behind(retry_at);
    wanted = retry_wanted;
  }
}

}  // namespace polder
