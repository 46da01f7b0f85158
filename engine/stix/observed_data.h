// STIX observed-data objects, 2.0 and 2.1, as observations.
#ifndef POLDER_ENGINE_STIX_OBSERVED_DATA_H_
#define POLDER_ENGINE_STIX_OBSERVED_DATA_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/base/time.h"
#include "engine/stix/observation.h"

namespace polder {

// The objects that one observed-data object holds (`objects`) or refers to (`object_refs`). Steps of a path
// go
//   `.key`   to the value of the key. Behind a key `..._ref` the path goes on in the object referred to,
//   behind
//            `..._refs` in a list of such: one of the same observation, in 2.1 of the same document. A hash
//            is found without regard to case and hyphens of its name where none is spelled alike;
//   `[2]`    to one value of a list, `[-1]` to the last;
//   `[*]`    to every value of a list, and of a dictionary, as in `hashes[*]`.
// A text behind a key `..._hex` or `..._bin` is the bytes that it spells.
class ObservedData : public Observation {
 public:
  Compares compares() const override { return Compares::kAsSpecified; }
  void ObjectsOfType(std::string_view type, absl::FunctionRef<void(std::size_t object)> sink) const override;
  void ValuesAt(std::size_t object, const ObjectPath& path,
                absl::FunctionRef<bool(const ObservedValue&)> sink) const override;

  std::string id;
  TimeUs first_observed = 0;
  TimeUs last_observed = 0;
  std::uint64_t number_observed = 1;

 private:
  friend class ObservedDataReader;
  using ObjectsById = std::map<std::string_view, const nlohmann::json*>;

  // Values of the document that is read, which outlives it.
  std::vector<const nlohmann::json*> objects_;
  std::shared_ptr<const ObjectsById> by_id_;
};

struct ObservedDataSet {
  std::vector<ObservedData> observations;
  std::vector<std::string> warnings;  // what was left out or assumed, and why
};

// Every observed-data object in `document`: one, an array of them, a bundle, an array of bundles. 2.1's may
// refer to any object of the document. `document` must outlive the result.
//
// Without `number_observed` it was once, without `last_observed` at `first_observed`, without either at no
// time that could matter (1970). InvalidArgument, with the identifier and the value, for one that cannot be
// understood: times that are none, a number that is less than one, an end before its beginning; and for a
// document without any.
absl::StatusOr<ObservedDataSet> ReadObservedData(const nlohmann::json& document);

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_OBSERVED_DATA_H_
