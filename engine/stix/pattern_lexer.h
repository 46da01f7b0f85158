// The words of a STIX 2.1 pattern (section 9 of the specification).
#ifndef POLDER_ENGINE_STIX_PATTERN_LEXER_H_
#define POLDER_ENGINE_STIX_PATTERN_LEXER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/stix/pattern.h"

namespace polder {

//   kPath    an object path such as file:hashes.'SHA-256', its text without the quotes
//   kWord    a keyword, true, false
//   kString  its text without quotes and escapes
//   kNumber  an integer or a fraction
//   kTyped   b'...', h'...' or t'...', checked to be base 64, hexadecimal or a time
//   kMark    an operator, a bracket, a comma
enum class PatternTokenType : std::uint8_t { kPath, kWord, kString, kNumber, kTyped, kMark, kEnd };

struct PatternToken {
  PatternTokenType type = PatternTokenType::kEnd;
  std::string text;
  std::size_t at = 0;           // the byte it begins at
  std::vector<PathStep> steps;  // of a path: what stands behind the colon
};

// `2024-05-06T07:08:09[.fraction]Z`, the only spelling of times in patterns: the day from 1 to 31, the second
// to 60.
bool IsPatternTime(std::string_view text);

// White space and comments stand between tokens. `text` must outlive it.
class PatternLexer {
 public:
  explicit PatternLexer(std::string_view text) : text_(text) {}

  // An InvalidArgument if no token begins here.
  absl::StatusOr<PatternToken> Next();

  // The pattern up to where the next token is looked for.
  std::size_t at() const { return at_; }

  // "not a STIX pattern: at character N: expected EXPECTED, saw SEEN", N being where the byte `at` stands,
  // counted from 1.
  absl::Status NotStix(std::size_t at, std::string_view expected, std::string_view seen) const;
  absl::Status NotStix(const PatternToken& token, std::string_view expected) const;
  // `what` is "expected EXPECTED, saw SEEN".
  absl::Status NotStix(std::size_t at, std::string_view what) const;

 private:
  absl::Status SkipBlank();
  absl::StatusOr<std::string> Quoted();
  absl::StatusOr<PatternToken> Number(PatternToken token);
  absl::StatusOr<PatternToken> Word(PatternToken token);
  absl::Status PathSteps(PatternToken& token);
  absl::Status IndexStep(PatternToken& token);
  std::string_view Run(bool (*belongs)(char));
  std::string SeenAt(std::size_t at) const;

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_PATTERN_LEXER_H_
