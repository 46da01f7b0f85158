#include "rules/read/stix_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rules/read/json_lines.h"
#include "rules/read/stix_markings.h"
#include "rules/read/stix_statement.h"

namespace polder {
namespace {

using Json = nlohmann::json;

// Much other JSON has a type.
bool IsStixObject(const Json& object) {
  if (!object.is_object()) return false;
  const std::string type = JsonText(object, "type");
  return type == "indicator" || (!type.empty() && JsonText(object, "id").starts_with(type + "--"));
}

// STIX 1 is XML; some tools write it down as JSON.
bool LooksLikeStix1(const Json& root) {
  if (!root.is_object()) return false;
  for (const char* key : {"stix_header", "STIX_Header", "stix:STIX_Header", "STIX_Package",
                          "stix:STIX_Package", "stix_package"}) {
    if (root.contains(key)) return true;
  }
  const std::string id = JsonText(root, "id");
  return id.find(":Package-") != std::string::npos || id.find(":package-") != std::string::npos ||
         JsonText(root, "spec_version").starts_with("1.");
}

constexpr std::string_view kNeither =
    "JSON, but neither a STIX bundle nor a STIX object: it has no 'objects', and no 'type' with a STIX 'id'";

// The longest text that is kept. A pattern of many values would have as many copies of it.
constexpr std::size_t kMaxText = 8192;
constexpr std::size_t kMaxTextOfMany = 256;
constexpr std::size_t kMany = 64;

void CutText(std::string& text, std::size_t limit) {
  if (text.size() <= limit) return;
  std::size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  text += "...";
}

void CutTexts(Indicator& indicator, std::size_t limit) {
  for (std::string* text : {&indicator.provider, &indicator.name, &indicator.description,
                            &indicator.reference, &indicator.labels}) {
    CutText(*text, limit);
  }
}

class StixRead {
 public:
  StixRead(const JsonDocument& document, const ReadContext& context)
      : text_(document.text), root_(document.root), context_(context), lines_(text_) {}

  ReadResult Run() {
    const Json& root = root_;
    if (LooksLikeStix1(root)) {
      return Unreadable(context_, 0,
                        "this is STIX 1 (XML, here written as JSON), which is not supported; "
                        "convert it to STIX 2.1, for example with OASIS's stix2-elevator");
    }
    const auto objects = root.is_object() ? root.find("objects") : root.end();
    const bool bundle = JsonText(root, "type") == "bundle";
    if (root.is_array()) {
      if (std::none_of(root.begin(), root.end(), IsStixObject)) {
        return Unreadable(context_, 0,
                          "JSON, but no array of STIX objects: nothing in it has a 'type' and a STIX 'id'");
      }
      ReadObjects(root);
    } else if (IsStixObject(root) && !bundle) {
      Note(root);
      ReadObject(root, 0, text_.size());
    } else if (root.is_object() && objects != root.end()) {
      if (!objects->is_array()) return Unreadable(context_, 0, "a STIX bundle's 'objects' must be an array");
      ReadObjects(*objects);
    } else if (!bundle) {  // The specification lets an empty one leave its objects out.
      return Unreadable(context_, 0, std::string(kNeither));
    }
    ReportUnknownMarkings();
    // Only 2.0 has the version at the bundle, and only 2.1 at every object.
    const bool old =
        JsonText(root, "spec_version") == "2.0" || (!bundle && !objects_of_2_1_ && objects_of_2_0_);
    result_.format = old ? "STIX 2.0 bundle" : "STIX 2.1 bundle";
    return std::move(result_);
  }

 private:
  void Note(const Json& object) {
    if (!object.is_object()) return;
    markings_.Note(object);
    const std::string type = JsonText(object, "type");
    if (type == "identity") {
      // Of several versions the last that has a name.
      const std::string name = JsonText(object, "name");
      if (!name.empty()) identities_[JsonText(object, "id")] = name;
    }
    const std::string version = JsonText(object, "spec_version");
    objects_of_2_1_ = objects_of_2_1_ || version == "2.1";
    objects_of_2_0_ = objects_of_2_0_ || (type == "indicator" && version.empty() &&
                                          !object.contains("pattern_type") && object.contains("labels"));
  }

  void ReadObjects(const Json& objects) {
    for (const Json& object : objects) Note(object);
    std::vector<std::size_t> offsets = BundleObjectOffsets(text_);
    offsets.push_back(text_.size());
    std::size_t next = 0;
    for (const Json& object : objects) {
      if (!object.is_object()) continue;
      const std::size_t begin = offsets[std::min(next, offsets.size() - 1)];
      const std::size_t end = offsets[std::min(next + 1, offsets.size() - 1)];
      ReadObject(object, begin, end);
      ++next;
    }
  }

  // The object stands somewhere from `begin` to `end`.
  void ReadObject(const Json& object, std::size_t begin, std::size_t end) {
    if (JsonText(object, "type") != "indicator") return;
    const std::string id = JsonText(object, "id");
    const std::size_t id_at =
        id.empty() ? std::string_view::npos : text_.substr(begin, end - begin).find('"' + id + '"');
    ReadIndicator(object, id, lines_.LineOf(id_at == std::string_view::npos ? begin : begin + id_at));
  }

  void Refuse(std::size_t line, const std::string& id, std::string reason, std::string category) {
    result_.refusals.push_back({context_.path, line, id, std::move(reason), std::move(category)});
  }

  // False if the field is there and is no time.
  static bool ReadTime(const Json& object, const char* key, TimeUs* time) {
    const auto found = object.find(key);
    if (found == object.end()) return true;
    const auto parsed = found->is_string() ? ParseIsoTime(found->get<std::string>()) : std::nullopt;
    if (parsed) *time = *parsed;
    return parsed.has_value();
  }

  void ReadMarkings(const Json& object, std::size_t line, Indicator* indicator) {
    StixMarkings::Marking marking = markings_.Of(object, context_.tlp);
    indicator->tlp = marking.tlp;
    indicator->pap = marking.pap;
    std::sort(marking.unknown.begin(), marking.unknown.end());
    const auto end = std::unique(marking.unknown.begin(), marking.unknown.end());
    for (auto unknown = marking.unknown.begin(); unknown != end; ++unknown) {
      ++unknown_markings_.try_emplace(*unknown, UnknownMarking{line, 0}).first->second.indicators;
    }
  }

  void ReportUnknownMarkings() {
    for (const auto& [marking, seen] : unknown_markings_) {
      Refuse(
          seen.line, marking,
          fmt::format("a marking that is neither known nor defined here, on {} indicators: they are taken, "
                      "with the stricter of what else marks them and the marking of the source",
                      seen.indicators),
          "unknown marking");
    }
  }

  static std::string LabelsOf(const Json& object) {
    std::vector<std::string> labels;
    std::set<std::string> seen;
    for (const char* key : {"labels", "indicator_types"}) {
      const auto found = object.find(key);
      if (found == object.end() || !found->is_array()) continue;
      for (const Json& label : *found) {
        if (!label.is_string() || label.get_ref<const std::string&>().empty()) continue;
        if (seen.insert(label.get<std::string>()).second) labels.push_back(label.get<std::string>());
      }
    }
    return fmt::format("{}", fmt::join(labels, ", "));
  }

  static std::string ReferenceOf(const Json& object) {
    const auto references = object.find("external_references");
    if (references == object.end() || !references->is_array()) return {};
    for (const Json& reference : *references) {
      if (!reference.is_object()) continue;
      if (std::string url = JsonText(reference, "url"); !url.empty()) return url;
    }
    return {};
  }

  void ReadIndicator(const Json& object, const std::string& id, std::size_t line) {
    ++result_.read;
    Indicator base = NewIndicator(context_);
    base.id = id;
    if (const std::string wrong = ReadFields(object, &base); !wrong.empty()) {
      return Refuse(line, id, wrong, "invalid object");
    }
    ReadMarkings(object, line, &base);
    if (base.revoked) {
      // Its values do not matter: it takes back every version of its id.
      CutTexts(base, kMaxText);
      result_.indicators.push_back(std::move(base));
      return;
    }
    const std::string pattern_type = JsonText(object, "pattern_type");
    if (!pattern_type.empty() && pattern_type != "stix") {
      return Refuse(line, id, fmt::format("not yet supported: patterns of the type '{}'", pattern_type),
                    "not yet supported");
    }
    const std::string pattern = JsonText(object, "pattern");
    if (pattern.empty()) return Refuse(line, id, "an indicator needs a pattern", "invalid object");
    auto statement = ReadStixStatement(pattern);
    if (!statement.ok()) {
      const bool later = absl::IsUnimplemented(statement.status());
      return Refuse(line, id, std::string(statement.status().message()),
                    later ? "not yet supported" : "invalid pattern");
    }
    for (PatternRefusal& refusal : statement->refused) {
      Refuse(line, id, std::move(refusal.reason), std::move(refusal.category));
    }
    AddIndicators(std::move(base), std::move(statement->values));
  }

  void AddIndicators(Indicator base, std::vector<TypedValue> values) {
    CutTexts(base, values.size() > kMany ? kMaxTextOfMany : kMaxText);
    for (TypedValue& value : values) {
      Indicator indicator = base;
      indicator.kind = value.kind;
      indicator.value = std::move(value.value);
      indicator.conditions = std::move(value.conditions);
      indicator.pattern = std::move(value.pattern);
      result_.indicators.push_back(std::move(indicator));
    }
  }

  // All but markings and pattern. What is wrong with the object, or nothing.
  std::string ReadFields(const Json& object, Indicator* base) const {
    if (!base->id.starts_with("indicator--")) return "an indicator needs an id of the form indicator--<uuid>";
    for (const auto& [key, time] : {std::pair<const char*, TimeUs*>{"valid_from", &base->valid_from},
                                    {"valid_until", &base->valid_until},
                                    {"modified", &base->modified}}) {
      if (!ReadTime(object, key, time)) {
        return fmt::format("{} is not a timestamp such as 2024-05-06T07:08:09Z", key);
      }
    }
    if (base->valid_until <= base->valid_from) {
      return "valid_until is not later than valid_from: it is never valid";
    }
    const auto revoked = object.find("revoked");
    base->revoked = revoked != object.end() && revoked->is_boolean() && revoked->get<bool>();
    const auto confidence = object.find("confidence");
    if (confidence != object.end()) {
      const bool in_range = confidence->is_number_integer() && *confidence >= 0 && *confidence <= 100;
      if (!in_range) return "confidence is not an integer from 0 to 100";
      base->confidence = confidence->get<int>();
    }
    const auto creator = identities_.find(JsonText(object, "created_by_ref"));
    if (creator != identities_.end()) base->provider = creator->second;
    base->name = JsonText(object, "name");
    base->description = JsonText(object, "description");
    base->reference = ReferenceOf(object);
    base->labels = LabelsOf(object);
    return {};
  }

  struct UnknownMarking {
    std::size_t line = 0;  // of the first indicator with it
    std::size_t indicators = 0;
  };

  std::string_view text_;
  const Json& root_;
  const ReadContext& context_;
  ReadResult result_;
  std::map<std::string, std::string> identities_;
  StixMarkings markings_;
  std::map<std::string, UnknownMarking> unknown_markings_;
  bool objects_of_2_0_ = false;
  bool objects_of_2_1_ = false;
  LineCounter lines_;
};

}  // namespace

ReadResult ReadStix(const JsonDocument& document, const ReadContext& context) {
  return StixRead(document, context).Run();
}

}  // namespace polder
