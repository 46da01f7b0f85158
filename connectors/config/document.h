// A configuration file as all of them are read. Internal to those who read a configuration.
#ifndef POLDER_CONNECTORS_CONFIG_DOCUMENT_H_
#define POLDER_CONNECTORS_CONFIG_DOCUMENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/config/section.h"

namespace polder {

// Hands the top of a YAML text to `read`: one document, a map of `keys`, which are literals; one without
// content is empty. The error has a line for everything that is wrong with the text, that which `read` found
// included.
absl::Status ReadDocument(const std::string& text, const std::string& name_for_messages,
                          const SecretReader& secrets, std::vector<std::string_view> keys,
                          absl::FunctionRef<void(const Section& top)> read);

// The text of the file, if it is not larger than a configuration can be.
absl::StatusOr<std::string> ReadConfigText(const std::string& path);

// Paths in a configuration count from its own folder.
class ConfigFolder {
 public:
  explicit ConfigFolder(const std::string& config_path);
  SecretReader secrets() const;
  // Leaves an empty one as it is.
  void Resolve(std::string& path) const;

 private:
  std::string folder_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_DOCUMENT_H_
