// Who asks an HTTP server, in whatever section it stands. Internal to those who read or use a configuration.
#ifndef POLDER_CONNECTORS_CONFIG_ACCESS_H_
#define POLDER_CONNECTORS_CONFIG_ACCESS_H_

#include <array>
#include <string_view>

#include "connectors/config/config.h"
#include "connectors/http/http_client.h"

namespace polder {

class Section;

inline constexpr std::array<std::string_view, 8> kAccessKeys{
    "user", "password", "token", "api_key", "api_key_header", "certificate", "certificate_key", "ca"};
void ReadAccess(const Section& section, IndicatorConfig::Access& access);
HttpOptions HttpOf(const IndicatorConfig::Access& access);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_ACCESS_H_
