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

std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Much other JSON has a type.
bool IsStixObject(const Json& object) {
  if (!object.is_object()) return false;
  const std::string type = TextOf(object, "type");
  return type == "indicator" || (!type.empty() && TextOf(object, "id").starts_with(type + "--"));
}

class StixRead {
 public:
  StixRead(std::string_view text, const ReadContext& context)
      : text_(text), context_(context), lines_(text) {}

  ReadResult Run() {
    result_.format = "STIX 2.1 bundle";
    Json root;
    try {
      root = Json::parse(text_.begin(), text_.end());
    } catch (const Json::parse_error& error) {
      // It counts the bytes read, of which the last is the wrong one.
      const std::size_t at = error.byte > 0 ? std::min(error.byte, text_.size() + 1) - 1 : 0;
      return Unreadable(lines_.LineOf(at), fmt::format("not valid JSON: {}", error.what()));
    } catch (const Json::exception& error) {
      return Unreadable(0, fmt::format("JSON that cannot be read: {}", error.what()));
    }
    const Json& first = root.is_array() && !root.empty() ? root.front() : root;
    if (first.is_object() && (first.contains("Event") || first.contains("response"))) {
      return Unreadable(0, "this is a MISP event, which is not yet supported; export it as STIX 2.1");
    }
    if (!root.is_object()) {
      if (std::none_of(root.begin(), root.end(), IsStixObject)) {
        return Unreadable(0,
                          "JSON, but no array of STIX objects: nothing in it has a 'type' and a STIX 'id'");
      }
      ReadObjects(root);
      return std::move(result_);
    }
    const auto objects = root.find("objects");
    if (objects != root.end()) {
      if (!objects->is_array()) return Unreadable(0, "a STIX bundle's 'objects' must be an array");
      ReadObjects(*objects);
    } else if (TextOf(root, "type") == "bundle") {
      // The specification lets an empty bundle leave its objects out.
    } else if (IsStixObject(root)) {
      NoteIdentity(root);
      ReadObject(root, 0, text_.size());
    } else {
      return Unreadable(0,
                        "JSON, but neither a STIX bundle nor a STIX object: it has no 'objects', and no "
                        "'type' with a STIX 'id'");
    }
    return std::move(result_);
  }

 private:
  ReadResult Unreadable(std::size_t line, std::string reason) {
    result_.unreadable = true;
    result_.refusals.push_back({context_.path, line, "", std::move(reason), "unreadable file"});
    return std::move(result_);
  }

  void NoteIdentity(const Json& object) {
    if (object.is_object() && TextOf(object, "type") == "identity") {
      identities_[TextOf(object, "id")] = TextOf(object, "name");
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
    if (TextOf(object, "type") != "indicator") return;
    const std::string id = TextOf(object, "id");
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
      if (std::string url = TextOf(reference, "url"); !url.empty()) return url;
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

    Indicator base;
    base.id = id;
    base.source = context_.source;
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
    const auto creator = identities_.find(TextOf(object, "created_by_ref"));
    if (creator != identities_.end()) base.provider = creator->second;
    base.name = TextOf(object, "name");
    base.description = TextOf(object, "description");
    base.reference = ReferenceOf(object);

    if (base.revoked) {
      // Its values do not matter: it takes back every version of its id.
      result_.indicators.push_back(std::move(base));
      return;
    }
    const std::string pattern_type = TextOf(object, "pattern_type");
    if (!pattern_type.empty() && pattern_type != "stix") {
      return refuse(fmt::format("patterns of the type '{}' are not yet supported", pattern_type),
                    "not yet supported");
    }
    const std::string pattern = TextOf(object, "pattern");
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
  const ReadContext& context_;
  ReadResult result_;
  std::map<std::string, std::string> identities_;
  LineCounter lines_;
};

}  // namespace

ReadResult ReadStix(std::string_view json, const ReadContext& context) {
  return StixRead(json, context).Run();
}

}  // namespace polder
