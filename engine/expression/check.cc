#include "engine/expression/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "engine/expression/hyperscan.h"
#include "engine/expression/regex_tree.h"
#include "engine/regex/regex.h"

namespace polder {
namespace {

using hyperscan::Database;
using Type = RegexNode::Type;

// What compiling a part costs. Hyperscan writes repeats out, and draws an edge from each place to each that
// may come next: past what may be left out.
struct Weight {
  double weight = 0;
  bool optional = false;  // matches the empty string
};

constexpr double kEdgesOfOne = 16;  // so many edges weigh as much as a place

Weight WeightOf(const RegexNode& node);

Weight WeightOfSequence(const RegexNode& node) {
  Weight all{0, true};
  double run = 0;  // of optional parts in a row
  for (const RegexNode& child : node.children) {
    const Weight one = WeightOf(child);
    run = one.optional ? run + 1 : 0;
    all.weight += one.weight + run / kEdgesOfOne;
    all.optional = all.optional && one.optional;
  }
  return all;
}

Weight WeightOfRepeat(const RegexNode& node) {
  constexpr double kShort = 64;  // longer runs of one class it counts instead
  const Weight one = WeightOf(node.children.front());
  const bool open = node.most == RegexNode::kNoEnd;
  double copies = std::max(1U, open ? node.least : node.most);
  double left_out = one.optional ? copies : (open ? 0 : node.most - node.least);
  if (node.children.front().children.empty()) {
    copies = std::min(copies, kShort) + std::max(0.0, copies - kShort) / kEdgesOfOne;
    left_out = 0;
  }
  return {one.weight * copies * (1 + left_out / kEdgesOfOne) + (open ? 1 : 0),
          one.optional || node.least == 0};
}

Weight WeightOf(const RegexNode& node) {
  switch (node.type) {
    case Type::kEmpty:
      return {0, true};
    case Type::kByte:
    case Type::kClass:
      return {1, false};
    case Type::kUnknown:
      return {1, true};
    case Type::kSequence:
      return WeightOfSequence(node);
    case Type::kRepeat:
      return WeightOfRepeat(node);
    case Type::kAlternatives:
      break;
  }
  Weight all;
  for (const RegexNode& child : node.children) {
    const Weight one = WeightOf(child);
    all.weight += one.weight;
    all.optional = all.optional || one.optional;
  }
  return all;
}

// Repeats without a narrow end, one inside the other: the time of a search by backtracking may double with
// every byte of the text.
bool HasNestedRepeats(const RegexNode& node, bool inside) {
  constexpr std::uint32_t kMany = 8;
  const bool repeats =
      node.type == Type::kRepeat && node.backtracks && node.most > kMany && node.most != node.least;
  if (repeats && inside) return true;
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const RegexNode& child) { return HasNestedRepeats(child, inside || repeats); });
}

absl::Status CheckForm(const Expression& expression) {
  const std::string& regex = expression.regex;
  if (regex.empty()) return absl::PermissionDeniedError("it is empty, and so matches every value");
  if (regex.size() > kLongestRegex) {
    return absl::ResourceExhaustedError(
        fmt::format("an expression of {} bytes; {} are allowed", regex.size(), kLongestRegex));
  }
  if (const std::size_t at = regex.find('\0'); at != std::string::npos) {
    return absl::InvalidArgumentError(fmt::format("a NUL at byte {}; write \\x00", at));
  }
  if (const std::size_t at = regex.find("(*");
      at != std::string::npos && (at == 0 || regex[at - 1] != '\\')) {
    // In a class or a quote it would be harmless, and can be written otherwise there.
    return absl::InvalidArgumentError(fmt::format(
        "at byte {}: control verbs such as (*UTF) and (*ACCEPT) are not allowed; write \\( for a parenthesis",
        at));
  }
  return absl::OkStatus();
}

absl::Status CheckSize(const RegexNode& tree) {
  const double weight = WeightOf(tree).weight;
  if (weight <= kMostWeight) return absl::OkStatus();
  return absl::ResourceExhaustedError(fmt::format(
      "with its repeats written out it weighs {:.0f}, and {} is allowed; make its counts smaller, or "
      "leave the upper ones out",
      weight, kMostWeight));
}

// Whether any value has what it matches: not if it matches the empty string.
absl::Status CheckEmpty(const Expression& expression, Database::Mode mode, const Regex& regex) {
  const auto least = hyperscan::LeastMatch(expression, mode);
  // `^$` matches no byte, but only in the empty value; nobody looks for that.
  const bool empty = (least.ok() && *least == 0) || regex.Search("") == Regex::Verdict::kMatch;
  if (!empty) return absl::OkStatus();
  return absl::PermissionDeniedError("it matches the empty string, and so every value");
}

}  // namespace

absl::StatusOr<ExpressionCost> CostOf(const Expression& expression) {
  if (auto status = CheckForm(expression); !status.ok()) return status;
  const auto tree = ParseRegex(expression.regex);
  if (tree) {
    if (auto status = CheckSize(*tree); !status.ok()) return status;
  }
  auto regex = Regex::Compile(
      expression.regex,
      {.caseless = expression.caseless, .dot_all = expression.dot_all, .multiline = expression.multiline});
  if (!regex.ok()) return regex.status();
  if (!tree) {
    return absl::ResourceExhaustedError(fmt::format(
        "groups nested deeper than {}, or something in it whose cost is not known", kDeepestGroup));
  }

  // What it cannot find exactly it may find candidates for.
  const absl::Status exact = hyperscan::LeastMatch(expression, Database::Mode::kExact).status();
  if (absl::IsResourceExhausted(exact)) return exact;
  const Database::Mode mode = exact.ok() ? Database::Mode::kExact : Database::Mode::kPrefilter;
  if (auto status = CheckEmpty(expression, mode, *regex); !status.ok()) return status;
  if (!exact.ok() && HasNestedRepeats(*tree, false)) {
    return absl::ResourceExhaustedError(fmt::format(
        "repeats inside repeats, which only backtracking could run ({}), in a time that may double "
        "with every byte; make one of them possessive or bounded",
        std::string(exact.message())));
  }
  const Expression* const one = &expression;
  const auto database = Database::CompileExpressions({&one, 1}, mode, nullptr);
  if (absl::IsResourceExhausted(database.status())) return database.status();
  if (!database.ok()) {
    const absl::Status& why = exact.ok() ? database.status() : exact;
    return absl::UnimplementedError(std::string(why.message()));
  }
  ExpressionCost cost;
  cost.prefiltered = !exact.ok();
  cost.weight = static_cast<std::size_t>(WeightOf(*tree).weight);
  cost.database_bytes = database->bytes();
  if (cost.database_bytes > kMostDatabaseBytes) {
    return absl::ResourceExhaustedError(
        fmt::format("compiled it takes {} bytes; {} are allowed", cost.database_bytes, kMostDatabaseBytes));
  }
  return cost;
}

absl::Status CheckExpression(const Expression& expression) { return CostOf(expression).status(); }

std::string ExpressionRefusalCategory(const absl::Status& status) {
  if (absl::IsResourceExhausted(status)) return "dangerous";
  if (absl::IsPermissionDenied(status)) return "guarded";
  return absl::IsUnimplemented(status) ? "not yet supported" : "invalid value";
}

}  // namespace polder
