#include "engine/event/unescape.h"

#include <cstdint>
#include <optional>

#include "engine/observable/characters.h"

namespace polder {
namespace {

std::optional<std::uint32_t> HexQuad(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int digit = HexValue(text[i]);
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<std::uint32_t>(digit);
  }
  return value;
}

void AppendUtf8(std::uint32_t code_point, std::string& out) {
  const auto push = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80) {
    push(code_point);
  } else if (code_point < 0x800) {
    push(0xC0 | code_point >> 6);
    push(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    push(0xE0 | code_point >> 12);
    push(0x80 | (code_point >> 6 & 0x3F));
    push(0x80 | (code_point & 0x3F));
  } else {
    push(0xF0 | code_point >> 18);
    push(0x80 | (code_point >> 12 & 0x3F));
    push(0x80 | (code_point >> 6 & 0x3F));
    push(0x80 | (code_point & 0x3F));
  }
}

// Decodes `\uXXXX` (or a pair) at the start of `text`; returns how many bytes it took, 0 if it is none.
std::size_t DecodeUnicode(std::string_view text, std::string& out) {
  const auto first = HexQuad(text.substr(2));
  if (!first) return 0;
  const bool high = *first >= 0xD800 && *first < 0xDC00;
  if (high && text.substr(6).starts_with("\\u")) {
    const auto second = HexQuad(text.substr(8));
    if (second && *second >= 0xDC00 && *second < 0xE000) {
      AppendUtf8(0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00), out);
      return 12;
    }
  }
  const bool surrogate = *first >= 0xD800 && *first < 0xE000;
  AppendUtf8(surrogate ? 0xFFFD : *first, out);
  return 6;
}

}  // namespace

char SimpleEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

void UnescapeLeniently(std::string_view raw, std::string& out) {
  out.clear();
  while (true) {
    const std::size_t backslash = raw.find('\\');
    out.append(raw.substr(0, backslash));
    if (backslash == std::string_view::npos) return;
    raw.remove_prefix(backslash);
    std::size_t taken = 0;
    if (raw.size() >= 2) {
      if (raw[1] == 'u') {
        taken = DecodeUnicode(raw, out);
      } else if (const char c = SimpleEscape(raw[1]); c != '\0') {
        out += c;
        taken = 2;
      }
    }
    if (taken == 0) {
      out += '\\';
      taken = 1;
    }
    raw.remove_prefix(taken);
  }
}

}  // namespace polder
