// Reads maps with known keys from YAML, strictly: whatever is not expected is a problem with its place.
// Internal to rules/fields.
#ifndef POLDER_RULES_FIELDS_YAML_MAP_H_
#define POLDER_RULES_FIELDS_YAML_MAP_H_

#include <yaml-cpp/yaml.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/yaml/problems.h"

namespace polder {

// A node, where to point when it is wrong, and what to call it ("urls[0].host").
struct YamlValue {
  YAML::Node node;
  TextPlace place;
  std::string path;
};

class YamlMapReader {
 public:
  explicit YamlMapReader(std::vector<TextProblem>& problems) : problems_(problems) {}

  // The one document of `yaml`; nothing, and a problem, if there is none.
  std::optional<YamlValue> Document(std::string_view yaml);

  void Add(const YamlValue& where, std::string message);
  // "'PATH' is EXPECTED, found ...".
  void AddUnexpected(const YamlValue& where, std::string_view expected);

  // The members of a map with any keys; a key that is there twice, or is no text, is a problem.
  std::vector<std::pair<std::string, YamlValue>> Members(const YamlValue& map, std::string_view expected);
  // The same for known keys: each of the others is a problem, with the nearest known one. `each` is called
  // in the order of the text.
  void Keys(const YamlValue& map, std::span<const std::string_view> known, std::string_view expected,
            const std::function<void(std::string_view key, const YamlValue& value)>& each);
  // The elements of a list; a value that is no list is a list of itself.
  std::vector<YamlValue> OneOrMore(const YamlValue& value, std::string_view expected);

  // Text that is not empty; nothing, and a problem, else.
  std::optional<std::string> Text(const YamlValue& value, std::string_view expected);
  std::vector<std::string> Texts(const YamlValue& value, std::string_view expected);

 private:
  std::vector<TextProblem>& problems_;
};

}  // namespace polder

#endif  // POLDER_RULES_FIELDS_YAML_MAP_H_
