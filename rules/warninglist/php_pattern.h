// Regular expressions as PHP writes them, which is how warninglists have them.
#ifndef POLDER_RULES_WARNINGLIST_PHP_PATTERN_H_
#define POLDER_RULES_WARNINGLIST_PHP_PATTERN_H_

#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "engine/regex/regex.h"

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
  explicit PhpPattern(Regex regex) : regex_(std::move(regex)) {}

  Regex regex_;
};

}  // namespace polder

#endif  // POLDER_RULES_WARNINGLIST_PHP_PATTERN_H_
