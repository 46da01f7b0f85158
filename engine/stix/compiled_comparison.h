// One comparison of a pattern, made ready to be asked often: expressions compiled, constants in sets.
#ifndef POLDER_ENGINE_STIX_COMPILED_COMPARISON_H_
#define POLDER_ENGINE_STIX_COMPILED_COMPARISON_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/observable/ip.h"
#include "engine/regex/regex.h"
#include "engine/stix/event_value.h"
#include "engine/stix/observation.h"
#include "engine/stix/pattern.h"

namespace polder {

// What holds for a value (STIX 2.1 section 9, as specified), `NOT` and `!=` being the opposite of `=`:
// - Numbers are compared by value, whether written with a fraction or not; texts and bytes by their code
//   points and bytes; a text with bytes as the bytes that its characters number, as far as all are below 256;
//   a text with a time as the time it spells. Anything else compares with nothing: no order, not equal.
// - LIKE: the whole text, `%` any characters, `_` one. MATCHES: anywhere in the text, a dot is any character.
//   Both respect case, in Unicode's normalization form C. On bytes, a character stands for its byte.
//   On events, where products write names and digests in either case, LIKE does not (in ASCII), and MATCHES
//   is also tried on the text in small letters.
// - ISSUBSET: the address or network is in the constant's, or is the same; ISSUPERSET the other way round.
// - EXISTS: there is a value that is not null.
// - Hashes are compared without regard to case.
// A list holds if one of its values does, with NOT if one of them does not: so the specification's own
// matcher reads it.
//
// On events (Observation::Compares::kAsEvents), where formats differ, a text that spells a number is one
// beside a number, a number is its text beside a text, and a number of seconds is a time beside a time; texts
// are equal as event_value.h says. Numbers and times in texts are as ParseEpochTime and ParseIsoTime read
// them.
class CompiledComparison {
 public:
  // `comparison` must outlive it. The error says what is wrong with the constant, not where.
  static absl::StatusOr<CompiledComparison> Compile(const Comparison& comparison);

  enum class Verdict : std::uint8_t { kNo, kYes, kGaveUp };
  // NOT applied.
  Verdict Holds(const ObservedValue& value, Observation::Compares compares) const;

 private:
  explicit CompiledComparison(const Comparison& comparison);

  void AddConstants();
  absl::Status CompileExpression(const std::string& expression);
  absl::Status ReadNetwork(const std::string& text);

  bool IsAnyOf(const ObservedValue& value, bool as_events) const;
  bool IsTextAnyOf(std::string_view text, bool as_events) const;
  bool IsTimeAnyOf(std::string_view text, bool as_events) const;
  // Less than zero where the value is before the constant, more where it is behind it.
  std::optional<int> Order(const ObservedValue& value, bool as_events) const;
  std::optional<int> OrderOfText(std::string_view text, bool as_events) const;
  bool IsLikeConstant(const ObservedValue& value, bool as_events) const;
  Verdict Search(const ObservedValue& value, bool as_events) const;
  bool Nests(std::string_view text) const;

  const Comparison* comparison_;
  // Of `=`, `!=` and IN; the vectors are sorted.
  std::set<std::string, std::less<>> texts_;
  std::set<std::string, std::less<>> bytes_;  // of texts as well
  bool has_binary_ = false;
  std::vector<long double> numbers_;
  std::vector<TimeUs> times_;
  bool has_true_ = false;
  bool has_false_ = false;
  bool is_hash_ = false;
  std::optional<EventConstants> event_constants_;
  // Of LIKE and MATCHES; those for bytes are missing where no byte can be meant.
  std::string like_;
  std::string small_like_;  // in small letters
  std::optional<std::string> byte_like_;
  std::optional<Regex> regex_;
  std::optional<Regex> byte_regex_;
  std::optional<Network> network_;  // of ISSUBSET and ISSUPERSET
};

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_COMPILED_COMPARISON_H_
