#include "rules/read/stix_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "engine/observable/characters.h"
#include "rules/read/refang.h"

namespace polder {
namespace {

enum class TokenType { kWord, kString, kOther, kPunctuation, kEnd };

struct Token {
  TokenType type = TokenType::kEnd;
  std::string text;
  std::size_t at = 0;  // 1-based
};

absl::Status NotStix(const Token& token, std::string_view expected) {
  const std::string seen = token.type == TokenType::kEnd ? "the end" : fmt::format("'{}'", token.text);
  return absl::InvalidArgumentError(
      fmt::format("not a STIX pattern: at character {}: expected {}, saw {}", token.at, expected, seen));
}

absl::Status Unsupported(std::string_view what) {
  return absl::UnimplementedError(fmt::format("not yet supported in patterns: {}", what));
}

// Words are object paths (with `:`, `.`, `_`, `-`, quoted parts and list steps), operators and keywords.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  absl::StatusOr<Token> Next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || IsControl(text_[at_]))) ++at_;
    Token token;
    token.at = at_ + 1;
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '\'') return String(token);
    if (IsLetter(c)) return Word(token);
    static constexpr std::array<std::string_view, 12> kPunctuation = {"!=", "<>", "<=", ">=", "==", "=",
                                                                      "<",  ">",  "[",  "]",  "(",  ")"};
    for (const std::string_view mark : kPunctuation) {
      if (!text_.substr(at_).starts_with(mark)) continue;
      at_ += mark.size();
      token.type = TokenType::kPunctuation;
      token.text = mark;
      return token;
    }
    token.type = TokenType::kOther;
    if (c == ',') {
      ++at_;
    } else {
      while (at_ < text_.size() && (IsTokenChar(text_[at_]) || text_[at_] == '+')) ++at_;
      if (at_ + 1 == token.at) ++at_;
    }
    token.text = text_.substr(token.at - 1, at_ + 1 - token.at);
    return token;
  }

 private:
  absl::StatusOr<Token> String(Token token) {
    token.type = TokenType::kString;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\'') {
        ++at_;
        return token;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      token.text += text_[at_];
    }
    return absl::InvalidArgumentError(
        fmt::format("not a STIX pattern: the string that begins at character {} has no end", token.at));
  }

  absl::StatusOr<Token> Word(Token token) {
    token.type = TokenType::kWord;
    bool path = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ':') path = true;
      if (IsTokenChar(c) || c == ':') {
        token.text += c;
        ++at_;
      } else if (path && c == '\'') {
        auto quoted = String({});
        if (!quoted.ok()) return quoted;
        token.text += quoted->text;
      } else if (path && c == '[' && text_.find(']', at_) != std::string_view::npos) {
        const std::size_t close = text_.find(']', at_);
        token.text += text_.substr(at_, close + 1 - at_);
        at_ = close + 1;
      } else {
        break;
      }
    }
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

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

class Parser {
 public:
  explicit Parser(std::string_view pattern) : lexer_(pattern) {}

  absl::StatusOr<PatternAtoms> Parse() {
    if (const auto status = Advance(); !status.ok()) return status;
    while (true) {
      if (const auto status = Observation(); !status.ok()) return status;
      if (token_.type == TokenType::kEnd) return std::move(atoms_);
      const std::string word = Upper(token_.text);
      if (word != "OR") {
        return token_.type == TokenType::kWord ? Unsupported(word) : NotStix(token_, "OR or the end");
      }
      if (const auto status = Advance(); !status.ok()) return status;
    }
  }

 private:
  absl::Status Advance() {
    auto token = lexer_.Next();
    if (!token.ok()) return token.status();
    token_ = *std::move(token);
    return absl::OkStatus();
  }

  bool At(std::string_view punctuation) const {
    return token_.type == TokenType::kPunctuation && token_.text == punctuation;
  }

  absl::Status Expect(std::string_view punctuation) {
    if (!At(punctuation)) return NotStix(token_, fmt::format("'{}'", punctuation));
    return Advance();
  }

  // `[...]`, also in parentheses.
  absl::Status Observation() {
    if (At("(")) return Unsupported("parentheses around observations");
    if (const auto status = Expect("["); !status.ok()) return status;
    while (true) {
      if (const auto status = Comparison(); !status.ok()) return status;
      if (At("]")) return Advance();
      const std::string word = Upper(token_.text);
      if (token_.type != TokenType::kWord) return NotStix(token_, "OR or ']'");
      if (word != "OR") return Unsupported(word);
      if (const auto status = Advance(); !status.ok()) return status;
    }
  }

  absl::Status Comparison() {
    if (At("(")) {
      // Parentheses around an alternative change nothing among alternatives.
      if (const auto status = Advance(); !status.ok()) return status;
      while (true) {
        if (const auto status = Comparison(); !status.ok()) return status;
        if (At(")")) return Advance();
        if (token_.type != TokenType::kWord) return NotStix(token_, "OR or ')'");
        if (Upper(token_.text) != "OR") return Unsupported(Upper(token_.text));
        if (const auto status = Advance(); !status.ok()) return status;
      }
    }
    if (token_.type != TokenType::kWord) return NotStix(token_, "an object path such as domain-name:value");
    const std::string path = token_.text;
    if (Upper(path) == "NOT" || Upper(path) == "EXISTS") return Unsupported(Upper(path));
    if (path.find(':') == std::string::npos) return NotStix(token_, "an object path such as domain-name:value");
    if (const auto status = Advance(); !status.ok()) return status;
    const std::string operation = Upper(token_.text);
    if (operation != "=" && operation != "==" && operation != "IN" && operation != "ISSUBSET") {
      if (token_.type == TokenType::kWord) return Unsupported(operation);
      if (token_.type == TokenType::kPunctuation) return Unsupported(fmt::format("the comparison {}", operation));
      return NotStix(token_, "a comparison operator");
    }
    if (const auto status = Advance(); !status.ok()) return status;
    if (operation == "IN") return ValueSet(path);
    return Value(path, operation == "ISSUBSET");
  }

  absl::Status ValueSet(const std::string& path) {
    if (const auto status = Expect("("); !status.ok()) return status;
    while (true) {
      if (const auto status = Value(path, false); !status.ok()) return status;
      if (At(")")) return Advance();
      if (token_.text != ",") return NotStix(token_, "',' or ')'");
      if (const auto status = Advance(); !status.ok()) return status;
    }
  }

  absl::Status Value(const std::string& path, bool subset) {
    if (token_.type != TokenType::kString && token_.type != TokenType::kOther &&
        token_.type != TokenType::kWord) {
      return NotStix(token_, "a value");
    }
    const auto kind = KindOfPath(path);
    if (!kind) {
      atoms_.refused.push_back(fmt::format("not yet supported in patterns: the object path {}", path));
    } else if (token_.type != TokenType::kString) {
      return NotStix(token_, "a value in single quotes");
    } else if (subset && *kind != Kind::kIp) {
      return NotStix(token_, "ISSUBSET on an address");
    } else {
      auto typed = TypeValueAs(*kind, Refang(token_.text));
      if (typed.ok()) {
        for (TypedValue& value : *typed) atoms_.values.push_back(std::move(value));
      } else {
        atoms_.refused.push_back(
            fmt::format("{} = '{}': {}", path, token_.text, std::string(typed.status().message())));
      }
    }
    return Advance();
  }

  Lexer lexer_;
  Token token_;
  PatternAtoms atoms_;
};

}  // namespace

absl::StatusOr<PatternAtoms> ReadPatternAtoms(std::string_view pattern) { return Parser(pattern).Parse(); }

}  // namespace polder
