// The demo's log lines with the time filled in.
#ifndef POLDER_CONNECTORS_DEMO_SAMPLE_EVENTS_H_
#define POLDER_CONNECTORS_DEMO_SAMPLE_EVENTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"

namespace polder {

// The lines of all samples of logs, each with its placeholders, in a fixed order that mixes the formats.
std::vector<std::string_view> SampleLogLines();

// A line as it would be written at `time`.
std::string StampLine(std::string_view line, TimeUs time);

}  // namespace polder

#endif  // POLDER_CONNECTORS_DEMO_SAMPLE_EVENTS_H_
