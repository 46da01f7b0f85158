#include "engine/event/leef_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>

#include "engine/observable/characters.h"

namespace polder {
namespace {

constexpr std::string_view kMark = "LEEF:";
constexpr std::array<std::string_view, 5> kHeaderNames = {"leefVersion", "vendor", "product", "version",
                                                          "eventId"};

// The delimiter that a field of the header names, as itself or as `x5E` or `0x5E`; none if it names none.
std::optional<char> NamedDelimiter(std::string_view field) {
  if (field.empty()) return '\t';
  if (field.size() == 1) return field.front();
  if (field.starts_with("0x") || field.starts_with("0X")) {
    field.remove_prefix(2);
  } else if (field.front() == 'x' || field.front() == 'X') {
    field.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  unsigned value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value, 16);
  if (error != std::errc() || end != field.data() + field.size() || field.size() > 4) return std::nullopt;
  return value < 0x80 ? static_cast<char>(value) : '\x80';  // beyond ASCII: of no use either way
}

// Takes the field of LEEF 2 that names the delimiter off the attributes; some writers leave it out. None if
// the delimiter is one that would split what the first look sees whole.
std::optional<char> TakeDelimiter(std::string_view& attributes) {
  const std::size_t pipe = attributes.find('|');
  if (pipe == std::string_view::npos) return '\t';
  const auto named = NamedDelimiter(attributes.substr(0, pipe));
  if (!named) return '\t';
  const bool parts = !IsTokenChar(*named) && !IsNonAscii(*named) &&
                     std::string_view("+@:/\\=").find(*named) == std::string_view::npos;
  if (!parts) return std::nullopt;
  attributes.remove_prefix(pipe + 1);
  return named;
}

// Where the attribute that begins at `from` ends.
std::size_t FindEnd(std::string_view attributes, std::size_t from, char delimiter, bool delimited) {
  if (delimited) return std::min(attributes.find(delimiter, from), attributes.size());
  for (std::size_t i = from + 1; i < attributes.size(); ++i) {
    if (attributes[i - 1] == ' ' && !KeyAt(attributes, i).empty()) return i - 1;
  }
  return attributes.size();
}

}  // namespace

bool LooksLikeLeef(std::string_view text) { return BeginsWithVersion(text, kMark); }

bool ReadLeef(std::string_view text, std::string& scratch, FieldSink on_string, NumberFieldSink) {
  if (!LooksLikeLeef(text)) return false;
  std::array<std::string_view, kHeaderNames.size()> header;
  std::string_view attributes = text.substr(kMark.size());
  if (!TakePipedFields(attributes, header)) return false;
  const bool names_delimiter = !header[0].starts_with('1');
  const auto delimiter = names_delimiter ? TakeDelimiter(attributes) : '\t';
  if (!delimiter) return false;

  for (std::size_t i = 0; i < header.size(); ++i) {
    if (!header[i].empty()) on_string(kHeaderNames[i], WithoutBackslashes(header[i], "\\|", scratch));
  }
  const bool delimited = attributes.find(*delimiter) != std::string_view::npos;
  for (std::size_t at = 0; at < attributes.size();) {
    const std::size_t end = FindEnd(attributes, at, *delimiter, delimited);
    const std::string_view attribute = TrimBlanks(attributes.substr(at, end - at));
    const std::string_view key = KeyAt(attribute, 0);
    if (key.empty()) {
      HandOverMessage(attribute, on_string);
    } else {
      const std::string_view value = TrimBlanks(attribute.substr(key.size() + 1));
      on_string(key, WithoutBackslashes(value, "=", scratch));
    }
    at = end + 1;
  }
  return true;
}

}  // namespace polder
