#include "engine/stix/event_observation.h"

#include <algorithm>

#include "engine/observable/characters.h"
#include "engine/observable/email.h"
#include "engine/observable/ip.h"

namespace polder {
namespace {

ObservedValue ValueOf(ObservedValue::Type type, std::string_view text, long double number, bool boolean) {
  return {.type = type, .text = text, .number = number, .boolean = boolean};
}

// The STIX type of an object whose `value` this is.
std::string_view TypeByShape(std::string_view value) {
  if (const auto ip = ParseIp(value)) return ip->IsV4() ? "ipv4-addr" : "ipv6-addr";
  if (const auto network = ParseNetwork(value)) return network->address.IsV4() ? "ipv4-addr" : "ipv6-addr";
  if (value.find("://") != std::string_view::npos) return "url";
  if (CanonicalEmail(value)) return "email-addr";
  const bool pairs = value.size() == 17 && (value[2] == ':' || value[2] == '-') && value[5] == value[2];
  return pairs ? "mac-addr" : "domain-name";
}

bool IsUnder(std::string_view path, std::string_view parent) {
  return path.size() > parent.size() && path.starts_with(parent) && path[parent.size()] == '.';
}

// Several times faster than NormalPath where, as in the maps, the path is normal already but for indices.
void AssignNormal(std::string& out, std::string_view path) {
  const bool normal =
      std::none_of(path.begin(), path.end(), [](char c) { return c == '[' || (c >= 'A' && c <= 'Z'); }) &&
      path.find("hashes") == std::string_view::npos;
  if (normal) {
    out.assign(path);
  } else {
    out = NormalPath(path);
  }
}

}  // namespace

EventObservation::Entry& EventObservation::Add(std::string_view stix_path, ObservedValue::Type type) {
  if (used_ == entries_.size()) entries_.emplace_back();
  Entry& entry = entries_[used_++];
  AssignNormal(entry.path, stix_path);
  entry.type = type;
  return entry;
}

void EventObservation::AddString(std::string_view stix_path, std::string_view value) {
  Add(stix_path, ObservedValue::Type::kString).text.assign(value);
}

void EventObservation::AddNumber(std::string_view stix_path, std::int64_t value) {
  Add(stix_path, ObservedValue::Type::kNumber).number = static_cast<long double>(value);
}

void EventObservation::AddNumber(std::string_view stix_path, double value) {
  Add(stix_path, ObservedValue::Type::kNumber).number = value;
}

void EventObservation::AddBoolean(std::string_view stix_path, bool value) {
  Add(stix_path, ObservedValue::Type::kBoolean).boolean = value;
}

void EventObservation::ObjectsOfType(std::string_view /*type*/,
                                     absl::FunctionRef<void(std::size_t object)> sink) const {
  if (used_ > 0) sink(0);
}

void EventObservation::ValuesAt(std::size_t /*object*/, const ObjectPath& path,
                                absl::FunctionRef<bool(const ObservedValue&)> sink) const {
  const std::string_view wanted = path.normal;
  const bool any_hash = wanted.ends_with("hashes") && path.text.ends_with(']');
  bool below = false, found = false;
  for (std::size_t i = 0; i < used_; ++i) {
    const Entry& entry = entries_[i];
    const bool under = IsUnder(entry.path, wanted);
    below = below || under;
    if (entry.path != wanted && !(any_hash && under)) continue;
    found = true;
    if (!sink(ValueOf(entry.type, entry.text, entry.number, entry.boolean))) return;
  }
  if (!found && wanted.ends_with("_ref.type")) {
    if (!TypesBeside(wanted, sink)) return;
  }
  if (below && !any_hash) sink(ValueOf(ObservedValue::Type::kOther, {}, 0, false));
}

bool EventObservation::TypesBeside(std::string_view path,
                                   absl::FunctionRef<bool(const ObservedValue&)> sink) const {
  constexpr std::string_view kType = "type";
  constexpr std::string_view kValue = "value";
  const std::string_view object = path.substr(0, path.size() - kType.size());
  for (std::size_t i = 0; i < used_; ++i) {
    const Entry& entry = entries_[i];
    const bool beside = entry.path.size() == object.size() + kValue.size() &&
                        entry.path.starts_with(object) && entry.path.ends_with(kValue);
    if (!beside || entry.type != ObservedValue::Type::kString) continue;
    if (!sink(ValueOf(ObservedValue::Type::kString, TypeByShape(entry.text), 0, false))) return false;
  }
  return true;
}

}  // namespace polder
