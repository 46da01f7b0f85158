#include "rules/read/stix_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "rules/read/stix_pattern.h"

namespace polder {
namespace {

using Json = nlohmann::json;

std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::size_t LineAt(std::string_view text, std::size_t byte) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(
                                                                                  std::min(byte, text.size())),
                                                 '\n'));
}

class StixRead {
 public:
  StixRead(std::string_view text, const ReadContext& context) : text_(text), context_(context) {}

  ReadResult Run() {
    result_.format = "STIX 2.1 bundle";
    Json root;
    try {
      root = Json::parse(text_.begin(), text_.end());
    } catch (const Json::parse_error& error) {
      return Unreadable(LineAt(text_, error.byte), fmt::format("not valid JSON: {}", error.what()));
    }
    const Json* objects = &root;
    Json single;
    if (root.is_object()) {
      if (root.contains("Event") || root.contains("response")) {
        return Unreadable(0, "this is a MISP event, which is not yet supported; export it as STIX 2.1");
      }
      if (root.contains("objects")) {
        objects = &root["objects"];
      } else if (root.contains("type")) {
        single = Json::array({root});
        objects = &single;
      }
    }
    if (!objects->is_array()) {
      return Unreadable(0, "JSON, but neither a STIX bundle nor a STIX object: it has no 'objects' and no 'type'");
    }
    for (const Json& object : *objects) NoteIdentity(object);
    for (const Json& object : *objects) {
      if (object.is_object() && TextOf(object, "type") == "indicator") ReadIndicator(object);
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

  // The line on which the object's identifier stands.
  std::size_t LineOf(const std::string& id) {
    const std::size_t at = id.empty() ? std::string_view::npos : text_.find('"' + id + '"', search_from_);
    if (at == std::string_view::npos) return 0;
    // Objects come in order: the next search and the next count begin here.
    line_ += static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(search_from_),
                                                 text_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    search_from_ = at;
    return line_;
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
      if (reference.is_object() && reference.contains("url")) return TextOf(reference, "url");
    }
    return {};
  }

  void ReadIndicator(const Json& object) {
    ++result_.read;
    const std::string id = TextOf(object, "id");
    const std::size_t line = LineOf(id);
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
        return refuse(fmt::format("{} is not a timestamp such as 2024-05-06T07:08:09Z", key), "invalid object");
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
  std::size_t search_from_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

ReadResult ReadStix(std::string_view json, const ReadContext& context) { return StixRead(json, context).Run(); }

}  // namespace polder
