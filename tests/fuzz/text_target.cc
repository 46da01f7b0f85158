#include <string>

#include "rules/read/text_decoding.h"
#include "tests/fuzz/properties.h"
#include "tests/fuzz/targets.h"

namespace polder {
namespace {

bool IsPartOf(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void CheckLines(std::string_view text) {
  TextLines lines(text);
  std::string_view line;
  std::size_t number = 0;
  std::size_t at = 0;
  while (lines.Next(&line)) {
    Require(lines.number() == ++number, "lines are counted one by one");
    Require(line.find_first_of("\r\n") == std::string_view::npos, "a line holds no line end", line);
    Require(text.substr(at, line.size()) == line, "no text is lost between lines", line);
    const std::size_t next = text.size() - lines.rest().size();
    const std::string_view end = text.substr(at + line.size(), next - at - line.size());
    Require(end == "\n" || end == "\r" || end == "\r\n" || (end.empty() && next == text.size()),
            "between lines stands one line end", end);
    at = next;
  }
  Require(at == text.size(), "lines cover the text");
}

}  // namespace

void FuzzText(std::string_view input) {
  const DecodedText decoded(input);
  const std::string_view text = decoded.text();
  const bool as_it_is = IsPartOf(text, input);
  // A mark alone, or half of a character, holds no text.
  Require(!text.empty() || input.size() < 6, "no text is lost by decoding", input);
  Require(text.size() <= 3 * input.size(), "decoding triples the text at most");
  Require(as_it_is || IsUtf8(text), "decoded text is UTF-8", text);
  CheckLines(text);

  Require(BinaryFormat(input).size() < 40, "the name of a format is short");
  const std::string utf8 = ToUtf8(input);
  Require(IsUtf8(utf8), "words become UTF-8", utf8);
  Require(ToUtf8(utf8) == utf8, "UTF-8 stays as it is", utf8);
  Require(utf8.size() >= input.size(), "no word is lost", utf8);

  const std::string_view trimmed = TrimInvisible(input);
  Require(IsPartOf(trimmed, input), "what is trimmed is part of the text");
  Require(TrimInvisible(trimmed) == trimmed, "nothing is left to trim", trimmed);
  Require(!IsUtf8(input) || IsUtf8(trimmed), "trimming splits no letter", trimmed);
}

}  // namespace polder
