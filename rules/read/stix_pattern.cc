#include "rules/read/stix_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "rules/read/refang.h"
#include "rules/read/stix_lexer.h"

namespace polder {
namespace {

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

// The kind that an object path holds; nothing for paths that Polder does not match yet.
std::optional<Kind> KindOfPath(std::string_view path) {
  if (path == "ipv4-addr:value" || path == "ipv6-addr:value") return Kind::kIp;
  if (path == "domain-name:value") return Kind::kDomain;
  if (path == "url:value") return Kind::kUrl;
  if (path == "email-addr:value" || path == "email-message:from_ref.value" ||
      path == "email-message:sender_ref.value") {
    return Kind::kEmail;
  }
  // The key is SHA-256 by the hash vocabulary; SHA256 and sha256 are met as well.
  for (const std::string_view object : {"file:hashes.", "artifact:hashes."}) {
    if (!path.starts_with(object)) continue;
    std::string name = Upper(path.substr(object.size()));
    std::erase(name, '-');
    if (name == "MD5") return Kind::kMd5;
    if (name == "SHA1") return Kind::kSha1;
    if (name == "SHA256") return Kind::kSha256;
    if (name == "SHA512") return Kind::kSha512;
  }
  return std::nullopt;
}

constexpr std::size_t kMaxDepth = 100;

// Reads the whole grammar, so that a pattern that is no STIX is told from one that asks for more than atoms.
// What joins alternatives does not matter for that: once one join is not OR, nothing is taken. A function
// that returns false has set error_.
class Parser {
 public:
  explicit Parser(std::string_view pattern) : lexer_(pattern) {}

  absl::StatusOr<PatternAtoms> Parse() {
    if (!Advance() || !Observations()) return error_;
    if (token_.type != PatternTokenType::kEnd) return lexer_.NotStix(token_, Expected("the end"));
    if (!beyond_.empty()) {
      return absl::UnimplementedError(fmt::format("not yet supported in patterns: {}", beyond_));
    }
    return std::move(atoms_);
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

  // Remembers the first thing that atoms cannot say.
  void NoteBeyond(std::string_view what) {
    if (beyond_.empty()) beyond_ = what;
  }

  bool Deeper() {
    if (++depth_ <= kMaxDepth) return true;
    return Fail(absl::UnimplementedError(
        fmt::format("not yet supported in patterns: more than {} parentheses inside each other", kMaxDepth)));
  }

  bool Observations() {
    while (true) {
      if (!Observation()) return false;
      if (AtWord("AND") || AtWord("FOLLOWEDBY")) {
        NoteBeyond(token_.text);
      } else if (!AtWord("OR")) {
        return true;
      }
      if (!Advance()) return false;
    }
  }

  // `[...]` or parentheses around observations, and any qualifiers.
  bool Observation() {
    if (AtMark("(")) {
      if (!Deeper() || !Advance() || !Observations() || !ExpectMark(")")) return false;
      --depth_;
    } else if (!ExpectMark("[") || !Comparisons() || !ExpectMark("]")) {
      return false;
    }
    while (AtWord("WITHIN") || AtWord("REPEATS") || AtWord("START")) {
      const std::string qualifier = token_.text;
      NoteBeyond(qualifier);
      if (!Advance() || !Qualifier(qualifier)) return false;
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

  bool Comparisons() {
    while (true) {
      if (!Comparison()) return false;
      if (AtWord("AND")) {
        NoteBeyond("AND");
      } else if (!AtWord("OR")) {
        return AtMark("]") || AtMark(")") || FailExpecting("OR, AND or a closing bracket");
      }
      if (!Advance()) return false;
    }
  }

  bool Comparison() {
    if (AtMark("(")) {
      if (!Deeper() || !Advance() || !Comparisons() || !ExpectMark(")")) return false;
      --depth_;
      return true;
    }
    const bool exists = AtWord("EXISTS");
    if (exists) NoteBeyond("EXISTS");
    if (exists && !Advance()) return false;
    const std::string path = token_.text;
    if (!ExpectType(PatternTokenType::kPath, "an object path such as domain-name:value")) return false;
    if (exists) return true;
    if (AtWord("NOT")) {
      NoteBeyond("NOT");
      if (!Advance()) return false;
    }
    const PatternToken operation = token_;
    if (!IsOperator(operation)) return FailExpecting("a comparison operator");
    if (!Advance()) return false;
    if (operation.text == "IN") return Set(path);
    if (operation.text == "=" || operation.text == "==") return Operand(path, false);
    if (operation.text == "ISSUBSET") return ExpectString() && Operand(path, true);
    const bool word = operation.type == PatternTokenType::kWord;
    NoteBeyond(word ? operation.text : fmt::format("the comparison {}", operation.text));
    return word ? ExpectString() && Advance() : Operand(path, false);
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

  bool Set(const std::string& path) {
    if (!ExpectMark("(")) return false;
    if (AtMark(")")) {
      atoms_.refused.push_back(fmt::format("{} IN (): nothing is in an empty set", path));
      return Advance();
    }
    while (true) {
      if (!Operand(path, false)) return false;
      if (AtMark(")")) return Advance();
      if (!AtMark(",")) return FailExpecting("',' or ')'");
      if (!Advance()) return false;
    }
  }

  bool Operand(const std::string& path, bool subset) {
    const PatternTokenType type = token_.type;
    if (type != PatternTokenType::kString && type != PatternTokenType::kNumber &&
        type != PatternTokenType::kTyped && !AtWord("true") && !AtWord("false")) {
      return FailExpecting("a value in single quotes, or a number");
    }
    Take(path, subset);
    return Advance();
  }

  // The value at token_ becomes an atom, or a refusal.
  void Take(const std::string& path, bool subset) {
    const auto kind = KindOfPath(path);
    std::string reason;
    if (!kind) {
      reason = fmt::format("not yet supported in patterns: the object path {}", path);
      if (!atoms_.refused.empty() && atoms_.refused.back() == reason) return;
    } else if (token_.type != PatternTokenType::kString) {
      reason = fmt::format("{} = {}: expected a text in single quotes", path, token_.text);
    } else if (subset && *kind != Kind::kIp) {
      reason = fmt::format("{} ISSUBSET '{}': only addresses have subsets", path, token_.text);
    } else {
      auto typed = TypeValueAs(*kind, Refang(token_.text));
      if (typed.ok()) {
        std::move(typed->begin(), typed->end(), std::back_inserter(atoms_.values));
        return;
      }
      reason = fmt::format("{} = '{}': {}", path, token_.text, std::string(typed.status().message()));
    }
    atoms_.refused.push_back(std::move(reason));
  }

  PatternLexer lexer_;
  PatternToken token_;
  PatternAtoms atoms_;
  std::string beyond_;
  std::size_t depth_ = 0;
  absl::Status error_;
};

}  // namespace

absl::StatusOr<PatternAtoms> ReadPatternAtoms(std::string_view pattern) { return Parser(pattern).Parse(); }

}  // namespace polder
