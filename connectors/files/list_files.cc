#include "connectors/files/list_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "absl/status/status.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

absl::Status ListError(const fs::path& path, const std::error_code& error) {
  return absl::Status(absl::ErrnoToStatusCode(error.value()),
                      fmt::format("{}: cannot be listed: {}", path.string(), error.message()));
}

// Folders that are reached through a link wait until all others are done: files then go by their own path,
// and only what lies outside `path` by that of the link.
class Walk {
 public:
  absl::Status Run(const fs::path& root);
  std::vector<std::string> TakeFiles() {
    std::sort(files_.begin(), files_.end());
    return std::move(files_);
  }

 private:
  absl::Status List(const fs::path& folder);
  absl::Status Note(const fs::directory_entry& entry);
  // True the first time a folder is seen, under whatever path.
  bool Enter(const fs::path& folder);

  std::vector<std::string> files_;
  std::vector<fs::path> folders_;
  std::vector<fs::path> linked_folders_;
  std::set<std::pair<dev_t, ino_t>> entered_;
};

absl::Status Walk::Run(const fs::path& root) {
  folders_.push_back(root);
  while (!folders_.empty() || !linked_folders_.empty()) {
    std::vector<fs::path>& from = folders_.empty() ? linked_folders_ : folders_;
    const fs::path folder = std::move(from.back());
    from.pop_back();
    if (!Enter(folder)) continue;
    absl::Status listed = List(folder);
    if (!listed.ok()) return listed;
  }
  return absl::OkStatus();
}

bool Walk::Enter(const fs::path& folder) {
  struct stat about {};
  if (::stat(folder.c_str(), &about) != 0) return false;  // gone meanwhile
  return entered_.emplace(about.st_dev, about.st_ino).second;
}

absl::Status Walk::List(const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator at(folder, error);
  while (!error && at != fs::directory_iterator()) {
    absl::Status noted = Note(*at);
    if (!noted.ok()) return noted;
    at.increment(error);
  }
  const bool gone = error == std::errc::no_such_file_or_directory;
  return error && !gone ? ListError(folder, error) : absl::OkStatus();
}

absl::Status Walk::Note(const fs::directory_entry& entry) {
  if (IsLeftOut(entry.path().filename().native())) return absl::OkStatus();
  std::error_code error;
  const fs::file_status status = entry.status(error);
  if (status.type() == fs::file_type::not_found || error == std::errc::too_many_symbolic_link_levels) {
    return absl::OkStatus();
  }
  if (error) return ListError(entry.path(), error);
  if (fs::is_regular_file(status)) files_.push_back(entry.path().string());
  if (fs::is_directory(status)) {
    (entry.is_symlink(error) ? linked_folders_ : folders_).push_back(entry.path());
  }
  return absl::OkStatus();
}

}  // namespace

bool IsLeftOut(std::string_view name) {
  if (name.starts_with('.')) return true;
  for (std::string_view ending : {"~", ".tmp", ".part", ".swp"}) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& path) {
  if (path == "-") return std::vector<std::string>{path};
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    if (!error) error = std::make_error_code(std::errc::no_such_file_or_directory);
    return absl::Status(absl::ErrnoToStatusCode(error.value()), fmt::format("{}: {}", path, error.message()));
  }
  if (!fs::is_directory(status)) return std::vector<std::string>{path};
  Walk walk;
  absl::Status walked = walk.Run(path);
  if (!walked.ok()) return walked;
  return walk.TakeFiles();
}

}  // namespace polder
