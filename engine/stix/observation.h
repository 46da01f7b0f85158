// What a pattern's `[...]` is judged on: one observation, whatever it is made of. In the flow:
// observed_data.h has STIX observed-data objects, event_observation.h an event of a stream;
// compiled_pattern.h asks.
#ifndef POLDER_ENGINE_STIX_OBSERVATION_H_
#define POLDER_ENGINE_STIX_OBSERVATION_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "engine/stix/pattern.h"

namespace polder {

struct ObservedValue {
  enum class Type : std::uint8_t {
    kString,
    kNumber,
    kBoolean,
    kBinary,
    kNull,
    kOther,  // a list or a dictionary: it exists, and equals nothing
  };
  Type type = Type::kOther;
  std::string_view text;   // of kString and kBinary; for the duration of the call
  long double number = 0;  // of kNumber
  bool boolean = false;    // of kBoolean
};

class Observation {
 public:
  virtual ~Observation() = default;

  // How values are compared with the pattern's constants: as the specification says, or as Polder compares
  // what it finds in events (event_value.h).
  enum class Compares : std::uint8_t { kAsSpecified, kAsEvents };
  virtual Compares compares() const = 0;

  // Calls `sink` for every object of the STIX type `type`. An AND within brackets holds if one object of each
  // type that is named in it can be chosen so that it does.
  virtual void ObjectsOfType(std::string_view type,
                             absl::FunctionRef<void(std::size_t object)> sink) const = 0;

  // Calls `sink` for every value at `path` of the object, lists and references followed, until it returns
  // false.
  virtual void ValuesAt(std::size_t object, const ObjectPath& path,
                        absl::FunctionRef<bool(const ObservedValue&)> sink) const = 0;
};

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_OBSERVATION_H_
