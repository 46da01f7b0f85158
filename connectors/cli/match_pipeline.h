// Matches files on several threads and writes the sightings in the order of the input.
#ifndef POLDER_CONNECTORS_CLI_MATCH_PIPELINE_H_
#define POLDER_CONNECTORS_CLI_MATCH_PIPELINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/field_map.h"
#include "engine/event/record.h"
#include "engine/match/matcher.h"
#include "engine/sighting/render.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

struct MatchJob {
  std::vector<std::string> paths;  // "-" is standard input
  Format format = Format::kAuto;
  const FieldMaps* maps = nullptr;  // never null when it is run
  OutputFormat output = OutputFormat::kEcs;
  std::size_t threads = 1;
  bool progress = false;  // a bar on standard error
};

struct MatchOutcome {
  MatchCounters counters;
  PatternStream::Counters patterns;
  std::uint64_t oversized_lines = 0;
  std::vector<std::string> errors;  // one for each input that could not be read to its end
};

// The calling thread reads and cuts into batches, `threads` others match, and `write` gets the rendered
// sightings of each batch in order, on one of them, one call at a time. A file that breaks off is an error;
// what came before it was matched, and the others go on. Memory is bounded by a few batches per thread.
MatchOutcome MatchFiles(const MatchJob& job, const Snapshot& snapshot,
                        const std::function<void(std::string_view)>& write);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CLI_MATCH_PIPELINE_H_
