// The settings of an operator's folder, `settings.yaml`.
#ifndef POLDER_CONNECTORS_CONFIG_ISAC_CONFIG_H_
#define POLDER_CONNECTORS_CONFIG_ISAC_CONFIG_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/config/secrets.h"

namespace polder {

struct IsacConfig {
  // Folders, or kafka:TOPIC.
  std::string board;                   // empty: none
  std::vector<std::string> mailboxes;  // that are collected from
  std::string brokers;                 // of the topics
  std::map<std::string, std::string> kafka_properties;
  std::vector<std::string> warninglists;  // files and folders: what they have is marked in the catalogue
};

// Reads and checks YAML; see ReadRunConfig for references and errors.
absl::StatusOr<IsacConfig> ReadIsacConfig(const std::string& text, const std::string& name_for_messages,
                                          const SecretReader& secrets);
// The same for a file; relative paths are counted from its folder.
absl::StatusOr<IsacConfig> ReadIsacConfigFile(const std::string& path);

// As ReadIsacConfig reads it, with a word on each key.
std::string RenderIsacConfig(const IsacConfig& config);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_ISAC_CONFIG_H_
