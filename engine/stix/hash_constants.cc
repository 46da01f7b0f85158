#include "engine/stix/hash_constants.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/observable/characters.h"
#include "engine/stix/pattern_lexer.h"

namespace polder {
namespace {

bool IsHashName(const PathStep& step) { return step.type == PathStep::Type::kKey && step.key == "hashes"; }

// The digits of the algorithm that `name` means, 0 if it is not known.
std::size_t HashDigits(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), ToLowerAscii);
  std::erase(name, '-');
  static constexpr auto kDigits =
      std::to_array<std::pair<std::string_view, std::size_t>>({{"md5", 32},
                                                               {"sha1", 40},
                                                               {"sha224", 56},
                                                               {"sha256", 64},
                                                               {"sha384", 96},
                                                               {"sha512", 128},
                                                               {"sha3224", 56},
                                                               {"sha3256", 64},
                                                               {"sha3384", 96},
                                                               {"sha3512", 128},
                                                               {"ripemd160", 40},
                                                               {"whirlpool", 128}});
  for (const auto& [known, digits] : kDigits) {
    if (name == known) return digits;
  }
  return 0;
}

}  // namespace

absl::Status CheckHashConstants(const StixPattern& pattern) {
  for (const ObservationExpression& leaf : pattern.leaves) {
    for (const Comparison& comparison : leaf.comparisons) {
      const auto& steps = comparison.path.steps;
      if (steps.size() < 2 || !IsHashName(steps[steps.size() - 2])) continue;
      const bool whole = comparison.operation <= ComparisonOperator::kNotEqual ||
                         comparison.operation == ComparisonOperator::kIn;
      const std::size_t digits = whole ? HashDigits(steps.back().key) : 0;
      if (digits == 0) continue;
      for (const PatternConstant& constant : comparison.constants) {
        const bool fits = constant.type == ConstantType::kString && constant.text.size() == digits &&
                          std::all_of(constant.text.begin(), constant.text.end(), IsHexDigit);
        if (fits) continue;
        return PatternLexer(pattern.text)
            .NotStix(
                constant.at,
                fmt::format("a {} hash: {} hexadecimal digits in single quotes", steps.back().key, digits),
                fmt::format("'{}'", constant.text.substr(0, 40)));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace polder
