#include "rules/read/misp_scope.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "rules/read/json_document.h"
#include "rules/read/misp_fields.h"

namespace polder {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kKeptOfText = 2048;
constexpr std::size_t kKeptOfLabels = 4096;

// Whether `tag` is of the taxonomy `prefix`, such as "tlp:"; its value then, in small letters.
std::optional<std::string> OfTaxonomy(std::string_view tag, std::string_view prefix) {
  std::string lower = MispLower(tag);
  std::erase_if(lower, [](char c) { return c == ' ' || c == '"' || c == '\t'; });
  if (!lower.starts_with(prefix)) return std::nullopt;
  return lower.substr(prefix.size());
}

std::string FirstLink(const Json& event) {
  std::string link;
  ForEachMispAttribute(event, [&](const Json& attribute) {
    if (!link.empty() || JsonText(attribute, "type") != "link" || MispFlag(attribute, "deleted") == true)
      return;
    std::string value = JsonText(attribute, "value");
    if (value.starts_with("https://") || value.starts_with("http://"))
      link = MispKept(std::move(value), kKeptOfText);
  });
  return link;
}

}  // namespace

void AddMispTag(const std::string& tag, MispScope& scope) {
  if (tag.empty()) return;
  if (const auto tlp = OfTaxonomy(tag, "tlp:")) {
    scope.tlp = Stricter(scope.tlp, TlpFromName(*tlp).value_or(Tlp::kRed));
  } else if (const auto pap = OfTaxonomy(tag, "pap:")) {
    scope.pap = Stricter(scope.pap, PapFromName(*pap).value_or(Pap::kRed));
  } else if (scope.labels_size + tag.size() <= kKeptOfLabels &&
             std::find(scope.labels.begin(), scope.labels.end(), tag) == scope.labels.end()) {
    scope.labels.push_back(tag);
    scope.labels_size += tag.size();
  }
}

void AddMispTags(const Json& object, MispScope& scope) {
  for (const char* key : {"Tag", "AttributeTag", "EventTag"}) {
    ForEachMisp(MispMember(object, key), {"name", "Tag"}, [&](const Json& element) {
      const Json* inside = MispObjectMember(element, "Tag");
      AddMispTag(element.is_string() ? element.get<std::string>()
                                     : JsonText(inside != nullptr ? *inside : element, "name"),
                 scope);
    });
  }
}

void EnterMispScope(const Json& object, MispScope& scope) {
  AddMispTags(object, scope);
  scope.deleted = scope.deleted || MispFlag(object, "deleted") == true;
  if (std::string info = JsonText(object, "info"); !info.empty()) {
    scope.name = MispKept(std::move(info), kKeptOfText);
  }
  for (const char* key : {"Org", "Orgc"}) {
    const Json* organisation = MispObjectMember(object, key);
    if (organisation == nullptr) continue;
    if (std::string name = JsonText(*organisation, "name"); !name.empty()) {
      scope.provider = MispKept(std::move(name), kKeptOfText);
    }
  }
  if (std::string link = FirstLink(object); !link.empty()) scope.reference = std::move(link);
  if (const std::string action = MispLower(JsonText(object, "action")); !action.empty()) {
    scope.message = true;
    scope.deleted = scope.deleted || action == "delete" || action == "soft-delete";
  }
}

}  // namespace polder
