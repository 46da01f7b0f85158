// One map of a YAML text, whose keys are known. Internal to those who read a configuration.
#ifndef POLDER_CONNECTORS_CONFIG_SECTION_H_
#define POLDER_CONNECTORS_CONFIG_SECTION_H_

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/config/scalars.h"

namespace polder {

struct Entry {
  std::string key;
  TextPlace key_place;
  Value value;
};

// The entries of a map, one without content being empty; a key that is there twice, or is none, is a problem.
// Nothing if `map` is no map.
std::optional<std::vector<Entry>> ReadEntries(const ReadingContext& context, const Value& map);

// The functions that read leave `to` as it is when the key is absent or its value wrong; the latter is a
// problem.
class Section {
 public:
  // Keys beyond `keys`, which are literals, are problems.
  Section(const ReadingContext& context, const Value& map, std::vector<std::string_view> keys);

  const Value* Find(std::string_view key) const;
  // Where `key` has its value; where the section begins when it is absent.
  TextPlace PlaceOfKey(std::string_view key) const;
  // A problem if `key` is absent, and not said already to be misspelt; `example` is what to add.
  void Require(std::string_view key, std::string_view example) const;

  // A section within this one, empty when it is absent.
  Section Within(std::string_view key, std::vector<std::string_view> keys) const;
  // The elements of a list; `example` is what one looks like.
  std::vector<Value> List(std::string_view key, std::string_view example) const;

  void Text(std::string_view key, std::string& to) const;
  void Text(std::string_view key, std::optional<std::string>& to) const;
  void Flag(std::string_view key, bool& to) const;
  std::optional<std::int64_t> Number(std::string_view key, std::int64_t least, std::int64_t most) const;

  // One of several names; `names` are those to show.
  template <typename T>
  void Choice(std::string_view key, std::span<const std::string_view> names,
              std::optional<T> (*from_name)(std::string_view), T& to) const {
    const Value* const value = Find(key);
    if (value == nullptr) return;
    const std::string expected = fmt::format("one of {}", fmt::join(names, ", "));
    const std::optional<std::string> text = ReadText(context_, *value, expected);
    if (!text.has_value()) return;
    if (std::optional<T> chosen = from_name(*text)) {
      to = *chosen;
    } else {
      AddUnexpected(context_, *value, expected);
    }
  }

  const ReadingContext& context() const { return context_; }
  // Of a key in this section, for messages: "input.topics".
  std::string PathOf(std::string_view key) const;

 private:
  ReadingContext context_;
  TextPlace place_;
  std::string path_;  // empty at the top
  bool is_map_ = true;
  std::set<std::string_view> misspelt_;  // keys that are there under another name
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_SECTION_H_
