// Field maps flattened to slots (values to remember) and bits (marks seen). Internal to engine/event.
#ifndef POLDER_ENGINE_EVENT_COMPILED_MAPS_H_
#define POLDER_ENGINE_EVENT_COMPILED_MAPS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/event/field_map.h"

namespace polder {

struct FieldMaps::Compiled {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  struct MarkTest {
    std::uint32_t bit;
    std::optional<std::string> value;  // in small letters; nothing: the field has to be there
    std::optional<double> number;      // of `value`
  };
  // What to do about a field of one path.
  struct Interest {
    std::uint32_t slot = kNone;
    bool only_time = false;  // a value that cannot be one is not remembered
    std::vector<MarkTest> marks;
  };
  using Bits = std::vector<std::uint64_t>;
  struct Url {
    std::uint32_t host, path, query, port, scheme;  // slots
    std::string_view path_field;                    // of the map

    bool SameFields(const Url& other) const {
      return host == other.host && path == other.path && query == other.query && port == other.port &&
             scheme == other.scheme;
    }
  };
  struct LogSlots {
    std::vector<std::uint32_t> product, category, service;
  };
  struct Recognition {
    std::uint32_t formats = 0;  // bit per Format; none: any
    Bits all, any;
    bool has_any = false;
  };
  struct Map {
    std::vector<Recognition> recognition;
    std::vector<std::vector<std::uint32_t>> times;  // each the slots of values that make one time
    std::vector<Url> urls;
    LogSlots log;
  };

  absl::flat_hash_map<std::string, Interest> interests;  // by generalised path
  std::uint32_t slots = 0;
  std::uint32_t mark_words = 0;
  std::vector<Map> maps;  // as FieldMaps::maps()
  std::vector<Url> urls;  // of all maps, each once
  std::vector<std::vector<std::uint32_t>> usual_times;

  // `path` generalised; null if nothing has to be remembered of it.
  const Interest* InterestIn(std::string_view path) const;
};

// `maps` have generalised paths, and outlive the result.
FieldMaps::Compiled CompileMaps(const std::vector<FieldMap>& maps);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_COMPILED_MAPS_H_
