#include "connectors/community/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace polder {
namespace {

constexpr std::size_t kLargestKeyFile = 4096;

std::string Why() { return std::strerror(errno); }

class File {
 public:
  File(const std::string& path, int flags, int mode = 0) : fd_(open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(fd) == 0;
}

void SyncFolderOf(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const File file(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
  if (file.fd() >= 0) fsync(file.fd());
}

absl::Status CheckOwner(const std::string& path, int fd) {
  struct stat about {};
  if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
    return absl::InvalidArgumentError(fmt::format("{}: no regular file", path));
  }
  if (about.st_uid != geteuid()) {
    return absl::PermissionDeniedError(
        fmt::format("{}: belongs to the user {}, and this is {}; a secret key belongs to who uses it", path,
                    about.st_uid, geteuid()));
  }
  if ((about.st_mode & 077) != 0) {
    return absl::PermissionDeniedError(fmt::format(
        "{}: others may use it (mode {:03o}); take that away with chmod 600, and if others may have "
        "read it, change the keys with polder key rotate",
        path, about.st_mode & 0777));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteKeyFile(const std::string& path, const PartySecrets& secrets) {
  const File file(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (file.fd() < 0) {
    if (errno == EEXIST) {
      return absl::AlreadyExistsError(
          fmt::format("{}: is there already, and keys are never overwritten; name another file", path));
    }
    return absl::InvalidArgumentError(fmt::format("{}: cannot be made: {}", path, Why()));
  }
  std::string text = FormatPartySecrets(secrets) + "\n";
  const bool written = WriteAll(file.fd(), text);
  const std::string why = Why();
  Wipe(reinterpret_cast<std::uint8_t*>(text.data()), text.size());
  if (!written) {
    unlink(path.c_str());
    return absl::InvalidArgumentError(fmt::format("{}: cannot be written: {}", path, why));
  }
  SyncFolderOf(path);
  return absl::OkStatus();
}

absl::StatusOr<PartySecrets> ReadKeyFile(const std::string& path) {
  const File file(path, O_RDONLY | O_NONBLOCK);
  if (file.fd() < 0) {
    const std::string message = fmt::format("{}: {}; make keys with polder key new", path, Why());
    return errno == ENOENT ? absl::NotFoundError(message) : absl::PermissionDeniedError(message);
  }
  if (absl::Status status = CheckOwner(path, file.fd()); !status.ok()) return status;
  std::string text(kLargestKeyFile, '\0');
  const ssize_t size = read(file.fd(), text.data(), text.size());
  std::string_view line(text.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
  line = line.substr(0, line.find_last_not_of("\r\n") + 1);
  auto secrets = ParsePartySecrets(line);
  Wipe(reinterpret_cast<std::uint8_t*>(text.data()), text.size());
  if (!secrets) {
    return absl::InvalidArgumentError(
        fmt::format("{}: holds no secret key as polder key new writes it (one line that begins with "
                    "'polder-secret-key:')",
                    path));
  }
  return *std::move(secrets);
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view text, int mode) {
  const std::string temporary = fmt::format("{}.{}.{:08x}.part", path, getpid(), RandomBelow(0xffffffff));
  {
    const File file(temporary, O_WRONLY | O_CREAT | O_EXCL, static_cast<mode_t>(mode));
    if (file.fd() < 0 || !WriteAll(file.fd(), text)) {
      const std::string why = Why();
      unlink(temporary.c_str());
      return absl::InvalidArgumentError(fmt::format("{}: cannot be written: {}", path, why));
    }
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    const std::string why = Why();
    unlink(temporary.c_str());
    return absl::InvalidArgumentError(fmt::format("{}: cannot be written: {}", path, why));
  }
  SyncFolderOf(path);
  return absl::OkStatus();
}

}  // namespace polder
