#include "tests/engine/stix/random_pattern.h"

#include <fmt/format.h>

namespace polder {

using nlohmann::json;

std::string RandomPattern::Text() {
  return Any<std::string>({"", "a", "b", "ab", "ba", "abc", "10.0.0.1", "10.0.0.0/24", "10.0.0.128/25",
                           "10.0.1.1", "10.0.0.0/8", "12", "1"});
}

std::string RandomPattern::Path() {
  return Any<std::string>({"s", "s", "n", "f", "z", "l[*]", "l[0]", "l[1]", "l", "d.s", "d.'x-y'.n",
                           "o_ref.s", "o_ref.n", "o_ref.o_ref.s", "p_refs[*].s", "p_refs[*].n",
                           "p_refs[0].l[*]", "p_refs[*].p_refs[*].s", "o_ref.type"});
}

std::string RandomPattern::Comparison() {
  const std::string path = Any<std::string>({"a:", "a:", "b:"}) + Path();
  if (Below(12) == 0) return "EXISTS " + path;
  const std::string negated = Below(4) == 0 ? " NOT " : " ";
  const auto number = [this] { return Any<std::string>({"0", "1", "-1", "2.5", "12", "1.0"}); };
  const auto constant = [&] {
    return Below(2) == 0   ? "'" + Text() + "'"
           : Below(4) == 0 ? Any<std::string>({"true", "false"})
                           : number();
  };
  switch (Below(7)) {
    case 0:
      return path + negated + "IN (" + constant() + ", " + constant() + ")";
    case 1:
      return path + negated + "LIKE '" +
             Any<std::string>(
                 {"%", "a%", "%b", "_", "a_", "%a%", "%.%", "a%b_c", "", "%%", "_%_", "10.0.0._"}) +
             "'";
    case 2:
      return path + negated + "MATCHES '" +
             Any<std::string>({"^a", "b$", "a.?c", "^[ab]+$", "", "0{1}", "(a|b)c", "^$"}) + "'";
    case 3:
      return path + negated + Any<std::string>({"ISSUBSET", "ISSUPERSET"}) + " '" +
             Any<std::string>({"10.0.0.0/24", "10.0.0.1", "10.0.0.0/8", "10.0.0.128/25"}) + "'";
    case 4:
      return path + negated + Any<std::string>({"<", "<=", ">", ">="}) + " " +
             (Below(2) == 0 ? number() : "'" + Text() + "'");
    default:
      return path + negated + Any<std::string>({"=", "!=", "=", "<>", "=="}) + " " + constant();
  }
}

std::string RandomPattern::Comparisons(int depth) {
  if (depth == 0 || Below(3) == 0) return Comparison();
  std::string joined = Comparisons(depth - 1);
  for (int more = Below(3); more > 0; --more)
    joined += Any<std::string>({" AND ", " OR "}) + Comparisons(depth - 1);
  return Below(2) == 0 ? "(" + joined + ")" : joined;
}

std::string RandomPattern::Leaf() { return "[" + Comparisons(2) + "]"; }

json RandomPattern::Value() {
  switch (Below(8)) {
    case 0:
      return Any<int>({0, 1, -1, 12});
    case 1:
      return Any<double>({1.0, 2.5});
    case 2:
      return Below(2) == 0;
    case 3:
      return nullptr;
    default:
      return Text();
  }
}

json RandomPattern::Objects() {
  json objects = json::object();
  const int count = 1 + Below(4);
  const auto id = [&] { return std::to_string(Below(count + 1)); };  // may be one that is not there
  for (int i = 0; i < count; ++i) {
    json object = {{"type", Any<std::string>({"a", "a", "b"})}};
    if (Below(3) > 0) object["s"] = Value();
    if (Below(3) > 0) object["n"] = Value();
    if (Below(4) == 0) object["f"] = Below(2) == 0;
    if (Below(8) == 0) object["z"] = nullptr;
    if (Below(2) == 0) object["l"] = json::array({Value(), Value()});
    if (Below(3) == 0) object["d"] = {{"s", Value()}, {"x-y", {{"n", Value()}}}};
    if (Below(2) == 0) object["o_ref"] = id();
    if (Below(2) == 0) object["p_refs"] = json::array({id(), id()});
    objects[std::to_string(i)] = std::move(object);
  }
  return objects;
}

std::string RandomPattern::Sequence(int depth) {
  std::string text;
  if (depth == 0 || Below(4) == 0) {
    text = fmt::format("[x:n = {}]", Below(3));
  } else {
    text = "(" + Sequence(depth - 1);
    for (int more = 1 + Below(2); more > 0; --more) {
      text += Any<std::string>({" AND ", " OR ", " FOLLOWEDBY ", " FOLLOWEDBY "}) + Sequence(depth - 1);
    }
    text += ")";
  }
  if (Below(4) == 0) text += fmt::format(" REPEATS {} TIMES", 1 + Below(3));
  if (Below(4) == 0) text += fmt::format(" WITHIN {} SECONDS", 1 + Below(4));
  if (Below(10) == 0) {
    text +=
        fmt::format(" START t'1970-01-01T00:00:0{}Z' STOP t'1970-01-01T00:00:0{}Z'", Below(4), 3 + Below(6));
  }
  return text;
}

std::vector<ObservedTimes> RandomPattern::Observations(std::size_t count, std::size_t leaves,
                                                       bool as_events) {
  std::vector<ObservedTimes> observations;
  for (std::size_t i = 0; i < count; ++i) {
    ObservedTimes times;
    times.first = Below(10) * kSecondUs;
    times.last = times.first + (as_events || Below(2) == 0 ? 0 : Below(4) * kSecondUs);
    times.count = as_events || Below(4) > 0 ? 1 : 2;
    for (std::size_t leaf = 0; leaf < leaves; ++leaf) {
      if (Below(3) == 0) times.leaves.push_back(leaf);
    }
    observations.push_back(std::move(times));
  }
  return observations;
}

}  // namespace polder
