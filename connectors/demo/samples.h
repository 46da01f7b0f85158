// The demo's logs and indicators, written for this project in the shapes that real tools produce.
#ifndef POLDER_CONNECTORS_DEMO_SAMPLES_H_
#define POLDER_CONNECTORS_DEMO_SAMPLES_H_

#include <span>
#include <string_view>
#include <utility>

namespace polder {

// Name and content of each.
std::span<const std::pair<std::string_view, std::string_view>> DemoSamples();

// The content of samples/NAME; empty for an unknown name. In logs, {iso}, {local}, {epoch} and {syslog} stand
// for the time of the event.
std::string_view DemoSample(std::string_view name);

}  // namespace polder

#endif  // POLDER_CONNECTORS_DEMO_SAMPLES_H_
