#include "engine/stix/pattern_lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/observable/characters.h"

namespace polder {
namespace {

bool IsNameStart(char c) { return IsLetter(c) || c == '_'; }
bool IsNameChar(char c) { return IsAlnum(c) || c == '_'; }
bool IsTypeChar(char c) { return IsNameChar(c) || c == '-'; }

// The bytes of white space at the start of `text`: ASCII's, and Unicode's of the grammar.
std::size_t BlankLength(std::string_view text) {
  if (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r')) return 1;
  static constexpr std::array<std::string_view, 8> kWide = {"\xC2\x85",      // next line
                                                            "\xC2\xA0",      // no-break space
                                                            "\xE1\x9A\x80",  // ogham space mark
                                                            "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF",
                                                            "\xE2\x81\x9F", "\xE3\x80\x80"};
  for (const std::string_view space : kWide) {
    if (text.starts_with(space)) return space.size();
  }
  // U+2000 to U+200A: spaces of many widths.
  const bool width =
      text.starts_with("\xE2\x80") && text.size() >= 3 && static_cast<unsigned char>(text[2]) <= 0x8A;
  return width ? 3 : 0;
}

bool IsBase64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(), [](char c) { return IsAlnum(c) || c == '+' || c == '/'; });
}

bool IsHex(std::string_view text) {
  return text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), IsHexDigit);
}

}  // namespace

bool IsPatternTime(std::string_view text) {
  static constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() <= kShape.size() || !text.ends_with('Z')) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '0' ? !IsDigit(text[i]) : text[i] != kShape[i]) return false;
  }
  const auto in_range = [text](std::size_t at, int low, int high) {
    const int number = (text[at] - '0') * 10 + (text[at + 1] - '0');
    return low <= number && number <= high;
  };
  if (!in_range(5, 1, 12) || !in_range(8, 1, 31) || !in_range(11, 0, 23) || !in_range(14, 0, 59) ||
      !in_range(17, 0, 60)) {
    return false;
  }
  const std::string_view fraction = text.substr(kShape.size(), text.size() - kShape.size() - 1);
  if (fraction.empty()) return true;
  return fraction.size() > 1 && fraction.front() == '.' &&
         std::all_of(fraction.begin() + 1, fraction.end(), IsDigit);
}

absl::Status PatternLexer::NotStix(std::size_t at, std::string_view what) const {
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const std::string_view before = text_.substr(0, at);
  return absl::InvalidArgumentError(
      fmt::format("not a STIX pattern: at character {}: {}",
                  1 + std::count_if(before.begin(), before.end(), begins_character), what));
}

absl::Status PatternLexer::NotStix(std::size_t at, std::string_view expected, std::string_view seen) const {
  return NotStix(at, fmt::format("expected {}, saw {}", expected, seen));
}

absl::Status PatternLexer::NotStix(const PatternToken& token, std::string_view expected) const {
  return NotStix(token.at, expected, SeenAt(token.at));
}

absl::StatusOr<PatternToken> PatternLexer::Next() {
  if (const auto status = SkipBlank(); !status.ok()) return status;
  PatternToken token;
  token.at = at_;
  if (at_ == text_.size()) return token;
  const char c = text_[at_];
  if (c == '\'') {
    auto quoted = Quoted();
    if (!quoted.ok()) return quoted.status();
    token.type = PatternTokenType::kString;
    token.text = *std::move(quoted);
    return token;
  }
  if (IsNameStart(c)) return Word(std::move(token));
  if (IsDigit(c) || c == '+' || c == '-' || c == '.') return Number(std::move(token));
  static constexpr std::array<std::string_view, 13> kMarks = {"!=", "<>", "<=", ">=", "==", "=", "<",
                                                              ">",  "[",  "]",  "(",  ")",  ","};
  for (const std::string_view mark : kMarks) {
    if (!text_.substr(at_).starts_with(mark)) continue;
    at_ += mark.size();
    token.type = PatternTokenType::kMark;
    token.text = mark;
    return token;
  }
  return NotStix(token.at, "a word, a value or an operator", SeenAt(at_));
}

absl::Status PatternLexer::SkipBlank() {
  while (at_ < text_.size()) {
    const std::string_view rest = text_.substr(at_);
    if (const std::size_t blank = BlankLength(rest); blank > 0) {
      at_ += blank;
    } else if (rest.starts_with("//")) {
      at_ += std::min(rest.find_first_of("\r\n"), rest.size());
    } else if (rest.starts_with("/*")) {
      const std::size_t end = rest.find("*/", 2);
      if (end == std::string_view::npos) return NotStix(at_, "a comment that ends in */", "none");
      at_ += end + 2;
    } else {
      break;
    }
  }
  return absl::OkStatus();
}

// A string in quotes, in which a quote and a backslash stand behind a backslash, and no other character does.
absl::StatusOr<std::string> PatternLexer::Quoted() {
  const std::size_t start = at_++;
  std::string text;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '\'') return text;
    if (c != '\\') {
      text += c;
      continue;
    }
    if (at_ == text_.size()) break;
    if (text_[at_] != '\'' && text_[at_] != '\\') {
      return NotStix(at_, "a quote or a second backslash after the backslash", SeenAt(at_));
    }
    text += text_[at_++];
  }
  return NotStix(start, "a string with a closing quote", "none");
}

absl::StatusOr<PatternToken> PatternLexer::Number(PatternToken token) {
  const std::size_t start = at_;
  if (text_[at_] == '+' || text_[at_] == '-') ++at_;
  std::size_t digits = Run(IsDigit).size();
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    const std::size_t fraction = Run(IsDigit).size();
    digits = fraction;
  }
  // A hexadecimal value without its quotes, for one.
  const bool goes_on = at_ < text_.size() && IsNameChar(text_[at_]);
  if (digits == 0 || goes_on)
    return NotStix(token.at, "a value in single quotes, or a number", SeenAt(start));
  token.type = PatternTokenType::kNumber;
  token.text = text_.substr(start, at_ - start);
  return token;
}

absl::StatusOr<PatternToken> PatternLexer::Word(PatternToken token) {
  token.text = Run(IsTypeChar);
  token.type = PatternTokenType::kWord;
  if (at_ == text_.size()) return token;
  if (text_[at_] == ':') {
    token.type = PatternTokenType::kPath;
    if (const auto status = PathSteps(token); !status.ok()) return status;
    return token;
  }
  const bool typed = token.text == "b" || token.text == "h" || token.text == "t";
  if (!typed || text_[at_] != '\'') return token;
  const auto value = Quoted();
  if (!value.ok()) return value.status();
  if (token.text == "b" && !IsBase64(*value)) return NotStix(token.at, "base 64 in b'...'", *value);
  if (token.text == "h" && !IsHex(*value))
    return NotStix(token.at, "pairs of hexadecimal digits in h'...'", *value);
  if (token.text == "t" && !IsPatternTime(*value)) {
    return NotStix(token.at, "a time such as t'2024-05-06T07:08:09Z'", *value);
  }
  token.type = PatternTokenType::kTyped;
  token.text += fmt::format("'{}'", *value);
  return token;
}

// `:step`, then `.step` or `[number]` or `[*]` as often as there are. A step is a name or in quotes.
absl::Status PatternLexer::PathSteps(PatternToken& token) {
  constexpr std::size_t kMaxSteps = 64;
  while (at_ < text_.size()) {
    const bool first = token.steps.empty();
    const char c = text_[at_];
    if (c != (first ? ':' : '.') && (c != '[' || first)) break;
    if (token.steps.size() == kMaxSteps) {
      return NotStix(at_, fmt::format("no more than {} steps in the object path", kMaxSteps), SeenAt(at_));
    }
    if (c == '[') {
      if (const auto status = IndexStep(token); !status.ok()) return status;
      continue;
    }
    token.text += c;
    ++at_;
    PathStep step;
    if (at_ < text_.size() && text_[at_] == '\'') {
      auto quoted = Quoted();
      if (!quoted.ok()) return quoted.status();
      step.key = *std::move(quoted);
    } else if (at_ < text_.size() && IsNameStart(text_[at_])) {
      step.key = Run(IsNameChar);
    } else {
      return NotStix(at_, "a name in the object path", SeenAt(at_));
    }
    token.text += step.key;
    token.steps.push_back(std::move(step));
  }
  if (at_ < text_.size() && text_[at_] == '-') {
    return NotStix(at_, "single quotes around a part of a path that has a hyphen, such as 'SHA-256'",
                   SeenAt(at_));
  }
  return absl::OkStatus();
}

absl::Status PatternLexer::IndexStep(PatternToken& token) {
  const std::size_t start = at_++;
  PathStep step;
  step.type = PathStep::Type::kAnyIndex;
  if (at_ < text_.size() && text_[at_] == '*') {
    ++at_;
  } else {
    step.type = PathStep::Type::kIndex;
    const std::size_t number = at_;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    const std::string_view digits = Run(IsDigit);
    const auto read = std::from_chars(text_.data() + number, text_.data() + at_, step.index);
    if (digits.empty() || read.ec != std::errc()) {
      return NotStix(start, "[*] or a number in the object path", SeenAt(start));
    }
  }
  if (at_ == text_.size() || text_[at_] != ']') {
    return NotStix(start, "[*] or a number in the object path", SeenAt(start));
  }
  ++at_;
  token.text += text_.substr(start, at_ - start);
  token.steps.push_back(std::move(step));
  return absl::OkStatus();
}

std::string_view PatternLexer::Run(bool (*belongs)(char)) {
  const std::size_t start = at_;
  while (at_ < text_.size() && belongs(text_[at_])) ++at_;
  return text_.substr(start, at_ - start);
}

std::string PatternLexer::SeenAt(std::size_t at) const {
  constexpr std::size_t kShown = 20;
  return at < text_.size() ? fmt::format("'{}'", text_.substr(at, kShown)) : std::string("the end");
}

}  // namespace polder
