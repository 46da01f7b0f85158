// Regular expressions as PCRE2 runs them, bounded in time and memory. The one place where PCRE2 is included:
// for expressions that are tried on few texts (a warninglist's, a STIX pattern's MATCHES, what Hyperscan may
// only prefilter). What is tried on every event is engine/expression's.
#ifndef POLDER_ENGINE_REGEX_REGEX_H_
#define POLDER_ENGINE_REGEX_REGEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"

namespace polder {

struct RegexOptions {
  bool caseless = false;
  bool dot_all = false;
  bool multiline = false;
  bool extended = false;                // white space and comments in the expression mean nothing
  bool utf = false;                     // text and expression are UTF-8; a text that is not does not match
  std::uint32_t match_limit = 100'000;  // steps, after which a search is given up
};

class Regex {
 public:
  // Longer expressions are refused.
  static constexpr std::size_t kMaxBytes = 32'768;

  // An InvalidArgument says at which character what is wrong.
  static absl::StatusOr<Regex> Compile(std::string_view expression, const RegexOptions& options);

  enum class Verdict : std::uint8_t { kNoMatch, kMatch, kGaveUp };
  // Whether it is found anywhere in `text`. Any number of threads may ask; allocates only where PCRE2 does.
  Verdict Search(std::string_view text) const noexcept;

 private:
  struct Code;  // of the library
  struct Free {
    void operator()(Code* code) const;
  };
  explicit Regex(Code* code, std::uint32_t match_limit) : code_(code), match_limit_(match_limit) {}

  std::unique_ptr<Code, Free> code_;
  std::uint32_t match_limit_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_REGEX_REGEX_H_
