// Whether a YAML text is one document. Internal to those who read a configuration.
#ifndef POLDER_CONNECTORS_CONFIG_SECOND_DOCUMENT_H_
#define POLDER_CONNECTORS_CONFIG_SECOND_DOCUMENT_H_

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>

namespace polder {

// Where the second document begins; nothing if there is none. Reads no further than that: yaml-cpp finds
// documents without end in a text such as `, {`. Throws YAML::Exception for what is no YAML up to there.
std::optional<YAML::Mark> SecondDocument(const std::string& text);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_SECOND_DOCUMENT_H_
