#include "rules/fields/yaml_map.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <map>

#include "rules/yaml/nearest.h"

namespace polder {
namespace {

constexpr std::size_t kLongestShown = 60;

std::string Shown(std::string_view text) {
  if (text.size() <= kLongestShown) return fmt::format("'{}'", text);
  return fmt::format("'{}...'", text.substr(0, kLongestShown));
}

std::string Describe(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return node.size() == 0 ? "an empty list" : "a list";
  if (!node.IsScalar()) return "nothing";
  return Shown(node.Scalar());
}

// yaml-cpp reports a value that is missing where the next thing stands: `otherwise` is better.
YamlValue Placed(const YAML::Node& node, std::string path, const YamlValue& otherwise) {
  const YAML::Mark mark = node.Mark();
  if (node.IsNull() || mark.is_null()) return {node, otherwise.place, std::move(path)};
  return {node, {mark.line + 1, mark.column + 1}, std::move(path)};
}

}  // namespace

std::optional<YamlValue> YamlMapReader::Document(std::string_view yaml) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(yaml));
    const YamlValue top;
    if (documents.empty() || documents[0].IsNull()) {
      Add(top, "the file is empty; a field map has a name, recognise and fields");
      return std::nullopt;
    }
    YamlValue first = Placed(documents[0], "", top);
    if (documents.size() == 1) return first;
    Add(Placed(documents[1], "", top), "a second document begins here; a file holds one field map");
  } catch (const YAML::Exception& wrong) {
    const bool placed = !wrong.mark.is_null();
    const TextPlace place = placed ? TextPlace{wrong.mark.line + 1, wrong.mark.column + 1} : TextPlace{};
    problems_.push_back({place, fmt::format("not YAML: {}", wrong.msg)});
  } catch (const std::exception& wrong) {
    problems_.push_back({{}, fmt::format("cannot be read: {}", wrong.what())});
  }
  return std::nullopt;
}

void YamlMapReader::Add(const YamlValue& where, std::string message) {
  problems_.push_back({where.place, std::move(message)});
}

void YamlMapReader::AddUnexpected(const YamlValue& where, std::string_view expected) {
  const std::string what = where.path.empty() ? "the file" : fmt::format("'{}'", where.path);
  Add(where, fmt::format("{} is {}, found {}", what, expected, Describe(where.node)));
}

std::vector<std::pair<std::string, YamlValue>> YamlMapReader::Members(const YamlValue& map,
                                                                      std::string_view expected) {
  std::vector<std::pair<std::string, YamlValue>> members;
  if (!map.node.IsMap()) {
    AddUnexpected(map, expected);
    return members;
  }
  std::map<std::string, int> lines;
  for (const auto& pair : map.node) {
    const YamlValue key = Placed(pair.first, map.path, map);
    if (!pair.first.IsScalar()) {
      Add(key, fmt::format("expected a key, found {}", Describe(pair.first)));
      continue;
    }
    const std::string& name = pair.first.Scalar();
    const auto [first, is_new] = lines.emplace(name, key.place.line);
    if (!is_new) {
      Add(key, fmt::format("{} is already in line {}; keep one of the two", Shown(name), first->second));
      continue;
    }
    std::string path = map.path.empty() ? name : fmt::format("{}.{}", map.path, name);
    members.emplace_back(name, Placed(pair.second, std::move(path), key));
  }
  return members;
}

void YamlMapReader::Keys(const YamlValue& map, std::span<const std::string_view> known,
                         std::string_view expected,
                         const std::function<void(std::string_view, const YamlValue&)>& each) {
  for (const auto& [key, value] : Members(map, expected)) {
    if (std::find(known.begin(), known.end(), key) != known.end()) {
      each(key, value);
    } else {
      Add(value, fmt::format("unknown key {}{}", Shown(key), MeantOrKnown(key, known)));
    }
  }
}

std::vector<YamlValue> YamlMapReader::OneOrMore(const YamlValue& value, std::string_view expected) {
  if (!value.node.IsSequence()) return {value};
  std::vector<YamlValue> elements;
  if (value.node.size() == 0) AddUnexpected(value, expected);
  for (const YAML::Node& node : value.node) {
    elements.push_back(Placed(node, fmt::format("{}[{}]", value.path, elements.size()), value));
  }
  return elements;
}

std::optional<std::string> YamlMapReader::Text(const YamlValue& value, std::string_view expected) {
  if (value.node.IsScalar() && !value.node.Scalar().empty()) return value.node.Scalar();
  AddUnexpected(value, expected);
  return std::nullopt;
}

std::vector<std::string> YamlMapReader::Texts(const YamlValue& value, std::string_view expected) {
  std::vector<std::string> texts;
  for (const YamlValue& element : OneOrMore(value, expected)) {
    if (std::optional<std::string> text = Text(element, expected)) texts.push_back(std::move(*text));
  }
  return texts;
}

}  // namespace polder
