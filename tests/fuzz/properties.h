// What holds of everything that a reader makes of an input, whatever the input.
#ifndef POLDER_TESTS_FUZZ_PROPERTIES_H_
#define POLDER_TESTS_FUZZ_PROPERTIES_H_

#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "rules/read/reader.h"

namespace polder {

class PropertyBroken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws PropertyBroken, which names the property and what was seen instead, unless it holds.
void Require(bool holds, std::string_view property, std::string_view seen = {});

// The context of every fuzzed reading.
ReadContext FuzzContext();

// A kind, or none, that depends on the size of the input alone, so that the input stays what it is.
std::optional<Kind> KindForSize(std::size_t size);

// One line of well-formed UTF-8 without control characters: neither a terminal nor a log takes harm from it.
bool IsPrintableLine(std::string_view text);

// The lines of `text` by any count: LF, CR LF and CR end one.
std::size_t MostLines(std::string_view text);

// A canonical value so spelt that reading it gives the same again.
std::string AsRead(Kind kind, std::string_view canonical);

// False for a URL in which a `%` that encoded nothing has become part of an encoding, as decoding `%%341`
// makes
// `%41`: read again it changes once more.
bool IsReadAlike(Kind kind, std::string_view canonical);

// The value and its conditions are canonical.
void CheckValue(Kind kind, std::string_view value, std::span<const Condition> conditions);

// Every indicator is canonical, and its texts are UTF-8; every refusal names path, line, reason and category
// in a printable line; there are no more of both than the input pays for.
void CheckReading(const ReadResult& result, std::string_view input);

// Both say the same, in the same order.
void CheckSame(const ReadResult& one, const ReadResult& other);

// Reads the input by both ways of ReadIndicators, and each twice; checks all of the above.
ReadResult CheckedReading(std::string_view input, const ReadContext& context);

}  // namespace polder

#endif  // POLDER_TESTS_FUZZ_PROPERTIES_H_
