#include "tests/oracle/oracle.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "engine/base/time.h"
#include "tests/oracle/naive_json.h"

namespace polder::oracle {
namespace {

using Values = std::vector<std::pair<std::string, Value>>;

}  // namespace

struct Reading {
  Values values;
  std::vector<std::string> texts;  // what the values were found in
  std::vector<double> numbers;
  std::optional<TimeUs> time;
  bool unparsable = false;
};

namespace {

void Search(std::string field, std::string_view text, Reading& reading) {
  // engine/match/second_look.h, kMaxFieldBytes: cut between two code points.
  std::size_t end = std::min<std::size_t>(field.size(), 1024);
  while (end < field.size() && (static_cast<unsigned char>(field[end]) & 0xC0) == 0x80) --end;
  field.resize(end);
  for (Value& value : FindValues(text)) reading.values.emplace_back(field, std::move(value));
  reading.texts.emplace_back(text);
}

std::optional<TimeUs> TimeOf(const Scalar& scalar) {
  if (!scalar.is_number) {
    const auto iso = ParseIsoTime(scalar.text);
    return iso ? iso : ParseEpochTime(scalar.text);
  }
  const double number = std::strtod(scalar.text.c_str(), nullptr);
  if (number >= 1e9 && number < 1e10) return std::llround(number * 1e6);
  if (number >= 1e12 && number < 1e13) return std::llround(number * 1e3);
  if (number >= 1e15 && number < 1e16) return std::llround(number);
  return std::nullopt;
}

std::optional<TimeUs> EventTime(const std::vector<Scalar>& scalars) {
  for (const std::string_view path : {"@timestamp", "timestamp", "ts", "UtcTime", "TimeCreated",
                                      "Event.System.TimeCreated.#attributes.SystemTime", "eventTime",
                                      "EventTime", "time", "_time", "created_at", "datetime"}) {
    for (const Scalar& scalar : scalars) {
      const auto time = scalar.path == path ? TimeOf(scalar) : std::nullopt;
      if (time) return time;
    }
  }
  return std::nullopt;
}

// The first string at `path`; empty if there is none.
std::string StringAt(const std::vector<Scalar>& scalars, std::string_view path) {
  for (const Scalar& scalar : scalars) {
    if (scalar.path == path && !scalar.is_number) return scalar.text;
  }
  return {};
}

// The first string or port number at `path`; empty if there is none.
std::string PortAt(const std::vector<Scalar>& scalars, std::string_view path) {
  for (const Scalar& scalar : scalars) {
    if (scalar.path != path) continue;
    if (!scalar.is_number) return scalar.text;
    const double number = std::strtod(scalar.text.c_str(), nullptr);
    if (number >= 0 && number <= 65535 && number == std::floor(number)) {
      return std::to_string(static_cast<int>(number));
    }
  }
  return {};
}

void Compose(const std::string& field, std::string scheme, std::string host, const std::string& port,
             const std::string& path, const std::string& query, Values& values) {
  if (host.empty() || host.find_first_of("%/?#@") != std::string::npos || !path.starts_with('/')) return;
  const bool bare_v6 = ReadIpv6(host).has_value();
  if (bare_v6) host = '[' + host + ']';
  const std::size_t colon = host.rfind(':');
  const bool own_port = colon != std::string::npos && host.find(']', colon) == std::string::npos;
  if (!own_port && !port.empty()) host += ':' + port;
  if (scheme.empty()) scheme = "http";
  const auto url = ReadUrl(scheme + "://" + host + path + (query.empty() ? "" : '?' + query));
  if (url) values.emplace_back(field, Value{Kind::kUrl, url->text});
}

void ComposeUrls(const std::vector<Scalar>& scalars, Values& values) {
  const auto text = [&](std::string_view path) { return StringAt(scalars, path); };
  Compose("http.url", "", text("http.hostname"), PortAt(scalars, "http.http_port"), text("http.url"), "",
          values);
  Compose("uri", "", text("host"), "", text("uri"), "", values);
  Compose("url.path", text("url.scheme"), text("url.domain"), PortAt(scalars, "url.port"), text("url.path"),
          text("url.query"), values);
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

Reading ReadEvent(std::string_view bytes, Format format, TimeUs arrival) {
  Reading reading;
  if (bytes.empty()) return reading;
  const bool json = TakenForJson(format, bytes);
  if (json) {
    if (const auto scalars = ReadJson(bytes)) {
      for (const Scalar& scalar : *scalars) {
        if (scalar.is_number) {
          reading.numbers.push_back(std::strtod(scalar.text.c_str(), nullptr));
        } else {
          Search(scalar.path.empty() ? "message" : scalar.path, scalar.text, reading);
        }
      }
      ComposeUrls(*scalars, reading.values);
      reading.time = EventTime(*scalars);
      return reading;
    }
    std::size_t at = 0;
    reading.unparsable = format == Format::kJson || FirstNonSpace(bytes, at) == '{';
    Search("message", Unescape(bytes), reading);
  }
  Search("message", bytes, reading);
  reading.time = ParseLinePrefixTime(bytes, arrival);
  return reading;
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
                       [&](const std::string& text) { return HoldsPort(text, condition.value); });
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
      if (holds && indicator.valid_from <= time && time < indicator.valid_until) {
        hits.insert({event, field, value.canonical, indicator.id, type});
      }
    }
  }
  return reading.unparsable;
}

std::vector<std::pair<std::string, Value>> ValuesOf(std::string_view bytes, Format format) {
  return ReadEvent(bytes, format, /*arrival=*/0).values;
}

}  // namespace polder::oracle
