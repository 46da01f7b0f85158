#include "rules/read/expression_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "engine/observable/characters.h"
#include "rules/read/expression_spelling.h"

namespace polder {
namespace {

constexpr std::size_t kJudgedLines = 20;
constexpr std::size_t kLongestName = 200;
constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// The lines of a text, whatever ends them.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  bool Next() {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find_first_of("\r\n"), rest_.size());
    line_ = Trim(rest_.substr(0, end));
    rest_.remove_prefix(end);
    if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
    if (!rest_.empty()) rest_.remove_prefix(1);
    ++number_;
    return true;
  }
  std::string_view line() const { return line_; }
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::string_view line_;
  std::size_t number_ = 0;
};

struct Rule {
  std::string_view name;
  Expression expression;
  bool plain = false;  // a path has this form as well
};

// Where a comment begins behind an expression that is whole without it; else the end of the line.
std::size_t CommentStart(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || kBlanks.find(line[at - 1]) == std::string_view::npos) continue;
    const std::string_view before = Trim(line.substr(0, at));
    const std::size_t slash = before.rfind('/');
    if (slash != std::string_view::npos && slash > 0 && ReadExpression(before).ok()) return at;
  }
  return line.size();
}

// The name and the rest. `http://...` has none.
std::pair<std::string_view, std::string_view> SplitName(std::string_view line) {
  const std::size_t slash = line.find('/');
  if (slash == 0 || slash == std::string_view::npos) return {{}, line};
  const std::string_view before = Trim(line.substr(0, slash));
  const bool url = line[slash - 1] == ':' && line.substr(slash).starts_with("//");
  if (!before.ends_with(':') || url) return {{}, line};
  return {Trim(before.substr(0, before.size() - 1)), line.substr(slash)};
}

absl::StatusOr<Rule> ReadRule(std::string_view line) {
  const auto [name, rest] = SplitName(line);
  if (!rest.starts_with('/')) {
    return absl::InvalidArgumentError(
        "no expression in slashes; expected NAME: /regex/flags or /regex/flags");
  }
  if (name.size() > kLongestName) {
    return absl::InvalidArgumentError(fmt::format("a name longer than {} bytes", kLongestName));
  }
  const std::string_view text = Trim(rest.substr(0, CommentStart(rest)));
  auto expression = ReadExpression(text);
  if (!expression.ok()) return expression.status();
  const bool plain = name.empty() && text.ends_with('/') && !LooksLikeExpression(expression->regex);
  return Rule{name, *std::move(expression), plain};
}

struct ScoredRegex {
  std::string_view regex;
  int score = 0;
  std::string_view except;
};

std::optional<int> ScoreOf(std::string_view text) {
  if (text.empty() || text.size() > 3 || !std::all_of(text.begin(), text.end(), IsDigit)) return std::nullopt;
  int score = 0;
  for (const char digit : text) score = score * 10 + (digit - '0');
  return score;
}

// REGEX;SCORE or REGEX;SCORE;EXCEPT. An expression may hold a semicolon: the score is what tells.
std::optional<ScoredRegex> SplitScored(std::string_view line) {
  for (std::size_t at = line.find(';'); at != std::string_view::npos; at = line.find(';', at + 1)) {
    const std::size_t end = std::min(line.find(';', at + 1), line.size());
    const auto score = ScoreOf(Trim(line.substr(at + 1, end - at - 1)));
    if (at == 0 || !score) continue;
    return ScoredRegex{line.substr(0, at), *score, Trim(line.substr(std::min(end + 1, line.size())))};
  }
  return std::nullopt;
}

Expression ExpressionOf(const ScoredRegex& scored) {
  if (scored.except.empty()) return {std::string(scored.regex)};
  return {fmt::format("^(?!(?s:.*)(?:{}))(?s:.*?)(?:{})", scored.except, scored.regex)};
}

bool IsComment(std::string_view line) { return line.empty() || line.front() == '#'; }

bool IsRuleFile(std::string_view text) {
  std::size_t seen = 0;
  bool clear = false;
  for (Lines lines(text); seen < kJudgedLines && lines.Next();) {
    if (IsComment(lines.line())) continue;
    const auto rule = ReadRule(lines.line());
    if (!rule.ok()) return false;
    clear = clear || !rule->plain;
    ++seen;
  }
  return clear;
}

bool IsScoredList(std::string_view text) {
  std::size_t seen = 0;
  std::size_t clear = 0;
  for (Lines lines(text); seen < kJudgedLines && lines.Next();) {
    if (IsComment(lines.line())) continue;
    const auto scored = SplitScored(lines.line());
    if (!scored) return false;
    clear += LooksLikeExpression(scored->regex) ? 1 : 0;
    ++seen;
  }
  return clear * 2 > seen;
}

class Reader {
 public:
  explicit Reader(const ReadContext& context) : context_(context), common_(NewIndicator(context)) {}

  void Read(std::string_view line, std::size_t number, const absl::StatusOr<Expression>& expression,
            Indicator indicator) {
    ++result_.read;
    auto values = expression.ok() ? PatternValue(*expression) : expression.status();
    if (!values.ok()) {
      result_.refusals.push_back({context_.path, number, std::string(line),
                                  std::string(values.status().message()), RefusalCategory(values.status())});
      return;
    }
    indicator.kind = Kind::kPattern;
    indicator.value = std::move(values->front().value);
    result_.indicators.push_back(std::move(indicator));
  }

  const Indicator& common() const { return common_; }
  ReadResult Finish(std::string format) {
    result_.format = std::move(format);
    return std::move(result_);
  }

 private:
  const ReadContext& context_;
  Indicator common_;
  ReadResult result_;
};

ReadResult ReadRuleFile(std::string_view text, const ReadContext& context) {
  Reader reader(context);
  for (Lines lines(text); lines.Next();) {
    if (IsComment(lines.line())) continue;
    auto rule = ReadRule(lines.line());
    Indicator indicator = reader.common();
    if (rule.ok()) indicator.name = std::string(rule->name);
    reader.Read(lines.line(), lines.number(),
                rule.ok() ? absl::StatusOr<Expression>(std::move(rule->expression)) : rule.status(),
                std::move(indicator));
  }
  return reader.Finish("list of expressions");
}

ReadResult ReadScoredList(std::string_view text, const ReadContext& context) {
  constexpr int kHighest = 100;
  Reader reader(context);
  std::string_view comment;
  for (Lines lines(text); lines.Next();) {
    const std::string_view line = lines.line();
    if (IsComment(line)) {
      comment = Trim(line.substr(std::min(line.find_first_not_of("# \t"), line.size())));
      continue;
    }
    const auto scored = SplitScored(line);
    Indicator indicator = reader.common();
    indicator.description = std::string(comment);
    if (scored) indicator.confidence = std::min(scored->score, kHighest);
    reader.Read(line, lines.number(),
                scored ? absl::StatusOr<Expression>(ExpressionOf(*scored))
                       : absl::InvalidArgumentError("no score; expected REGEX;SCORE"),
                std::move(indicator));
  }
  return reader.Finish("list of expressions with scores");
}

}  // namespace

bool IsExpressionList(std::string_view text, const ReadContext& context) {
  return context.path.ends_with(".expressions") || IsRuleFile(text) || IsScoredList(text);
}

ReadResult ReadExpressionList(std::string_view text, const ReadContext& context) {
  const bool scored = !context.path.ends_with(".expressions") && !IsRuleFile(text) && IsScoredList(text);
  return scored ? ReadScoredList(text, context) : ReadRuleFile(text, context);
}

}  // namespace polder
