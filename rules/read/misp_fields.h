// How the members of MISP's JSON are read: numbers as strings, lists as maps, null for what is not there.
#ifndef POLDER_RULES_READ_MISP_FIELDS_H_
#define POLDER_RULES_READ_MISP_FIELDS_H_

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/base/time.h"

namespace polder {

// Enough of a value to find it again; free text can be of any length.
inline constexpr std::size_t kKeptOfMispValue = 256;

// In small letters (ASCII).
std::string MispLower(std::string_view text);
// At most `limit` bytes of `text`, without half a letter of UTF-8 at the end.
std::string MispKept(std::string text, std::size_t limit);

// Nothing where the member is missing or null, or `object` is no object. Points into `object`.
const nlohmann::json* MispMember(const nlohmann::json& object, const char* key);
// As above, and nothing where it is no object.
const nlohmann::json* MispObjectMember(const nlohmann::json& object, const char* key);
// Text, or a number as text; empty for anything else.
std::string MispScalar(const nlohmann::json& object, const char* key);
// true, 1, "1", "true" and their opposites; nothing for anything else.
std::optional<bool> MispFlag(const nlohmann::json& object, const char* key);
// In small letters; empty if it is no uuid.
std::string MispUuid(const nlohmann::json& object);
// An epoch as MISP writes it (a string of seconds, 0 for never), or an ISO time.
std::optional<TimeUs> MispTime(const nlohmann::json& object, const char* key);

// Calls visit(element) for what stands under a key that MISP fills with a list, PHP with a map from numbers,
// and others with the one element itself, which is known by having any of `members`.
template <typename Visit>
void ForEachMisp(const nlohmann::json* list, std::initializer_list<const char*> members, const Visit& visit) {
  if (list == nullptr) return;
  const bool one = list->is_object() && std::any_of(members.begin(), members.end(), [&](const char* member) {
                     return list->contains(member);
                   });
  if (one) return visit(*list);
  if (!list->is_structured()) return;
  for (const nlohmann::json& element : *list) visit(element);
}

template <typename Visit>
void ForEachMispAttribute(const nlohmann::json& parent, const Visit& visit) {
  ForEachMisp(MispMember(parent, "Attribute"), {"uuid", "type", "value"}, visit);
}

// On which line of a JSON text an attribute stands: that of its uuid, or else of the first value like its
// own; 0 if that is not found. Made when it is asked for the first time, in one pass.
class MispAttributeLines {
 public:
  // `text` must outlive it.
  explicit MispAttributeLines(std::string_view text) : text_(text) {}

  std::size_t LineOf(const std::string& uuid, const std::string& value);

 private:
  void Build();

  std::string_view text_;
  bool built_ = false;
  std::unordered_map<std::string_view, std::size_t> lines_;  // by what stands between the quotes
};

}  // namespace polder

#endif  // POLDER_RULES_READ_MISP_FIELDS_H_
