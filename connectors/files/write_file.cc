#include "connectors/files/write_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <random>
#include <utility>

namespace polder {
namespace {

std::string Doing(const std::string& path, std::string_view what, int error) {
  return fmt::format("{}: cannot be {}: {}", path, what, std::strerror(error));
}

absl::Status ErrorOf(const std::string& path, std::string_view what, int error) {
  const std::string message = Doing(path, what, error);
  switch (error) {
    case EEXIST:
      return absl::AlreadyExistsError(message);
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(message + "; make its folder, or correct the name");
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(message + "; let this user write there, or name another place");
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::UnavailableError(message + "; make room there");
    case EIO:
    case EAGAIN:
    case EBUSY:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ESTALE:
    case ETIMEDOUT:
      return absl::UnavailableError(message);
    default:
      return absl::FailedPreconditionError(message);
  }
}

// Closed by Close, which tells what a file system notices only then; else without regard.
class File {
 public:
  File(const std::string& path, int flags, int mode = 0)
      : fd_(open(path.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(mode))) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  bool Close() {
    const int fd = std::exchange(fd_, -1);
    return close(fd) == 0 || errno == EINTR;
  }

 private:
  int fd_;
};

// Beside the file that it will be, under a name that no other process or thread takes.
std::string UnfinishedName(const std::string& path) {
  static std::atomic<std::uint32_t> count{std::random_device{}()};
  return fmt::format("{}.{}.{:08x}.part", path, getpid(), count.fetch_add(1));
}

absl::Status WriteAndSync(const std::string& temporary, std::string_view text, int mode,
                          const std::string& path) {
  File file(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  if (file.fd() < 0) return WriteError(path, errno);
  if (absl::Status written = WriteAll(file.fd(), text, path); !written.ok()) return written;
  if (fsync(file.fd()) != 0 || !file.Close()) return WriteError(path, errno);
  return absl::OkStatus();
}

// Without syncing the folder.
absl::Status RenameOver(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0 ? absl::OkStatus() : WriteError(to, errno);
}

absl::Status RenameBeside(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return absl::OkStatus();
  // Not every file system knows that.
  if (errno == EINVAL || errno == ENOSYS) {
    if (link(from.c_str(), to.c_str()) == 0 && unlink(from.c_str()) == 0) return absl::OkStatus();
  }
  if (errno != EEXIST) return ErrorOf(from, fmt::format("renamed to {}", to), errno);
  return absl::AlreadyExistsError(
      fmt::format("{}: is there already, and is not overwritten; name another file", to));
}

template <typename Put>
absl::Status WriteBesideAndPut(const std::string& path, std::string_view text, int mode, Put put) {
  const std::string temporary = UnfinishedName(path);
  absl::Status status = WriteAndSync(temporary, text, mode, path);
  if (status.ok()) status = put(temporary, path);
  if (status.ok()) return SyncFolderOf(path);
  unlink(temporary.c_str());
  return status;
}

}  // namespace

absl::Status WriteError(const std::string& path, int error) { return ErrorOf(path, "written", error); }

absl::Status WriteAll(int fd, std::string_view bytes, const std::string& path_for_messages) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return WriteError(path_for_messages, written < 0 ? errno : ENOSPC);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status SyncFolderOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const std::string folder = parent.empty() ? "." : parent;
  const File file(folder, O_RDONLY | O_DIRECTORY);
  // Some file systems sync no folders, and say so by EINVAL.
  if (file.fd() >= 0 && (fsync(file.fd()) == 0 || errno == EINVAL)) return absl::OkStatus();
  return ErrorOf(folder, "synced to disk", errno);
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view text, int mode) {
  return WriteBesideAndPut(path, text, mode, RenameOver);
}

absl::Status WriteNewFile(const std::string& path, std::string_view text, int mode) {
  return WriteBesideAndPut(path, text, mode, RenameBeside);
}

absl::Status RenameToNew(const std::string& from, const std::string& to) {
  if (absl::Status status = RenameBeside(from, to); !status.ok()) return status;
  return SyncFolderOf(to);
}

}  // namespace polder
