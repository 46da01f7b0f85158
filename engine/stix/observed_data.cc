#include "engine/stix/observed_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "engine/observable/characters.h"
#include "engine/stix/text.h"

namespace polder {
namespace {

using nlohmann::json;

constexpr std::size_t kMostWarnings = 100;

// A value on the way along a path, and what the key that led to it says of it.
struct Place {
  enum class Meaning : std::uint8_t { kValue, kReference, kReferences, kHex, kBase64 };
  const json* value;
  Meaning meaning;

  friend bool operator==(const Place&, const Place&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Place& place) {
    return H::combine(std::move(h), place.value, place.meaning);
  }
};

Place::Meaning MeaningOfKey(std::string_view key) {
  if (key.ends_with("_ref")) return Place::Meaning::kReference;
  if (key.ends_with("_refs")) return Place::Meaning::kReferences;
  if (key.ends_with("_hex")) return Place::Meaning::kHex;
  return key.ends_with("_bin") ? Place::Meaning::kBase64 : Place::Meaning::kValue;
}

bool SameHashName(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (true) {
    while (i < a.size() && a[i] == '-') ++i;
    while (j < b.size() && b[j] == '-') ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (ToLowerAscii(a[i++]) != ToLowerAscii(b[j++])) return false;
  }
}

std::optional<std::string_view> TextAt(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get_ref<const std::string&>();
}

// For messages. What is nested may be so too deeply to be written.
std::string ShownJson(const json& value) {
  constexpr std::size_t kShown = 120;
  if (value.is_structured()) return value.is_array() ? "a list" : "a dictionary";
  return value.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, kShown);
}

// Every place once: else references in circles would multiply without end.
void DropRepeated(std::vector<Place>& places) {
  if (places.size() < 2) return;
  absl::flat_hash_set<Place> seen;
  std::erase_if(places, [&seen](const Place& place) { return !seen.insert(place).second; });
}

bool GiveText(const std::string& text, Place::Meaning meaning,
              absl::FunctionRef<bool(const ObservedValue&)> sink) {
  ObservedValue value;
  value.type = ObservedValue::Type::kString;
  value.text = text;
  std::optional<std::string> bytes;
  if (meaning == Place::Meaning::kHex) bytes = DecodeHex(text);
  if (meaning == Place::Meaning::kBase64) bytes = DecodeBase64(text);
  if (bytes) {
    value.type = ObservedValue::Type::kBinary;
    value.text = *bytes;
  }
  return sink(value);
}

bool Give(const Place& place, absl::FunctionRef<bool(const ObservedValue&)> sink) {
  const json& from = *place.value;
  if (from.is_string()) return GiveText(from.get_ref<const std::string&>(), place.meaning, sink);
  ObservedValue value;
  if (from.is_number_unsigned()) {
    value.number = static_cast<long double>(from.get<std::uint64_t>());
  } else if (from.is_number_integer()) {
    value.number = static_cast<long double>(from.get<std::int64_t>());
  } else if (from.is_number()) {
    value.number = from.get<double>();
  }
  if (from.is_boolean()) value.boolean = from.get<bool>();
  value.type = from.is_number()    ? ObservedValue::Type::kNumber
               : from.is_boolean() ? ObservedValue::Type::kBoolean
               : from.is_null()    ? ObservedValue::Type::kNull
                                   : ObservedValue::Type::kOther;
  return sink(value);
}

}  // namespace

// Takes steps along a path from one object.
class ObservedDataWalk {
 public:
  using ObjectsById = std::map<std::string_view, const json*>;

  ObservedDataWalk(const json& object, const ObjectsById& by_id)
      : by_id_(by_id), places_{{&object, Place::Meaning::kValue}} {}

  void Take(const PathStep& step, bool in_hashes) {
    std::vector<Place> next;
    for (const Place& place : places_) {
      const json* value = Resolved(place);
      if (value == nullptr) continue;
      const bool references = place.meaning == Place::Meaning::kReferences;
      const auto meaning = references ? Place::Meaning::kReference : Place::Meaning::kValue;
      if (step.type == PathStep::Type::kKey) {
        if (value->is_object()) TakeKey(*value, step.key, in_hashes, next);
      } else if (step.type == PathStep::Type::kAnyIndex) {
        for (const json& one : *value) {
          if (value->is_structured()) next.push_back({&one, meaning});
        }
      } else if (value->is_array()) {
        const auto size = static_cast<std::int64_t>(value->size());
        const std::int64_t index = step.index < 0 ? step.index + size : step.index;
        if (0 <= index && index < size) next.push_back({&(*value)[static_cast<std::size_t>(index)], meaning});
      }
    }
    DropRepeated(next);
    places_ = std::move(next);
  }

  void GiveAll(absl::FunctionRef<bool(const ObservedValue&)> sink) const {
    for (const Place& place : places_) {
      const json* value = Resolved(place);
      if (value != nullptr && !Give({value, place.meaning}, sink)) return;
    }
  }

 private:
  // What a reference refers to, if it is there; other values themselves.
  const json* Resolved(const Place& place) const {
    if (place.meaning != Place::Meaning::kReference) return place.value;
    if (!place.value->is_string()) return nullptr;
    const auto found = by_id_.find(place.value->get_ref<const std::string&>());
    return found == by_id_.end() ? nullptr : found->second;
  }

  static void TakeKey(const json& object, const std::string& key, bool in_hashes, std::vector<Place>& next) {
    if (const auto found = object.find(key); found != object.end()) {
      next.push_back({&*found, MeaningOfKey(key)});
      return;
    }
    if (!in_hashes) return;
    for (const auto& item : object.items()) {
      if (SameHashName(item.key(), key)) next.push_back({&item.value(), Place::Meaning::kValue});
    }
  }

  const ObjectsById& by_id_;
  std::vector<Place> places_;
};

void ObservedData::ObjectsOfType(std::string_view type,
                                 absl::FunctionRef<void(std::size_t object)> sink) const {
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    if (TextAt(*objects_[i], "type") == type) sink(i);
  }
}

void ObservedData::ValuesAt(std::size_t object, const ObjectPath& path,
                            absl::FunctionRef<bool(const ObservedValue&)> sink) const {
  ObservedDataWalk walk(*objects_[object], *by_id_);
  bool in_hashes = false;
  for (const PathStep& step : path.steps) {
    walk.Take(step, in_hashes);
    in_hashes = step.type == PathStep::Type::kKey && step.key == "hashes";
  }
  walk.GiveAll(sink);
}

class ObservedDataReader {
 public:
  absl::StatusOr<ObservedDataSet> Read(const json& document) {
    Collect(document, 0);
    if (observed_.empty()) {
      return absl::InvalidArgumentError(
          "no observed-data object; expected one, an array of them, or a bundle with them");
    }
    for (const json* const one : observed_) {
      if (const auto status = Add(*one); !status.ok()) return status;
    }
    return std::move(set_);
  }

 private:
  void Collect(const json& value, int depth) {
    constexpr int kDeepest = 4;  // an array of bundles of objects
    if (depth > kDeepest) return;
    if (value.is_array()) {
      for (const json& one : value) Collect(one, depth + 1);
    }
    if (!value.is_object()) return;
    const auto objects = value.find("objects");
    const bool has_objects = objects != value.end();
    // A bundle's objects are a list, those that an observed-data object holds are named.
    if (TextAt(value, "type") == "observed-data" || (has_objects && objects->is_object())) {
      observed_.push_back(&value);
    } else if (const auto id = TextAt(value, "id"); id && TextAt(value, "type") != "bundle") {
      document_->try_emplace(*id, &value);
    } else if (has_objects) {
      Collect(*objects, depth + 1);
    }
  }

  absl::Status Add(const json& from) {
    ObservedData to;
    to.id = TextAt(from, "id").value_or(fmt::format("observed-data {}", set_.observations.size() + 1));
    if (auto status = ReadTimes(from, to); !status.ok()) return status;
    if (auto status = ReadNumber(from, to); !status.ok()) return status;
    const auto objects = from.find("objects");
    if (objects != from.end() && objects->is_object() && !objects->empty()) {
      AddOwn(*objects, to);
    } else {
      AddReferred(from, to);
    }
    if (to.objects_.empty()) Warn(to, "it has no objects, so that nothing matches it");
    set_.observations.push_back(std::move(to));
    return absl::OkStatus();
  }

  absl::Status ReadTimes(const json& from, ObservedData& to) {
    std::optional<TimeUs> first, last;
    for (const auto& [key, time] : {std::pair("first_observed", &first), std::pair("last_observed", &last)}) {
      const auto found = from.find(key);
      if (found == from.end()) continue;
      if (found->is_string()) *time = ParseIsoTime(found->get_ref<const std::string&>());
      if (!*time) {
        return absl::InvalidArgumentError(fmt::format(
            "{}: {} is {}; expected a time such as \"2024-05-06T07:08:09Z\"", to.id, key, ShownJson(*found)));
      }
    }
    if (!first && !last) Warn(to, "it has neither first_observed nor last_observed: taken as 1970-01-01");
    to.first_observed = first.value_or(last.value_or(0));
    to.last_observed = last.value_or(to.first_observed);
    if (to.first_observed <= to.last_observed) return absl::OkStatus();
    return absl::InvalidArgumentError(fmt::format("{}: last_observed {} is before first_observed {}", to.id,
                                                  FormatIsoTime(to.last_observed),
                                                  FormatIsoTime(to.first_observed)));
  }

  static absl::Status ReadNumber(const json& from, ObservedData& to) {
    const auto number = from.find("number_observed");
    if (number == from.end()) return absl::OkStatus();
    const bool whole =
        number->is_number_unsigned() || (number->is_number_integer() && number->get<std::int64_t>() > 0);
    if (whole && number->get<std::uint64_t>() >= 1) {
      to.number_observed = number->get<std::uint64_t>();
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        fmt::format("{}: number_observed is {}; expected a whole number from 1", to.id, ShownJson(*number)));
  }

  void AddOwn(const json& objects, ObservedData& to) {
    auto by_id = std::make_shared<ObservedData::ObjectsById>();
    for (const auto& item : objects.items()) {
      if (!item.value().is_object()) {
        Warn(to, fmt::format("its object '{}' is no object", item.key()));
        continue;
      }
      to.objects_.push_back(&item.value());
      by_id->emplace(item.key(), &item.value());
    }
    to.by_id_ = std::move(by_id);
  }

  void AddReferred(const json& from, ObservedData& to) {
    to.by_id_ = document_;
    const auto refs = from.find("object_refs");
    if (refs == from.end() || !refs->is_array()) return;
    for (const json& ref : *refs) {
      const auto found =
          ref.is_string() ? document_->find(ref.get_ref<const std::string&>()) : document_->end();
      if (found != document_->end()) {
        to.objects_.push_back(found->second);
      } else {
        Warn(to, fmt::format("the object {} that it refers to is not there", ShownJson(ref)));
      }
    }
  }

  void Warn(const ObservedData& to, std::string_view what) {
    if (set_.warnings.size() < kMostWarnings) set_.warnings.push_back(fmt::format("{}: {}", to.id, what));
  }

  std::vector<const json*> observed_;
  std::shared_ptr<ObservedData::ObjectsById> document_ = std::make_shared<ObservedData::ObjectsById>();
  ObservedDataSet set_;
};

absl::StatusOr<ObservedDataSet> ReadObservedData(const nlohmann::json& document) {
  return ObservedDataReader().Read(document);
}

}  // namespace polder
