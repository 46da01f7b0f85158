// One scan finds what most pairs of the line are delimited by, a second one the pairs. In quotes no pair
// begins; a quote counts only if there is one that closes it, behind which a value may end, or the next pair
// begin.
#include "engine/event/key_value_reader.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/event/unescape.h"
#include "engine/observable/characters.h"

namespace polder {
namespace {

constexpr std::size_t kFewestPairs = 3;
constexpr std::size_t kFreeTextShare = 4;  // one part in so many may be free text

constexpr bool IsSeparator(char c) { return c == ',' || c == ';'; }

// The key of a pair that begins at `at`; empty if none does. `a==b` is none, nor is the padding of base64.
std::string_view PairAt(std::string_view text, std::size_t at) {
  const std::string_view key = KeyAt(text, at);
  const std::size_t value = at + key.size() + 1;
  return value < text.size() && text[value] == '=' ? std::string_view() : key;
}

// Finds closing quotes, and remembers when there are no more, so that many quotes cost no more than few.
class Quotes {
 public:
  explicit Quotes(std::string_view text) : text_(text) {}

  // The position of the quote that closes the one at `open`; npos if none does or there is no quote at all.
  std::size_t Closing(std::size_t open) {
    if (open >= text_.size() || (text_[open] != '"' && text_[open] != '\'')) return std::string_view::npos;
    const char quote = text_[open];
    bool& exhausted = quote == '"' ? no_more_double_ : no_more_single_;
    if (exhausted) return std::string_view::npos;
    for (std::size_t i = open + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == quote && MayEndValue(i + 1))
        return i;
    }
    exhausted = true;
    return std::string_view::npos;
  }

 private:
  bool MayEndValue(std::size_t at) const {
    return at == text_.size() || IsBlank(text_[at]) || IsSeparator(text_[at]) || text_[at] == ']' ||
           text_[at] == ')' || text_[at] == '}' || !PairAt(text_, at).empty();
  }

  std::string_view text_;
  bool no_more_double_ = false;
  bool no_more_single_ = false;
};

enum Delimiter : std::uint8_t { kBlank, kTab, kComma, kSemicolon, kDelimiters };

// A pair at `at` may begin there, whatever the delimiter.
bool IsBoundary(std::string_view text, std::size_t at) {
  return at == 0 || IsBlank(text[at - 1]) || IsSeparator(text[at - 1]);
}

// What delimits a pair at `at`, which IsBoundary, from what is before it.
Delimiter DelimiterBefore(std::string_view text, std::size_t at) {
  const std::size_t last = at == 0 ? std::string_view::npos : text.find_last_not_of(kBlanks, at - 1);
  if (last == std::string_view::npos) return kBlank;
  if (text[last] == ',') return kComma;
  if (text[last] == ';') return kSemicolon;
  return text[at - 1] == '\t' ? kTab : kBlank;
}

Delimiter MostCommonDelimiter(std::string_view text) {
  std::array<std::size_t, kDelimiters> counts{};
  Quotes quotes(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view key = IsBoundary(text, at) ? PairAt(text, at) : std::string_view();
    if (key.empty()) {
      ++at;
      continue;
    }
    if (at > 0) ++counts[DelimiterBefore(text, at)];
    at += key.size() + 1;
    const std::size_t closing = quotes.Closing(at);
    if (closing != std::string_view::npos) at = closing + 1;
  }
  return static_cast<Delimiter>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

// One pair, or free text, whose key is empty.
struct Part {
  std::string_view key;
  std::string_view raw;
  char quote = 0;
};

// Takes the line apart.
class Parts {
 public:
  explicit Parts(std::string_view text)
      : text_(text), delimiter_(MostCommonDelimiter(text)), quotes_(text), next_pair_(FindPair(0)) {}

  bool Next(Part& part) {
    if (at_ >= text_.size()) return false;
    part = {};
    if (at_ < next_pair_) {
      part.raw = TrimFreeText(text_.substr(at_, next_pair_ - at_));
      at_ = next_pair_;
      return true;
    }
    part.key = PairAt(text_, at_);
    at_ += part.key.size() + 1;
    seen_pair_ = true;
    const std::size_t closing = quotes_.Closing(at_);
    if (closing != std::string_view::npos) {
      part.quote = text_[at_];
      part.raw = text_.substr(at_ + 1, closing - at_ - 1);
      at_ = closing + 1;
      next_pair_ = PairAt(text_, at_).empty() ? FindPair(at_) : at_;
    } else {
      next_pair_ = FindPair(at_);
      // Not asked for otherwise: a line without blanks would be searched to its end for every pair.
      const std::size_t end =
          delimiter_ == kBlank ? std::min(text_.find_first_of(kBlanks, at_), text_.size()) : next_pair_;
      part.raw = TrimValue(text_.substr(at_, end - at_));
      at_ = end;
    }
    return true;
  }

 private:
  std::size_t FindPair(std::size_t from) const {
    for (std::size_t i = from; i < text_.size(); ++i) {
      if (IsBoundary(text_, i) && !PairAt(text_, i).empty() && IsDelimited(i)) return i;
    }
    return text_.size();
  }

  bool IsDelimited(std::size_t pair) const {
    if (pair == 0) return true;
    // In front of the first pair may stand text, and so no separator.
    if (delimiter_ == kBlank || !seen_pair_) return IsBlank(text_[pair - 1]);
    return DelimiterBefore(text_, pair) == delimiter_;
  }

  static std::string_view TrimValue(std::string_view text) {
    text = TrimBlanks(text);
    if (text.size() > 1 && IsSeparator(text.back())) text.remove_suffix(1);
    return text;
  }

  static std::string_view TrimFreeText(std::string_view text) {
    const auto is_delimiter = [](char c) { return IsBlank(c) || IsSeparator(c); };
    while (!text.empty() && is_delimiter(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_delimiter(text.back())) text.remove_suffix(1);
    return text;
  }

  std::string_view text_;
  Delimiter delimiter_;
  Quotes quotes_;
  std::size_t at_ = 0;
  bool seen_pair_ = false;
  std::size_t next_pair_;  // not before at_; last, as finding it needs the others
};

std::string_view UnescapeValue(const Part& part, std::string& scratch) {
  if (part.quote == 0 || part.raw.find('\\') == std::string_view::npos) return part.raw;
  if (part.quote == '\'') return WithoutBackslashes(part.raw, "'\\", scratch);
  if (HasPlainBackslashes(part.raw, "\"\\/bfnrtux'")) return WithoutBackslashes(part.raw, "\"", scratch);
  UnescapeLeniently(part.raw, scratch);
  return scratch;
}

}  // namespace

bool LooksLikeKeyValue(std::string_view text) {
  std::size_t pairs = 0;
  std::size_t free_text = 0;
  Parts parts(text);
  for (Part part; parts.Next(part);) {
    if (part.key.empty())
      free_text += part.raw.size();
    else
      ++pairs;
  }
  return pairs >= kFewestPairs && free_text <= text.size() / kFreeTextShare;
}

bool ReadKeyValue(std::string_view text, std::string& scratch, FieldSink on_string, NumberFieldSink) {
  Parts parts(text);
  std::string_view before_pairs;
  bool any = false;
  for (Part part; parts.Next(part);) {
    if (!part.key.empty()) {
      // Only now is it known that there is a pair, so what stands before the first had to wait.
      if (!any) HandOverMessage(before_pairs, on_string);
      any = true;
      on_string(part.key, UnescapeValue(part, scratch));
    } else if (any) {
      HandOverMessage(part.raw, on_string);
    } else {
      before_pairs = part.raw;
    }
  }
  return any;
}

}  // namespace polder
