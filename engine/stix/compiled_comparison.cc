#include "engine/stix/compiled_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/base/time.h"
#include "engine/observable/characters.h"
#include "engine/observable/text.h"
#include "engine/stix/text.h"

namespace polder {
namespace {

std::string InSmallLetters(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(), ToLowerAscii);
  return small;
}

using Verdict = CompiledComparison::Verdict;
using ValueType = ObservedValue::Type;

// The whole of `text` as a decimal number; in events numbers stand in quotes as well.
std::optional<long double> NumberIn(std::string_view text) {
  if (text.empty() || (!IsDigit(text.back()) && text.back() != '.')) return std::nullopt;
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  std::int64_t whole = 0;
  const auto exact = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (exact.ec == std::errc() && exact.ptr == read.ptr) return static_cast<long double>(whole);
  return number;
}

std::string TextOf(long double number) {
  const auto whole = static_cast<std::int64_t>(std::clamp(number, -9e18L, 9e18L));
  if (static_cast<long double>(whole) == number) return fmt::format("{}", whole);
  return fmt::format("{}", static_cast<double>(number));
}

std::optional<TimeUs> TimeIn(std::string_view text, bool as_events) {
  const auto time = ParseIsoTime(text);
  return time || !as_events ? time : ParseEpochTime(text);
}

template <typename T>
int Compare(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

template <typename T>
bool Has(const std::vector<T>& sorted, const T& value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

bool IsHashPath(std::string_view normal) {
  return normal.find(":hashes") != std::string_view::npos || normal.find(".hashes") != std::string_view::npos;
}

// An address is the network of itself alone.
std::optional<Network> NetworkIn(std::string_view text) {
  if (const auto ip = ParseIp(text)) return Network{*ip, 128};
  return ParseNetwork(text);
}

bool IsV4(const Network& network) { return network.prefix_bits >= 96 && network.address.IsV4(); }

bool IsWithin(const Network& inner, const Network& outer) {
  return IsV4(inner) == IsV4(outer) && inner.prefix_bits >= outer.prefix_bits &&
         MaskAddress(inner.address, outer.prefix_bits) == outer.address;
}

}  // namespace

CompiledComparison::CompiledComparison(const Comparison& comparison)
    : comparison_(&comparison), is_hash_(IsHashPath(comparison.path.normal)) {}

absl::StatusOr<CompiledComparison> CompiledComparison::Compile(const Comparison& comparison) {
  using enum ComparisonOperator;
  CompiledComparison compiled(comparison);
  absl::Status status;
  switch (comparison.operation) {
    case kEqual:
    case kNotEqual:
    case kIn:
      compiled.AddConstants();
      break;
    case kLike:
    case kMatches:
      status = compiled.CompileExpression(comparison.constants.front().text);
      break;
    case kIsSubset:
    case kIsSuperset:
      status = compiled.ReadNetwork(comparison.constants.front().text);
      break;
    default:
      break;
  }
  if (!status.ok()) return status;
  return compiled;
}

void CompiledComparison::AddConstants() {
  event_constants_.emplace(KindOfEventPath(comparison_->path.normal));
  for (const PatternConstant& constant : comparison_->constants) {
    switch (constant.type) {
      case ConstantType::kString:
        texts_.insert(is_hash_ ? LowerText(constant.text) : constant.text);
        if (auto bytes = CharactersAsBytes(constant.text)) bytes_.insert(*std::move(bytes));
        event_constants_->Add(constant.text);
        break;
      case ConstantType::kNumber:
        numbers_.push_back(constant.number);
        break;
      case ConstantType::kBoolean:
        (constant.boolean ? has_true_ : has_false_) = true;
        break;
      case ConstantType::kBinary:
        bytes_.insert(constant.text);
        has_binary_ = true;
        break;
      case ConstantType::kTimestamp:
        times_.push_back(constant.time);
        break;
    }
  }
  std::sort(numbers_.begin(), numbers_.end());
  std::sort(times_.begin(), times_.end());
}

absl::Status CompiledComparison::CompileExpression(const std::string& expression) {
  const auto normal = NormalizeUnicode(expression);
  if (!normal) return absl::InvalidArgumentError("expected UTF-8, saw other bytes");
  const auto bytes = CharactersAsBytes(*normal);
  if (comparison_->operation == ComparisonOperator::kLike) {
    like_ = *normal;
    small_like_ = InSmallLetters(*normal);
    byte_like_ = bytes;
    return absl::OkStatus();
  }
  auto regex = Regex::Compile(*normal, {.dot_all = true, .utf = true});
  if (!regex.ok()) {
    std::string what(regex.status().message());
    constexpr std::string_view kNone = "no regular expression: ";
    if (what.starts_with(kNone)) what.erase(0, kNone.size());
    return absl::InvalidArgumentError(
        fmt::format("expected a regular expression in PCRE's syntax; {}", what));
  }
  regex_.emplace(*std::move(regex));
  if (!bytes) return absl::OkStatus();
  auto byte_regex = Regex::Compile(*bytes, {.dot_all = true});
  // What only text can match, such as \x{2019}, is no expression over bytes.
  if (byte_regex.ok()) byte_regex_.emplace(*std::move(byte_regex));
  return absl::OkStatus();
}

absl::Status CompiledComparison::ReadNetwork(const std::string& text) {
  network_ = NetworkIn(text);
  if (network_) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("expected an address or a network such as '192.0.2.0/24', saw '{}'", text));
}

Verdict CompiledComparison::Holds(const ObservedValue& value, Observation::Compares compares) const {
  using enum ComparisonOperator;
  const bool as_events = compares == Observation::Compares::kAsEvents;
  const auto verdict = [](bool holds) { return holds ? Verdict::kYes : Verdict::kNo; };
  switch (comparison_->operation) {
    case kEqual:
    case kIn:
      return verdict(IsAnyOf(value, as_events));
    case kNotEqual:
      return verdict(!IsAnyOf(value, as_events));
    case kLike:
      return verdict(IsLikeConstant(value, as_events));
    case kMatches:
      return Search(value, as_events);
    case kIsSubset:
    case kIsSuperset:
      return verdict(value.type == ValueType::kString && Nests(value.text));
    case kExists:
      return verdict(value.type != ValueType::kNull);
    default:
      break;
  }
  const auto order = Order(value, as_events);
  if (!order) return Verdict::kNo;
  if (comparison_->operation == kLess) return verdict(*order < 0);
  if (comparison_->operation == kLessOrEqual) return verdict(*order <= 0);
  return verdict(comparison_->operation == kGreater ? *order > 0 : *order >= 0);
}

bool CompiledComparison::IsAnyOf(const ObservedValue& value, bool as_events) const {
  switch (value.type) {
    case ValueType::kString:
      return IsTextAnyOf(value.text, as_events) || IsTimeAnyOf(value.text, as_events);
    case ValueType::kNumber: {
      if (Has(numbers_, value.number)) return true;
      if (!as_events || (texts_.empty() && times_.empty())) return false;
      const std::string text = TextOf(value.number);
      return texts_.contains(text) || IsTimeAnyOf(text, as_events);
    }
    case ValueType::kBoolean:
      if (value.boolean ? has_true_ : has_false_) return true;
      return as_events && IsTextAnyOf(value.boolean ? "true" : "false", as_events);
    case ValueType::kBinary:
      return bytes_.contains(value.text);
    case ValueType::kNull:
    case ValueType::kOther:
      break;
  }
  return false;
}

bool CompiledComparison::IsTextAnyOf(std::string_view text, bool as_events) const {
  if (!as_events) {
    if (is_hash_ ? texts_.contains(LowerText(text)) : texts_.contains(text)) return true;
  } else if (!texts_.empty() && event_constants_->Hold(text)) {
    return true;
  }
  if (has_binary_) {
    const auto bytes = CharactersAsBytes(text);
    if (bytes && bytes_.contains(*bytes)) return true;
  }
  if (!as_events) return false;
  if ((has_true_ && LowerText(text) == "true") || (has_false_ && LowerText(text) == "false")) return true;
  if (numbers_.empty()) return false;
  const auto number = NumberIn(text);
  return number && Has(numbers_, *number);
}

bool CompiledComparison::IsTimeAnyOf(std::string_view text, bool as_events) const {
  if (times_.empty()) return false;
  const auto time = TimeIn(text, as_events);
  return time && Has(times_, *time);
}

std::optional<int> CompiledComparison::Order(const ObservedValue& value, bool as_events) const {
  const PatternConstant& constant = comparison_->constants.front();
  switch (value.type) {
    case ValueType::kString:
      return OrderOfText(value.text, as_events);
    case ValueType::kNumber:
      if (constant.type == ConstantType::kNumber) return Compare(value.number, constant.number);
      return as_events ? OrderOfText(TextOf(value.number), as_events) : std::nullopt;
    case ValueType::kBinary: {
      if (constant.type == ConstantType::kBinary) return value.text.compare(constant.text);
      if (constant.type != ConstantType::kString) return std::nullopt;
      const auto bytes = CharactersAsBytes(constant.text);
      return bytes ? std::optional(value.text.compare(*bytes)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

std::optional<int> CompiledComparison::OrderOfText(std::string_view text, bool as_events) const {
  const PatternConstant& constant = comparison_->constants.front();
  switch (constant.type) {
    case ConstantType::kString: {
      const auto number = as_events ? NumberIn(text) : std::nullopt;
      const auto other = number ? NumberIn(constant.text) : std::nullopt;
      return other ? Compare(*number, *other) : text.compare(constant.text);
    }
    case ConstantType::kBinary: {
      const auto bytes = CharactersAsBytes(text);
      return bytes ? std::optional(bytes->compare(constant.text)) : std::nullopt;
    }
    case ConstantType::kTimestamp: {
      const auto time = TimeIn(text, as_events);
      return time ? std::optional(Compare(*time, constant.time)) : std::nullopt;
    }
    case ConstantType::kNumber: {
      const auto number = as_events ? NumberIn(text) : std::nullopt;
      return number ? std::optional(Compare(*number, constant.number)) : std::nullopt;
    }
    case ConstantType::kBoolean:
      break;
  }
  return std::nullopt;
}

bool CompiledComparison::IsLikeConstant(const ObservedValue& value, bool as_events) const {
  if (value.type == ValueType::kString) {
    if (const auto normal = NormalizeUnicode(value.text)) {
      return as_events ? IsLike(InSmallLetters(*normal), small_like_, /*utf8=*/true)
                       : IsLike(*normal, like_, /*utf8=*/true);
    }
  } else if (value.type != ValueType::kBinary) {
    return false;
  }
  return byte_like_ && IsLike(value.text, *byte_like_, /*utf8=*/false);
}

Verdict CompiledComparison::Search(const ObservedValue& value, bool as_events) const {
  if (value.type != ValueType::kString && value.type != ValueType::kBinary) return Verdict::kNo;
  const auto normal =
      value.type == ValueType::kString ? NormalizeUnicode(value.text) : std::optional<std::string>();
  if (!normal && !byte_regex_) return Verdict::kNo;
  Regex::Verdict found = normal ? regex_->Search(*normal) : byte_regex_->Search(value.text);
  if (found == Regex::Verdict::kNoMatch && as_events && normal)
    found = regex_->Search(InSmallLetters(*normal));
  switch (found) {
    case Regex::Verdict::kMatch:
      return Verdict::kYes;
    case Regex::Verdict::kGaveUp:
      return Verdict::kGaveUp;
    case Regex::Verdict::kNoMatch:
      break;
  }
  return Verdict::kNo;
}

bool CompiledComparison::Nests(std::string_view text) const {
  const auto network = NetworkIn(text);
  if (!network) return false;
  return comparison_->operation == ComparisonOperator::kIsSubset ? IsWithin(*network, *network_)
                                                                 : IsWithin(*network_, *network);
}

}  // namespace polder
