#include "engine/regex/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <array>

namespace polder {
namespace {

constexpr std::uint32_t kMostHeapKib = 1024;

PCRE2_SPTR Units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

// One a thread, for all expressions: only whether something is found is asked.
struct Scratch {
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);

  Scratch() { pcre2_set_heap_limit(context, kMostHeapKib); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
  }
};

std::uint32_t OptionBits(const RegexOptions& options) {
  return (options.caseless ? PCRE2_CASELESS : 0U) | (options.dot_all ? PCRE2_DOTALL : 0U) |
         (options.multiline ? PCRE2_MULTILINE : 0U) | (options.extended ? PCRE2_EXTENDED : 0U) |
         (options.utf ? PCRE2_UTF : 0U) | PCRE2_NEVER_BACKSLASH_C;
}

}  // namespace

struct Regex::Code {
  pcre2_code* compiled;
};

void Regex::Free::operator()(Code* code) const {
  pcre2_code_free(code->compiled);
  delete code;
}

absl::StatusOr<Regex> Regex::Compile(std::string_view expression, const RegexOptions& options) {
  if (expression.size() > kMaxBytes) {
    return absl::InvalidArgumentError(fmt::format("an expression longer than {} bytes", kMaxBytes));
  }
  int error = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* compiled =
      pcre2_compile(Units(expression), expression.size(), OptionBits(options), &error, &at, nullptr);
  if (compiled == nullptr) {
    std::array<PCRE2_UCHAR, 256> message{};
    pcre2_get_error_message(error, message.data(), message.size());
    return absl::InvalidArgumentError(fmt::format("no regular expression: at byte {}: {}", at,
                                                  reinterpret_cast<const char*>(message.data())));
  }
  return Regex(new Code{compiled}, options.match_limit);
}

Regex::Verdict Regex::Search(std::string_view text) const noexcept {
  thread_local const Scratch scratch;
  pcre2_set_match_limit(scratch.context, match_limit_);
  pcre2_set_depth_limit(scratch.context, match_limit_);
  const int found =
      pcre2_match(code_->compiled, Units(text), text.size(), 0, 0, scratch.data, scratch.context);
  if (found >= 0) return Verdict::kMatch;
  const bool gave_up = found == PCRE2_ERROR_MATCHLIMIT || found == PCRE2_ERROR_DEPTHLIMIT ||
                       found == PCRE2_ERROR_HEAPLIMIT || found == PCRE2_ERROR_NOMEMORY;
  return gave_up ? Verdict::kGaveUp : Verdict::kNoMatch;
}

}  // namespace polder
