#include "engine/stix/pattern_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "engine/stix/pattern_lexer.h"
#include "engine/stix/text.h"

namespace polder {
namespace {

constexpr std::size_t kMaxDepth = 100;
constexpr std::string_view kATime = "a time such as t'2024-05-06T07:08:09Z'";
// Longer durations and counts mean no more than these.
constexpr long double kMostSeconds = 1e12L;

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

// `text` is as IsPatternTime wants it. Counts on from the first of the month, so that the 30th of February is
// a time as well.
TimeUs TimeOf(std::string_view text) {
  const auto number = [text](std::size_t at, std::size_t digits) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, value);
    return value;
  };
  const std::chrono::year_month_day first{std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(1)};
  const TimeUs days = std::chrono::sys_days(first).time_since_epoch().count() + number(8, 2) - 1;
  const TimeUs seconds = (number(11, 2) * 60 + number(14, 2)) * 60 + number(17, 2);
  TimeUs fraction = 0;
  if (text[19] == '.') {
    std::string digits(text.substr(20, std::min<std::size_t>(6, text.size() - 21)));
    digits.resize(6, '0');
    std::from_chars(digits.data(), digits.data() + digits.size(), fraction);
  }
  return days * kDayUs + seconds * kSecondUs + fraction;
}

// A function that returns false has set error_; the others add to what they are given.
class StixPatternParser {
 public:
  explicit StixPatternParser(std::string_view text) : lexer_(text) { pattern_.text = text; }

  absl::StatusOr<StixPattern> Parse() {
    if (!Advance() || !Sequence(pattern_.root)) return error_;
    if (token_.type != PatternTokenType::kEnd) return lexer_.NotStix(token_, Expected("the end"));
    return std::move(pattern_);
  }

 private:
  bool Advance() {
    end_ = lexer_.at();
    auto token = lexer_.Next();
    if (!token.ok()) return Fail(token.status());
    token_ = *std::move(token);
    return true;
  }

  bool Fail(const absl::Status& status) {
    error_ = status;
    return false;
  }
  bool FailExpecting(std::string_view expected) { return Fail(lexer_.NotStix(token_, Expected(expected))); }

  // With a hint where a keyword is there in small letters.
  std::string Expected(std::string_view what) const {
    static constexpr std::array<std::string_view, 16> kKeywords = {
        "AND",        "OR",     "FOLLOWEDBY", "NOT",     "LIKE",    "MATCHES", "IN",    "ISSUBSET",
        "ISSUPERSET", "EXISTS", "WITHIN",     "SECONDS", "REPEATS", "TIMES",   "START", "STOP"};
    const std::string upper = token_.type == PatternTokenType::kWord ? Upper(token_.text) : std::string();
    const bool known =
        upper != token_.text && std::find(kKeywords.begin(), kKeywords.end(), upper) != kKeywords.end();
    return known ? fmt::format("{} (keywords are in capitals: {})", what, upper) : std::string(what);
  }

  bool At(PatternTokenType type, std::string_view text) const {
    return token_.type == type && token_.text == text;
  }
  bool AtMark(std::string_view mark) const { return At(PatternTokenType::kMark, mark); }
  bool AtWord(std::string_view word) const { return At(PatternTokenType::kWord, word); }

  bool ExpectMark(std::string_view mark) {
    return AtMark(mark) ? Advance() : FailExpecting(fmt::format("'{}'", mark));
  }
  bool ExpectWord(std::string_view word) { return AtWord(word) ? Advance() : FailExpecting(word); }

  bool Deeper() {
    if (++depth_ <= kMaxDepth) return true;
    return Fail(absl::UnimplementedError(
        fmt::format("not yet supported: more than {} parentheses inside each other", kMaxDepth)));
  }

  // One or more of what `part` reads, joined by `word`; more than one under a node of `type`.
  template <typename Node, typename Part>
  bool Joined(std::string_view word, typename Node::Type type, Node& out, Part part) {
    if (!part(out)) return false;
    if (!AtWord(word)) return true;
    Node joined;
    joined.type = type;
    joined.operands.push_back(std::move(out));
    while (AtWord(word)) {
      if (!Advance() || !part(joined.operands.emplace_back())) return false;
    }
    out = std::move(joined);
    return true;
  }

  bool Sequence(ObservationNode& out) {
    using Type = ObservationNode::Type;
    const auto joined = [this](ObservationNode& node) {
      return Joined("AND", Type::kAnd, node, [this](ObservationNode& part) { return Observation(part); });
    };
    const auto either = [&](ObservationNode& node) { return Joined("OR", Type::kOr, node, joined); };
    return Joined("FOLLOWEDBY", Type::kFollowedBy, out, either);
  }

  // `[...]` or parentheses around observations, and any qualifiers; behind `[...]` each once.
  bool Observation(ObservationNode& out) {
    const bool grouped = AtMark("(");
    if (grouped) {
      if (!Deeper() || !Advance() || !Sequence(out) || !ExpectMark(")")) return false;
      --depth_;
    } else if (!Leaf(out)) {
      return false;
    }
    std::vector<std::string> seen;
    while (AtWord("WITHIN") || AtWord("REPEATS") || AtWord("START")) {
      const std::string word = token_.text;
      if (!grouped && std::find(seen.begin(), seen.end(), word) != seen.end()) {
        return FailExpecting(fmt::format("no second {}", word));
      }
      if (!grouped) seen.push_back(word);
      if (!Advance() || !ReadQualifier(word, out.qualifiers.emplace_back())) return false;
    }
    return true;
  }

  bool Leaf(ObservationNode& out) {
    const std::size_t at = token_.at;
    out.leaf = pattern_.leaves.size();
    pattern_.leaves.emplace_back().at = at;
    ComparisonNode root;
    if (!ExpectMark("[") || !EitherComparison(root)) return false;
    if (!ExpectMark("]")) return false;
    ObservationExpression& leaf = pattern_.leaves.back();
    leaf.root = std::move(root);
    leaf.text = pattern_.text.substr(at, end_ - at);
    return true;
  }

  bool ReadQualifier(std::string_view word, Qualifier& out) {
    if (word == "START") {
      out.type = Qualifier::Type::kStartStop;
      return Time(out.start) && ExpectWord("STOP") && Time(out.stop);
    }
    const bool within = word == "WITHIN";
    out.type = within ? Qualifier::Type::kWithin : Qualifier::Type::kRepeats;
    const std::string_view expected = within ? "a positive number" : "a positive whole number";
    if (token_.type != PatternTokenType::kNumber) return FailExpecting(expected);
    const long double number = std::strtold(token_.text.c_str(), nullptr);
    const bool whole = token_.text.find('.') == std::string::npos;
    if (token_.text.starts_with('-') || !(number > 0) || (!within && !whole)) return FailExpecting(expected);
    const long double bounded = std::min(number, kMostSeconds);
    if (within) {
      out.within = std::max<TimeUs>(1, static_cast<TimeUs>(bounded * kSecondUs + 0.5L));
    } else {
      out.repeats = static_cast<std::uint64_t>(bounded);
    }
    return Advance() && ExpectWord(within ? "SECONDS" : "TIMES");
  }

  bool Time(TimeUs& out) {
    const bool typed = token_.type == PatternTokenType::kTyped && token_.text.front() == 't';
    const std::string_view text = typed ? std::string_view(token_.text).substr(2, token_.text.size() - 3)
                                        : std::string_view(token_.text);
    if ((!typed && token_.type != PatternTokenType::kString) || !IsPatternTime(text)) {
      return FailExpecting(kATime);
    }
    out = TimeOf(text);
    return Advance();
  }

  bool EitherComparison(ComparisonNode& out) {
    using Type = ComparisonNode::Type;
    const auto joined = [this](ComparisonNode& node) {
      return Joined("AND", Type::kAnd, node, [this](ComparisonNode& part) { return OneComparison(part); });
    };
    if (!Joined("OR", Type::kOr, out, joined)) return false;
    return AtMark("]") || AtMark(")") || FailExpecting("OR, AND or a closing bracket");
  }

  bool OneComparison(ComparisonNode& out) {
    if (AtMark("(")) {
      if (!Deeper() || !Advance() || !EitherComparison(out) || !ExpectMark(")")) return false;
      --depth_;
      return true;
    }
    Comparison comparison;
    const bool exists = AtWord("EXISTS");
    if (exists && !Advance()) return false;
    if (!Path(comparison.path)) return false;
    if (exists) {
      comparison.operation = ComparisonOperator::kExists;
      comparison.written = "EXISTS";
    } else {
      comparison.negated = AtWord("NOT");
      if (comparison.negated && !Advance()) return false;
      if (!Operator(comparison) || !Operands(comparison)) return false;
    }
    out.comparison = pattern_.leaves.back().comparisons.size();
    pattern_.leaves.back().comparisons.push_back(std::move(comparison));
    return true;
  }

  bool Path(ObjectPath& out) {
    if (token_.type != PatternTokenType::kPath) {
      return FailExpecting("an object path such as domain-name:value");
    }
    out.type = token_.text.substr(0, token_.text.find(':'));
    out.steps = std::move(token_.steps);
    out.normal = NormalPath(token_.text);
    out.text = std::move(token_.text);
    out.at = token_.at;
    return Advance();
  }

  bool Operator(Comparison& out) {
    using enum ComparisonOperator;
    static constexpr auto kOperators =
        std::to_array<std::pair<std::string_view, ComparisonOperator>>({{"=", kEqual},
                                                                        {"==", kEqual},
                                                                        {"!=", kNotEqual},
                                                                        {"<>", kNotEqual},
                                                                        {"<", kLess},
                                                                        {"<=", kLessOrEqual},
                                                                        {">", kGreater},
                                                                        {">=", kGreaterOrEqual},
                                                                        {"IN", kIn},
                                                                        {"LIKE", kLike},
                                                                        {"MATCHES", kMatches},
                                                                        {"ISSUBSET", kIsSubset},
                                                                        {"ISSUPERSET", kIsSuperset}});
    const auto* const known = std::find_if(kOperators.begin(), kOperators.end(),
                                           [this](const auto& entry) { return entry.first == token_.text; });
    const bool may_be = token_.type == PatternTokenType::kMark || token_.type == PatternTokenType::kWord;
    if (!may_be || known == kOperators.end()) return FailExpecting("a comparison operator");
    out.operation = known->second;
    out.written = token_.text;
    return Advance();
  }

  bool Operands(Comparison& out) {
    if (out.operation == ComparisonOperator::kIn) return Set(out);
    const bool of_text = out.operation >= ComparisonOperator::kLike;
    if (of_text && token_.type != PatternTokenType::kString) return FailExpecting("a value in single quotes");
    return Operand(out);
  }

  bool Set(Comparison& out) {
    if (!ExpectMark("(")) return false;
    if (AtMark(")")) return Advance();
    while (true) {
      if (!Operand(out)) return false;
      if (AtMark(")")) return Advance();
      if (!AtMark(",")) return FailExpecting("',' or ')'");
      if (!Advance()) return false;
    }
  }

  bool Operand(Comparison& out) {
    const bool boolean = AtWord("true") || AtWord("false");
    PatternConstant constant;
    constant.at = token_.at;
    if (token_.type == PatternTokenType::kString) {
      constant.text = std::move(token_.text);
    } else if (token_.type == PatternTokenType::kNumber) {
      constant.type = ConstantType::kNumber;
      // A fraction as JSON has it, so that 0.1 is 0.1.
      const bool whole = token_.text.find('.') == std::string::npos;
      constant.number = whole ? std::strtold(token_.text.c_str(), nullptr)
                              : static_cast<long double>(std::strtod(token_.text.c_str(), nullptr));
    } else if (boolean) {
      constant.type = ConstantType::kBoolean;
      constant.boolean = token_.text == "true";
    } else if (token_.type == PatternTokenType::kTyped) {
      Typed(constant);
    } else {
      return FailExpecting("a value in single quotes, or a number");
    }
    if (constant.type != ConstantType::kString) constant.written = std::move(token_.text);
    if (constant.text.empty() && constant.type != ConstantType::kString &&
        constant.type != ConstantType::kBinary) {
      constant.text = constant.written;
    }
    out.constants.push_back(std::move(constant));
    return Advance();
  }

  // The lexer has checked it.
  void Typed(PatternConstant& out) const {
    const std::string_view text = std::string_view(token_.text).substr(2, token_.text.size() - 3);
    if (token_.text.front() == 't') {
      out.type = ConstantType::kTimestamp;
      out.time = TimeOf(text);
      out.text = text;
    } else {
      out.type = ConstantType::kBinary;
      out.text = (token_.text.front() == 'h' ? DecodeHex(text) : DecodeBase64(text)).value_or("");
    }
  }

  PatternLexer lexer_;
  PatternToken token_;
  std::size_t end_ = 0;  // where the token before token_ ends
  std::size_t depth_ = 0;
  StixPattern pattern_;
  absl::Status error_;
};

}  // namespace

absl::StatusOr<StixPattern> ParseStixPattern(std::string_view text) {
  return StixPatternParser(text).Parse();
}

}  // namespace polder
