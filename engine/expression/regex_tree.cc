#include "engine/expression/regex_tree.h"

#include <algorithm>
#include <utility>

#include "engine/observable/characters.h"

namespace polder {
namespace {

using Type = RegexNode::Type;

RegexNode NodeOf(Type type) {
  RegexNode node;
  node.type = type;
  return node;
}

RegexNode ByteNode(char byte) {
  RegexNode node = NodeOf(Type::kByte);
  node.bytes += ToLowerAscii(byte);
  return node;
}

// What stands behind a backslash and is one byte of many, no byte, or itself.
constexpr std::string_view kClassEscapes = "dDwWsShHvVN";
constexpr std::string_view kEmptyEscapes = "bBAzZGEK";

std::optional<char> ControlOf(char letter) {
  constexpr std::string_view kLetters = "aefnrt";
  constexpr std::string_view kBytes = "\a\x1B\f\n\r\t";
  const std::size_t at = kLetters.find(letter);
  if (at == std::string_view::npos) return std::nullopt;
  return kBytes[at];
}

class Parser {
 public:
  explicit Parser(std::string_view regex) : rest_(regex) {}

  std::optional<RegexNode> Parse() {
    RegexNode node = Alternatives(0);
    if (failed_ || !rest_.empty()) return std::nullopt;
    return node;
  }

 private:
  bool Take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  char Next() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  RegexNode Fail() {
    failed_ = true;
    return NodeOf(Type::kUnknown);
  }

  // Up to a closing parenthesis or the end. Options set inside end with it.
  RegexNode Alternatives(unsigned depth) {
    const bool extended = extended_;
    RegexNode all = NodeOf(Type::kAlternatives);
    do {
      all.children.push_back(Sequence(depth));
    } while (!failed_ && Take("|"));
    extended_ = extended;
    return all.children.size() == 1 ? std::move(all.children.front()) : std::move(all);
  }

  RegexNode Sequence(unsigned depth) {
    RegexNode sequence = NodeOf(Type::kSequence);
    while (!failed_ && !rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      if (SkipMeaningless()) continue;
      if (Take("\\Q")) {
        Quote(&sequence);
      } else {
        sequence.children.push_back(Atom(depth));
        Quantify(&sequence.children.back());
      }
    }
    return sequence;
  }

  // \Q...\E: the quantifier behind it takes the last byte.
  void Quote(RegexNode* sequence) {
    const std::size_t end = std::min(rest_.find("\\E"), rest_.size());
    for (const char c : rest_.substr(0, end)) sequence->children.push_back(ByteNode(c));
    rest_.remove_prefix(std::min(end + 2, rest_.size()));
    if (end > 0) Quantify(&sequence->children.back());
  }

  // What may stand even between an atom and its quantifier: comments, quotes with nothing in them, and white
  // space where (?x) is on.
  bool SkipMeaningless() {
    const std::size_t before = rest_.size();
    while (!rest_.empty()) {
      if (Take("\\E") || Take("\\Q\\E")) continue;
      if (rest_.starts_with("(?#")) {
        const std::size_t end = rest_.find(')');
        if (end == std::string_view::npos) Fail();
        rest_.remove_prefix(std::min(end, rest_.size() - 1) + 1);
      } else if (extended_ && std::string_view(" \t\n\v\f\r").find(rest_.front()) != std::string_view::npos) {
        rest_.remove_prefix(1);
      } else if (extended_ && rest_.front() == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else {
        break;
      }
    }
    return rest_.size() != before;
  }

  RegexNode Atom(unsigned depth) {
    const char c = Next();
    if (c == '(') return Group(depth + 1);
    if (c == '[') return Class();
    if (c == '\\') return Escape();
    if (c == '^' || c == '$') return NodeOf(Type::kEmpty);
    if (c == '.') return NodeOf(Type::kClass);
    return ByteNode(c);
  }

  RegexNode Group(unsigned depth) {
    if (depth > kDeepestGroup || Take("*")) return Fail();
    if (IsReference()) {
      const std::size_t end = rest_.find(')');
      if (end == std::string_view::npos) return Fail();
      rest_.remove_prefix(end + 1);
      return NodeOf(Type::kUnknown);
    }
    bool empty = false;
    bool unknown = false;
    const bool extended = extended_;
    if (Take("?=") || Take("?!") || Take("?<=") || Take("?<!")) {
      empty = true;
    } else if (Take("?(")) {
      // A condition is a group of itself; it and both branches are not looked into.
      unknown = true;
      Group(depth + 1);
    } else if (Take("?")) {
      if (!Take(":") && !Take("|") && !Take(">") && !TakeName()) return Options(depth);
    }
    RegexNode inside = Alternatives(depth);
    extended_ = extended;
    if (!Take(")")) return Fail();
    if (empty) return NodeOf(Type::kEmpty);
    return unknown ? NodeOf(Type::kUnknown) : inside;
  }

  // To another group: (?P=name), (?R), (?1), (?-1), (?&name), (?P>name).
  bool IsReference() const {
    if (rest_.starts_with("?P=") || rest_.starts_with("?P>") || rest_.starts_with("?&")) return true;
    if (rest_.starts_with("?R)")) return true;
    const std::size_t digits = rest_.starts_with("?-") || rest_.starts_with("?+") ? 2 : 1;
    return rest_.starts_with('?') && digits < rest_.size() && IsDigit(rest_[digits]);
  }

  // The name of a group.
  bool TakeName() {
    char close = '\0';
    if (Take("P<") || Take("<")) close = '>';
    if (close == '\0' && Take("'")) close = '\'';
    if (close == '\0') return false;
    const std::size_t end = rest_.find(close);
    if (end == std::string_view::npos) {
      failed_ = true;
      return true;
    }
    rest_.remove_prefix(end + 1);
    return true;
  }

  // (?ims-x) for what follows in this group, (?i:...), or something that refers to another group.
  RegexNode Options(unsigned depth) {
    bool on = true;
    bool extended = extended_;
    while (!rest_.empty() && rest_.front() != ')' && rest_.front() != ':') {
      const char option = Next();
      if (option == '-') {
        on = false;
      } else if (option == 'x') {
        extended = on;
      } else if (std::string_view("imsnUJ").find(option) == std::string_view::npos) {
        return Fail();
      }
    }
    if (Take(")")) {
      extended_ = extended;
      return NodeOf(Type::kEmpty);
    }
    if (!Take(":")) return Fail();
    const bool outside = extended_;
    extended_ = extended;
    RegexNode inside = Alternatives(depth);
    extended_ = outside;
    return Take(")") ? std::move(inside) : Fail();
  }

  RegexNode Escape() {
    if (rest_.empty()) return Fail();
    const char c = Next();
    if (kEmptyEscapes.find(c) != std::string_view::npos) return NodeOf(Type::kEmpty);
    if (kClassEscapes.find(c) != std::string_view::npos && !(c == 'N' && rest_.starts_with('{')))
      return NodeOf(Type::kClass);
    if (const auto control = ControlOf(c)) return ByteNode(*control);
    if (c == 'x') return HexByte();
    if (!IsAlnum(c)) return ByteNode(c);
    // Back references, octal numbers, properties and what is not known. An argument goes with it.
    if (c == 'c') {
      if (rest_.empty()) return Fail();
      rest_.remove_prefix(1);
    } else if (IsDigit(c)) {
      SkipDigits();
    } else if (!SkipArgument(c)) {
      return Fail();
    }
    return NodeOf(Type::kUnknown);
  }

  void SkipDigits() {
    while (!rest_.empty() && IsDigit(rest_.front())) rest_.remove_prefix(1);
  }

  // `{...}`; of references also `<...>`, `'...'` and a number, of properties one letter.
  bool SkipArgument(char escape) {
    const bool reference = escape == 'g' || escape == 'k';
    const bool property = escape == 'p' || escape == 'P';
    if (rest_.empty() || (!reference && !property && escape != 'o' && escape != 'N')) return true;
    const std::size_t bracket = std::string_view("{<'").find(rest_.front());
    if (bracket == 0 || (reference && bracket != std::string_view::npos)) {
      const std::size_t end = rest_.find("}>'"[bracket], 1);
      if (end == std::string_view::npos) return false;
      rest_.remove_prefix(end + 1);
    } else if (property) {
      rest_.remove_prefix(1);
    } else if (reference) {
      if (rest_.front() == '-' || rest_.front() == '+') rest_.remove_prefix(1);
      SkipDigits();
    }
    return true;
  }

  RegexNode HexByte() {
    if (Take("{")) {
      const std::size_t end = rest_.find('}');
      if (end == std::string_view::npos) return Fail();
      const std::string_view digits = rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      if (digits.empty() || digits.size() > 2 || !std::all_of(digits.begin(), digits.end(), IsHexDigit))
        return NodeOf(Type::kUnknown);
      return ByteNode(ByteOf(digits));
    }
    std::size_t length = 0;
    while (length < 2 && length < rest_.size() && IsHexDigit(rest_[length])) ++length;
    const char byte = ByteOf(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return ByteNode(byte);
  }

  static char ByteOf(std::string_view digits) {
    int value = 0;
    for (const char digit : digits) {
      value = value * 16 + HexValue(digit);
    }
    return static_cast<char>(value);
  }

  // One byte; which ones only if they are few and plainly written.
  RegexNode Class() {
    std::string bytes;
    bool many = Take("^");
    for (bool first = true; !rest_.empty(); first = false) {
      if (!first && Take("]")) return ClassOf(std::move(bytes), many);
      const char c = Next();
      if (c == '[' && !rest_.empty() &&
          std::string_view(":.=").find(rest_.front()) != std::string_view::npos) {
        const std::size_t end = PosixEnd(rest_.front());
        many = many || end > 0;
        if (end > 0) {
          rest_.remove_prefix(end);
          continue;
        }
      }
      if (c == '\\') {
        // Where a class ends that has quotes or control characters in it is not worth knowing.
        if (rest_.empty() || std::string_view("QEc").find(rest_.front()) != std::string_view::npos) break;
        const char escaped = Next();
        many = many || IsAlnum(escaped);
        bytes += escaped;
        continue;
      }
      if (c == '-' && !bytes.empty() && !rest_.starts_with(']')) many = true;
      bytes += c;
    }
    return Fail();
  }

  // The length of `:name:]`, or 0: a bracket alone is itself.
  std::size_t PosixEnd(char mark) const {
    std::size_t end = 1;
    while (end < rest_.size() &&
           (IsAlnum(rest_[end]) || rest_[end] == '^' || rest_[end] == '<' || rest_[end] == '>'))
      ++end;
    return rest_.substr(end).starts_with(std::string{mark, ']'}) ? end + 2 : 0;
  }

  static RegexNode ClassOf(std::string bytes, bool many) {
    if (many) return NodeOf(Type::kClass);
    for (char& byte : bytes) byte = ToLowerAscii(byte);
    std::sort(bytes.begin(), bytes.end());
    bytes.erase(std::unique(bytes.begin(), bytes.end()), bytes.end());
    if (bytes.size() > kLargestByteChoice || bytes.empty()) return NodeOf(Type::kClass);
    RegexNode node = NodeOf(Type::kByte);
    node.bytes = std::move(bytes);
    return node;
  }

  bool TakeNumber(std::uint32_t* number) {
    constexpr std::uint32_t kLargest = 1'000'000;
    if (rest_.empty() || !IsDigit(rest_.front())) return false;
    *number = 0;
    while (!rest_.empty() && IsDigit(rest_.front())) {
      *number = std::min(kLargest, *number * 10 + static_cast<std::uint32_t>(Next() - '0'));
    }
    return true;
  }

  // {n}, {n,} and {n,m}. What is nearly one, versions of PCRE take for a repeat or for itself: then what
  // stands before it may be there or not.
  bool Braces(RegexNode* repeat) {
    const std::string_view before = rest_;
    rest_.remove_prefix(1);
    if (TakeNumber(&repeat->least)) {
      repeat->most = repeat->least;
      if (Take("}")) return true;
      if (Take(",")) {
        if (Take("}")) {
          repeat->most = RegexNode::kNoEnd;
          return true;
        }
        if (TakeNumber(&repeat->most) && Take("}")) return true;
      }
    }
    const std::size_t end = before.find('}');
    const bool near = end != std::string_view::npos &&
                      before.substr(1, end - 1).find_first_not_of("0123456789, \t") == std::string_view::npos;
    if (!near) {
      rest_ = before;
      return false;
    }
    rest_ = before.substr(end + 1);
    unsure_ = true;
    return true;
  }

  // The quantifiers behind `atom`: `a{2}{3}` has two.
  void Quantify(RegexNode* atom) {
    constexpr unsigned kMost = 8;
    for (unsigned count = 0; !failed_ && QuantifyOnce(atom); ++count) {
      if (count >= kMost) Fail();
    }
  }

  bool QuantifyOnce(RegexNode* atom) {
    SkipMeaningless();
    if (rest_.empty()) return false;
    RegexNode repeat = NodeOf(Type::kRepeat);
    unsure_ = false;
    if (Take("*")) {
      repeat.least = 0;
      repeat.most = RegexNode::kNoEnd;
    } else if (Take("+")) {
      repeat.most = RegexNode::kNoEnd;
    } else if (Take("?")) {
      repeat.least = 0;
    } else if (rest_.front() != '{' || !Braces(&repeat)) {
      return false;
    }
    if (unsure_) {
      *atom = NodeOf(Type::kUnknown);
      return true;
    }
    if (!Take("?")) repeat.backtracks = !Take("+");
    repeat.children.push_back(std::move(*atom));
    *atom = std::move(repeat);
    return true;
  }

  std::string_view rest_;
  bool failed_ = false;
  bool extended_ = false;
  bool unsure_ = false;  // of the last repeat
};

}  // namespace

std::optional<RegexNode> ParseRegex(std::string_view regex) { return Parser(regex).Parse(); }

}  // namespace polder
