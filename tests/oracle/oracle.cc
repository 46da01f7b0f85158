#include "tests/oracle/oracle.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "engine/base/time.h"
#include "engine/event/event_reader.h"
#include "engine/event/fields.h"
#include "engine/expression/expression.h"
#include "rules/fields/shipped_field_maps.h"
#include "tests/oracle/naive_json.h"

namespace polder::oracle {
namespace {

using Values = std::vector<std::pair<std::string, Value>>;

}  // namespace

struct Reading {
  Values values;
  std::vector<std::pair<std::string, std::string>> texts;     // what the values were found in, with its field
  std::vector<std::pair<std::string, std::string>> composed;  // URLs, with their fields
  std::vector<double> numbers;
  std::optional<TimeUs> time;
  bool unparsable = false;
  const FieldMap* map = nullptr;
};

namespace {

void Search(std::string field, std::string_view text, Reading& reading) {
  // engine/match/second_look.h, kMaxFieldBytes: cut between two code points.
  std::size_t end = std::min<std::size_t>(field.size(), 1024);
  while (end < field.size() && (static_cast<unsigned char>(field[end]) & 0xC0) == 0x80) --end;
  field.resize(end);
  for (Value& value : FindValues(text)) reading.values.emplace_back(field, std::move(value));
  reading.texts.emplace_back(field, text);
}

char FirstNonSpace(std::string_view bytes, std::size_t& at) {
  while (at < bytes.size() && std::string_view(" \t\r\n").find(bytes[at]) != std::string_view::npos) ++at;
  return at < bytes.size() ? bytes[at] : '\0';
}

bool TakenForJson(Format format, std::string_view bytes) {
  if (format != Format::kAuto) return format == Format::kJson;
  std::size_t at = 0;
  const char first = FirstNonSpace(bytes, at);
  if (first != '[') return first == '{';
  const char second = FirstNonSpace(bytes, ++at);
  return second == '{' || second == '[' || second == ']' || second == '"';
}

bool HasNoMember(const std::string& json) {
  std::size_t at = 0;
  FirstNonSpace(json, ++at);
  return json[at] == ']' || json[at] == '}';
}

// A string that is JSON itself, of a member at least, stands for what is in it.
// `lone`: it is the whole record, and has no path.
void Unpack(const Scalar& scalar, bool lone, int depth, std::vector<Scalar>& all) {
  const bool may_be = !scalar.is_number && !scalar.text.empty() &&
                      (scalar.text.front() == '{' || scalar.text.front() == '[') && depth > 0;
  const auto inner = may_be ? ReadJson(scalar.text) : std::nullopt;
  if (!inner || HasNoMember(scalar.text)) {
    all.push_back(scalar);
    return;
  }
  for (Scalar one : *inner) {
    if (!lone) one.path = scalar.path + '.' + one.path;
    Unpack(one, false, depth - 1, all);
  }
}

// JSON is read by the oracle itself; the other formats have tests of their own.
std::vector<Scalar> ScalarsOf(std::string_view bytes, Format format, Reading& reading, EventReading& read) {
  std::vector<Scalar> scalars;
  if (TakenForJson(format, bytes)) {
    if (const auto json = ReadJson(bytes)) {
      read.format = Format::kJson;
      std::size_t at = 0;
      const bool lone = FirstNonSpace(bytes, at) == '"';
      for (const Scalar& scalar : *json) Unpack(scalar, lone, EventReader::kMaxNesting, scalars);
      return scalars;
    }
    std::size_t at = 0;
    reading.unparsable = format == Format::kJson || FirstNonSpace(bytes, at) == '{';
    scalars.push_back({"message", Unescape(bytes)});
    scalars.push_back({"message", std::string(bytes)});
    return scalars;
  }
  const std::string padded = std::string(bytes) + std::string(kRecordPadding, ' ');
  EventReader reader;
  read = reader.Read(
      {std::string_view(padded).substr(0, bytes.size())}, format,
      [&](std::string_view path, std::string_view value) {
        scalars.push_back({std::string(path), std::string(value)});
      },
      [&](std::string_view path, double value) {
        scalars.push_back({std::string(path), std::to_string(value), true});
      });
  reading.unparsable = read.unparsable;
  return scalars;
}

Reading ReadEvent(std::string_view bytes, Format format, TimeUs arrival) {
  Reading reading;
  if (bytes.empty()) return reading;
  EventReading read;
  EventFields fields(ShippedFieldMaps());
  const std::vector<Scalar> scalars = ScalarsOf(bytes, format, reading, read);
  const bool broken = read.format == Format::kText && scalars.size() == 2 && TakenForJson(format, bytes);
  for (const Scalar& scalar : scalars) {
    const double number = scalar.is_number ? std::strtod(scalar.text.c_str(), nullptr) : 0;
    if (scalar.is_number) {
      reading.numbers.push_back(number);
      fields.SeeNumber(scalar.path, number);
    } else {
      Search(scalar.path.empty() ? "message" : scalar.path, scalar.text, reading);
      if (!broken) fields.SeeString(scalar.path, scalar.text);
    }
  }
  fields.End(read.format);
  fields.ComposedUrls([&](std::string_view field, std::string_view composed) {
    reading.composed.emplace_back(field, composed);
    if (const auto url = ReadUrl(composed)) {
      reading.values.emplace_back(std::string(field), Value{Kind::kUrl, url->text});
    }
  });
  reading.map = fields.map();
  reading.time = fields.Time(arrival);
  if (!reading.time && read.format != Format::kJson) reading.time = ParseLinePrefixTime(bytes, arrival);
  return reading;
}

// A text kind that the map of the event names is in the fields of that kind alone.
bool MayBeIn(const Reading& reading, const std::string& field, Kind kind) {
  if (reading.map == nullptr || !IsWholeText(kind) || !reading.map->Names(kind)) return true;
  std::string generalised;
  GeneralisePath(field, generalised);
  const FieldMeaning* meaning = reading.map->Find(generalised);
  return meaning != nullptr && meaning->kind == kind;
}

bool SamePrefix(const Address& a, const Address& b, unsigned bits) {
  for (unsigned i = 0; i < bits; ++i) {
    if (((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1) != 0) return false;
  }
  return true;
}

// All whole texts are compared alike.
Kind ComparedAs(Kind kind) { return IsWholeText(kind) ? Kind::kText : kind; }

}  // namespace

Oracle::Target Oracle::MakeTarget(Kind kind, const std::string& value) {
  Target target{.kind = ComparedAs(kind), .value = value};
  if (kind != Kind::kIp && kind != Kind::kNetwork) return target;
  const std::size_t slash = value.find('/');
  const std::string base = value.substr(0, slash);
  const auto v4 = ReadIpv4(base);
  target.address = v4 ? *v4 : ReadIpv6(base).value();
  target.holds_v4 = v4.has_value();
  if (kind == Kind::kNetwork) {
    target.prefix_bits = static_cast<unsigned>(std::stoi(value.substr(slash + 1))) + (v4 ? 96U : 0U);
  }
  return target;
}

Oracle::Oracle(const std::vector<Indicator>& indicators, Lookup lookup)
    : indicators_(indicators), lookup_(lookup) {
  for (std::size_t i = 0; i < indicators.size(); ++i) {
    const Indicator& indicator = indicators[i];
    targets_.push_back(MakeTarget(indicator.kind, indicator.value));
    conditions_.emplace_back();
    for (const Condition& condition : indicator.conditions) {
      conditions_.back().push_back(MakeTarget(condition.kind, condition.value));
    }
    by_value_[{targets_.back().kind, indicator.value}].push_back(i);
    if (indicator.kind == Kind::kNetwork) networks_.push_back(i);
    expressions_.emplace_back();
    if (indicator.kind != Kind::kPattern) continue;
    const Expression expression = ParseExpression(indicator.value).value();
    expressions_.back() = Regex::Compile(expression.regex, {.caseless = expression.caseless,
                                                            .dot_all = expression.dot_all,
                                                            .multiline = expression.multiline})
                              .value();
  }
}

std::string Oracle::Compare(const Value& value, const Target& target) {
  if (target.kind == Kind::kNetwork) {
    const bool inside = value.kind == Kind::kIp && IsV4(value.address) == target.holds_v4 &&
                        SamePrefix(value.address, target.address, target.prefix_bits);
    // A network of one address is that address.
    return !inside ? "" : target.prefix_bits == 128 ? "exact" : "network";
  }
  if (target.kind != value.kind) return "";
  if (value.kind == Kind::kIp) return value.address == target.address ? "exact" : "";
  if (value.canonical == target.value) return value.kind == Kind::kUrl ? "url" : "exact";
  const bool under = value.kind == Kind::kDomain && value.canonical.ends_with('.' + target.value);
  return under ? "subdomain" : "";
}

bool Oracle::Holds(const Reading& reading, const Target& condition) {
  if (condition.kind == Kind::kPort) {
    return std::any_of(reading.numbers.begin(), reading.numbers.end(),
                       [&](double number) { return number == std::stod(condition.value); }) ||
           std::any_of(reading.texts.begin(), reading.texts.end(),
                       [&](const auto& text) { return HoldsPort(text.second, condition.value); });
  }
  return std::any_of(reading.values.begin(), reading.values.end(),
                     [&](const auto& found) { return !Compare(found.second, condition).empty(); });
}

std::vector<std::pair<std::size_t, std::string>> Oracle::MatchesOf(const Value& value) const {
  std::vector<std::pair<std::size_t, std::string>> matches;
  const auto consider = [&](std::size_t i) {
    std::string type = Compare(value, targets_[i]);
    if (!type.empty()) matches.emplace_back(i, std::move(type));
  };
  if (lookup_ == Lookup::kLoop) {
    for (std::size_t i = 0; i < indicators_.size(); ++i) consider(i);
    return matches;
  }
  const auto consider_value = [&](const std::string& canonical) {
    const auto found = by_value_.find({value.kind, canonical});
    if (found == by_value_.end()) return;
    for (const std::size_t i : found->second) consider(i);
  };
  consider_value(value.canonical);
  if (value.kind == Kind::kDomain) {
    for (std::size_t dot = value.canonical.find('.'); dot != std::string::npos;
         dot = value.canonical.find('.', dot + 1)) {
      consider_value(value.canonical.substr(dot + 1));
    }
  }
  if (value.kind == Kind::kIp) {
    for (const std::size_t i : networks_) consider(i);
  }
  return matches;
}

bool Oracle::Match(std::size_t event, std::string_view bytes, Format format, TimeUs arrival,
                   std::set<OracleHit>& hits) const {
  const Reading reading = ReadEvent(bytes, format, arrival);
  const TimeUs time = reading.time.value_or(arrival);
  for (const auto& [field, value] : reading.values) {
    for (const auto& [i, type] : MatchesOf(value)) {
      const Indicator& indicator = indicators_[i];
      const bool holds = std::all_of(conditions_[i].begin(), conditions_[i].end(),
                                     [&](const Target& condition) { return Holds(reading, condition); });
      if (holds && MayBeIn(reading, field, indicator.kind) && indicator.valid_from <= time &&
          time < indicator.valid_until) {
        hits.insert({event, field, value.canonical, indicator.id, type});
      }
    }
  }
  for (std::size_t i = 0; i < indicators_.size(); ++i) {
    const Indicator& indicator = indicators_[i];
    if (indicator.kind != Kind::kPattern || time < indicator.valid_from || time >= indicator.valid_until) {
      continue;
    }
    const bool holds = std::all_of(conditions_[i].begin(), conditions_[i].end(),
                                   [&](const Target& condition) { return Holds(reading, condition); });
    bool found = false;
    const auto search = [&](const std::string& field, const std::string& text) {
      if (!holds || expressions_[i]->Search(text) != Regex::Verdict::kMatch) return;
      hits.insert({event, field, indicator.value, indicator.id, "pattern"});
      found = true;
    };
    for (const auto& [field, text] : reading.texts) search(field, text);
    for (const auto& [field, text] : reading.composed) {
      if (!found) search(field, text);
    }
  }
  return reading.unparsable;
}

std::vector<std::pair<std::string, Value>> ValuesOf(std::string_view bytes, Format format) {
  return ReadEvent(bytes, format, /*arrival=*/0).values;
}

}  // namespace polder::oracle
