// One event of a stream as an observation: a flat bag of values at STIX paths.
#ifndef POLDER_ENGINE_STIX_EVENT_OBSERVATION_H_
#define POLDER_ENGINE_STIX_EVENT_OBSERVATION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/stix/observation.h"

namespace polder {

// Filled through a field map, asked once for every leaf that may match, cleared and used again: once warm it
// allocates nothing. One thread.
//
// The event is one object of every type, so that an AND of different types holds where the event has both.
// Paths are compared in NormalPath's form: an index, whatever its number, stands for every value of the list,
// and `network-traffic:dst_ref.value` is looked up by these words. Beyond that:
// - `...hashes[*]` is every value below `...hashes.`;
// - `..._ref.type` is, unless it was added, what the values at `..._ref.value` look like: ipv4-addr,
// ipv6-addr,
//   mac-addr, email-addr, url or domain-name;
// - EXISTS holds for a path with values below it.
class EventObservation : public Observation {
 public:
  void Clear() { used_ = 0; }
  bool empty() const { return used_ == 0; }

  // `stix_path` in the spelling of the field maps (rules/read/stix_paths.h), without quotes; it and `value`
  // are copied.
  void AddString(std::string_view stix_path, std::string_view value);
  void AddNumber(std::string_view stix_path, std::int64_t value);
  void AddNumber(std::string_view stix_path, double value);
  void AddBoolean(std::string_view stix_path, bool value);

  Compares compares() const override { return Compares::kAsEvents; }
  void ObjectsOfType(std::string_view type, absl::FunctionRef<void(std::size_t object)> sink) const override;
  void ValuesAt(std::size_t object, const ObjectPath& path,
                absl::FunctionRef<bool(const ObservedValue&)> sink) const override;

 private:
  struct Entry {
    std::string path;  // normal
    ObservedValue::Type type;
    std::string text;
    long double number;
    bool boolean;
  };

  Entry& Add(std::string_view stix_path, ObservedValue::Type type);
  bool TypesBeside(std::string_view path, absl::FunctionRef<bool(const ObservedValue&)> sink) const;

  std::vector<Entry> entries_;
  std::size_t used_ = 0;  // of entries_
};

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_EVENT_OBSERVATION_H_
