#include "rules/read/stix_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "rules/read/json_lines.h"
#include "rules/read/stix_pattern.h"

namespace polder {
namespace {

using Json = nlohmann::json;

// Much other JSON has a type.
bool IsStixObject(const Json& object) {
  if (!object.is_object()) return false;
  const std::string type = JsonText(object, "type");
  return type == "indicator" || (!type.empty() && JsonText(object, "id").starts_with(type + "--"));
}

class StixRead {
 public:
  StixRead(const JsonDocument& document, const ReadContext& context)
      : text_(document.text), root_(document.root), context_(context), lines_(text_) {}

  ReadResult Run() {
    result_.format = "STIX 2.1 bundle";
    const Json& root = root_;
    if (!root.is_object()) {
      if (std::none_of(root.begin(), root.end(), IsStixObject)) {
        return Unreadable(context_, 0,
                          "JSON, but no array of STIX objects: nothing in it has a 'type' and a STIX 'id'");
      }
      ReadObjects(root);
      return std::move(result_);
    }
    const auto objects = root.find("objects");
    if (objects != root.end()) {
      if (!objects->is_array()) return Unreadable(context_, 0, "a STIX bundle's 'objects' must be an array");
      ReadObjects(*objects);
    } else if (JsonText(root, "type") == "bundle") {
      // The specification lets an empty bundle leave its objects out.
    } else if (IsStixObject(root)) {
      NoteIdentity(root);
      ReadObject(root, 0, text_.size());
    } else {
      return Unreadable(context_, 0,
                        "JSON, but neither a STIX bundle nor a STIX object: it has no 'objects', and no "
                        "'type' with a STIX 'id'");
    }
    return std::move(result_);
  }

 private:
  void NoteIdentity(const Json& object) {
    if (object.is_object() && JsonText(object, "type") == "identity") {
      identities_[JsonText(object, "id")] = JsonText(object, "name");
    }
  }

  void ReadObjects(const Json& objects) {
    for (const Json& object : objects) NoteIdentity(object);
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

  Tlp MarkingOf(const Json& object) const {
    Tlp tlp = Tlp::kUnmarked;
    const auto refs = object.find("object_marking_refs");
    if (refs != object.end() && refs->is_array()) {
      for (const Json& ref : *refs) {
        if (!ref.is_string()) continue;
        if (const auto marking = TlpFromStixMarking(ref.get<std::string>())) tlp = Stricter(tlp, *marking);
      }
    }
    return tlp == Tlp::kUnmarked ? context_.tlp : tlp;
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
    const auto refuse = [&](std::string reason, std::string category) {
      Refuse(line, id, std::move(reason), std::move(category));
    };
    if (!id.starts_with("indicator--")) {
      return refuse("an indicator needs an id of the form indicator--<uuid>", "invalid object");
    }

    Indicator base = NewIndicator(context_);
    base.id = id;
    for (const auto& [key, time] : {std::pair<const char*, TimeUs*>{"valid_from", &base.valid_from},
                                    {"valid_until", &base.valid_until},
                                    {"modified", &base.modified}}) {
      if (!ReadTime(object, key, time)) {
        return refuse(fmt::format("{} is not a timestamp such as 2024-05-06T07:08:09Z", key),
                      "invalid object");
      }
    }
    if (base.valid_until <= base.valid_from) {
      return refuse("valid_until is not later than valid_from: it is never valid", "invalid object");
    }
    const auto revoked = object.find("revoked");
    base.revoked = revoked != object.end() && revoked->is_boolean() && revoked->get<bool>();
    base.tlp = MarkingOf(object);
    const auto confidence = object.find("confidence");
    base.confidence = context_.confidence;
    if (confidence != object.end()) {
      const bool in_range = confidence->is_number_integer() && *confidence >= 0 && *confidence <= 100;
      if (!in_range) return refuse("confidence is not an integer from 0 to 100", "invalid object");
      base.confidence = confidence->get<int>();
    }
    const auto creator = identities_.find(JsonText(object, "created_by_ref"));
    if (creator != identities_.end()) base.provider = creator->second;
    base.name = JsonText(object, "name");
    base.description = JsonText(object, "description");
    base.reference = ReferenceOf(object);

    if (base.revoked) {
      // Its values do not matter: it takes back every version of its id.
      result_.indicators.push_back(std::move(base));
      return;
    }
    const std::string pattern_type = JsonText(object, "pattern_type");
    if (!pattern_type.empty() && pattern_type != "stix") {
      return refuse(fmt::format("patterns of the type '{}' are not yet supported", pattern_type),
                    "not yet supported");
    }
    const std::string pattern = JsonText(object, "pattern");
    if (pattern.empty()) return refuse("an indicator needs a pattern", "invalid object");
    auto atoms = ReadPatternAtoms(pattern);
    if (!atoms.ok()) {
      const bool later = absl::IsUnimplemented(atoms.status());
      return refuse(std::string(atoms.status().message()), later ? "not yet supported" : "invalid pattern");
    }
    for (const std::string& reason : atoms->refused) {
      const bool later = reason.starts_with("not yet supported");
      refuse(reason, later ? "not yet supported" : "invalid value");
    }
    for (TypedValue& value : atoms->values) {
      Indicator indicator = base;
      indicator.kind = value.kind;
      indicator.value = std::move(value.value);
      result_.indicators.push_back(std::move(indicator));
    }
  }

  std::string_view text_;
  const Json& root_;
  const ReadContext& context_;
  ReadResult result_;
  std::map<std::string, std::string> identities_;
  LineCounter lines_;
};

}  // namespace

ReadResult ReadStix(const JsonDocument& document, const ReadContext& context) {
  return StixRead(document, context).Run();
}

}  // namespace polder
