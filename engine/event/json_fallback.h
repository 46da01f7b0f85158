// Reads the JSON that simdjson refuses: deeper than its limit, with numbers beyond a double, or with half of
// a surrogate pair.
#ifndef POLDER_ENGINE_EVENT_JSON_FALLBACK_H_
#define POLDER_ENGINE_EVENT_JSON_FALLBACK_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "engine/event/json_path.h"

namespace polder {

// Slow, and in no need of padding. One per thread.
class JsonFallback {
 public:
  using StringSink = absl::FunctionRef<void(std::string_view value)>;
  using NumberSink = absl::FunctionRef<void(double value)>;

  // Whether `bytes` are JSON. Keeps a copy for Walk.
  bool Parse(std::string_view bytes);
  // Hands over the values of what was parsed last, in its order, with `path` at each. A number that no double
  // can hold comes smaller, yet far too large for a time or a port.
  void Walk(JsonPath& path, StringSink on_string, NumberSink on_number) const;

 private:
  std::string tamed_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_JSON_FALLBACK_H_
