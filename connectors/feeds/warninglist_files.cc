#include "connectors/feeds/warninglist_files.h"

#include "connectors/files/list_files.h"
#include "connectors/files/read_file.h"

namespace polder {
namespace {

constexpr std::size_t kMaxWarninglist = std::size_t{1} << 30;

}  // namespace

absl::StatusOr<std::shared_ptr<const Warninglists>> LoadWarninglists(const std::vector<std::string>& paths) {
  if (paths.empty()) return nullptr;
  auto lists = std::make_shared<Warninglists>();
  for (const std::string& path : paths) {
    const auto files = ListFiles(path);
    if (!files.ok()) return files.status();
    for (const std::string& file : *files) {
      // Lists come with their descriptions, one folder each.
      if (file != path && file.find(".json") == std::string::npos) continue;
      const auto json = ReadWholeFile(file, kMaxWarninglist);
      if (!json.ok()) return json.status();
      if (const auto status = lists->Add(*json, file); !status.ok()) return status;
    }
  }
  return lists;
}

}  // namespace polder
