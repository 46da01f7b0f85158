#include "engine/community/body.h"

#include <fmt/format.h>

#include <algorithm>

namespace polder {
namespace {

constexpr int kDeepest = 16;

const nlohmann::json& EmptyList() {
  static const nlohmann::json empty = nlohmann::json::array();
  return empty;
}

}  // namespace

BodyObject::BodyObject(const nlohmann::json& json, std::string path, absl::Status* status)
    : json_(json), path_(std::move(path)), status_(status) {
  if (!json_.is_object() && status_->ok()) {
    *status_ = absl::InvalidArgumentError(fmt::format("{}: expected an object", path_));
  }
}

const nlohmann::json* BodyObject::Find(const char* key) const {
  if (!json_.is_object()) return nullptr;
  const auto found = json_.find(key);
  return found == json_.end() || found->is_null() ? nullptr : &*found;
}

void BodyObject::Wrong(std::string_view key, std::string_view expected) const {
  if (!status_->ok()) return;
  *status_ = absl::InvalidArgumentError(fmt::format("{}.{}: expected {}", path_, key, expected));
}

std::string BodyObject::Text(const char* key) const {
  const auto* value = Find(key);
  if (value != nullptr && value->is_string()) return value->get<std::string>();
  Wrong(key, "a text");
  return {};
}

std::string BodyObject::TextOr(const char* key, std::string otherwise) const {
  return Find(key) == nullptr ? std::move(otherwise) : Text(key);
}

std::uint64_t BodyObject::Number(const char* key) const {
  const auto* value = Find(key);
  if (value != nullptr && value->is_number_unsigned()) return value->get<std::uint64_t>();
  Wrong(key, "a whole number that is not negative");
  return 0;
}

std::optional<std::uint64_t> BodyObject::NumberIfAny(const char* key) const {
  if (Find(key) == nullptr) return std::nullopt;
  return Number(key);
}

bool BodyObject::Flag(const char* key) const {
  const auto* value = Find(key);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  Wrong(key, "true or false");
  return false;
}

TimeUs BodyObject::Time(const char* key) const {
  const auto time = ParseIsoTime(Text(key));
  if (!time) Wrong(key, "a time such as 2024-05-06T07:08:09Z");
  return time.value_or(0);
}

TimeUs BodyObject::TimeOr(const char* key, TimeUs otherwise) const {
  return Find(key) == nullptr ? otherwise : Time(key);
}

Digest256 BodyObject::Digest(const char* key) const {
  const auto digest = FromHex<32>(Text(key));
  if (!digest) Wrong(key, "64 hexadecimal digits");
  return digest.value_or(Digest256{});
}

const nlohmann::json& BodyObject::List(const char* key) const {
  const auto* value = Find(key);
  if (value == nullptr) return EmptyList();
  if (value->is_array()) return *value;
  Wrong(key, "a list");
  return EmptyList();
}

absl::StatusOr<nlohmann::json> ParseBody(std::string_view body, std::string_view what) {
  bool too_deep = false;
  const auto callback = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  auto json = nlohmann::json::parse(body.begin(), body.end(), callback, /*allow_exceptions=*/false);
  if (too_deep || json.is_discarded() || !json.is_object()) {
    return absl::InvalidArgumentError(
        fmt::format("not a {}: {}", what,
                    too_deep ? "it is nested too deeply"
                             : (json.is_discarded() ? "it is not JSON" : "it is no JSON object")));
  }
  return json;
}

}  // namespace polder
