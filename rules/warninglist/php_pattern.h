// Regular expressions as PHP writes them, which is how warninglists have them. PCRE2 runs them, and only
// here.
#ifndef POLDER_RULES_WARNINGLIST_PHP_PATTERN_H_
#define POLDER_RULES_WARNINGLIST_PHP_PATTERN_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"

namespace polder {

class PhpPattern {
 public:
  // `/expression/flags` with any delimiter that PHP takes, or an expression alone, which is then compared in
  // any case. Flags: i, m, s, x, u; g means nothing here. The error says what is wrong, or that the
  // expression is longer than an honest one.
  static absl::StatusOr<PhpPattern> Compile(std::string_view text);

  // Whether it is found in `value`. A search that takes too many steps finds nothing. May run on several
  // threads at once.
  bool Matches(std::string_view value) const;

 private:
  struct Code;  // of the library
  struct Free {
    void operator()(Code* code) const;
  };
  explicit PhpPattern(Code* code) : code_(code) {}

  std::unique_ptr<Code, Free> code_;
};

}  // namespace polder

#endif  // POLDER_RULES_WARNINGLIST_PHP_PATTERN_H_
