#include "connectors/files/watcher.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "connectors/files/watch_table.h"

// Each path the caller names is a root. Its parent is watched (or, while that does not exist, the nearest
// folder above that does), because a file that is replaced is another inode; whether the root is still what
// it was is told by its stat. A root that is a folder is watched as a tree besides.

namespace polder {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  bool folder = false;
  // Of a file; a folder's change with every entry, for which its tree is watched.
  off_t size = 0;
  std::time_t seconds = 0;
  long nanoseconds = 0;

  bool operator==(const Identity&) const = default;
};

std::optional<Identity> IdentityOf(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return std::nullopt;
  if (S_ISDIR(about.st_mode)) return Identity{about.st_dev, about.st_ino, true};
  return Identity{about.st_dev,  about.st_ino,         false,
                  about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec};
}

struct Root {
  std::string path;  // absolute, without "." and ".." and slash at its end
  std::string real;  // where its links lead; changes there come under that name
  std::optional<Identity> identity;
};

std::string Join(const std::string& folder, std::string_view name) {
  return folder.ends_with('/') ? fmt::format("{}{}", folder, name) : fmt::format("{}/{}", folder, name);
}

class InotifyWatcher : public FileWatcher {
 public:
  InotifyWatcher(WatchTable table, int stop_fd, const FileWatcherOptions& options)
      : table_(std::move(table)), stop_fd_(stop_fd), options_(options) {}
  ~InotifyWatcher() override { ::close(stop_fd_); }

  absl::Status AddRoot(const std::string& path);
  bool Wait(std::chrono::milliseconds timeout) override;
  void Stop() override;
  absl::Status problem() const override;

 private:
  enum class Woken { kByEvents, kByTime, kByStop };

  Woken Sleep(Clock::time_point until);
  // Takes all events that are there; true if one of them is a change.
  bool Drain();
  bool Handle(const inotify_event& event);
  bool HandleInTree(const std::string& path, std::string_view name, const inotify_event& event);
  // Brings the watches of a root in line with what is there now; true if it is not what it was.
  absl::StatusOr<bool> Refresh(Root& root);
  bool RefreshAll();
  bool StartAnew();
  absl::Status WatchParents(const Root& root);
  void Note(const absl::Status& status);

  WatchTable table_;
  const int stop_fd_;
  const FileWatcherOptions options_;
  std::vector<Root> roots_;
  bool refresh_ = false;  // something happened beside a root
  mutable std::mutex mutex_;
  absl::Status problem_;
};

absl::Status InotifyWatcher::AddRoot(const std::string& path) {
  std::error_code error;
  fs::path whole = fs::absolute(path, error).lexically_normal();
  if (error) return absl::InvalidArgumentError(fmt::format("{}: {}", path, error.message()));
  if (!whole.has_filename()) whole = whole.parent_path();
  Root root{whole.string(), {}, std::nullopt};
  absl::StatusOr<bool> refreshed = Refresh(root);
  roots_.push_back(std::move(root));
  return refreshed.status();
}

absl::Status InotifyWatcher::WatchParents(const Root& root) {
  for (const std::string& path : {root.path, root.real}) {
    if (path.empty()) continue;
    fs::path parent = fs::path(path).parent_path();
    std::error_code error;
    while (!fs::is_directory(parent, error) && parent.has_relative_path()) parent = parent.parent_path();
    absl::Status added = table_.AddParent(parent.string());
    if (!added.ok()) return added;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> InotifyWatcher::Refresh(Root& root) {
  std::error_code error;
  fs::path real = fs::canonical(root.path, error);
  root.real = error || real == root.path ? std::string() : real.string();
  // Watched before looked at: what happens in between is an event.
  absl::Status status = WatchParents(root);
  std::optional<Identity> now = IdentityOf(root.path);
  const bool changed = now != root.identity;
  if (changed && root.identity.has_value() && root.identity->folder) table_.RemoveTree(root.path);
  if (now.has_value() && now->folder && status.ok()) status = table_.AddTree(root.path);
  root.identity = now;
  if (!status.ok()) return status;
  return changed;
}

bool InotifyWatcher::RefreshAll() {
  bool changed = false;
  absl::Status problem;
  for (Root& root : roots_) {
    const std::optional<Identity> before = root.identity;
    absl::StatusOr<bool> refreshed = Refresh(root);
    if (!refreshed.ok()) problem = refreshed.status();
    changed |= root.identity != before;
  }
  Note(problem);
  return changed;
}

// After events were lost the watches may not be the ones they should be.
bool InotifyWatcher::StartAnew() {
  for (Root& root : roots_) {
    if (root.identity.has_value() && root.identity->folder) table_.RemoveTree(root.path);
  }
  RefreshAll();
  return true;
}

bool InotifyWatcher::Wait(std::chrono::milliseconds timeout) {
  const Clock::time_point deadline = Clock::now() + timeout;
  bool changed = false;
  while (!changed) {
    const Woken woken = Sleep(deadline);
    if (woken != Woken::kByEvents) return false;
    changed = Drain();
  }
  const Clock::time_point latest = Clock::now() + options_.at_most;
  Clock::time_point rest = std::min(Clock::now() + options_.settle, latest);
  while (true) {
    const Woken woken = Sleep(rest);
    if (woken == Woken::kByStop) return false;
    if (woken == Woken::kByTime) return true;
    if (Drain()) rest = std::min(Clock::now() + options_.settle, latest);
    if (Clock::now() >= latest) return true;
  }
}

InotifyWatcher::Woken InotifyWatcher::Sleep(Clock::time_point until) {
  std::array<pollfd, 2> watched{{{stop_fd_, POLLIN, 0}, {table_.fd(), POLLIN, 0}}};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    constexpr decltype(left) kLongestMs = 3'600'000;
    const int ready =
        ::poll(watched.data(), watched.size(), static_cast<int>(std::clamp(left, 0L, kLongestMs)));
    if (ready > 0) return watched[0].revents != 0 ? Woken::kByStop : Woken::kByEvents;
    if (Clock::now() >= until) return Woken::kByTime;
  }
}

bool InotifyWatcher::Drain() {
  alignas(inotify_event) std::array<char, 64 * 1024> buffer;
  bool changed = false;
  while (true) {
    const ssize_t got = ::read(table_.fd(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (const char* at = buffer.data(); at < buffer.data() + got;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      changed |= Handle(*event);
      at += sizeof(inotify_event) + event->len;
    }
  }
  if (std::exchange(refresh_, false)) changed |= RefreshAll();
  return changed;
}

bool InotifyWatcher::Handle(const inotify_event& event) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) return StartAnew();
  const WatchTable::Watch* found = table_.Find(event.wd);
  if (found == nullptr) return false;
  const WatchTable::Watch watch = *found;  // handling may remove it
  const std::string_view name = event.len > 0 ? std::string_view(event.name) : std::string_view();
  if ((event.mask & IN_IGNORED) != 0) table_.Forget(event.wd);
  if ((event.mask & IN_MOVE_SELF) != 0) table_.Remove(event.wd);

  bool changed = false;
  if (watch.parent) {
    refresh_ = true;
    const std::string path = Join(watch.path, name);
    for (const Root& root : roots_) changed |= !name.empty() && (path == root.path || path == root.real);
  }
  if (watch.tree) changed |= HandleInTree(watch.path, name, event);
  return changed;
}

bool InotifyWatcher::HandleInTree(const std::string& path, std::string_view name,
                                  const inotify_event& event) {
  if ((event.mask & (IN_IGNORED | IN_MOVE_SELF | IN_DELETE_SELF)) != 0) {
    refresh_ = true;
    return true;
  }
  if (IsIgnoredName(name)) return false;
  const std::string entry = Join(path, name);
  if ((event.mask & IN_MOVED_FROM) != 0) table_.RemoveTree(entry);
  if ((event.mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
    const std::optional<Identity> identity = IdentityOf(entry);
    if (identity.has_value() && identity->folder) Note(table_.AddTree(entry));
  }
  return true;
}

void InotifyWatcher::Stop() {
  const std::uint64_t one = 1;
  while (::write(stop_fd_, &one, sizeof(one)) < 0 && errno == EINTR) {
  }
}

void InotifyWatcher::Note(const absl::Status& status) {
  if (status.ok()) return;
  const std::lock_guard lock(mutex_);
  problem_ = status;
}

absl::Status InotifyWatcher::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileWatcher>> FileWatcher::Create(const std::vector<std::string>& paths,
                                                                 const FileWatcherOptions& options) {
  absl::StatusOr<WatchTable> table = WatchTable::Open();
  if (!table.ok()) return table.status();
  const int stop_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop_fd < 0) {
    return absl::ResourceExhaustedError(fmt::format("files cannot be watched: no more file descriptors: {}",
                                                    std::generic_category().message(errno)));
  }
  auto watcher = std::make_unique<InotifyWatcher>(std::move(*table), stop_fd, options);
  for (const std::string& path : paths) {
    absl::Status added = watcher->AddRoot(path);
    if (!added.ok()) return added;
  }
  return watcher;
}

}  // namespace polder
