#include "rules/warninglist/php_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <array>
#include <string>

#include "engine/observable/characters.h"

namespace polder {
namespace {

constexpr std::size_t kLongest = 4096;
// Of what backtracking may cost: milliseconds.
constexpr std::uint32_t kMostSteps = 100'000;
constexpr std::uint32_t kMostHeapKib = 1024;

struct Parts {
  std::string_view expression;
  std::uint32_t options = 0;
  char unknown = '\0';  // a flag that is not known
};

Parts PartsOf(std::string_view text) {
  if (text.size() < 2 || IsAlnum(text.front()) ||
      std::string_view("\\ ^(.[").find(text.front()) != text.npos) {
    return {text, PCRE2_CASELESS};
  }
  constexpr std::string_view kOpen = "{<";
  constexpr std::string_view kClose = "}>";
  const std::size_t bracket = kOpen.find(text.front());
  const std::size_t end = text.rfind(bracket == std::string_view::npos ? text.front() : kClose[bracket]);
  if (end == 0 || end == std::string_view::npos) return {text, PCRE2_CASELESS};
  Parts parts{text.substr(1, end - 1)};
  for (const char flag : text.substr(end + 1)) {
    if (flag == 'i')
      parts.options |= PCRE2_CASELESS;
    else if (flag == 'm')
      parts.options |= PCRE2_MULTILINE;
    else if (flag == 's')
      parts.options |= PCRE2_DOTALL;
    else if (flag == 'x')
      parts.options |= PCRE2_EXTENDED;
    else if (flag == 'u')
      parts.options |= PCRE2_UTF;
    else if (flag != 'g')
      parts.unknown = flag;
  }
  return parts;
}

PCRE2_SPTR Units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

// One a thread, for all patterns: only whether something is found is asked.
struct Scratch {
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);

  Scratch() {
    pcre2_set_match_limit(context, kMostSteps);
    pcre2_set_depth_limit(context, kMostSteps);
    pcre2_set_heap_limit(context, kMostHeapKib);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
  }
};

}  // namespace

struct PhpPattern::Code {
  pcre2_code* compiled;
};

void PhpPattern::Free::operator()(Code* code) const {
  pcre2_code_free(code->compiled);
  delete code;
}

absl::StatusOr<PhpPattern> PhpPattern::Compile(std::string_view text) {
  if (text.size() > kLongest) {
    return absl::InvalidArgumentError(fmt::format("an expression longer than {} bytes", kLongest));
  }
  const Parts parts = PartsOf(text);
  if (parts.unknown != '\0') {
    return absl::InvalidArgumentError(fmt::format("an expression with the unknown flag '{}'", parts.unknown));
  }
  int error = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* compiled =
      pcre2_compile(Units(parts.expression), parts.expression.size(), parts.options, &error, &at, nullptr);
  if (compiled == nullptr) {
    std::array<PCRE2_UCHAR, 256> message{};
    pcre2_get_error_message(error, message.data(), message.size());
    return absl::InvalidArgumentError(fmt::format("no regular expression: at byte {}: {}", at,
                                                  reinterpret_cast<const char*>(message.data())));
  }
  return PhpPattern(new Code{compiled});
}

bool PhpPattern::Matches(std::string_view value) const {
  thread_local const Scratch scratch;
  return pcre2_match(code_->compiled, Units(value), value.size(), 0, 0, scratch.data, scratch.context) >= 0;
}

}  // namespace polder
