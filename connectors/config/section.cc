#include "connectors/config/section.h"

#include <algorithm>
#include <utility>

#include "rules/yaml/nearest.h"

namespace polder {
namespace {

std::string Join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

}  // namespace

std::optional<std::vector<Entry>> ReadEntries(const ReadingContext& context, const Value& map) {
  std::vector<Entry> entries;
  if (map.node.IsNull()) return entries;
  if (!map.node.IsMap()) return std::nullopt;
  std::map<std::string, TextPlace> seen;
  for (const auto& pair : map.node) {
    const TextPlace place = PlaceOf(pair.first.Mark(), map.place);
    if (!pair.first.IsScalar()) {
      context.problems.Add(place, fmt::format("expected a key, found {}", Describe(pair.first)));
      continue;
    }
    const std::string& key = pair.first.Scalar();
    const std::string path = Join(map.path, key);
    const auto [first, is_new] = seen.emplace(key, place);
    if (is_new) {
      // A value that is missing is reported by yaml-cpp where the next thing stands.
      const TextPlace value_place = pair.second.IsNull() ? place : PlaceOf(pair.second.Mark(), place);
      entries.push_back({key, place, {pair.second, value_place, path}});
    } else {
      context.problems.Add(
          place, fmt::format("'{}' is already in line {}; keep one of the two", path, first->second.line));
    }
  }
  return entries;
}

Section::Section(const ReadingContext& context, const Value& map, std::vector<std::string_view> keys)
    : context_(context), place_(map.place), path_(map.path) {
  std::optional<std::vector<Entry>> entries = ReadEntries(context, map);
  is_map_ = entries.has_value();
  if (!is_map_) {
    const std::string what = path_.empty() ? "the configuration" : fmt::format("'{}'", path_);
    context.problems.Add(place_, fmt::format("{} is a map with the keys {}, found {}", what,
                                             fmt::join(keys, ", "), Describe(map.node)));
    return;
  }
  for (Entry& entry : *entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) {
      values_.emplace(std::move(entry.key), std::move(entry.value));
      continue;
    }
    misspelt_.insert(NearestOf(entry.key, keys));
    context.problems.Add(entry.key_place,
                         fmt::format("unknown key '{}'{}", entry.key, MeantOrKnown(entry.key, keys)));
  }
}

const Value* Section::Find(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

TextPlace Section::PlaceOfKey(std::string_view key) const {
  const Value* const value = Find(key);
  return value == nullptr ? place_ : value->place;
}

void Section::Require(std::string_view key, std::string_view example) const {
  if (!is_map_ || Find(key) != nullptr || misspelt_.contains(key)) return;
  const std::string where = path_.empty() ? "at the top level" : fmt::format("under '{}'", path_);
  context_.problems.Add(place_, fmt::format("missing key '{}' {}; add for example: {}", key, where, example));
}

Section Section::Within(std::string_view key, std::vector<std::string_view> keys) const {
  const Value* const value = Find(key);
  if (value != nullptr) return Section(context_, *value, std::move(keys));
  return Section(context_, Value{YAML::Node(), place_, PathOf(key)}, std::move(keys));
}

std::vector<Value> Section::List(std::string_view key, std::string_view example) const {
  const Value* const value = Find(key);
  std::vector<Value> elements;
  if (value == nullptr) return elements;
  if (!value->node.IsSequence() || value->node.size() == 0) {
    const std::string seen = value->node.IsSequence() ? "an empty one" : Describe(value->node);
    context_.problems.Add(value->place,
                          fmt::format("'{}' is a list such as {}, found {}", value->path, example, seen));
    return elements;
  }
  for (const YAML::Node& node : value->node) {
    elements.push_back(
        {node, PlaceOf(node.Mark(), value->place), fmt::format("{}[{}]", value->path, elements.size())});
  }
  return elements;
}

void Section::Text(std::string_view key, std::string& to) const {
  const Value* const value = Find(key);
  if (value == nullptr) return;
  if (std::optional<std::string> text = ReadText(context_, *value)) to = std::move(*text);
}

void Section::Text(std::string_view key, std::optional<std::string>& to) const {
  const Value* const value = Find(key);
  if (value != nullptr) to = ReadText(context_, *value);
}

void Section::Flag(std::string_view key, bool& to) const {
  const Value* const value = Find(key);
  if (value != nullptr) to = ReadFlag(context_, *value).value_or(to);
}

std::optional<std::int64_t> Section::Number(std::string_view key, std::int64_t least,
                                            std::int64_t most) const {
  const Value* const value = Find(key);
  return value == nullptr ? std::nullopt : ReadNumber(context_, *value, least, most);
}

std::string Section::PathOf(std::string_view key) const { return Join(path_, key); }

}  // namespace polder
