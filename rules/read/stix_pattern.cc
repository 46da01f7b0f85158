#include "rules/read/stix_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "rules/read/stix_lexer.h"

namespace polder {
namespace {

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

constexpr std::size_t kMaxDepth = 100;

// Reads the whole grammar, so that a pattern that is no STIX is told from one that asks for more than values.
// AND binds before OR, and OR before FOLLOWEDBY. A function that returns false has set error_; the others add
// to `out` what they read.
class Parser {
 public:
  explicit Parser(std::string_view pattern) : lexer_(pattern) {}

  absl::StatusOr<PatternAtoms> Parse() {
    Alternatives all;
    if (!Advance() || !Sequence(all)) return error_;
    if (token_.type != PatternTokenType::kEnd) return lexer_.NotStix(token_, Expected("the end"));
    return ResolveAlternatives(std::move(all));
  }

 private:
  bool Advance() {
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
  bool ExpectType(PatternTokenType type, std::string_view what) {
    return token_.type == type ? Advance() : FailExpecting(what);
  }

  bool Deeper() {
    if (++depth_ <= kMaxDepth) return true;
    return Fail(absl::UnimplementedError(
        fmt::format("not yet supported: more than {} parentheses inside each other", kMaxDepth)));
  }

  // Instead of all that was read of a part: what makes it one for the pattern engine.
  static void Beyond(Alternatives& out, std::string_view what) {
    out.any_of.clear();
    out.refused.clear();
    out.refused.push_back(NeedsPatternEngine(what));
  }

  bool Sequence(Alternatives& out) {
    if (!EitherObservation(out)) return false;
    while (AtWord("FOLLOWEDBY")) {
      Alternatives next;
      if (!Advance() || !EitherObservation(next)) return false;
      Beyond(out, "FOLLOWEDBY");
    }
    return true;
  }

  bool EitherObservation(Alternatives& out) {
    while (true) {
      Alternatives one;
      if (!JoinedObservations(one)) return false;
      AddEither(out, std::move(one));
      if (!AtWord("OR")) return true;
      if (!Advance()) return false;
    }
  }

  bool JoinedObservations(Alternatives& out) {
    if (!Observation(out)) return false;
    while (AtWord("AND")) {
      Alternatives next;
      if (!Advance() || !Observation(next)) return false;
      Beyond(out, "AND between observations");
    }
    return true;
  }

  // `[...]` or parentheses around observations, and any qualifiers; behind `[...]` each once.
  bool Observation(Alternatives& out) {
    const bool grouped = AtMark("(");
    if (grouped) {
      if (!Deeper() || !Advance() || !Sequence(out) || !ExpectMark(")")) return false;
      --depth_;
    } else if (!ExpectMark("[") || !EitherComparison(out) || !ExpectMark("]")) {
      return false;
    }
    std::vector<std::string> seen;
    while (AtWord("WITHIN") || AtWord("REPEATS") || AtWord("START")) {
      const std::string qualifier = token_.text;
      if (!grouped && std::find(seen.begin(), seen.end(), qualifier) != seen.end()) {
        return FailExpecting(fmt::format("no second {}", qualifier));
      }
      if (!grouped) seen.push_back(qualifier);
      if (!Advance() || !Qualifier(qualifier)) return false;
      Beyond(out, qualifier);
    }
    return true;
  }

  bool Qualifier(const std::string& qualifier) {
    if (qualifier == "START") {
      return ExpectType(PatternTokenType::kTyped, "a time such as t'2024-05-06T07:08:09Z'") &&
             ExpectWord("STOP") &&
             ExpectType(PatternTokenType::kTyped, "a time such as t'2024-05-06T07:08:09Z'");
    }
    if (token_.text.starts_with('-')) return FailExpecting("a positive number");
    return ExpectType(PatternTokenType::kNumber, "a positive number") &&
           ExpectWord(qualifier == "WITHIN" ? "SECONDS" : "TIMES");
  }

  bool EitherComparison(Alternatives& out) {
    while (true) {
      Alternatives one;
      if (!JoinedComparisons(one)) return false;
      AddEither(out, std::move(one));
      if (!AtWord("OR")) {
        return AtMark("]") || AtMark(")") || FailExpecting("OR, AND or a closing bracket");
      }
      if (!Advance()) return false;
    }
  }

  bool JoinedComparisons(Alternatives& out) {
    if (!Comparison(out)) return false;
    while (AtWord("AND")) {
      Alternatives next;
      if (!Advance() || !Comparison(next)) return false;
      AddBoth(out, std::move(next), budget_);
    }
    return true;
  }

  bool Comparison(Alternatives& out) {
    if (AtMark("(")) {
      if (!Deeper() || !Advance() || !EitherComparison(out) || !ExpectMark(")")) return false;
      --depth_;
      return true;
    }
    const bool exists = AtWord("EXISTS");
    if (exists && !Advance()) return false;
    const std::string path = token_.text;
    if (!ExpectType(PatternTokenType::kPath, "an object path such as domain-name:value")) return false;
    if (exists) {
      Beyond(out, "EXISTS");
      return true;
    }
    const bool negated = AtWord("NOT");
    if (negated && !Advance()) return false;
    const PatternToken operation = token_;
    if (!IsOperator(operation)) return FailExpecting("a comparison operator");
    if (!Advance() || !Operands(operation, path, out)) return false;
    const bool takes = operation.text == "IN" || operation.text == "=" || operation.text == "==" ||
                       operation.text == "ISSUBSET";
    if (negated) {
      Beyond(out, "NOT");
    } else if (!takes) {
      const bool word = operation.type == PatternTokenType::kWord;
      Beyond(out, word ? operation.text : fmt::format("the comparison {}", operation.text));
    }
    return true;
  }

  bool Operands(const PatternToken& operation, const std::string& path, Alternatives& out) {
    if (operation.text == "IN") return Set(path, out);
    if (operation.type == PatternTokenType::kMark) return Operand(path, false, out);
    return ExpectString() && Operand(path, operation.text == "ISSUBSET", out);
  }

  static bool IsOperator(const PatternToken& token) {
    static constexpr std::array<std::string_view, 13> kOperators = {
        "=", "==", "!=", "<>", "<", "<=", ">", ">=", "IN", "ISSUBSET", "ISSUPERSET", "LIKE", "MATCHES"};
    return (token.type == PatternTokenType::kMark || token.type == PatternTokenType::kWord) &&
           std::find(kOperators.begin(), kOperators.end(), token.text) != kOperators.end();
  }

  bool ExpectString() {
    return token_.type == PatternTokenType::kString || FailExpecting("a value in single quotes");
  }

  bool Set(const std::string& path, Alternatives& out) {
    if (!ExpectMark("(")) return false;
    if (AtMark(")")) {
      out.refused.push_back({fmt::format("{} IN (): nothing is in an empty set", path), "invalid value"});
      return Advance();
    }
    while (true) {
      if (!Operand(path, false, out)) return false;
      if (AtMark(")")) return Advance();
      if (!AtMark(",")) return FailExpecting("',' or ')'");
      if (!Advance()) return false;
    }
  }

  bool Operand(const std::string& path, bool subset, Alternatives& out) {
    const PatternTokenType type = token_.type;
    if (type != PatternTokenType::kString && type != PatternTokenType::kNumber &&
        type != PatternTokenType::kTyped && !AtWord("true") && !AtWord("false")) {
      return FailExpecting("a value in single quotes, or a number");
    }
    AddEither(out, CompareWith(path, token_.text, type == PatternTokenType::kString, subset));
    return Advance();
  }

  PatternLexer lexer_;
  PatternToken token_;
  std::size_t depth_ = 0;
  std::size_t budget_ = kMaxExpandedTerms;
  absl::Status error_;
};

}  // namespace

absl::StatusOr<PatternAtoms> ReadPatternAtoms(std::string_view pattern) { return Parser(pattern).Parse(); }

}  // namespace polder
