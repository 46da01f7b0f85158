// The section `indicators` of a configuration. Internal to those who read one.
#ifndef POLDER_CONNECTORS_CONFIG_INDICATORS_SECTION_H_
#define POLDER_CONNECTORS_CONFIG_INDICATORS_SECTION_H_

#include <vector>

#include "connectors/config/config.h"
#include "connectors/config/section.h"

namespace polder {

// `input` has been read: a topic of indicators is none of events.
std::vector<IndicatorConfig> ReadIndicatorSets(const Section& top, const InputConfig& input);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_INDICATORS_SECTION_H_
