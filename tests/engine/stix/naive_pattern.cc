#include "tests/engine/stix/naive_pattern.h"

#include <regex.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace polder {
namespace {

using nlohmann::json;

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::vector<json> Walk(const json& value, const std::vector<PathStep>& steps, std::size_t at,
                       const json& objects) {
  if (at == steps.size()) return {value};
  const PathStep& step = steps[at];
  std::vector<json> found;
  const auto go_on = [&](const json& next) {
    for (json& one : Walk(next, steps, at + 1, objects)) found.push_back(std::move(one));
  };
  if (step.type == PathStep::Type::kKey) {
    if (!value.is_object() || !value.contains(step.key)) return {};
    const json& next = value[step.key];
    if (EndsWith(step.key, "_ref")) {
      if (next.is_string() && objects.contains(next.get<std::string>()))
        go_on(objects[next.get<std::string>()]);
    } else if (EndsWith(step.key, "_refs")) {
      if (at + 1 == steps.size()) return {next};
      const PathStep& which = steps[at + 1];
      if (which.type == PathStep::Type::kKey) return {};
      for (std::size_t i = 0; i < next.size(); ++i) {
        const bool wanted =
            which.type == PathStep::Type::kAnyIndex || static_cast<std::int64_t>(i) == which.index;
        const auto id = next[i].get<std::string>();
        if (!wanted || !objects.contains(id)) continue;
        for (json& one : Walk(objects[id], steps, at + 2, objects)) found.push_back(std::move(one));
      }
    } else {
      go_on(next);
    }
  } else if (step.type == PathStep::Type::kAnyIndex) {
    if (value.is_array()) {
      for (const json& one : value) go_on(one);
    }
  } else if (value.is_array() && step.index >= 0 && static_cast<std::size_t>(step.index) < value.size()) {
    go_on(value[static_cast<std::size_t>(step.index)]);
  }
  return found;
}

bool Like(const std::string& text, std::size_t i, const std::string& like, std::size_t j) {
  if (j == like.size()) return i == text.size();
  if (like[j] == '%') return Like(text, i, like, j + 1) || (i < text.size() && Like(text, i + 1, like, j));
  return i < text.size() && (like[j] == '_' || like[j] == text[i]) && Like(text, i + 1, like, j + 1);
}

// POSIX's expressions are PCRE's as far as the random patterns use them.
bool Matches(const std::string& text, const std::string& expression) {
  regex_t compiled;
  if (regcomp(&compiled, expression.c_str(), REG_EXTENDED | REG_NOSUB) != 0) return false;
  const bool found = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

struct Block {
  unsigned address = 0;
  unsigned bits = 32;
};
std::optional<Block> BlockIn(const std::string& text) {
  unsigned a = 0, b = 0, c = 0, d = 0, bits = 32;
  char rest = 0;
  const int read = std::sscanf(text.c_str(), "%u.%u.%u.%u/%u%c", &a, &b, &c, &d, &bits, &rest);
  if ((read != 4 && read != 5) || a > 255 || b > 255 || c > 255 || d > 255 || bits > 32) return std::nullopt;
  return Block{a << 24 | b << 16 | c << 8 | d, bits};
}
bool Inside(const std::optional<Block>& inner, const std::optional<Block>& outer) {
  if (!inner || !outer || inner->bits < outer->bits) return false;
  return outer->bits == 0 || (inner->address ^ outer->address) >> (32 - outer->bits) == 0;
}

// How `value` and `constant` compare, if they do.
std::optional<int> Order(const json& value, const PatternConstant& constant) {
  if (value.is_string() && constant.type == ConstantType::kString) {
    const int order = value.get<std::string>().compare(constant.text);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  if (value.is_number() && constant.type == ConstantType::kNumber) {
    const auto number = value.get<double>();
    const auto other = static_cast<double>(constant.number);
    return number < other ? -1 : number > other ? 1 : 0;
  }
  return std::nullopt;
}

bool Equal(const json& value, const PatternConstant& constant) {
  if (value.is_boolean() && constant.type == ConstantType::kBoolean)
    return value.get<bool>() == constant.boolean;
  return Order(value, constant) == 0;
}

bool Holds(const json& value, const Comparison& comparison) {
  using enum ComparisonOperator;
  const auto& constants = comparison.constants;
  const std::string text = value.is_string() ? value.get<std::string>() : std::string();
  constexpr int kIncomparable = 2;
  const int order = constants.empty() ? kIncomparable : Order(value, constants[0]).value_or(kIncomparable);
  switch (comparison.operation) {
    case kEqual:
      return Equal(value, constants[0]);
    case kNotEqual:
      return !Equal(value, constants[0]);
    case kLess:
      return order == -1;
    case kLessOrEqual:
      return order == -1 || order == 0;
    case kGreater:
      return order == 1;
    case kGreaterOrEqual:
      return order == 0 || order == 1;
    case kIn:
      return std::any_of(constants.begin(), constants.end(),
                         [&value](const PatternConstant& constant) { return Equal(value, constant); });
    case kLike:
      return value.is_string() && Like(text, 0, constants[0].text, 0);
    case kMatches:
      return value.is_string() && Matches(text, constants[0].text);
    case kIsSubset:
      return value.is_string() && Inside(BlockIn(text), BlockIn(constants[0].text));
    case kIsSuperset:
      return value.is_string() && Inside(BlockIn(constants[0].text), BlockIn(text));
    case kExists:
      return !value.is_null();
  }
  return false;
}

using Chosen = std::map<std::string, json>;  // an object of each type

bool IsTrue(const ObservationExpression& leaf, const ComparisonNode& node, const Chosen& chosen,
            const json& objects) {
  if (node.type == ComparisonNode::Type::kComparison) {
    const Comparison& comparison = leaf.comparisons[node.comparison];
    const auto object = chosen.find(comparison.path.type);
    if (object == chosen.end()) return false;
    const auto values = Walk(object->second, comparison.path.steps, 0, objects);
    return std::any_of(values.begin(), values.end(),
                       [&](const json& value) { return Holds(value, comparison) != comparison.negated; });
  }
  const auto is_true = [&](const ComparisonNode& operand) { return IsTrue(leaf, operand, chosen, objects); };
  return node.type == ComparisonNode::Type::kAnd
             ? std::all_of(node.operands.begin(), node.operands.end(), is_true)
             : std::any_of(node.operands.begin(), node.operands.end(), is_true);
}

bool AnyChoice(const ObservationExpression& leaf, std::set<std::string> types, Chosen chosen,
               const json& objects) {
  if (types.empty()) return IsTrue(leaf, leaf.root, chosen, objects);
  const std::string type = *types.begin();
  types.erase(types.begin());
  if (AnyChoice(leaf, types, chosen, objects)) return true;
  for (const json& object : objects) {
    if (object["type"] != type) continue;
    chosen[type] = object;
    if (AnyChoice(leaf, types, chosen, objects)) return true;
  }
  return false;
}

// The `n`th time that an observation was made.
using Instance = std::pair<std::size_t, std::uint64_t>;
using Binding = std::set<Instance>;
using Bindings = std::set<Binding>;

class NaiveBindings {
 public:
  explicit NaiveBindings(const std::vector<ObservedTimes>& all) : all_(all) {}

  Bindings Of(const ObservationNode& node) const {
    Bindings bindings = Plain(node);
    for (const Qualifier& qualifier : node.qualifiers) bindings = Qualified(bindings, qualifier);
    return bindings;
  }

 private:
  Bindings Plain(const ObservationNode& node) const {
    Bindings bindings;
    if (node.type == ObservationNode::Type::kLeaf) {
      for (std::size_t i = 0; i < all_.size(); ++i) {
        const auto& leaves = all_[i].leaves;
        if (std::find(leaves.begin(), leaves.end(), node.leaf) == leaves.end()) continue;
        for (std::uint64_t n = 0; n < all_[i].count; ++n) bindings.insert(Binding{Instance{i, n}});
      }
      return bindings;
    }
    bindings = Of(node.operands[0]);
    for (std::size_t i = 1; i < node.operands.size(); ++i) {
      const Bindings right = Of(node.operands[i]);
      if (node.type == ObservationNode::Type::kOr) {
        bindings.insert(right.begin(), right.end());
      } else {
        bindings = Both(bindings, right, node.type == ObservationNode::Type::kFollowedBy);
      }
    }
    return bindings;
  }

  Bindings Both(const Bindings& left, const Bindings& right, bool in_order) const {
    Bindings both;
    for (const Binding& a : left) {
      for (const Binding& b : right) {
        Binding joined = a;
        joined.insert(b.begin(), b.end());
        if (joined.size() != a.size() + b.size()) continue;
        if (in_order && LastBegin(a) > FirstEnd(b)) continue;
        both.insert(std::move(joined));
      }
    }
    return both;
  }

  Bindings Qualified(const Bindings& bindings, const Qualifier& qualifier) const {
    Bindings left;
    if (qualifier.type == Qualifier::Type::kRepeats) {
      left = bindings;
      for (std::uint64_t i = 1; i < qualifier.repeats; ++i) left = Both(left, bindings, false);
      return left;
    }
    for (const Binding& binding : bindings) {
      const bool holds = qualifier.type == Qualifier::Type::kWithin
                             ? LastBegin(binding) <= FirstEnd(binding) + qualifier.within
                             : qualifier.start < qualifier.stop &&
                                   std::all_of(binding.begin(), binding.end(), [&](const Instance& instance) {
                                     const ObservedTimes& times = all_[instance.first];
                                     return times.first < qualifier.stop && times.last >= qualifier.start;
                                   });
      if (holds) left.insert(binding);
    }
    return left;
  }

  TimeUs LastBegin(const Binding& binding) const {
    TimeUs last = kBeginningOfTime;
    for (const Instance& instance : binding) last = std::max(last, all_[instance.first].first);
    return last;
  }
  TimeUs FirstEnd(const Binding& binding) const {
    TimeUs first = kEndOfTime;
    for (const Instance& instance : binding) first = std::min(first, all_[instance.first].last);
    return first;
  }

  const std::vector<ObservedTimes>& all_;
};

}  // namespace

bool NaivelyMatches(const ObservationExpression& leaf, const json& objects) {
  std::set<std::string> types;
  for (const Comparison& comparison : leaf.comparisons) types.insert(comparison.path.type);
  return AnyChoice(leaf, types, {}, objects);
}

bool NaivelySatisfied(const StixPattern& pattern, const std::vector<ObservedTimes>& observations,
                      std::optional<std::size_t> must_bind) {
  const Bindings bindings = NaiveBindings(observations).Of(pattern.root);
  return std::any_of(bindings.begin(), bindings.end(), [&](const Binding& binding) {
    return !must_bind || std::any_of(binding.begin(), binding.end(),
                                     [&](const Instance& instance) { return instance.first == *must_bind; });
  });
}

}  // namespace polder
