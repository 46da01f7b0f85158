#include "connectors/community/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "connectors/files/write_file.h"

namespace polder {
namespace {

constexpr std::size_t kLargestKeyFile = 4096;

std::string Why() { return std::strerror(errno); }

class File {
 public:
  File(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

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
  std::string text = FormatPartySecrets(secrets) + "\n";
  absl::Status written = WriteNewFile(path, text, 0600);
  Wipe(reinterpret_cast<std::uint8_t*>(text.data()), text.size());
  if (!absl::IsAlreadyExists(written)) return written;
  return absl::AlreadyExistsError(
      fmt::format("{}: is there already, and keys are never overwritten; name another file", path));
}

absl::StatusOr<PartySecrets> ReadKeyFile(const std::string& path) {
  const File file(path, O_RDONLY | O_NONBLOCK);
  if (file.fd() < 0) {
    if (errno == ENOENT) {
      return absl::NotFoundError(fmt::format("{}: {}; make keys with polder key new", path, Why()));
    }
    return absl::PermissionDeniedError(fmt::format("{}: cannot be opened: {}", path, Why()));
  }
  if (absl::Status status = CheckOwner(path, file.fd()); !status.ok()) return status;
  std::string text(kLargestKeyFile, '\0');
  ssize_t size = 0;
  do size = read(file.fd(), text.data(), text.size());
  while (size < 0 && errno == EINTR);
  if (size < 0) return absl::UnavailableError(fmt::format("{}: cannot be read: {}", path, Why()));
  std::string_view line(text.data(), static_cast<std::size_t>(size));
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

}  // namespace polder
