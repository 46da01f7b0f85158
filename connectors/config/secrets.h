// What a configuration refers to instead of saying it: the environment, and files that hold a secret.
#ifndef POLDER_CONNECTORS_CONFIG_SECRETS_H_
#define POLDER_CONNECTORS_CONFIG_SECRETS_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace polder {

struct SecretReader {
  // The value of a variable; nothing when it is not set.
  std::function<std::optional<std::string>(const std::string& name)> environment;
  // The content of a file. Its error becomes part of the message about the configuration.
  std::function<absl::StatusOr<std::string>(const std::string& path)> file;
};

// The environment of this process and its files, relative paths counted from `folder`. Files of more than 1
// MiB are refused.
SecretReader SystemSecretReader(const std::string& folder);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_SECRETS_H_
