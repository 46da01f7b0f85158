#include "connectors/files/watch_table.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "connectors/files/list_files.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kEvents = IN_CREATE | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM |
                                  IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

std::string ReasonOf(int error) { return std::generic_category().message(error); }

absl::Status WatchError(const std::string& folder, int error) {
  if (error == ENOSPC) {
    return absl::ResourceExhaustedError(fmt::format(
        "{}: cannot be watched: this user has used up the system's inotify watches; raise the limit, "
        "for example: sysctl fs.inotify.max_user_watches=524288; or set watch: false",
        folder));
  }
  return absl::Status(absl::ErrnoToStatusCode(error),
                      fmt::format("{}: cannot be watched: {}", folder, ReasonOf(error)));
}

bool Vanished(int error) { return error == ENOENT || error == ENOTDIR || error == ELOOP; }

}  // namespace

bool IsIgnoredName(std::string_view name) { return IsLeftOut(name) && !name.starts_with(".."); }

absl::StatusOr<WatchTable> WatchTable::Open() {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd >= 0) return WatchTable(fd);
  if (errno == EMFILE) {
    return absl::ResourceExhaustedError(
        "files cannot be watched: this user has used up the system's inotify instances or open files; raise "
        "the "
        "limit, for example: sysctl fs.inotify.max_user_instances=512; or set watch: false");
  }
  return absl::InternalError(fmt::format("files cannot be watched: inotify: {}", ReasonOf(errno)));
}

WatchTable::WatchTable(WatchTable&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), watches_(std::move(other.watches_)) {}

WatchTable::~WatchTable() {
  if (fd_ >= 0) ::close(fd_);
}

const WatchTable::Watch* WatchTable::Find(int descriptor) const {
  const auto found = watches_.find(descriptor);
  return found == watches_.end() ? nullptr : &found->second;
}

absl::StatusOr<WatchTable::Watch*> WatchTable::Add(const std::string& folder) {
  const int descriptor = ::inotify_add_watch(fd_, folder.c_str(), kEvents);
  if (descriptor < 0) {
    const int error = errno;
    if (Vanished(error)) return nullptr;
    return WatchError(folder, error);
  }
  Watch& watch = watches_[descriptor];
  if (watch.path.empty()) watch.path = folder;
  return &watch;
}

absl::Status WatchTable::AddTree(const std::string& folder) {
  std::vector<std::string> waiting{folder};
  while (!waiting.empty()) {
    const std::string at = std::move(waiting.back());
    waiting.pop_back();
    absl::StatusOr<Watch*> watch = Add(at);
    if (!watch.ok()) return watch.status();
    if (*watch == nullptr || (*watch)->tree)
      continue;  // inotify knows a folder by its inode, so loops end here
    (*watch)->tree = true;
    (*watch)->path = at;
    // Listed after the watch is set: what is created between the two is seen twice rather than never.
    std::error_code error;
    for (fs::directory_iterator entry(at, error), end; !error && entry != end; entry.increment(error)) {
      if (IsIgnoredName(entry->path().filename().native())) continue;
      std::error_code unreadable;
      if (entry->is_directory(unreadable)) waiting.push_back(entry->path().string());
    }
    if (error && !Vanished(error.value())) return WatchError(at, error.value());
  }
  return absl::OkStatus();
}

absl::Status WatchTable::AddParent(const std::string& folder) {
  absl::StatusOr<Watch*> watch = Add(folder);
  if (watch.ok() && *watch != nullptr) (*watch)->parent = true;
  return watch.status();
}

void WatchTable::RemoveTree(const std::string& folder) {
  const std::string below = folder == "/" ? folder : fmt::format("{}/", folder);
  for (auto at = watches_.begin(); at != watches_.end();) {
    Watch& watch = at->second;
    const bool inside = watch.path == folder || watch.path.compare(0, below.size(), below) == 0;
    if (!inside || !watch.tree) {
      ++at;
    } else if (watch.parent) {
      watch.tree = false;
      ++at;
    } else {
      ::inotify_rm_watch(fd_, at->first);
      at = watches_.erase(at);
    }
  }
}

void WatchTable::Remove(int descriptor) {
  if (watches_.erase(descriptor) > 0) ::inotify_rm_watch(fd_, descriptor);
}

}  // namespace polder
