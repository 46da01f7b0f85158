#include "connectors/config/secrets.h"

#include <cstddef>
#include <cstdlib>
#include <filesystem>

#include "connectors/files/read_file.h"

namespace polder {
namespace {

constexpr std::size_t kLargestSecretBytes = std::size_t{1} << 20;

}  // namespace

SecretReader SystemSecretReader(const std::string& folder) {
  SecretReader reader;
  reader.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
  reader.file = [folder](const std::string& path) {
    return ReadWholeFile((std::filesystem::path(folder) / path).string(), kLargestSecretBytes);
  };
  return reader;
}

}  // namespace polder
