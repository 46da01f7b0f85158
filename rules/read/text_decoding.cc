#include "rules/read/text_decoding.h"

#include <uniconv.h>
#include <unistr.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "engine/observable/characters.h"

namespace polder {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
// How much of a file is looked at to tell what it is.
constexpr std::size_t kSample = 4096;

// `?` for what cannot be converted.
std::string Converted(std::string_view bytes, const char* encoding) {
  std::size_t size = 0;
  uint8_t* text = u8_conv_from_encoding(encoding, iconveh_question_mark, bytes.data(), bytes.size(), nullptr,
                                        nullptr, &size);
  if (text == nullptr) return {};
  std::string converted(reinterpret_cast<const char*>(text), size);
  std::free(text);
  return converted;
}

// Zero in most bytes of one half, and hardly any in the other: ASCII as UTF-16.
const char* Utf16Encoding(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return "UTF-16LE";
  if (bytes.starts_with("\xFE\xFF")) return "UTF-16BE";
  const std::string_view sample = bytes.substr(0, kSample);
  const std::size_t pairs = sample.size() / 2;
  if (pairs < 2) return nullptr;
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < pairs * 2; ++i) zeros[i % 2] += sample[i] == '\0' ? 1 : 0;
  if (zeros[1] * 10 >= pairs * 9 && zeros[0] * 10 <= pairs) return "UTF-16LE";
  if (zeros[0] * 10 >= pairs * 9 && zeros[1] * 10 <= pairs) return "UTF-16BE";
  return nullptr;
}

constexpr std::array<std::string_view, 7> kInvisible = {"\xC2\xA0",       // no-break space
                                                        "\xE2\x80\x8B",   // zero-width space
                                                        "\xE2\x80\x8C",   // zero-width non-joiner
                                                        "\xE2\x80\x8D",   // zero-width joiner
                                                        "\xE2\x81\xA0",   // word joiner
                                                        "\xE3\x80\x80",   // ideographic space
                                                        "\xEF\xBB\xBF"};  // byte order mark

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }
// The no-break spaces of Latin-1 and of Mac Roman, where they are no part of a UTF-8 sequence.
bool IsOldSpace(char c) { return c == '\xA0' || c == '\xCA'; }

std::size_t InvisibleAtStart(std::string_view text) {
  if (IsBlank(text.front())) return 1;
  for (const std::string_view one : kInvisible) {
    if (text.starts_with(one)) return one.size();
  }
  const bool alone = text.size() == 1 || !IsNonAscii(text[1]);
  return IsOldSpace(text.front()) && alone ? 1 : 0;
}

std::size_t InvisibleAtEnd(std::string_view text) {
  if (IsBlank(text.back())) return 1;
  for (const std::string_view one : kInvisible) {
    if (text.ends_with(one)) return one.size();
  }
  const bool alone = text.size() == 1 || !IsNonAscii(text[text.size() - 2]);
  return IsOldSpace(text.back()) && alone ? 1 : 0;
}

}  // namespace

DecodedText::DecodedText(std::string_view bytes) : text_(bytes) {
  if (const char* encoding = Utf16Encoding(bytes)) {
    text_ = owned_.emplace(Converted(bytes, encoding));
  }
  if (text_.starts_with(kUtf8Mark)) {
    text_.remove_prefix(kUtf8Mark.size());
    if (owned_) owned_->erase(0, kUtf8Mark.size());
  }
}

std::string_view BinaryFormat(std::string_view bytes) {
  struct Magic {
    std::string_view start;
    std::string_view name;
  };
  static constexpr std::array<Magic, 8> kMagics = {{{"\x1F\x8B", "gzip"},
                                                    {"\x28\xB5\x2F\xFD", "Zstandard"},
                                                    {"PK\x03\x04", "ZIP"},
                                                    {"BZh", "bzip2"},
                                                    {"\xFD\x37zXZ", "XZ"},
                                                    {"%PDF-", "PDF"},
                                                    {"\xD0\xCF\x11\xE0", "a Microsoft Office file"},
                                                    {"\x7F"
                                                     "ELF",
                                                     "a program"}}};
  for (const Magic& magic : kMagics) {
    if (bytes.starts_with(magic.start)) return magic.name;
  }
  if (Utf16Encoding(bytes) != nullptr) return {};
  const std::string_view sample = bytes.substr(0, kSample);
  const auto control = std::count_if(sample.begin(), sample.end(),
                                     [](char c) { return IsControl(c) && !IsBlank(c) && c != '\x1B'; });
  constexpr std::ptrdiff_t kSome = 16;
  return control >= kSome && control * 20 > static_cast<std::ptrdiff_t>(sample.size()) ? "binary" : "";
}

bool IsUtf8(std::string_view text) {
  return u8_check(reinterpret_cast<const uint8_t*>(text.data()), text.size()) == nullptr;
}

std::string ToUtf8(std::string_view text) {
  if (IsUtf8(text)) return std::string(text);
  return Converted(text, "WINDOWS-1252");
}

std::string_view TrimInvisible(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = InvisibleAtStart(text);
    if (length == 0) break;
    text.remove_prefix(length);
  }
  while (!text.empty()) {
    const std::size_t length = InvisibleAtEnd(text);
    if (length == 0) break;
    text.remove_suffix(length);
  }
  return text;
}

TextLines::TextLines(std::string_view text)
    : rest_(text), carriage_returns_(text.find('\r') != std::string_view::npos) {}

bool TextLines::Next(std::string_view* line) {
  if (rest_.empty()) return false;
  ++number_;
  // No further than the end of the line: a text whose lines end in CR alone may hold no LF.
  std::size_t end = 0;
  if (carriage_returns_) {
    while (end < rest_.size() && rest_[end] != '\n' && rest_[end] != '\r') ++end;
  } else {
    end = std::min(rest_.find('\n'), rest_.size());
  }
  const bool both = rest_.substr(end).starts_with("\r\n");
  const std::size_t next = std::min(end + (both ? 2 : 1), rest_.size());
  *line = rest_.substr(0, end);
  rest_.remove_prefix(next);
  return true;
}

void TextLines::Skip(std::size_t bytes, std::size_t lines) {
  rest_.remove_prefix(bytes);
  number_ += lines;
}

}  // namespace polder
