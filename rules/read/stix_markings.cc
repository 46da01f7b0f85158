#include "rules/read/stix_markings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/observable/characters.h"
#include "rules/read/json_document.h"

namespace polder {
namespace {

using Json = nlohmann::json;

// The definitions that come with OASIS's extension for PAP.
constexpr std::array<std::pair<std::string_view, Pap>, 5> kPapMarkings = {
    {{"marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92", Pap::kClear},
     {"marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730", Pap::kClear},
     {"marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9", Pap::kGreen},
     {"marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab", Pap::kAmber},
     {"marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e", Pap::kRed}}};

std::optional<Pap> PapFromStixMarking(std::string_view id) {
  for (const auto& [known, pap] : kPapMarkings) {
    if (known == id) return pap;
  }
  return std::nullopt;
}

// "TLP:AMBER" and "tlp:amber", but not "amber".
bool HasPrefix(std::string_view text, std::string_view lower_prefix) {
  return text.size() > lower_prefix.size() &&
         std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                    [](char wanted, char seen) { return wanted == ToLowerAscii(seen); });
}

void Add(std::optional<Tlp> tlp, StixMarkings::Marking& marking) {
  if (tlp) marking.tlp = Stricter(marking.tlp, *tlp);
}
void Add(std::optional<Pap> pap, StixMarkings::Marking& marking) {
  if (pap) marking.pap = Stricter(marking.pap, *pap);
}

// What has no level is a name like any other: false if it begins like one and has none.
bool AddName(const std::string& name, StixMarkings::Marking& marking) {
  const auto tlp = HasPrefix(name, "tlp:") ? TlpFromName(name) : std::nullopt;
  const auto pap = HasPrefix(name, "pap:") ? PapFromName(name) : std::nullopt;
  Add(tlp, marking);
  Add(pap, marking);
  return tlp || pap || (!HasPrefix(name, "tlp:") && !HasPrefix(name, "pap:"));
}

// False if an extension states a level that is none.
bool AddExtensions(const Json& object, StixMarkings::Marking& marking) {
  const auto extensions = object.find("extensions");
  if (extensions == object.end() || !extensions->is_object()) return true;
  bool readable = true;
  for (const Json& extension : *extensions) {
    if (!extension.is_object()) continue;
    if (extension.contains("tlp_2_0")) {
      const auto tlp = TlpFromName(JsonText(extension, "tlp_2_0"));
      Add(tlp, marking);
      readable = readable && tlp;
    }
    if (extension.contains("pap")) {
      const auto pap = PapFromName(JsonText(extension, "pap"));
      Add(pap, marking);
      readable = readable && pap;
    }
  }
  return readable;
}

StixMarkings::Marking Define(const Json& object) {
  StixMarkings::Marking marking;
  bool readable = AddExtensions(object, marking);
  readable = AddName(JsonText(object, "name"), marking) && readable;
  const std::string type = JsonText(object, "definition_type");
  const auto definition = object.find("definition");
  if (definition != object.end()) {
    if (const std::string statement = JsonText(*definition, "statement"); HasPrefix(statement, "pap:")) {
      readable = AddName(statement, marking) && readable;
    }
    if (type == "tlp") {
      const auto tlp = TlpFromName(JsonText(*definition, "tlp"));
      Add(tlp, marking);
      readable = readable && tlp;
    }
  } else if (type == "tlp") {
    readable = false;
  }
  if (!readable) marking.unknown.push_back(JsonText(object, "id"));
  return marking;
}

void Merge(const StixMarkings::Marking& more, StixMarkings::Marking& marking) {
  marking.tlp = Stricter(marking.tlp, more.tlp);
  marking.pap = Stricter(marking.pap, more.pap);
  marking.unknown.insert(marking.unknown.end(), more.unknown.begin(), more.unknown.end());
}

const Json* ArrayAt(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? &*found : nullptr;
}

}  // namespace

void StixMarkings::Note(const Json& object) {
  if (!object.is_object() || JsonText(object, "type") != "marking-definition") return;
  // Of several versions the strictest: which of them the author meant is not known.
  Marking& noted = definitions_[JsonText(object, "id")];
  Merge(Define(object), noted);
  std::sort(noted.unknown.begin(), noted.unknown.end());
  noted.unknown.erase(std::unique(noted.unknown.begin(), noted.unknown.end()), noted.unknown.end());
}

void StixMarkings::Refer(const Json& ref, Marking& marking) const {
  // Some producers put the definition where its identifier belongs.
  if (ref.is_object()) return Merge(Define(ref), marking);
  if (!ref.is_string()) {
    marking.unknown.emplace_back("a reference that is no text");
    return;
  }
  const std::string id = ref.get<std::string>();
  const auto tlp = TlpFromStixMarking(id);
  const auto pap = PapFromStixMarking(id);
  Add(tlp, marking);
  Add(pap, marking);
  const auto defined = definitions_.find(id);
  if (defined != definitions_.end()) {
    Merge(defined->second, marking);
  } else if (!tlp && !pap) {
    marking.unknown.push_back(id);
  }
}

StixMarkings::Marking StixMarkings::Of(const Json& object, Tlp fallback) const {
  Marking marking;
  if (const Json* refs = ArrayAt(object, "object_marking_refs")) {
    for (const Json& ref : *refs) Refer(ref, marking);
  }
  if (const Json* granular = ArrayAt(object, "granular_markings")) {
    for (const Json& part : *granular) {
      // One without a reference names the language of a part.
      if (part.is_object() && part.contains("marking_ref")) Refer(part["marking_ref"], marking);
    }
  }
  if (!AddExtensions(object, marking)) marking.unknown.emplace_back("an extension with a level that is none");
  if (const Json* labels = ArrayAt(object, "labels")) {
    for (const Json& label : *labels) {
      if (label.is_string()) AddName(label.get<std::string>(), marking);
    }
  }
  if (marking.tlp == Tlp::kUnmarked) {
    marking.tlp = fallback;
  } else if (!marking.unknown.empty()) {
    marking.tlp = Stricter(marking.tlp, fallback);
  }
  return marking;
}

}  // namespace polder
