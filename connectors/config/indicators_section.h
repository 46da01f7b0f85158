// The section `indicators` of a configuration. Internal to those who read one.
#ifndef POLDER_CONNECTORS_CONFIG_INDICATORS_SECTION_H_
#define POLDER_CONNECTORS_CONFIG_INDICATORS_SECTION_H_

#include <array>
#include <string_view>
#include <vector>

#include "connectors/config/config.h"
#include "connectors/config/section.h"

namespace polder {

// Who asks an HTTP server, in whatever section they stand.
inline constexpr std::array<std::string_view, 8> kAccessKeys{
    "user", "password", "token", "api_key", "api_key_header", "certificate", "certificate_key", "ca"};
void ReadAccess(const Section& section, IndicatorConfig::Access& access);

// `input` has been read: a topic of indicators is none of events.
std::vector<IndicatorConfig> ReadIndicatorSets(const Section& top, const InputConfig& input);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_INDICATORS_SECTION_H_
