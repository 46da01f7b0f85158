#include "rules/read/stix_anchors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/expression/expression.h"
#include "engine/expression/literals.h"
#include "engine/observable/characters.h"
#include "engine/stix/event_value.h"
#include "rules/read/shown.h"
#include "rules/read/stix_alternatives.h"
#include "rules/read/stix_paths.h"

namespace polder {
namespace {

struct Wanted {
  Kind kind;
  std::string value;
};
// Any one of these; none at all where nothing can match; no value where everything may.
using AnyOf = std::optional<std::vector<Wanted>>;

bool IsAsciiText(std::string_view text) { return std::none_of(text.begin(), text.end(), IsNonAscii); }

// The fewer hits are to be expected, the less.
std::size_t RankOf(Kind kind) {
  static constexpr auto kRare = std::to_array<Kind>({Kind::kSha512, Kind::kSha256, Kind::kSha1, Kind::kMd5,
                                                     Kind::kUrl, Kind::kEmail, Kind::kDomain, Kind::kIp});
  static constexpr auto kCommon = std::to_array<Kind>({Kind::kFileName, Kind::kPattern, Kind::kNetwork});
  const auto* const rare = std::find(kRare.begin(), kRare.end(), kind);
  if (rare != kRare.end()) return static_cast<std::size_t>(rare - kRare.begin());
  const auto* const common = std::find(kCommon.begin(), kCommon.end(), kind);
  // All texts are alike.
  return kRare.size() +
         (common == kCommon.end() ? 0 : 1 + static_cast<std::size_t>(common - kCommon.begin()));
}

// The worst decides, then how many there are.
std::pair<std::size_t, std::size_t> CostOfAnyOf(const std::vector<Wanted>& any) {
  std::size_t worst = 0;
  for (const Wanted& wanted : any) worst = std::max(worst, RankOf(wanted.kind));
  return {worst, any.size()};
}

Wanted Literal(std::string_view text) {
  return {Kind::kPattern, FormatExpression(SubstringExpression(text.substr(0, kLongestLiteral), true))};
}

AnyOf AnyLiteral(const std::vector<std::string>& literals) {
  if (literals.empty()) return std::nullopt;
  std::vector<Wanted> any;
  for (const std::string& literal : literals) any.push_back(Literal(literal));
  return any;
}

AnyOf IfLongEnough(std::string_view text) {
  if (text.size() < kShortestLiteral) return std::nullopt;
  return std::vector<Wanted>{Literal(text)};
}

// The longest stretch that stands in everything that is like it. Rather one in ASCII: other letters have
// several encodings.
AnyOf OfLike(std::string_view like) {
  std::string_view best;
  const auto rank = [](std::string_view text) {
    return std::make_pair(text.size() >= kShortestLiteral && IsAsciiText(text), text.size());
  };
  for (const bool ascii : {true, false}) {
    const auto ends = [ascii](char c) { return c == '%' || c == '_' || (ascii && IsNonAscii(c)); };
    for (std::size_t at = 0; at < like.size();) {
      const std::size_t start = at;
      while (at < like.size() && !ends(like[at])) ++at;
      const std::string_view stretch = like.substr(start, at - start);
      if (rank(stretch) > rank(best)) best = stretch;
      ++at;
    }
  }
  return IfLongEnough(best);
}

// What a byte beyond ASCII means depends on whether a text or bytes are searched.
AnyOf OfMatches(const std::string& regex) {
  std::vector<std::string> literals = RequiredLiterals({.regex = regex, .caseless = false, .dot_all = true});
  const bool ascii = std::all_of(literals.begin(), literals.end(), IsAsciiText);
  return ascii ? AnyLiteral(literals) : std::nullopt;
}

// Of a path that the table of paths does not have, but whose values are compared as those of one that it has.
std::string_view KnownPath(const ObjectPath& path) {
  if (MeaningOfPath(path.text)) return path.text;
  if (KindOfEventPath(path.normal) == EventPathKind::kEndpoint) return "network-traffic:dst_ref.value";
  return path.text;
}

AnyOf OfConstant(const ObjectPath& path, const PatternConstant& constant, bool subset) {
  if (constant.type != ConstantType::kString) return std::nullopt;
  const Alternatives found = CompareWith(KnownPath(path), constant.text, /*quoted=*/true, subset);
  std::vector<Wanted> any;
  bool for_itself = found.refused.empty() && !found.any_of.empty();
  bool number = false;
  for (const auto& terms : found.any_of) {
    for (const PatternTerm& term : terms) {
      if (term.is_type) return std::nullopt;
      number = number || term.kind == Kind::kPort || term.kind == Kind::kAsNumber;
      for_itself = for_itself && !term.only_beside;
      any.push_back({term.kind, term.value});
    }
  }
  if (number) return std::nullopt;  // events have numbers that are no text
  if (for_itself) return any;
  if (subset) return std::nullopt;
  return IfLongEnough(constant.text);
}

AnyOf OfComparison(const Comparison& comparison) {
  using enum ComparisonOperator;
  if (comparison.negated) return std::nullopt;
  switch (comparison.operation) {
    case kLike:
      return OfLike(comparison.constants.front().text);
    case kMatches:
      return OfMatches(comparison.constants.front().text);
    case kEqual:
    case kIn:
    case kIsSubset:
      break;
    default:
      return std::nullopt;
  }
  std::vector<Wanted> all;
  for (const PatternConstant& constant : comparison.constants) {
    auto any = OfConstant(comparison.path, constant, comparison.operation == kIsSubset);
    if (!any) return std::nullopt;
    std::move(any->begin(), any->end(), std::back_inserter(all));
  }
  return all;
}

AnyOf OfNode(const ObservationExpression& leaf, const ComparisonNode& node) {
  if (node.type == ComparisonNode::Type::kComparison) return OfComparison(leaf.comparisons[node.comparison]);
  AnyOf result;
  if (node.type == ComparisonNode::Type::kOr) result.emplace();
  for (const ComparisonNode& operand : node.operands) {
    auto any = OfNode(leaf, operand);
    if (node.type == ComparisonNode::Type::kOr) {
      if (!any) return std::nullopt;
      std::move(any->begin(), any->end(), std::back_inserter(*result));
    } else if (any && (!result || CostOfAnyOf(*any) < CostOfAnyOf(*result))) {
      result = std::move(any);
    }
  }
  return result;
}

}  // namespace

absl::StatusOr<PatternAnchors> AnchorsOf(const StixPattern& pattern) {
  constexpr std::size_t kShown = 160;
  PatternAnchors result;
  for (std::size_t i = 0; i < pattern.leaves.size(); ++i) {
    auto any = OfNode(pattern.leaves[i], pattern.leaves[i].root);
    if (!any) {
      return absl::FailedPreconditionError(
          fmt::format("nothing in {} can be looked for: it would be tried on every event; add a comparison "
                      "that a value or "
                      "a text of at least {} bytes has to fulfil",
                      Shown(pattern.leaves[i].text, kShown), kShortestLiteral));
    }
    for (Wanted& wanted : *any) result.anchors.push_back({i, wanted.kind, std::move(wanted.value)});
  }
  if (result.anchors.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: nothing is in an empty set", Shown(pattern.text, kShown)));
  }
  std::sort(result.anchors.begin(), result.anchors.end());
  result.anchors.erase(std::unique(result.anchors.begin(), result.anchors.end()), result.anchors.end());
  return result;
}

std::string AnchorRefusalCategory(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) ? "no anchor" : "invalid value";
}

}  // namespace polder
