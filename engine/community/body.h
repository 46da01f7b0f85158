// Reading the JSON bodies of signed documents: what is missing or of another sort is told by its path.
#ifndef POLDER_ENGINE_COMMUNITY_BODY_H_
#define POLDER_ENGINE_COMMUNITY_BODY_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/crypto.h"
#include "engine/base/time.h"

namespace polder {

// An object of the body. The first thing that is wrong is kept, and later questions are answered with
// nothing, so a reader asks for all it needs and looks at status() once. Belongs to one thread; refers to the
// JSON.
class BodyObject {
 public:
  // `what` names the document in messages: "roster".
  BodyObject(const nlohmann::json& json, std::string path, absl::Status* status);

  std::string Text(const char* key) const;
  std::string TextOr(const char* key, std::string otherwise) const;
  std::uint64_t Number(const char* key) const;
  bool Flag(const char* key) const;
  TimeUs Time(const char* key) const;
  TimeUs TimeOr(const char* key, TimeUs otherwise) const;  // also where it is null
  Digest256 Digest(const char* key) const;
  const nlohmann::json& List(const char* key) const;  // an empty one if it is missing
  // An optional number: nothing where it is missing or null.
  std::optional<std::uint64_t> NumberIfAny(const char* key) const;

  void Wrong(std::string_view key, std::string_view expected) const;
  const std::string& path() const { return path_; }

 private:
  const nlohmann::json* Find(const char* key) const;

  const nlohmann::json& json_;
  std::string path_;
  absl::Status* status_;
};

// The JSON of a body; an InvalidArgument if it is none, is no object or is nested too deeply.
absl::StatusOr<nlohmann::json> ParseBody(std::string_view body, std::string_view what);

}  // namespace polder

#endif  // POLDER_ENGINE_COMMUNITY_BODY_H_
