#include "connectors/files/raw_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace polder {
namespace {

std::string ReasonOf(int error) { return std::generic_category().message(error); }

absl::Status OpenError(const std::string& path, int error) {
  std::string message = fmt::format("{}: cannot be opened: {}", path, ReasonOf(error));
  if (error == EACCES) message += fmt::format("; user {} needs the right to read it", ::geteuid());
  return absl::Status(absl::ErrnoToStatusCode(error), message);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RawInput>> RawInput::Open(const std::string& path) {
  const bool standard = path == "-";
  const int fd = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return OpenError(path, errno);
  std::unique_ptr<RawInput> input(new RawInput(standard ? "standard input" : path, fd));
  struct stat about {};
  if (::fstat(fd, &about) != 0) return OpenError(input->name_, errno);
  if (S_ISDIR(about.st_mode)) {
    return absl::FailedPreconditionError(fmt::format("{}: is a folder, expected a file", input->name_));
  }
  if (S_ISREG(about.st_mode)) {
    input->size_ = static_cast<std::uint64_t>(about.st_size);
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  return input;
}

RawInput::~RawInput() {
  if (fd_ != STDIN_FILENO) ::close(fd_);
}

void RawInput::Consume(std::size_t bytes) {
  begin_ += bytes;
  position_.store(position() + bytes, std::memory_order_relaxed);
}

absl::Status RawInput::Fill() {
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  absl::StatusOr<std::size_t> got = ReadSome(buffer_.get() + end_, kWindowBytes - end_);
  if (!got.ok()) return got.status();
  end_ += *got;
  return absl::OkStatus();
}

absl::StatusOr<std::size_t> RawInput::ReadDirect(char* to, std::size_t capacity) {
  absl::StatusOr<std::size_t> got = ReadSome(to, capacity);
  if (got.ok()) position_.store(position() + *got, std::memory_order_relaxed);
  return got;
}

absl::StatusOr<std::size_t> RawInput::ReadSome(char* to, std::size_t capacity) {
  if (at_end_) return std::size_t{0};
  while (true) {
    const ssize_t got = ::read(fd_, to, capacity);
    if (got >= 0) {
      at_end_ = got == 0;
      return static_cast<std::size_t>(got);
    }
    const int error = errno;
    if (error == EINTR) continue;
    if (error == EAGAIN) {  // standard input that its other owner made non-blocking
      pollfd ready{fd_, POLLIN, 0};
      ::poll(&ready, 1, -1);
      continue;
    }
    return absl::Status(
        absl::ErrnoToStatusCode(error),
        fmt::format("{}: byte {}: cannot be read: {}", name_, position() + end_ - begin_, ReasonOf(error)));
  }
}

bool RawInput::WouldWait() const {
  if (size_.has_value() || at_end_ || begin_ != end_) return false;
  pollfd ready{fd_, POLLIN, 0};
  return ::poll(&ready, 1, 0) == 0;
}

absl::Status RawInput::Corrupt(std::string_view what) const {
  return absl::DataLossError(fmt::format("{}: byte {}: {}", name_, position(), what));
}

}  // namespace polder
