#include "rules/read/misp_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/base/uuid.h"
#include "engine/observable/characters.h"
#include "rules/read/misp_fields.h"
#include "rules/read/misp_scope.h"
#include "rules/read/misp_types.h"

namespace polder {
namespace {

using Json = nlohmann::json;

// The first element of a list; anything else is itself.
const Json& FirstOf(const Json& value) { return value.is_array() && !value.empty() ? value.front() : value; }

class MispRead {
 public:
  MispRead(const JsonDocument& document, const ReadContext& context)
      : root_(document.root), context_(context), lines_(document.text) {}

  ReadResult Run() {
    result_.format = "MISP attributes";
    const Json* response = MispMember(root_, "response");
    const Json& items = response != nullptr ? *response : root_;
    if (items.is_array()) {
      for (const Json& item : items) ReadItem(item);
    } else {
      ReadItem(items);
    }
    return std::move(result_);
  }

 private:
  // An event, a message, attributes or objects.
  void ReadItem(const Json& item) {
    if (!item.is_object()) {
      return Refuse(0, item.is_string() ? item.get<std::string>() : "",
                    "neither a MISP event nor attributes of one", "invalid object");
    }
    const Json* event = MispObjectMember(item, "Event");
    MispScope scope;
    // The event first: what is closer to the attribute has the last word on its name.
    if (event != nullptr) EnterMispScope(*event, scope);
    EnterMispScope(item, scope);
    // A single attribute by itself is a statement about it, with its action or without.
    const Json* single = MispObjectMember(item, "Attribute");
    const bool alone = single != nullptr && single->contains("value") && !item.contains("info");
    scope.message = scope.message || alone;
    if (alone) {
      result_.format = "MISP attribute message";
    } else if (event != nullptr || item.contains("info")) {
      result_.format = "MISP event";
    }
    bool found = ReadMembers(item, scope);
    if (event != nullptr) found = ReadMembers(*event, scope) || found;
    if (found) return;
    if (item.contains("type") && item.contains("value")) return ReadAttribute(item, scope);
    NoteWithoutMembers(event != nullptr ? *event : item, scope);
  }

  // Whether there are attributes or objects, be it none of them.
  bool ReadMembers(const Json& parent, const MispScope& scope) {
    ForEachMispAttribute(parent, [&](const Json& attribute) { ReadAttribute(attribute, scope); });
    ForEachMisp(
        MispMember(parent, "Object"), {"uuid", "Attribute", "template_uuid"}, [&](const Json& object) {
          MispScope inside = scope;
          if (const Json* event = MispObjectMember(object, "Event")) EnterMispScope(*event, inside);
          EnterMispScope(object, inside);
          ForEachMispAttribute(object, [&](const Json& attribute) { ReadAttribute(attribute, inside); });
        });
    return parent.contains("Attribute") || parent.contains("Object");
  }

  void NoteWithoutMembers(const Json& event, const MispScope& scope) {
    if (scope.message || scope.deleted) return;
    const std::string uuid = MispUuid(event);
    const std::string count = MispScalar(event, "attribute_count");
    if (!event.contains("info")) {
      Refuse(lines_.LineOf(uuid, ""), uuid, "neither a MISP event nor attributes of one", "invalid object");
    } else if (!count.empty() && count != "0") {
      Refuse(lines_.LineOf(uuid, ""), uuid,
             fmt::format("the event is listed without its {} attributes; fetch it whole", count),
             "invalid object");
    }
  }

  void Refuse(std::size_t line, std::string value, std::string reason, std::string category) {
    result_.refusals.push_back({context_.path, line, MispKept(std::move(value), kKeptOfMispValue),
                                std::move(reason), std::move(category)});
  }

  void ReadAttribute(const Json& attribute, const MispScope& scope) {
    ++result_.read;
    const std::string uuid = MispUuid(attribute);
    const std::string value = MispScalar(attribute, "value");
    const bool deleted = scope.deleted || MispFlag(attribute, "deleted") == true;
    if (deleted && !uuid.empty()) return Revoke(attribute, uuid);

    std::string reason;
    std::string category;
    const bool taken = !deleted && TakeValues(attribute, uuid, value, scope, &reason, &category);
    if (taken) return;
    if (deleted) {
      reason = "deleted, but without a uuid that would say what is";
      category = "invalid object";
    }
    if (scope.message && !uuid.empty()) {
      Revoke(attribute, uuid);
      if (category == kNotForDetection) return;
    }
    const std::string seen = value.empty() ? uuid : value;
    Refuse(lines_.LineOf(uuid, value), seen, std::move(reason), std::move(category));
  }

  void Revoke(const Json& attribute, const std::string& uuid) {
    Indicator indicator = NewIndicator(context_);
    indicator.id = "indicator--" + uuid;
    indicator.revoked = true;
    indicator.modified = MispTime(attribute, "timestamp").value_or(kBeginningOfTime);
    result_.indicators.push_back(std::move(indicator));
  }

  // False, and why, if there is no indicator in it.
  bool TakeValues(const Json& attribute, const std::string& uuid, const std::string& value,
                  const MispScope& outside, std::string* reason, std::string* category) {
    const std::string type_name = JsonText(attribute, "type");
    const MispType* type = FindMispType(type_name);
    const auto fail = [&](std::string why, std::string_view what) {
      *reason = std::move(why);
      *category = what;
      return false;
    };
    if (type_name.empty()) return fail("an attribute needs a type", "invalid object");
    const auto to_ids = MispFlag(attribute, "to_ids");
    if (to_ids == false) return fail("to_ids is off", kNotForDetection);
    if (!to_ids && type != nullptr && !type->for_detection) {
      return fail(fmt::format("no to_ids, which is off for type {} unless it is said", type_name),
                  kNotForDetection);
    }
    if (type == nullptr) {
      return fail(fmt::format("MISP has no attribute type '{}' that Polder knows", type_name),
                  "not matchable");
    }
    if (type->form == MispForm::kNotMatchable) {
      return fail(fmt::format("type {}: {}", type_name, type->reason), "not matchable");
    }
    auto values = ReadMispValue(*type, value);
    if (!values.ok()) {
      return fail(fmt::format("type {}: {}", type_name, std::string(values.status().message())),
                  RefusalCategory(values.status()));
    }
    const Indicator base = Base(attribute, uuid, outside);
    for (TypedValue& one : *values) {
      Indicator indicator = base;
      indicator.kind = one.kind;
      indicator.value = std::move(one.value);
      indicator.conditions = std::move(one.conditions);
      indicator.pattern = std::move(one.pattern);
      result_.indicators.push_back(std::move(indicator));
    }
    return true;
  }

  // All of an indicator but its value.
  Indicator Base(const Json& attribute, const std::string& uuid, const MispScope& outside) const {
    MispScope scope;
    AddMispTag(JsonText(attribute, "category"), scope);
    AddMispTags(attribute, scope);
    // A search returns each attribute with its event.
    MispScope event_scope = outside;
    if (const Json* event = MispObjectMember(attribute, "Event")) EnterMispScope(*event, event_scope);
    for (const std::string& label : event_scope.labels) AddMispTag(label, scope);
    const Tlp tlp = Stricter(scope.tlp, event_scope.tlp);
    const Pap pap = Stricter(scope.pap, event_scope.pap);

    Indicator base = NewIndicator(context_);
    if (!uuid.empty()) base.id = "indicator--" + uuid;
    base.valid_from = MispTime(attribute, "first_seen").value_or(kBeginningOfTime);
    base.modified = MispTime(attribute, "timestamp").value_or(kBeginningOfTime);
    if (tlp != Tlp::kUnmarked) base.tlp = tlp;
    if (pap != Pap::kUnmarked) base.pap = pap;
    base.provider = std::move(event_scope.provider);
    base.name = std::move(event_scope.name);
    base.description = JsonText(attribute, "comment");
    base.reference = std::move(event_scope.reference);
    for (const std::string& label : scope.labels) {
      if (!base.labels.empty()) base.labels += ", ";
      base.labels += label;
    }
    return base;
  }

  static constexpr std::string_view kNotForDetection = "not for detection";

  const Json& root_;
  const ReadContext& context_;
  MispAttributeLines lines_;
  ReadResult result_;
};

bool IsAttribute(const Json& item) {
  if (!item.is_object() || !item.contains("value")) return false;
  const bool known = FindMispType(JsonText(item, "type")) != nullptr;
  return item.contains("to_ids") || (known && (item.contains("category") || item.contains("uuid")));
}

bool HasAttributes(const Json& item) {
  const Json* attributes = MispMember(item, "Attribute");
  if (attributes == nullptr) return false;
  return attributes->is_object() ||
         (attributes->is_array() && (attributes->empty() || IsAttribute(attributes->front())));
}

bool IsEvent(const Json& item) {
  return item.is_object() && item.contains("info") &&
         (item.contains("uuid") || item.contains("Orgc") || item.contains("Attribute") ||
          item.contains("Object") || item.contains("threat_level_id"));
}

// Log records of Windows have an Event as well.
bool IsItem(const Json& item) {
  const Json* event = MispObjectMember(item, "Event");
  if (event != nullptr && (IsEvent(*event) || HasAttributes(*event) || event->contains("Object")))
    return true;
  if (IsEvent(item) || IsAttribute(item) || HasAttributes(item)) return true;
  const Json* objects = MispMember(item, "Object");
  return objects != nullptr && HasAttributes(FirstOf(*objects));
}

// Whether every value of an object that is not empty is what a manifest says about an event.
bool IsManifest(const Json& root) {
  return root.is_object() && !root.empty() && std::all_of(root.begin(), root.end(), [](const Json& entry) {
           return entry.is_object() && (entry.contains("timestamp") || entry.contains("info"));
         });
}

}  // namespace

bool IsMisp(const JsonDocument& document) {
  const Json& root = document.root;
  if (const Json* response = MispMember(root, "response")) {
    return (response->is_array() && response->empty()) || IsItem(FirstOf(*response));
  }
  if (IsItem(FirstOf(root))) return true;
  const auto manifest = IsManifest(root) ? ReadMispManifest(document) : std::nullopt;
  return manifest && !manifest->empty();
}

ReadResult ReadMisp(const JsonDocument& document, const ReadContext& context) {
  if (!IsItem(document.root) && IsManifest(document.root)) {
    ReadResult result;
    result.format = "MISP feed manifest";
    return result;
  }
  return MispRead(document, context).Run();
}

std::optional<std::map<std::string, std::int64_t>> ReadMispManifest(const JsonDocument& document) {
  const Json& root = document.root;
  std::map<std::string, std::int64_t> events;
  if (root.is_structured() && root.empty()) return events;
  if (!IsManifest(root)) return std::nullopt;
  for (const auto& [key, entry] : root.items()) {
    std::string uuid = MispLower(key);
    if (!ParseUuid(uuid)) continue;
    const auto changed = MispTime(entry, "timestamp");
    events.emplace(std::move(uuid), changed ? *changed / kSecondUs : 0);
  }
  if (events.empty()) return std::nullopt;
  return events;
}

bool IsMispHashesCsv(std::string_view bytes) {
  constexpr std::size_t kDigits = 32;
  constexpr int kLines = 3;
  int seen = 0;
  while (seen < kLines && !bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (line.size() <= kDigits || line[kDigits] != ',') return false;
    const std::string_view digits = line.substr(0, kDigits);
    if (!std::all_of(digits.begin(), digits.end(), IsHexDigit)) return false;
    if (!ParseUuid(MispLower(line.substr(kDigits + 1)))) return false;
    ++seen;
  }
  return seen > 0;
}

}  // namespace polder
