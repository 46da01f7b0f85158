// The bytes of a file as they stand on the disk or come out of a pipe, behind a small window that decoders
// take from. Internal to connectors/files.
#ifndef POLDER_CONNECTORS_FILES_RAW_INPUT_H_
#define POLDER_CONNECTORS_FILES_RAW_INPUT_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace polder {

// One thread reads; Size and Position may be asked by any.
class RawInput {
 public:
  // "-" is standard input, which stays open afterwards.
  static absl::StatusOr<std::unique_ptr<RawInput>> Open(const std::string& path);
  ~RawInput();
  RawInput(const RawInput&) = delete;
  RawInput& operator=(const RawInput&) = delete;

  // What was read and not yet consumed.
  std::string_view window() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void Consume(std::size_t bytes);
  // Makes the window longer by what one read gives; waits for it. At the end of the file at_end() is true and
  // the window as it was. The window must be shorter than kWindowBytes.
  absl::Status Fill();
  bool at_end() const { return at_end_; }
  // Past the window, which must be empty: one read straight into `to`; 0 at the end.
  absl::StatusOr<std::size_t> ReadDirect(char* to, std::size_t capacity);
  // Whether the next read would have to wait, because nothing has come out of the pipe yet.
  bool WouldWait() const;

  // For messages.
  const std::string& name() const { return name_; }
  std::optional<std::uint64_t> size() const { return size_; }
  std::uint64_t position() const { return position_.load(std::memory_order_relaxed); }

  // "NAME: byte POSITION: WHAT", as an error that says the data are at fault.
  absl::Status Corrupt(std::string_view what) const;

  static constexpr std::size_t kWindowBytes = 256 * 1024;

 private:
  RawInput(std::string name, int fd) : name_(std::move(name)), fd_(fd), buffer_(new char[kWindowBytes]) {}
  absl::StatusOr<std::size_t> ReadSome(char* to, std::size_t capacity);

  const std::string name_;
  const int fd_;
  std::optional<std::uint64_t> size_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
  std::atomic<std::uint64_t> position_{0};
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_RAW_INPUT_H_
