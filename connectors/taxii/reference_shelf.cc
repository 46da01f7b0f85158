#include "connectors/taxii/reference_shelf.h"

#include <string_view>

#include "engine/indicator/tlp.h"

namespace polder {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = std::size_t{32} << 20;
constexpr std::size_t kMaxMissing = 100'000;
constexpr std::size_t kMaxIdBytes = 200;

std::string IdOf(const json& object) {
  if (!object.is_object()) return {};
  const auto id = object.find("id");
  return id != object.end() && id->is_string() ? id->get<std::string>() : std::string();
}

bool IsKept(std::string_view id) {
  return id.size() <= kMaxIdBytes && (id.starts_with("identity--") || id.starts_with("marking-definition--"));
}

// The TLP markings are the same everywhere, and readers know them.
void AddReference(const json& reference, std::set<std::string>& ids) {
  if (!reference.is_string()) return;
  const auto& id = reference.get_ref<const std::string&>();
  if (IsKept(id) && !TlpFromStixMarking(id)) ids.insert(id);
}

void AddReferences(const json& object, std::set<std::string>& ids) {
  if (!object.is_object()) return;
  const auto creator = object.find("created_by_ref");
  if (creator != object.end()) AddReference(*creator, ids);
  const auto markings = object.find("object_marking_refs");
  if (markings != object.end() && markings->is_array()) {
    for (const json& marking : *markings) AddReference(marking, ids);
  }
  const auto granular = object.find("granular_markings");
  if (granular == object.end() || !granular->is_array()) return;
  for (const json& marking : *granular) {
    if (!marking.is_object()) continue;
    const auto reference = marking.find("marking_ref");
    if (reference != marking.end()) AddReference(*reference, ids);
  }
}

// Referred to by `objects` and not among them.
std::set<std::string> Outside(const json& objects) {
  std::set<std::string> ids;
  for (const json& object : objects) AddReferences(object, ids);
  if (ids.empty()) return ids;
  for (const json& object : objects) ids.erase(IdOf(object));
  return ids;
}

}  // namespace

void ReferenceShelf::Keep(const json& objects) {
  for (const json& object : objects) {
    const std::string id = IdOf(object);
    if (!IsKept(id)) continue;
    missing_.erase(id);
    const std::size_t bytes = object.dump(-1, ' ', false, json::error_handler_t::replace).size();
    const auto before = kept_.find(id);
    if (before != kept_.end()) {
      bytes_ -= before->second.dump(-1, ' ', false, json::error_handler_t::replace).size();
      kept_.erase(before);
    }
    if (bytes_ + bytes > kMaxBytes) continue;
    bytes_ += bytes;
    kept_.emplace(id, object);
  }
}

std::vector<std::string> ReferenceShelf::Unknown(const json& objects) const {
  std::vector<std::string> unknown;
  for (const std::string& id : Outside(objects)) {
    if (!kept_.contains(id) && !missing_.contains(id)) unknown.push_back(id);
  }
  return unknown;
}

void ReferenceShelf::SetMissing(const std::vector<std::string>& ids) {
  if (missing_.size() + ids.size() > kMaxMissing) missing_.clear();
  missing_.insert(ids.begin(), ids.end());
}

std::vector<json> ReferenceShelf::ReferredTo(const json& objects) const {
  std::vector<json> found;
  for (const std::string& id : Outside(objects)) {
    const auto kept = kept_.find(id);
    if (kept != kept_.end()) found.push_back(kept->second);
  }
  return found;
}

}  // namespace polder
