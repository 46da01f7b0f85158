#include "connectors/config/document.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <utility>

#include "connectors/config/second_document.h"
#include "connectors/files/read_file.h"

namespace polder {
namespace {

constexpr std::size_t kLargestConfig = std::size_t{1} << 20;

}  // namespace

absl::Status ReadDocument(const std::string& text, const std::string& name_for_messages,
                          const SecretReader& secrets, std::vector<std::string_view> keys,
                          absl::FunctionRef<void(const Section& top)> read) {
  Problems problems(name_for_messages);
  const ReadingContext context{problems, secrets};
  try {
    if (const auto second = SecondDocument(text)) {
      problems.Add(PlaceOf(*second, {}),
                   "a second YAML document begins before here, expected one; remove the line '---'");
    }
    read(Section(context, Value{YAML::Load(text), TextPlace{}, ""}, std::move(keys)));
  } catch (const YAML::Exception& error) {
    problems.Add(PlaceOf(error.mark, {}), fmt::format("not YAML: {}", error.msg));
  }
  return problems.ToStatus();
}

absl::StatusOr<std::string> ReadConfigText(const std::string& path) {
  return ReadWholeFile(path, kLargestConfig);
}

ConfigFolder::ConfigFolder(const std::string& config_path)
    : folder_(std::filesystem::path(config_path).parent_path().string()) {}

SecretReader ConfigFolder::secrets() const { return SystemSecretReader(folder_); }

void ConfigFolder::Resolve(std::string& path) const {
  if (!path.empty()) path = (std::filesystem::path(folder_) / path).string();
}

}  // namespace polder
